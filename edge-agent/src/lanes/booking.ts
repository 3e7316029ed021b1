import type { Reader, Tx } from '../journal/index.ts';
import { noteReceiptNumber, takeReceiptNumber } from './numbering.ts';
import { checkReceiptNumber } from './sale-checks.ts';
import type { Terminal } from './till.ts';

/** Under which number, day, session and shift something of a till is booked. */
export interface Booking {
  readonly receiptNumber: string;
  readonly businessDate: string;
  readonly sessionId?: string;
  readonly shiftId?: string;
}

interface OpenSessionRow {
  session_id: string;
  shift_id: string;
  business_date: string;
}

const openSession = (reader: Reader, terminalId: string): OpenSessionRow | undefined =>
  reader.get<OpenSessionRow>(
    'SELECT session_id, shift_id, business_date FROM till_session WHERE terminal_id = ? AND closed_at IS NULL',
    terminalId,
  );

/**
 * What the till leaves out is filled in: the number from its online series, the day from its session, else from the store's clock. `localDate` is the store's date
 * now. Throws RECEIPT_NUMBER_USED.
 */
export function bookingOf(
  tx: Tx,
  terminal: Terminal,
  asked: { readonly receiptNumber?: string | undefined; readonly businessDate?: string | undefined },
  localDate: string,
): Booking {
  const session = openSession(tx, terminal.deviceId);
  const businessDate = asked.businessDate ?? session?.business_date ?? localDate;
  const ofSession = session?.business_date === businessDate ? session : undefined;
  return {
    receiptNumber: numberFor(tx, terminal, asked.receiptNumber),
    businessDate,
    ...(ofSession === undefined ? {} : { sessionId: ofSession.session_id, shiftId: ofSession.shift_id }),
  };
}

function numberFor(tx: Tx, terminal: Terminal, asked: string | undefined): string {
  if (asked === undefined) return takeReceiptNumber(tx, terminal.deviceId);
  checkReceiptNumber(tx, terminal, asked);
  noteReceiptNumber(tx, terminal.deviceId, asked);
  return asked;
}
