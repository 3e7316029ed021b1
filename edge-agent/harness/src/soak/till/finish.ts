import type { Arguments, BasketView, SaleView } from '@tillside/agent-contract';
import type { Chance } from '../../random.ts';
import { type CrewTill, TerminalCrashed } from './crew.ts';
import { codeOf, type Floor } from './floor.ts';

const SHARE = { split: 0.3, ownNumber: 0.5, intruder: 0.15, givesBack: 0.15 };
/** What means that the basket is no longer what the shopper was shown. */
const CHANGED: ReadonlySet<string> = new Set([
  'PRICE_CHANGED',
  'LIMIT_REACHED',
  'POINTS_SPENT',
  'POINTS_CARD_LIMIT',
  'POINTS_OFFLINE_LIMIT',
  'COUPON_SPENT',
]);
/** What another terminal that wants a basket may be told. */
const NOT_YOURS: ReadonlySet<string> = new Set(['BASKET_OF_ANOTHER_TERMINAL', 'BASKET_STATE']);
/** A basket that changes each time it is to be paid is stuck. */
const MAX_TRIES = 8;

type Completion = Arguments<'completeBasket'>['body'];
type Decision = BasketView['decision'];

/** All in cash, or a part by a provider's token or a voucher. */
function tendersFor({ totalFen, cash }: Decision, chance: Chance): Completion['tenders'] {
  if (totalFen < 2 || !chance.happens(SHARE.split))
    return [{ kind: 'cash', amountFen: cash?.totalFen ?? totalFen, givenFen: (cash?.totalFen ?? totalFen) + 100 }];
  const partFen = chance.between(1, totalFen - 1);
  return [
    { kind: 'token', amountFen: partFen, token: `tok-${chance.between(1, 999_999)}` },
    { kind: 'voucher', amountFen: totalFen - partFen },
  ];
}

function completionOf(view: BasketView, till: CrewTill, chance: Chance): Completion {
  return {
    cashierId: till.name,
    ...(chance.happens(SHARE.ownNumber) ? { receiptNumber: till.client.receiptNumber() } : {}),
    expectedPayableFen: view.decision.payableFen,
    expectedDecisionKey: view.decisionKey,
    tenders: tendersFor(view.decision, chance),
  };
}

/** Completes a basket that the till is at, whatever changes meanwhile; now and then another till wants it at the same moment. Undefined where it was empty: it is cancelled. */
export async function complete(
  till: CrewTill,
  view: BasketView,
  chance: Chance,
  floor: Floor,
): Promise<SaleView | undefined> {
  const { ledger } = floor;
  const { basketId } = view;
  const params = { basketId };
  let shown = view;
  for (let tries = 1; ; tries++) {
    if (shown.lines.length === 0) {
      await cancel(till, basketId, chance, floor);
      return undefined;
    }
    const body = completionOf(shown, till, chance);
    const intruder = chance.happens(SHARE.intruder) ? floor.anotherTill(chance, till) : undefined;
    const key = till.client.newKey();
    const [mine] = await Promise.allSettled([
      till.write(chance, 'completeBasket', { params, body }, key),
      intruder === undefined ? undefined : intrude(intruder, shown, body, floor),
    ]);
    if (mine.status === 'fulfilled') {
      const sale = mine.value;
      floor.releases(basketId);
      if (sale.training === true) {
        ledger.trained.add(basketId);
        return undefined;
      }
      ledger.sold(sale);
      ledger.completions.push({ till: till.client, saleId: sale.saleId, args: { params, body, key } });
      floor.returnable.push({ saleId: sale.saleId, till, lineIds: sale.decision.lines.map(({ lineId }) => lineId) });
      return sale;
    }
    if (mine.reason instanceof TerminalCrashed) ledger.asks(basketId, body.expectedPayableFen);
    const code = codeOf(mine.reason);
    if (!CHANGED.has(code)) throw mine.reason;
    ledger.count('repriced');
    if (tries >= MAX_TRIES) {
      ledger.fail('BASKET_STUCK', `${basketId}: ${code} ${tries} times`);
      await cancel(till, basketId, chance, floor);
      return undefined;
    }
    shown = await till.read('getBasket', { params });
  }
}

/** Another till completes the basket, or puts something in: it must be told that the basket is not its. */
async function intrude(intruder: CrewTill, view: BasketView, body: Completion, { ledger }: Floor): Promise<void> {
  const params = { basketId: view.basketId };
  const key = intruder.client.newKey();
  ledger.count('intrusions');
  const sku = view.lines[0]?.sku;
  const call =
    sku === undefined || view.revision % 2 === 0
      ? intruder.client.call('completeBasket', { params, body: { ...body, cashierId: intruder.name }, key })
      : intruder.client.call('addLine', { params, body: { sku }, key });
  const said = await call.then(() => 'granted', codeOf);
  if (!NOT_YOURS.has(said)) ledger.fail('BASKET_SHARED', `${intruder.name} at ${view.basketId}: ${said}`);
}

export async function cancel(till: CrewTill, basketId: string, chance: Chance, floor: Floor): Promise<void> {
  const { ledger } = floor;
  floor.releases(basketId);
  const view = await till.write(chance, 'cancelBasket', { params: { basketId } }).catch((error: unknown) => {
    if (error instanceof TerminalCrashed) ledger.askedCancel.set(basketId, till.terminalId);
    throw error;
  });
  if (view.training === true) ledger.trained.add(basketId);
  else ledger.gone(basketId, till.terminalId);
}

/** One piece of a line of a past sale comes back. Refused where it came back already. */
export async function giveBack(till: CrewTill, chance: Chance, floor: Floor): Promise<void> {
  const past = floor.returnable.length === 0 ? undefined : chance.pick(floor.returnable);
  if (past === undefined) return;
  const body = {
    saleId: past.saleId,
    cashierId: till.name,
    lines: [{ lineId: chance.pick(past.lineIds), quantity: 1 }],
  };
  // Not by `write`: a terminal that crashed would never learn the return's number, by which returns are compared.
  const back = await till.client.call('returnLines', { body, key: till.client.newKey() }).catch((error: unknown) => {
    if (codeOf(error) !== 'RETURN_TOO_MANY') throw error;
    floor.ledger.count('returnsRefused');
  });
  if (back) floor.ledger.returned(till.terminalId, back, [['cash', back.refundFen - back.payFen]]);
}

export const wantsToGiveBack = (chance: Chance): boolean => chance.happens(SHARE.givesBack);

/** The till's basket for a piece of a past sale. Says false where nothing could be exchanged; the basket is then still open. */
export async function exchange(till: CrewTill, view: BasketView, chance: Chance, floor: Floor): Promise<boolean> {
  const past = floor.returnable.length === 0 ? undefined : chance.pick(floor.returnable);
  if (past === undefined || view.lines.length === 0 || view.training === true) return false;
  const { basketId, decision, decisionKey } = view;
  const returned = { saleId: past.saleId, lines: [{ lineId: chance.pick(past.lineIds), quantity: 1 }] };
  const complete = { cashierId: till.name, expectedPayableFen: decision.payableFen, expectedDecisionKey: decisionKey };
  const ask = (tenders: Arguments<'exchange'>['body']['tenders']) =>
    till.client.call('exchange', { body: { returned, basketId, complete, tenders }, key: till.client.newKey() });
  try {
    // The till shows what is due, which the refusal names; nothing is due where the goods that come back are worth more.
    const done = await ask([]).catch((error: unknown) => {
      const [, due] = /\(0 \/ (\d+)\)/.exec((error as Error).message) ?? [];
      if (codeOf(error) !== 'TENDER_MISMATCH' || due === undefined) throw error;
      return ask([{ kind: 'token', amountFen: Number(due), token: `tok-${basketId.slice(-8)}` }]);
    });
    floor.releases(basketId);
    floor.ledger.sold(done.sale);
    const exchangedFen = done.sale.tenders.reduce((sum, one) => sum + (one.kind === 'exchange' ? one.amountFen : 0), 0);
    const { payFen } = done.returned;
    floor.ledger.returned(till.terminalId, done.returned, [
      ['exchange', exchangedFen],
      ['token', -payFen],
      ['cash', done.refundFen],
    ]);
    floor.ledger.count('exchanges');
    return true;
  } catch (error) {
    const code = codeOf(error);
    if (code !== 'RETURN_TOO_MANY' && !CHANGED.has(code)) throw error;
    return false;
  }
}
