import { AgentError } from '../errors.ts';
import type { Reader, Tx } from '../journal/index.ts';
import type { CountScope } from './day-count.ts';
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

/** A till whose business day is further from the store's clock than this has a wrong date. */
const MAX_DAYS_OFF = 2;
const DAY_MS = 86_400_000;

const openSession = (reader: Reader, terminalId: string): OpenSessionRow | undefined =>
  reader.get<OpenSessionRow>(
    'SELECT session_id, shift_id, business_date FROM till_session WHERE terminal_id = ? AND closed_at IS NULL AND training = 0',
    terminalId,
  );

export const isDayClosed = (reader: Reader, terminalId: string, businessDate: string): boolean =>
  reader.get(
    'SELECT 1 AS closed FROM day_closing WHERE terminal_id = ? AND business_date = ?',
    terminalId,
    businessDate,
  ) !== undefined;

/** May something new be booked on this day? `localDate` is the store's date now. Throws DATE_FAR, BUSINESS_DAY_CLOSED. */
export function checkDay(reader: Reader, terminal: Terminal, businessDate: string, localDate: string): void {
  const daysOff = Math.abs(Date.parse(businessDate) - Date.parse(localDate)) / DAY_MS;
  if (daysOff > MAX_DAYS_OFF) throw new AgentError('DATE_FAR', { detail: `(${businessDate} / ${localDate})` });
  if (isDayClosed(reader, terminal.deviceId, businessDate))
    throw new AgentError('BUSINESS_DAY_CLOSED', { detail: `(${businessDate})` });
}

/**
 * Books something that happens now. What the till leaves out is filled in: the number from its online series, the day from its session, else from the store's clock.
 * `localDate` is the store's date now. Throws RECEIPT_NUMBER_USED, DATE_FAR, BUSINESS_DAY_CLOSED.
 */
export function bookingOf(tx: Tx, terminal: Terminal, asked: AskedBooking, localDate: string): Booking {
  const businessDate = asked.businessDate ?? openSession(tx, terminal.deviceId)?.business_date ?? localDate;
  checkDay(tx, terminal, businessDate, localDate);
  return pastBooking(tx, terminal, { ...asked, businessDate });
}

/** Books something that has happened: a day that is closed, or far, is no reason to lose it. Throws RECEIPT_NUMBER_USED. */
export function pastBooking(
  tx: Tx,
  terminal: Terminal,
  asked: AskedBooking & { readonly businessDate: string },
): Booking {
  const { businessDate } = asked;
  const session = openSession(tx, terminal.deviceId);
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

/** Where something without a number is counted: the terminal's session, else the store's date now. */
export function scopeNow(reader: Reader, { deviceId }: Terminal, localDate: string): CountScope {
  const session = openSession(reader, deviceId);
  if (session === undefined) return { terminalId: deviceId, businessDate: localDate };
  const { session_id, shift_id, business_date } = session;
  return { terminalId: deviceId, businessDate: business_date, sessionId: session_id, shiftId: shift_id };
}

function numberFor(tx: Tx, terminal: Terminal, asked: string | undefined): string {
  if (asked === undefined) return takeReceiptNumber(tx, terminal.deviceId);
  checkReceiptNumber(tx, terminal, asked);
  noteReceiptNumber(tx, terminal.deviceId, asked);
  return asked;
}
