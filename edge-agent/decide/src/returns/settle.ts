import { type DecideError, decideError } from '../errors.ts';
import { giftErrors, piecesOf, saleErrors, unitErrors, unitsOf } from './check.ts';
import { CouponRule } from './coupons.ts';
import { GiftRule, type Pieces } from './gifts.ts';
import { GoodsRule } from './goods.ts';
import { PointsRule } from './points.ts';
import { type Counts, lineShareFen, type OpenSale, openSale, shareFen } from './sale.ts';
import type {
  GiftDue,
  PastDecision,
  PastSale,
  RefundLine,
  RefundResult,
  Returned,
  ReturnedUnits,
  ReturnResult,
  ReturnTotals,
} from './types.ts';

interface State {
  readonly counts: Counts;
  readonly pieces: Pieces;
}

/**
 * Settles a return of units, and of gifts, of a past sale at an instant (ISO). `before` is everything that came back earlier. Each figure is
 * a function of all that came back, after this return less before it, so that however returns are split or ordered they come to the same;
 * only a coupon's expiry looks at the instant, of the return that completes it.
 *
 * - Money: units give back their share of what their line was paid, savings of the whole basket included, so that a threshold can't be
 *   bought, kept and returned at list price. All refunds together are what was paid, and never more.
 * - Groups: see `GoodsRule`. Gifts: under `return-or-charge` see `GiftRule`; the charge takes refunds to 0 in all, never below.
 * - Points: see `PointsRule`. Coupons: see `CouponRule`.
 *
 * Errors: RETURN_LINE_UNKNOWN, RETURN_UNITS_INVALID, RETURN_EXCEEDS_SOLD, RETURN_GIFT_UNKNOWN, RETURN_EXCEEDS_GIVEN, RETURN_FACTS_MISSING,
 * RETURN_ROUNDING_INVALID, BAD_FORMAT (the instant).
 */
export function returnFor(sale: PastSale, before: Returned, now: Returned, at: string): ReturnResult {
  const { decision } = sale;
  const errors = [...saleErrors(sale), ...unitErrors(decision, before, now), ...giftErrors(decision, before, now)];
  const atMs = Date.parse(at);
  if (Number.isNaN(atMs)) errors.push(decideError('BAD_FORMAT', 'at'));
  if (errors.length > 0) return { ok: false, errors };
  const open = openSale(decision, sale.roundingFen, sale);
  const earlier = stateOf(open, before);
  const later = stateOf(open, { units: [...before.units, ...now.units], gifts: [...before.gifts, ...now.gifts] });
  const goods = new GoodsRule(open);
  const points = new PointsRule(open);
  const gifts = sale.campaigns.set.policy.returns?.gifts === 'return-or-charge' ? new GiftRule(open) : undefined;
  const totals = (state: State): [ReturnTotals, GiftDue[]] => {
    const { goodsFen, heldBackFen } = goods.of(state.counts);
    const due = gifts?.of(state.counts, state.pieces) ?? [];
    const wantedFen = due.reduce((sum, gift) => sum + gift.chargeFen, 0);
    const giftChargeFen = Math.min(wantedFen, goodsFen - heldBackFen);
    const { takenBack, givenBack } = points.of(state.counts);
    const refundFen = goodsFen - heldBackFen - giftChargeFen;
    const taxFen = shareFen(open, open.taxFen, state.counts);
    const moved = { pointsTakenBack: takenBack, pointsGivenBack: givenBack };
    return [{ refundFen, goodsFen, heldBackFen, giftChargeFen, taxFen, ...moved }, due];
  };
  const [was] = totals(earlier);
  const [total, due] = totals(later);
  const netFen = total.refundFen - was.refundFen;
  return {
    ok: true,
    settlement: {
      refundFen: Math.max(0, netFen),
      payFen: Math.max(0, -netFen),
      goodsFen: total.goodsFen - was.goodsFen,
      heldBackFen: total.heldBackFen - was.heldBackFen,
      giftChargeFen: total.giftChargeFen - was.giftChargeFen,
      taxFen: total.taxFen - was.taxFen,
      lines: refundLines(open, earlier.counts, later.counts),
      points: {
        takenBack: total.pointsTakenBack - was.pointsTakenBack,
        givenBack: total.pointsGivenBack - was.pointsGivenBack,
      },
      gifts: due,
      coupons: new CouponRule(open, sale).between(earlier, later, atMs),
      total,
    },
  };
}

/**
 * The money alone, for a sale of which only the decision is known: every unit its share of what its line was paid, nothing held back or
 * charged. Errors: RETURN_LINE_UNKNOWN, RETURN_UNITS_INVALID, RETURN_EXCEEDS_SOLD.
 */
export function refundFor(
  decision: PastDecision,
  returnedUnits: readonly ReturnedUnits[],
  alreadyReturned: readonly ReturnedUnits[],
): RefundResult {
  const before = { units: alreadyReturned, gifts: [] };
  const now = { units: returnedUnits, gifts: [] };
  const errors: DecideError[] = unitErrors(decision, before, now);
  if (errors.length > 0) return { ok: false, errors };
  const open = openSale(decision, 0, undefined);
  const all = { units: [...alreadyReturned, ...returnedUnits], gifts: [] };
  const lines = refundLines(open, stateOf(open, before).counts, stateOf(open, all).counts);
  return { ok: true, refundFen: lines.reduce((sum, line) => sum + line.refundFen, 0), lines };
}

function stateOf({ decision }: OpenSale, returned: Returned): State {
  const units = unitsOf(returned);
  return { counts: decision.lines.map((line) => units.get(line.lineId) ?? 0), pieces: piecesOf(returned) };
}

/** Lines of which units come back now, in the decision's order. */
function refundLines(sale: OpenSale, before: Counts, after: Counts): RefundLine[] {
  return sale.decision.lines.flatMap(({ lineId }, line) => {
    const units = (after[line] ?? 0) - (before[line] ?? 0);
    if (units === 0) return [];
    const share = (fen: readonly number[]): number =>
      lineShareFen(sale, fen, after, line) - lineShareFen(sale, fen, before, line);
    return [{ lineId, units, refundFen: share(sale.paidFen), taxFen: share(sale.taxFen) }];
  });
}
