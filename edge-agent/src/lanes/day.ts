import type { CloseDay, DayClosing, DayTotals, TotalsQuery } from '@tillside/agent-contract';
import type { EventBody } from '@tillside/protocol';
import type { z } from 'zod';
import { AgentError } from '../errors.ts';
import type { Reader, Tx } from '../journal/index.ts';
import { dateOf } from '../ports.ts';
import type { Counted } from './day-count.ts';

type Totals = z.infer<typeof DayTotals>;
type Closing = z.infer<typeof DayClosing>;
type Difference = Closing['differences'][number];

interface CountRow {
  what: Counted;
  key: string;
  amount: number;
  text: string | null;
}

/** Which part of a terminal's day; both absent: all of it. */
type Part = z.infer<typeof TotalsQuery>;

/** A terminal's totals of a business date, or of one session or shift of it. Reads some dozens of counters, however many sales there were. */
export function dayTotals(reader: Reader, terminalId: string, businessDate: string, part: Part = {}): Totals {
  const rows = countsOf(reader, terminalId, businessDate, part);
  const one = (what: Counted): number => amounts(rows, what)[''] ?? 0;
  const tenders = amounts(rows, 'tender');
  const refundTenders = amounts(rows, 'refundTender');
  const drawer = drawerOf(reader, terminalId, businessDate, part);
  const cashFen = drawer.floatFen + (tenders.cash ?? 0) - (refundTenders.cash ?? 0);
  const [first, last] = [receipt(rows, 'firstReceipt'), receipt(rows, 'lastReceipt')];
  const closing = lastClosing(reader, terminalId, businessDate);
  return {
    businessDate,
    terminalId,
    sales: one('sales'),
    returns: one('returns'),
    salesFen: one('salesFen'),
    refundsFen: one('refundsFen'),
    savingsFen: one('savingsFen'),
    tenders,
    refundTenders,
    taxFen: one('taxFen'),
    roundingFen: one('roundingFen'),
    pointsSpentFen: one('pointsSpentFen'),
    cancelled: one('cancelled'),
    promotions: promotionsOf(rows),
    cashFen,
    ...(drawer.countedFen === null
      ? {}
      : { countedCashFen: drawer.countedFen, cashOverFen: drawer.countedFen - cashFen }),
    ...(first === undefined ? {} : { firstReceipt: first }),
    ...(last === undefined ? {} : { lastReceipt: last }),
    closed: closing !== undefined,
    ...sinceClosing(reader, closing),
  };
}

/** Of a closed day: how much was booked behind its last Z. */
function sinceClosing(reader: Reader, closing: Closing | undefined): Pick<Totals, 'bookedSinceClosing'> {
  if (closing === undefined) return {};
  const { ours } = closing;
  const rows = countsOf(reader, ours.terminalId, ours.businessDate, {});
  const booked = (amounts(rows, 'sales')[''] ?? 0) + (amounts(rows, 'returns')[''] ?? 0);
  return booked === ours.sales + ours.returns ? {} : { bookedSinceClosing: booked - ours.sales - ours.returns };
}

function countsOf(reader: Reader, terminalId: string, businessDate: string, { sessionId, shiftId }: Part): CountRow[] {
  return reader.all<CountRow>(
    `SELECT what, key, amount, text FROM till_total WHERE terminal_id = ? AND business_date = ?
       AND (? IS NULL OR session_id = ?) AND (? IS NULL OR shift_id = ?)`,
    terminalId,
    businessDate,
    sessionId ?? null,
    sessionId ?? null,
    shiftId ?? null,
    shiftId ?? null,
  );
}

/** Sums by key, in the order of the keys. */
function amounts(rows: readonly CountRow[], of: Counted): Record<string, number> {
  const sums = new Map<string, number>();
  for (const { what, key, amount } of rows) if (what === of) sums.set(key, (sums.get(key) ?? 0) + amount);
  return Object.fromEntries([...sums].sort(([left], [right]) => (left < right ? -1 : 1)));
}

function receipt(rows: readonly CountRow[], of: 'firstReceipt' | 'lastReceipt'): string | undefined {
  const found = rows.filter(({ what }) => what === of).sort((left, right) => left.amount - right.amount);
  return found.at(of === 'firstReceipt' ? 0 : -1)?.text ?? undefined;
}

/** What each campaign saved, the biggest first. */
function promotionsOf(rows: readonly CountRow[]): Totals['promotions'] {
  const sales = amounts(rows, 'promotionSales');
  const brand = amounts(rows, 'promotionBrandFen');
  const names = new Map(rows.flatMap(({ what, key, text }) => (what === 'promotionFen' ? [[key, text] as const] : [])));
  return Object.entries(amounts(rows, 'promotionFen'))
    .map(([campaignId, amountFen]) => ({
      campaignId,
      name: JSON.parse(names.get(campaignId) ?? '') as Totals['promotions'][number]['name'],
      sales: sales[campaignId] ?? 0,
      amountFen,
      storeFen: amountFen - (brand[campaignId] ?? 0),
      brandFen: brand[campaignId] ?? 0,
    }))
    .sort((left, right) => right.amountFen - left.amountFen);
}

/** Floats of the sessions, and what was counted at their end: nothing unless all of them were counted. */
function drawerOf(
  reader: Reader,
  terminalId: string,
  businessDate: string,
  { sessionId, shiftId }: Part,
): { floatFen: number; countedFen: number | null } {
  const row = reader.get<{ float_fen: number | null; counted_fen: number | null; uncounted: number | null }>(
    `SELECT sum(opening_float_fen) AS float_fen, sum(counted_cash_fen) AS counted_fen, sum(counted_cash_fen IS NULL) AS uncounted
     FROM till_session WHERE terminal_id = ? AND business_date = ? AND training = 0
       AND (? IS NULL OR session_id = ?) AND (? IS NULL OR shift_id = ?)`,
    terminalId,
    businessDate,
    sessionId ?? null,
    sessionId ?? null,
    shiftId ?? null,
    shiftId ?? null,
  );
  return { floatFen: row?.float_fen ?? 0, countedFen: row?.uncounted === 0 ? row.counted_fen : null };
}

function lastClosing(reader: Reader, terminalId: string, businessDate: string): Closing | undefined {
  const row = reader.get<{ body: string }>(
    'SELECT body FROM day_closing WHERE terminal_id = ? AND business_date = ? ORDER BY z_number DESC LIMIT 1',
    terminalId,
    businessDate,
  );
  return row && (JSON.parse(row.body) as Closing);
}

/**
 * The Z report: compares the POS's own totals with ours and records the closing, agreed or not, with every difference. From then on nothing new is booked on the day; a
 * session of it that is still open ends. Closing again, when late sales came in, makes the next Z. `at`: instant with the store's offset. Throws DAY_NOT_BEGUN.
 */
export function closeDay(
  tx: Tx,
  terminalId: string,
  businessDate: string,
  pos: z.infer<typeof CloseDay>,
  at: string,
): Closing {
  if (businessDate > dateOf(at)) throw new AgentError('DAY_NOT_BEGUN', { detail: `(${businessDate})` });
  tx.run(
    'UPDATE till_session SET closed_at = ? WHERE terminal_id = ? AND business_date = ? AND closed_at IS NULL',
    at,
    terminalId,
    businessDate,
  );
  const { bookedSinceClosing: _compared, ...counted } = dayTotals(tx, terminalId, businessDate);
  const ours: Totals = { ...counted, closed: true };
  const differences = differencesOf(ours, pos);
  const zNumber =
    (tx.get<{ z: number | null }>('SELECT max(z_number) AS z FROM day_closing WHERE terminal_id = ?', terminalId)?.z ??
      0) + 1;
  const closing: Closing = { zNumber, ours, agreed: differences.length === 0, differences };
  tx.run(
    'INSERT INTO day_closing (terminal_id, business_date, z_number, at, body) VALUES (?, ?, ?, ?, ?)',
    terminalId,
    businessDate,
    zNumber,
    at,
    JSON.stringify(closing),
  );
  tx.append('tillside.day.closed.v1', bodyOf(closing));
  return closing;
}

function bodyOf({ ours, zNumber, agreed, differences }: Closing): EventBody<'tillside.day.closed.v1'> {
  return {
    businessDate: ours.businessDate,
    terminalId: ours.terminalId,
    sales: ours.sales,
    returns: ours.returns,
    payableFen: ours.salesFen - ours.refundsFen,
    tenders: ours.tenders,
    agreed,
    differences: differences.map(({ what, ours: oursFen, pos: posFen }) => ({ what, oursFen, posFen })),
    zNumber,
    refundTenders: ours.refundTenders,
    promotions: Object.fromEntries(ours.promotions.map(({ campaignId, amountFen }) => [campaignId, amountFen])),
  };
}

/** What the POS does not tell is not compared. */
function differencesOf(ours: Totals, pos: z.infer<typeof CloseDay>): Difference[] {
  const differences: Difference[] = [];
  const compare = (what: string, our: number, their: number | undefined): void => {
    if (their !== undefined && our !== their) differences.push({ what, ours: our, pos: their });
  };
  for (const what of ['sales', 'returns', 'salesFen', 'refundsFen', 'taxFen', 'roundingFen'] as const)
    compare(what, ours[what], pos[what]);
  const compareAll = (what: string, our: Record<string, number>, theirs: Record<string, number> | undefined): void => {
    if (theirs === undefined) return;
    for (const key of new Set([...Object.keys(our), ...Object.keys(theirs)]))
      compare(`${what} ${key}`, our[key] ?? 0, theirs[key] ?? 0);
  };
  compareAll('tender', ours.tenders, pos.tenders);
  compareAll('refund tender', ours.refundTenders, pos.refundTenders);
  const promotions = Object.fromEntries(ours.promotions.map(({ campaignId, amountFen }) => [campaignId, amountFen]));
  compareAll('promotion', promotions, pos.promotions);
  return differences;
}
