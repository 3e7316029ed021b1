import { type Arguments, type BasketView, CallError, type SaleView } from '@tillside/agent-contract';
import type { DemoBasket, DemoItem } from '../data/index.ts';
import type { Cashier } from './cashier.ts';
import type { MemberPhone } from './member-phone.ts';
import { type Pays, tendersFor } from './tenders.ts';
import type { Terminal } from './terminal.ts';

/** What a basket did beside being sold, chosen by its place in the day so that every run does the same. */
export interface Errand {
  basket: DemoBasket;
  /** On the member's card. */
  memberCode: string | undefined;
  /** Shows a code of its own instead. */
  phone: MemberPhone | undefined;
  /** In the wallet, and fit this basket. */
  coupons: string[];
  suspend: boolean;
  voidOne: boolean;
  cancel: boolean;
  giveBackOne: boolean;
  /** Takes the first of what is recommended that a hand can take. */
  takesPick: boolean;
  pays: Pays;
}

export interface Outcome {
  sale: SaleView | undefined;
  weighed: number;
  /** Goods with an age limit, at which the cashier looked at the shopper. */
  ageChecks: number;
  couponsRedeemed: number;
  recommended: { source: string; count: number; taken: number } | undefined;
}

export interface ShopperDay {
  items: ReadonlyMap<string, DemoItem>;
  /** How long a cashier takes from one scan to the next. */
  betweenScansMs: number;
}

/** One shopper at a till: scans, scale, member code, coupons, decision, tender, as far as the errand goes. */
export async function serve(cashier: Cashier, errand: Errand, day: ShopperDay): Promise<Outcome> {
  const key = (): string => cashier.newKey();
  const { basketId } = await cashier.call('openBasket', { body: { cashierId: cashier.cashierId }, key: key() });
  const params = { basketId };
  let weighed = 0;
  let ageChecks = 0;
  let view: BasketView | undefined;
  if (errand.memberCode !== undefined) view = await identify(cashier, basketId, errand.memberCode, errand.phone);
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
    const added = await addLine(cashier, basketId, {
      scan: scan.data,
      ...(byWeight ? { weigh: true } : { quantity: line.quantity }),
    });
    view = added.view;
    if (added.ageChecked) ageChecks += 1;
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
  const { source, items } = decision.recommendations;
  const pick = errand.takesPick ? items.find(({ sku }) => day.items.get(sku)?.soldBy === 'each') : undefined;
  if (pick !== undefined) decision.basket = (await addLine(cashier, basketId, { sku: pick.sku, quantity: 1 })).view;
  const recommended = { source, count: items.length, taken: pick === undefined ? 0 : 1 };
  if (errand.cancel || decision.basket.lines.length === 0) {
    await cashier.call('cancelBasket', { params, key: key() });
    return { sale: undefined, weighed, ageChecks, couponsRedeemed: 0, recommended };
  }
  const sale = await tender(cashier, decision.basket, errand.pays);
  if (errand.giveBackOne) await giveBackOne(cashier, sale);
  return { sale, weighed, ageChecks, couponsRedeemed: sale.decision.couponsConsumed.length, recommended };
}

/** The phone is scanned; one that was scanned within this half minute already (the day runs fast) has its card read instead. */
async function identify(
  cashier: Cashier,
  basketId: string,
  card: string,
  phone: MemberPhone | undefined,
): Promise<BasketView> {
  const show = async (shown: string): Promise<BasketView> => {
    const { data } = await cashier.scan(shown, ']Q1');
    const body = { code: data.replace(/^\]../, '') };
    return cashier.call('setMember', { params: { basketId }, body, key: cashier.newKey() });
  };
  if (phone === undefined) return show(card);
  try {
    return await show(phone.codeAt(Date.now()));
  } catch (error) {
    if (!(error instanceof CallError) || error.code !== 'MEMBER_CODE_USED') throw error;
    return show(card);
  }
}

/** Adds a line; where the goods have an age limit the cashier looks at the shopper and says so. */
export async function addLine(
  till: Terminal,
  basketId: string,
  line: Arguments<'addLine'>['body'],
): Promise<{ view: BasketView; ageChecked: boolean }> {
  const add = (body: Arguments<'addLine'>['body']) =>
    till.call('addLine', { params: { basketId }, body, key: till.newKey() });
  try {
    return { view: await add(line), ageChecked: false };
  } catch (error) {
    if (!(error instanceof CallError) || error.code !== 'AGE_CHECK_NEEDED') throw error;
    return { view: await add({ ...line, ageChecked: true }), ageChecked: true };
  }
}

/** What means that the basket is no longer what the shopper was shown. */
const CHANGED: ReadonlySet<string> = new Set(['PRICE_CHANGED', 'LIMIT_REACHED', 'POINTS_SPENT']);

/**
 * Pays what the shopper was shown, gifts and points included, and lets the agent number the receipt. When something of it changed while paying (a campaign ended,
 * another till took the last gift), the till asks again, once, as it would ask the shopper.
 */
export async function tender(till: Terminal, basket: BasketView, pays: Pays): Promise<SaleView> {
  const pay = async (view: BasketView): Promise<SaleView> => {
    const { cashRounding } = pays === 'split' ? await till.call('currentSession', {}) : {};
    return till.call('completeBasket', {
      params: { basketId: view.basketId },
      body: {
        cashierId: till.cashierId,
        expectedPayableFen: view.decision.payableFen,
        expectedDecisionKey: view.decisionKey,
        tenders: tendersFor(pays, view, cashRounding),
      },
      key: till.newKey(),
    });
  };
  const sale = await pay(basket).catch(async (error: unknown) => {
    if (!(error instanceof CallError) || !CHANGED.has(error.code)) throw error;
    return pay(await till.call('getBasket', { params: { basketId: basket.basketId } }));
  });
  if (sale.training === undefined) till.totals.addSale(sale);
  return sale;
}

async function giveBackOne(till: Terminal, sale: SaleView): Promise<void> {
  const line = sale.decision.lines[0];
  if (line === undefined) return;
  const back = await till.call('returnLines', {
    body: { saleId: sale.saleId, cashierId: till.cashierId, lines: [{ lineId: line.lineId, quantity: 1 }] },
    key: till.newKey(),
  });
  till.totals.addReturn(back);
}
