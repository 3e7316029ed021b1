import type { Returned } from '@tillside/decide';
import { breathe } from '../bench/decide-scenes.ts';
import { measure, type SoakReport } from '../measure.ts';
import { MAX_LISTED_FAILURES, type SoakFailure } from '../output/schema.ts';
import { type Chance, createChance } from '../random.ts';
import { checkGifts } from './gift-check.ts';
import { daysAfterSale, drawSale, RETURN_DAYS, type SoldBasket } from './past-sales.ts';
import { type Fail, type Played, play, type Step, together } from './return-play.ts';

/** Most sequences of returns that one decided sale meets, and fewest sales of a run: deciding costs more than returning. */
const SEQUENCES_PER_SALE = 400;
const LEAST_SALES = 50;
/** Earlier sales that goods are exchanged for. */
const EXCHANGE_POOL = 16;
const MOST_AT_ONCE = 4;
const ALL_COMES_BACK = 0.3;
const GIFTS_ARE_KEPT = 0.3;
const EXCHANGED = 0.2;

interface Tally {
  sales: number;
  sequences: number;
  returns: number;
  exchanges: number;
  wholeSales: number;
  giftsCharged: number;
  heldBack: number;
  askedToPay: number;
  couponsBack: number;
  couponsExpired: number;
  pointsMoved: number;
  refundedFen: number;
  failures: number;
}

export const returnsSoak = measure({
  description:
    'random sales with random returns and exchanges: to the fen, in any order the same, never above what was paid; points, coupons, gifts',
  options: {
    count: { description: 'sequences of returns', default: 100_000, min: 1, max: 100_000_000 },
    seed: {
      description: 'of everything drawn',
      default: Math.floor(Math.random() * 2 ** 31),
      min: 0,
      max: 2 ** 31 - 1,
    },
  },
  async run({ count, seed }, context): Promise<SoakReport> {
    const chance = createChance(seed);
    const failures: SoakFailure[] = [];
    const tally: Tally = {
      sales: 0,
      sequences: 0,
      returns: 0,
      exchanges: 0,
      wholeSales: 0,
      giftsCharged: 0,
      heldBack: 0,
      askedToPay: 0,
      couponsBack: 0,
      couponsExpired: 0,
      pointsMoved: 0,
      refundedFen: 0,
      failures: 0,
    };
    const recent: SoldBasket[] = [];
    const perSale = Math.min(SEQUENCES_PER_SALE, Math.ceil(count / LEAST_SALES));
    context.progress.stage('sequences of returns', count);
    while (tally.sequences < count) {
      context.signal.throwIfAborted();
      // A source of its own for each sale: what one draws does not shift the next, and a failure names where it was.
      const own = chance.fork();
      const sold = drawSale(own);
      recent.push(sold);
      if (recent.length > EXCHANGE_POOL) recent.shift();
      const run = Math.min(perSale, count - tally.sequences);
      for (let place = 0; place < run; place++) {
        const fail: Fail = (code, message) => {
          tally.failures += 1;
          const text = `sale ${tally.sales}, sequence ${place}: ${message}`;
          if (failures.length < MAX_LISTED_FAILURES) failures.push({ code, message: text });
        };
        runSequence(own, sold, recent, tally, fail);
      }
      tally.sales += 1;
      tally.sequences += run;
      context.progress.tick(run);
      await breathe();
    }
    return { counts: { ...tally }, failures };
  },
});

/** What comes back: all of the sale, all but its gifts, or some of it; in random order. */
function drawPieces(
  chance: Chance,
  { pieces }: SoldBasket,
): { chosen: Returned[]; goodsBack: boolean; giftsBack: boolean } {
  const goodsBack = chance.happens(ALL_COMES_BACK);
  const giftsBack = goodsBack && !chance.happens(GIFTS_ARE_KEPT);
  const some = chance.sample(pieces, goodsBack ? pieces.length : chance.between(1, pieces.length));
  const chosen = goodsBack && !giftsBack ? some.filter((piece) => piece.units.length > 0) : some;
  return { chosen, goodsBack, giftsBack };
}

function cut(chance: Chance, pieces: readonly Returned[], exchangeFor: () => SoldBasket | undefined): Step[] {
  const steps: Step[] = [];
  for (let from = 0; from < pieces.length; ) {
    const to = from + chance.between(1, MOST_AT_ONCE);
    steps.push({ now: together(pieces.slice(from, to)), exchangeFor: exchangeFor() });
    from = to;
  }
  return steps;
}

/** Plays one sequence as drawn, in another order, and at once: all three must come to the same. */
function runSequence(chance: Chance, sold: SoldBasket, others: readonly SoldBasket[], tally: Tally, fail: Fail): void {
  const { chosen, goodsBack, giftsBack } = drawPieces(chance, sold);
  const at = daysAfterSale(chance.between(0, RETURN_DAYS));
  const maybe = (): SoldBasket | undefined => (chance.happens(EXCHANGED) ? chance.pick(others) : undefined);
  const steps = cut(chance, chosen, maybe);
  const drawn = play(sold, steps, at, fail);
  const shuffled = play(
    sold,
    cut(chance, chance.sample(chosen, chosen.length), () => undefined),
    at,
    fail,
  );
  const once = play(sold, [{ now: together(chosen), exchangeFor: undefined }], at, fail);
  if (!drawn || !shuffled || !once) return;
  for (const [way, other] of [['shuffled', shuffled] as const, ['at once', once] as const]) {
    const [left, right] = [shownResult(drawn), shownResult(other)];
    if (left !== right) fail('ORDER_MATTERS', `${way}: ${left} and ${right}`);
  }
  if (goodsBack) checkWhole(sold, drawn, giftsBack, fail);
  checkGifts(sold, together(chosen), drawn, fail);
  checkCoupons(sold, together(chosen), drawn, fail);
  count(tally, steps.length, drawn, goodsBack);
}

/** Everything that must not depend on the order, as text. */
const shownResult = ({ netFen, pointsTakenBack, pointsGivenBack, couponsBack, couponsExpired, last }: Played): string =>
  JSON.stringify([
    netFen,
    pointsTakenBack,
    pointsGivenBack,
    [...couponsBack].sort(),
    [...couponsExpired].sort(),
    last?.gifts,
    last?.total,
  ]);

/** All goods came back: all money but for kept gifts, all points, and a word on every coupon. */
function checkWhole({ sale, decision, paidFen }: SoldBasket, played: Played, giftsBack: boolean, fail: Fail): void {
  const { gifts, coupons } = sale.campaigns.set.policy.returns ?? { gifts: 'stay-given', coupons: 'stay-spent' };
  const valueFen = decision.gifts.reduce((sum, gift) => sum + gift.chosen.valueFen, 0);
  const chargedFen = gifts === 'stay-given' || giftsBack ? 0 : Math.min(valueFen, paidFen);
  if (played.netFen !== paidFen - chargedFen)
    fail('MONEY_NOT_CONSERVED', `paid ${paidFen}, gifts ${chargedFen}, back ${played.netFen}`);
  const { earned, spent } = decision.points;
  if (played.pointsTakenBack !== earned || played.pointsGivenBack !== spent)
    fail('POINTS_NOT_CONSERVED', `earned ${earned}, spent ${spent}; ${JSON.stringify(played.last?.total)}`);
  const due =
    coupons === 'stay-spent' || (!giftsBack && decision.gifts.length > 0) ? undefined : decision.couponsConsumed;
  const told = [...played.couponsBack, ...played.couponsExpired].sort();
  if (due !== undefined && told.join() !== [...due].sort().join()) fail('COUPON_LOST', `${due.join()}: ${told.join()}`);
}

/** A coupon comes back at most once, never under the other policy, and not while a unit that it saved on is kept. */
function checkCoupons({ sale, decision }: SoldBasket, returned: Returned, played: Played, fail: Fail): void {
  const told = [...played.couponsBack, ...played.couponsExpired];
  if (new Set(told).size !== told.length) fail('COUPON_TWICE', told.join());
  if (told.length > 0 && sale.campaigns.set.policy.returns?.coupons !== 'when-all-returned')
    fail('COUPON_NOT_DUE', told.join());
  const back = new Map<string, number>();
  for (const { lineId, units } of returned.units) back.set(lineId, (back.get(lineId) ?? 0) + units);
  for (const couponId of told) {
    const saved = decision.lines.filter((line) => line.adjustments.some((one) => one.couponId === couponId));
    if (saved.some(({ lineId, quantity }) => (back.get(lineId) ?? 0) < quantity)) fail('COUPON_NOT_DUE', couponId);
  }
}

function count(
  tally: Tally,
  returns: number,
  { netFen, exchanges, last, ...played }: Played,
  goodsBack: boolean,
): void {
  tally.returns += returns;
  tally.exchanges += exchanges;
  tally.wholeSales += goodsBack ? 1 : 0;
  tally.giftsCharged += (last?.total.giftChargeFen ?? 0) > 0 ? 1 : 0;
  tally.heldBack += (last?.total.heldBackFen ?? 0) > 0 ? 1 : 0;
  tally.askedToPay += played.askedToPay;
  tally.couponsBack += played.couponsBack.length;
  tally.couponsExpired += played.couponsExpired.length;
  tally.pointsMoved += played.pointsTakenBack + played.pointsGivenBack > 0 ? 1 : 0;
  tally.refundedFen += netFen;
}
