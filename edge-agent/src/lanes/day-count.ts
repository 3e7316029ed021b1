import type { SaleView } from '@tillside/agent-contract';
import type { Tx } from '../journal/index.ts';

/** Where something is counted: a terminal's day, and the session and shift of it where there is one. */
export interface CountScope {
  readonly terminalId: string;
  readonly businessDate: string;
  readonly sessionId?: string | undefined;
  readonly shiftId?: string | undefined;
}

/** What is counted. `tender` and `refundTender` by kind, `promotion...` by campaign, the rest under the empty key. */
export type Counted =
  | 'sales'
  | 'salesFen'
  | 'savingsFen'
  | 'returns'
  | 'refundsFen'
  | 'taxFen'
  | 'roundingFen'
  | 'pointsSpentFen'
  | 'cancelled'
  | 'tender'
  | 'refundTender'
  | 'promotionSales'
  | 'promotionFen'
  | 'promotionBrandFen'
  | 'firstReceipt'
  | 'lastReceipt';

type Amounts = readonly { readonly kind: string; readonly amountFen: number }[];

const INSERT = `INSERT INTO till_total (terminal_id, business_date, session_id, shift_id, what, key, amount, text) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (terminal_id, business_date, session_id, shift_id, what, key)`;
const ADD = `${INSERT} DO UPDATE SET amount = amount + excluded.amount, text = coalesce(excluded.text, text)`;
const KEEP = `${INSERT} DO NOTHING`;
const REPLACE = `${INSERT} DO UPDATE SET amount = excluded.amount, text = excluded.text`;

/**
 * Totals are counted up in the transaction of what they count: a report of a day with thousands of sales reads some dozens of rows. Nothing but these functions
 * writes them.
 */
export function countSale(tx: Tx, view: SaleView): void {
  const { decision } = view;
  noteReceipt(tx, view, view.receiptNumber);
  add(tx, view, 'sales', '', 1);
  add(tx, view, 'salesFen', '', decision.payableFen);
  add(tx, view, 'savingsFen', '', decision.savingsFen);
  add(tx, view, 'taxFen', '', decision.taxFen);
  add(tx, view, 'roundingFen', '', view.roundingFen);
  add(tx, view, 'pointsSpentFen', '', decision.points.spentFen);
  for (const { kind, amountFen } of view.tenders) add(tx, view, 'tender', kind, amountFen);
  for (const [campaignId, { name, amountFen, brandFen }] of byCampaign(decision.applied)) {
    add(tx, view, 'promotionSales', campaignId, 1);
    add(tx, view, 'promotionFen', campaignId, amountFen, JSON.stringify(name));
    add(tx, view, 'promotionBrandFen', campaignId, brandFen);
  }
}

/** What each campaign saved, one that two coupons brought counted once; what gives points only saves nothing. */
function byCampaign(applied: SaleView['decision']['applied']) {
  const sums = new Map<string, { name: { zh: string; en: string }; amountFen: number; brandFen: number }>();
  for (const { campaignId, name, amountFen, brandFen } of applied) {
    if (amountFen === 0) continue;
    const sum = sums.get(campaignId) ?? { name, amountFen: 0, brandFen: 0 };
    sums.set(campaignId, { name, amountFen: sum.amountFen + amountFen, brandFen: sum.brandFen + brandFen });
  }
  return sums;
}

/** A return of any kind. `netFen`: refunded less asked for; `tenders`: what was handed out, negative where it was asked for; `taxFen`: within it. */
export function countReturn(
  tx: Tx,
  scope: CountScope & { readonly receiptNumber: string },
  of: { readonly netFen: number; readonly taxFen: number; readonly tenders: Amounts },
): void {
  noteReceipt(tx, scope, scope.receiptNumber);
  add(tx, scope, 'returns', '', 1);
  add(tx, scope, 'refundsFen', '', of.netFen);
  add(tx, scope, 'taxFen', '', -of.taxFen);
  for (const { kind, amountFen } of of.tenders) add(tx, scope, 'refundTender', kind, amountFen);
}

export const countCancelled = (tx: Tx, scope: CountScope): void => add(tx, scope, 'cancelled', '', 1);

function noteReceipt(tx: Tx, scope: CountScope, receiptNumber: string): void {
  const booked = tx.get<{ n: number | null }>(
    `SELECT sum(amount) AS n FROM till_total WHERE terminal_id = ? AND business_date = ? AND what IN ('sales', 'returns')`,
    scope.terminalId,
    scope.businessDate,
  )?.n;
  put(tx, KEEP, scope, 'firstReceipt', '', (booked ?? 0) + 1, receiptNumber);
  put(tx, REPLACE, scope, 'lastReceipt', '', (booked ?? 0) + 1, receiptNumber);
}

function add(tx: Tx, scope: CountScope, what: Counted, key: string, amount: number, text?: string): void {
  if (amount !== 0) put(tx, ADD, scope, what, key, amount, text);
}

function put(
  tx: Tx,
  sql: string,
  { terminalId, businessDate, sessionId = '', shiftId = '' }: CountScope,
  what: Counted,
  key: string,
  amount: number,
  text?: string,
): void {
  tx.run(sql, terminalId, businessDate, sessionId, shiftId, what, key, amount, text ?? null);
}
