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

export interface AskedBooking {
  readonly receiptNumber?: string | undefined;
  readonly businessDate?: string | undefined;
  readonly shiftId?: string | undefined;
}

interface OpenSessionRow {
  session_id: string;
  shift_id: string;
  business_date: string;
}

const openSession = (reader: Reader, terminalId: string): OpenSessionRow | undefined =>
  reader.get<OpenSessionRow>(
    'SELECT session_id, shift_id, business_date FROM till_session WHERE terminal_id = ? AND closed_at IS NULL AND training = 0',
    terminalId,
  );

/**
 * What the till leaves out is filled in: the number from its online series, the day from its session, else from the store's clock. `localDate` is the store's date
 * now. Throws RECEIPT_NUMBER_USED.
 */
export function bookingOf(tx: Tx, terminal: Terminal, asked: AskedBooking, localDate: string): Booking {
  const session = openSession(tx, terminal.deviceId);
  const businessDate = asked.businessDate ?? session?.business_date ?? localDate;
  const isOfSession =
    session?.business_date === businessDate && (asked.shiftId === undefined || asked.shiftId === session.shift_id);
  const shiftId = isOfSession ? session.shift_id : asked.shiftId;
  return {
    receiptNumber: numberFor(tx, terminal, asked.receiptNumber),
    businessDate,
    ...(isOfSession ? { sessionId: session.session_id } : {}),
    ...(shiftId === undefined ? {} : { shiftId }),
  };
}

function numberFor(tx: Tx, terminal: Terminal, asked: string | undefined): string {
  if (asked === undefined) return takeReceiptNumber(tx, terminal.deviceId);
  checkReceiptNumber(tx, terminal, asked);
  noteReceiptNumber(tx, terminal.deviceId, asked);
  return asked;
}
