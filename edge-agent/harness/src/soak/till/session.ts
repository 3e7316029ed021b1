import type { BasketView } from '@tillside/agent-contract';
import type { Chance } from '../../random.ts';
import { type CrewTill, TerminalCrashed } from './crew.ts';
import { cancel, complete, exchange, giveBack, wantsToGiveBack } from './finish.ts';
import { codeOf, type Floor } from './floor.ts';

const MAX_LINES = 6;
const MAX_QUANTITY = 4;
/** How often a session does what; each is drawn on its own. */
const SHARE = {
  late: 0.08,
  shelf: 0.2,
  race: 0.5,
  training: 0.04,
  member: 0.5,
  coupon: 0.25,
  points: 0.15,
  changes: 0.25,
  voids: 0.2,
  suspends: 0.2,
  cancels: 0.1,
  exchanges: 0.08,
};
const MAX_POINTS = 500;
/** A terminal that crashes again while it comes back tries again so often; a share of six in a thousand makes more unlikely. */
const MAX_COMEBACKS = 8;
const SETTLED: ReadonlySet<string> = new Set(['BASKET_STATE', 'BASKET_OF_ANOTHER_TERMINAL']);
/** What a coupon that was spent, or is of somebody else, may be refused with. */
const NO_COUPON: ReadonlySet<string> = new Set(['COUPON_SPENT', 'COUPON_OF_ANOTHER_MEMBER', 'COUPON_EXPIRED']);
const NO_POINTS: ReadonlySet<string> = new Set(['POINTS_CARD_LIMIT', 'POINTS_OFFLINE_LIMIT']);

/** One shopper at one till, or a basket from the shelf, or a sale made alone; and what the terminal does after a crash. */
export async function runSession(till: CrewTill, chance: Chance, floor: Floor): Promise<void> {
  try {
    if (chance.happens(SHARE.late)) return await sellAlone(till, chance, floor);
    const waiting = chance.happens(SHARE.shelf) ? floor.lookAtShelf(chance) : undefined;
    if (waiting !== undefined) return await resume(till, waiting, chance, floor);
    await finish(till, await fill(till, chance, floor), chance, floor);
  } catch (error) {
    if (!(error instanceof TerminalCrashed)) throw error;
    await comeBack(till, chance, floor);
  }
}

async function fill(till: CrewTill, chance: Chance, floor: Floor): Promise<BasketView> {
  const training = chance.happens(SHARE.training) ? { training: true } : {};
  let view = await till.write(chance, 'openBasket', { body: { cashierId: till.name, ...training } });
  floor.takes(view.basketId, till);
  const params = { basketId: view.basketId };
  if (chance.happens(SHARE.member))
    view = await till.write(chance, 'setMember', { params, body: { code: chance.pick(floor.memberCodes) } });
  for (const { sku } of chance.sample(floor.pool, chance.between(1, MAX_LINES)))
    view = await till.write(chance, 'addLine', { params, body: { sku, quantity: chance.between(1, MAX_QUANTITY) } });
  if (chance.happens(SHARE.changes)) {
    const { lineId } = chance.pick(view.lines);
    const body = { quantity: chance.between(1, MAX_QUANTITY) };
    view = await till.write(chance, 'changeLine', { params: { ...params, lineId }, body });
  }
  if (chance.happens(SHARE.voids))
    view = await till.write(chance, 'voidLine', { params: { ...params, lineId: chance.pick(view.lines).lineId } });
  if (chance.happens(SHARE.coupon) && floor.couponCodes.length > 0) view = await coupon(till, view, chance, floor);
  if (chance.happens(SHARE.points) && view.member !== undefined) view = await points(till, view, chance, floor);
  await till.read('getDecision', { params });
  return view;
}

/** What a card may spend a day, or a store without word from HQ, may be used up: then the wish is refused, and the basket stays as it is. */
async function points(till: CrewTill, view: BasketView, chance: Chance, floor: Floor): Promise<BasketView> {
  const params = { basketId: view.basketId };
  const body = { points: chance.between(1, MAX_POINTS) };
  return till.write(chance, 'payWithPoints', { params, body }).catch((error: unknown) => {
    if (error instanceof TerminalCrashed || !NO_POINTS.has(codeOf(error))) throw error;
    floor.ledger.count('pointsRefused');
    return view;
  });
}

async function coupon(till: CrewTill, view: BasketView, chance: Chance, floor: Floor): Promise<BasketView> {
  const { basketId } = view;
  const code = chance.pick(floor.wantedCoupons());
  return till.write(chance, 'addCoupon', { params: { basketId }, body: { code } }).catch((error: unknown) => {
    if (error instanceof TerminalCrashed || !NO_COUPON.has(codeOf(error))) throw error;
    floor.ledger.count('couponsRefused');
    return view;
  });
}

/** What becomes of a basket that the till is at. */
async function finish(till: CrewTill, view: BasketView, chance: Chance, floor: Floor): Promise<void> {
  if (floor.shelfHasRoom && chance.happens(SHARE.suspends)) return suspend(till, view.basketId, chance, floor);
  if (chance.happens(SHARE.cancels)) return cancel(till, view.basketId, chance, floor);
  if (chance.happens(SHARE.exchanges) && (await exchange(till, view, chance, floor))) return;
  const sale = await complete(till, view, chance, floor);
  if (sale !== undefined && wantsToGiveBack(chance)) await giveBack(till, chance, floor);
}

async function suspend(till: CrewTill, basketId: string, chance: Chance, floor: Floor): Promise<void> {
  floor.releases(basketId);
  await till.write(chance, 'suspendBasket', { params: { basketId } });
  floor.putOnShelf(basketId);
  floor.ledger.count('suspended');
}

/** Takes a waiting basket over; half of the time another till wants it at the same moment, and who gets it goes on with it. */
async function resume(till: CrewTill, basketId: string, chance: Chance, floor: Floor): Promise<void> {
  const wanting = [till, ...(chance.happens(SHARE.race) ? [floor.anotherTill(chance, till)] : [])];
  if (wanting.length > 1) floor.ledger.count('races');
  const params = { basketId };
  const answers = await Promise.all(
    wanting.map((one) =>
      one.client.call('resumeBasket', { params, key: one.client.newKey() }).then(
        (view) => ({ one, view }),
        (error: unknown) => {
          const code = codeOf(error);
          if (code !== 'BASKET_STATE') floor.ledger.fail('RESUME_REFUSED', `${one.name} ${basketId}: ${code}`);
          return undefined;
        },
      ),
    ),
  );
  const [got, ...others] = answers.flatMap((answer) => answer ?? []);
  if (others.length > 0) floor.ledger.fail('BASKET_SHARED', `${basketId} was resumed ${others.length + 1} times`);
  if (got === undefined) return;
  floor.takeFromShelf(basketId);
  floor.takes(basketId, got.one);
  floor.ledger.count('resumed');
  if (got.one === till) return finish(till, got.view, chance, floor);
  await handBack(got.one, basketId, floor);
}

/** The other till got the basket, and has a shopper of its own: it puts it back. After a crash it may have gone on with it already. */
async function handBack(other: CrewTill, basketId: string, floor: Floor): Promise<void> {
  floor.releases(basketId);
  const done = await other.client
    .call('suspendBasket', { params: { basketId }, key: other.client.newKey() })
    .then(() => true, wasSettled);
  if (done) floor.putOnShelf(basketId);
}

/** The terminal is up again and knows nothing: it asks for its open baskets and goes on with each. */
export async function comeBack(till: CrewTill, chance: Chance, floor: Floor): Promise<void> {
  for (let times = 1; ; times++) {
    try {
      const { baskets } = await till.read('listBaskets', { query: { state: 'open' } });
      for (const view of baskets) {
        floor.releases(view.basketId);
        floor.takes(view.basketId, till);
        if (view.training === true) floor.ledger.trained.add(view.basketId);
        floor.ledger.count('foundAgain');
        await finish(till, view, chance, floor).catch(wasSettled);
      }
      return;
    } catch (error) {
      if (!(error instanceof TerminalCrashed) || times >= MAX_COMEBACKS) throw error;
    }
  }
}

/** What the terminal had sent before its crash took effect only now: the basket is settled already, or waits, or went to another till. */
function wasSettled(error: unknown): void {
  if (error instanceof TerminalCrashed || !SETTLED.has(codeOf(error))) throw error;
}

/** The till sells alone and posts the sale later, now and then twice, at once or after a crash under another key; it keeps such sales on its own disk. */
async function sellAlone(till: CrewTill, chance: Chance, floor: Floor): Promise<void> {
  const lines = chance.sample(floor.pool, chance.between(1, MAX_LINES)).map((item) => {
    const quantity = chance.between(1, MAX_QUANTITY);
    return { sku: item.sku, quantity, payableFen: item.unitPriceFen * quantity };
  });
  const amountFen = lines.reduce((sum, line) => sum + line.payableFen, 0);
  const member = chance.happens(SHARE.member) ? { memberCode: chance.pick(floor.memberCodes) } : {};
  const body = {
    cashierId: till.name,
    receiptNumber: till.client.aloneNumber(),
    businessDate: floor.businessDate,
    completedAt: `${floor.businessDate}T09:00:00+08:00`,
    ...member,
    lines,
    tenders: [{ kind: 'cash' as const, amountFen }],
  };
  const post = () => till.write(chance, 'postLateSale', { body });
  const sale = await post().catch((error: unknown) => {
    if (!(error instanceof TerminalCrashed)) throw error;
    return till.client.call('postLateSale', { body, key: till.client.newKey() });
  });
  floor.ledger.sold(sale);
  floor.ledger.count('lateSales');
  const again = await till.client.call('postLateSale', { body, key: till.client.newKey() });
  if (again.saleId !== sale.saleId) floor.ledger.fail('LATE_SALE_TWICE', `${body.receiptNumber} of ${till.name}`);
}
