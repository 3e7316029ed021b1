import { type OwnReceipts, RECEIPT_LOOKUP_DAYS, type SaleView } from '@tillside/agent-contract';
import { AgentError } from '../errors.ts';
import type { Reader } from '../journal/index.ts';
import { type Clock, dateOf, instantOf } from '../ports.ts';

/** A kiosk finds nothing so often, and is then refused for a while: number and amount are short enough to be tried. */
const MAX_MISSES = 10;
const MISSES_WITHIN_MS = 10 * 60_000;
const DAY_MS = 86_400_000;
const MAX_OWN = 50;
/** Tills number by themselves: sales whose numbers end alike. */
const MAX_ALIKE = 200;

/** Finds a receipt by what stands on it. Counts misses in memory, by kiosk. */
export class ReceiptLookup {
  #clock: Clock;
  #misses = new Map<string, number[]>();

  constructor(options: { clock: Clock }) {
    this.#clock = options.clock;
  }

  /**
   * The sale with this number (or these digits at its end) and this amount, as payable or as paid; of several the newest. A wrong number and a wrong amount are told alike. Throws
   * RECEIPT_UNKNOWN, TOO_MANY_ATTEMPTS.
   */
  find(reader: Reader, kiosk: string, asked: { receiptNumber: string; amountFen: number }): string {
    const now = this.#clock.now();
    const recent = (this.#misses.get(kiosk) ?? []).filter((at) => at <= now && now - at < MISSES_WITHIN_MS);
    if (recent.length >= MAX_MISSES) throw new AgentError('TOO_MANY_ATTEMPTS');
    const saleId = saleWith(reader, asked, now);
    if (saleId !== undefined) return saleId;
    this.#misses.set(kiosk, [...recent, now]);
    throw new AgentError('RECEIPT_UNKNOWN');
  }
}

function saleWith(
  reader: Reader,
  { receiptNumber, amountFen }: { receiptNumber: string; amountFen: number },
  nowMs: number,
): string | undefined {
  const sinceMs = nowMs - RECEIPT_LOOKUP_DAYS * DAY_MS;
  const rows = reader.all<{ view: string }>(
    `SELECT view FROM sale WHERE business_date >= ? AND (upper(receipt_number) = upper(?) OR (? NOT GLOB '*[^0-9]*' AND receipt_number GLOB '*[^0-9]' || ?))
     ORDER BY business_date DESC, sale_id DESC LIMIT ?`,
    // A day earlier: the business day began before the sale.
    dateOf(instantOf(sinceMs - DAY_MS)),
    receiptNumber,
    receiptNumber,
    receiptNumber,
    MAX_ALIKE,
  );
  return rows
    .map(({ view }) => JSON.parse(view) as SaleView)
    .filter(({ completedAt }) => Date.parse(completedAt) >= sinceMs)
    .filter(({ paidFen, decision }) => [paidFen, decision.payableFen, decision.totalFen].includes(amountFen))
    .sort((a, b) => Date.parse(b.completedAt) - Date.parse(a.completedAt))[0]?.saleId;
}

const OF_MEMBER = '(SELECT ? UNION ALL SELECT member_id FROM member WHERE into_id = ?)';

/** A member's own sales in this store, the newest first. */
export function ownReceipts(reader: Reader, memberId: string): OwnReceipts['receipts'] {
  return reader
    .all<{ view: string; returns: number }>(
      `SELECT view, (SELECT count(*) FROM sale_return WHERE sale_return.sale_id = sale.sale_id) AS returns FROM sale
       WHERE member_id IN ${OF_MEMBER} ORDER BY business_date DESC, json_extract(view, '$.completedAt') DESC, sale_id DESC LIMIT ?`,
      memberId,
      memberId,
      MAX_OWN,
    )
    .map(({ view, returns }) => {
      const { saleId, receiptNumber, businessDate, completedAt, paidFen, decision } = JSON.parse(view) as SaleView;
      return { saleId, receiptNumber, businessDate, completedAt, paidFen, lines: decision.lines.length, returns };
    });
}

/** Throws RECEIPT_UNKNOWN for another's. */
export function checkOwnSale(reader: Reader, memberId: string, saleId: string): void {
  const sql = `SELECT 1 AS yes FROM sale WHERE sale_id = ? AND member_id IN ${OF_MEMBER}`;
  if (reader.get(sql, saleId, memberId, memberId) === undefined) throw new AgentError('RECEIPT_UNKNOWN');
}
