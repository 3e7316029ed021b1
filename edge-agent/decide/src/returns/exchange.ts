import type { Decision } from '../schema/decision.ts';
import { returnFor } from './settle.ts';
import type { ExchangeResult, PastSale, Returned } from './types.ts';

/**
 * Goods of a past sale for others: the return is settled as any other (`returnFor`), the new basket is decided as a sale of its own, and
 * the two are set off against each other. To give the same thing in another size at the price of the sale, decide the new basket with the
 * sale's own campaigns and instant. Cash rounding is not in it: it is of what is then paid. Errors as `returnFor`.
 */
export function exchangeFor(
  sale: PastSale,
  before: Returned,
  now: Returned,
  at: string,
  newDecision: Decision,
): ExchangeResult {
  const result = returnFor(sale, before, now, at);
  if (!result.ok) return result;
  const returned = result.settlement;
  const newTotalFen = newDecision.totalFen;
  const dueFen = newTotalFen - returned.refundFen + returned.payFen;
  return {
    ok: true,
    exchange: { returned, newTotalFen, payFen: Math.max(0, dueFen), refundFen: Math.max(0, -dueFen) },
  };
}
