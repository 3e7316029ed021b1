import { type BasketView, CallError, type SaleView } from '@tillside/agent-contract';
import type { DemoBasket, DemoItem } from '../data/index.ts';
import type { Cashier } from './cashier.ts';

/** What a basket did beside being sold, chosen by its place in the day so that every run does the same. */
export interface Errand {
  basket: DemoBasket;
  /** Codes on the member's phone, and coupons in the wallet that fit this basket. */
  memberCode: string | undefined;
  coupons: string[];
  suspend: boolean;
  voidOne: boolean;
  cancel: boolean;
  giveBackOne: boolean;
}

export interface Outcome {
  sale: SaleView | undefined;
  weighed: number;
  couponsRedeemed: number;
  recommended: { source: string; count: number } | undefined;
}

export interface ShopperDay {
  items: ReadonlyMap<string, DemoItem>;
  businessDate: string;
  /** How long a cashier takes from one scan to the next. */
  betweenScansMs: number;
}

/** One shopper at a till: scans, scale, member code, coupons, decision, tender, as far as the errand goes. */
export async function serve(cashier: Cashier, errand: Errand, day: ShopperDay): Promise<Outcome> {
  const key = (): string => cashier.newKey();
  const { basketId } = await cashier.call('openBasket', { body: { cashierId: cashier.cashierId }, key: key() });
  const params = { basketId };
  let weighed = 0;
  let view: BasketView | undefined;
  if (errand.memberCode !== undefined) {
    const scan = await cashier.scan(errand.memberCode, ']Q1');
    view = await cashier.call('setMember', { params, body: { code: scan.data.replace(/^\]../, '') }, key: key() });
  }
  for (const line of errand.basket.lines) {
    const item = day.items.get(line.sku);
    if (item === undefined) continue;
    if (day.betweenScansMs > 0) await new Promise((resolve) => setTimeout(resolve, day.betweenScansMs));
    const scan = await cashier.scan(item.gtin, ']E0');
    const byWeight = item.soldBy === 'weight';
    if (byWeight) {
      cashier.counter.scale.setWeight(Math.max(5, line.weightGrams - (line.weightGrams % 5)));
      weighed += 1;
    }
    view = await cashier.call('addLine', {
      params,
      body: { scan: scan.data, ...(byWeight ? { weigh: true } : { quantity: line.quantity }) },
      key: key(),
    });
  }
  if (errand.voidOne && view !== undefined && view.lines.length > 1) {
    const last = view.lines[view.lines.length - 1];
    if (last !== undefined)
      view = await cashier.call('voidLine', { params: { basketId, lineId: last.lineId }, key: key() });
  }
  for (const coupon of errand.coupons) {
    const scan = await cashier.scan(coupon, ']Q1');
    view = await cashier.call('addCoupon', { params, body: { code: scan.data.replace(/^\]../, '') }, key: key() });
  }
  if (errand.suspend) {
    await cashier.call('suspendBasket', { params, key: key() });
    view = await cashier.call('resumeBasket', { params, key: key() });
  }
  const decision = await cashier.call('getDecision', { params });
  cashier.decisionMs.push(decision.decisionMs);
  const recommended = { source: decision.recommendations.source, count: decision.recommendations.items.length };
  if (errand.cancel || decision.basket.lines.length === 0) {
    await cashier.call('cancelBasket', { params, key: key() });
    return { sale: undefined, weighed, couponsRedeemed: 0, recommended };
  }
  const sale = await tender(cashier, decision.basket, day.businessDate);
  if (errand.giveBackOne) await giveBackOne(cashier, sale, day.businessDate);
  return { sale, weighed, couponsRedeemed: sale.decision.couponsConsumed.length, recommended };
}

/** What means that the basket is no longer what the shopper was shown. */
const CHANGED: ReadonlySet<string> = new Set(['PRICE_CHANGED', 'LIMIT_REACHED', 'POINTS_SPENT']);

/**
 * Pays with a provider's token what the shopper was shown, gifts and points included. When something of it changed while paying (a campaign
 * ended, another till took the last gift), the till asks again, once, as it would ask the shopper.
 */
async function tender(cashier: Cashier, basket: BasketView, businessDate: string): Promise<SaleView> {
  const pay = ({ basketId, decision, decisionKey }: BasketView): Promise<SaleView> =>
    cashier.call('completeBasket', {
      params: { basketId },
      body: {
        cashierId: cashier.cashierId,
        receiptNumber: cashier.receiptNumber(),
        businessDate,
        expectedPayableFen: decision.payableFen,
        expectedDecisionKey: decisionKey,
        tenders: [{ kind: 'token', amountFen: decision.totalFen, token: `tok-${basketId.slice(-12)}` }],
      },
      key: cashier.newKey(),
    });
  const sale = await pay(basket).catch(async (error: unknown) => {
    if (!(error instanceof CallError) || !CHANGED.has(error.code)) throw error;
    return pay(await cashier.call('getBasket', { params: { basketId: basket.basketId } }));
  });
  countSale(cashier, sale);
  return sale;
}

export function countSale(cashier: Cashier, sale: SaleView): void {
  const { totals } = cashier;
  totals.sales += 1;
  totals.salesFen += sale.decision.payableFen;
  for (const paid of sale.tenders) totals.tenders[paid.kind] = (totals.tenders[paid.kind] ?? 0) + paid.amountFen;
}

async function giveBackOne(cashier: Cashier, sale: SaleView, businessDate: string): Promise<void> {
  const line = sale.decision.lines[0];
  if (line === undefined) return;
  const back = await cashier.call('returnLines', {
    body: {
      saleId: sale.saleId,
      cashierId: cashier.cashierId,
      receiptNumber: cashier.receiptNumber(),
      businessDate,
      lines: [{ lineId: line.lineId, quantity: 1 }],
    },
    key: cashier.newKey(),
  });
  cashier.totals.returns += 1;
  cashier.totals.refundsFen += back.refundFen - back.payFen;
}
