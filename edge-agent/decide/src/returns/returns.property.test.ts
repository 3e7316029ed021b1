import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CompiledCampaigns, compileCampaigns } from '../compile.ts';
import { decide } from '../decide.ts';
import type { Basket } from '../schema/basket.ts';
import type { Decision } from '../schema/decision.ts';
import type { ReturnsPolicy } from '../schema/policy.ts';
import { anyCase } from '../testing/arbitraries.ts';
import { touches } from './campaigns.ts';
import { returnFor } from './settle.ts';
import { AT, nothing } from './testing/sales.ts';
import type { PastSale, Returned, ReturnSettlement } from './types.ts';

const policy: fc.Arbitrary<ReturnsPolicy> = fc.record({
  coupons: fc.constantFrom('stay-spent', 'when-all-returned', 'when-all-returned'),
  expiredCoupons: fc.constantFrom('stay-expired', 'extend'),
  extendDays: fc.integer({ min: 1, max: 30 }),
  gifts: fc.constantFrom('stay-given', 'return-or-charge', 'return-or-charge', 'return-or-charge'),
});

const expiries = fc.constantFrom('2026-03-01T00:00:00Z', '2026-06-01T00:00:00Z', undefined);

/** Lets each group have taken units of every line of its items, whether they saved or not: the most that can be held back. */
function tied(decision: Decision, { byId }: CompiledCampaigns, { lines: facts }: Basket): Decision {
  const groups = decision.applied.flatMap(({ campaignId }) => {
    const compiled = byId.get(campaignId);
    return compiled && ['buy-get', 'nth-item'].includes(compiled.campaign.kind) ? [compiled] : [];
  });
  const lines = decision.lines.map((line, index) => {
    const paid = groups.filter((compiled) => touches(compiled, facts[index]));
    const paidUnits = paid.map(({ campaign }) => ({ campaignId: campaign.id, amountFen: 0, units: 1 }));
    return { ...line, adjustments: [...line.adjustments, ...paidUnits] };
  });
  return { ...decision, lines };
}

const pastSale: fc.Arbitrary<PastSale> = fc
  .tuple(anyCase(8, 3, 3), policy, fc.boolean(), expiries)
  .map(([{ context, set, basket }, returns, inCash, expiresAt]) => {
    const campaigns = compileCampaigns({ ...set, policy: { ...set.policy, returns } });
    const decision = tied(decide(context, campaigns, basket), campaigns, basket);
    const dated = decision.couponsConsumed.map((couponId): [string, string | undefined] => [couponId, expiresAt]);
    return {
      decision,
      lines: basket.lines,
      campaigns,
      roundingFen: inCash ? (decision.cash?.roundingFen ?? 0) : 0,
      couponExpiresAt: Object.fromEntries(dated.flatMap(([id, at]) => (at === undefined ? [] : [[id, at]]))),
    };
  });

/** Every unit and every gift's piece of a sale, one by one. */
function pieces({ decision }: PastSale): Returned[] {
  const units = decision.lines.flatMap(({ lineId, quantity }) =>
    Array.from({ length: quantity }, () => ({ units: [{ lineId, units: 1 }], gifts: [] })),
  );
  const gifts = (decision.gifts ?? []).flatMap(({ campaignId, chosen }) =>
    Array.from({ length: chosen.quantity }, () => ({ units: [], gifts: [{ campaignId, pieces: 1 }] })),
  );
  return [...units, ...gifts];
}

const together = (parts: readonly Returned[]): Returned => ({
  units: parts.flatMap((part) => part.units),
  gifts: parts.flatMap((part) => part.gifts),
});

/** A sale with all of it coming back twice: in two orders, the first cut into returns of several pieces. */
const returned = pastSale.chain((sale) => {
  const all = pieces(sale);
  const shuffled = fc.shuffledSubarray(all, { minLength: all.length });
  return fc.record({
    sale: fc.constant(sale),
    first: shuffled,
    second: shuffled,
    cuts: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: all.length, maxLength: all.length }),
  });
});

function cut(order: readonly Returned[], sizes: readonly number[]): Returned[] {
  const left = [...order];
  const parts: Returned[] = [];
  for (const size of sizes) if (left.length > 0) parts.push(together(left.splice(0, size)));
  return parts;
}

function settle(sale: PastSale, before: Returned, now: Returned): ReturnSettlement {
  const result = returnFor(sale, before, now, AT);
  if (!result.ok) throw new Error(result.errors[0]?.code);
  return result.settlement;
}

function walk(sale: PastSale, parts: readonly Returned[]): ReturnSettlement[] {
  return parts.map((now, place) => settle(sale, together(parts.slice(0, place)), now));
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const paidFen = ({ decision, roundingFen }: PastSale): number => (decision.totalFen ?? 0) + roundingFen;
const RUNS = { numRuns: 80 };

describe('returns of a decided sale', () => {
  it('come to the same however they are ordered or split', () => {
    fc.assert(
      fc.property(returned, ({ sale, first, second, cuts }) => {
        const parts = cut(first, cuts);
        const steps = walk(sale, parts);
        steps.forEach((step, place) => {
          const one = settle(sale, nothing, together([...parts.slice(0, place + 1)].reverse()));
          expect(step.total).toEqual(one.total);
          expect(step.gifts).toEqual(one.gifts);
          expect(sum(steps.slice(0, place + 1).map(({ refundFen, payFen }) => refundFen - payFen))).toBe(one.refundFen);
        });
        expect(walk(sale, second).at(-1)?.total).toEqual(steps.at(-1)?.total);
      }),
      RUNS,
    );
  });

  it('give back all that was paid, earned and spent when all comes back, and never more on the way', () => {
    fc.assert(
      fc.property(returned, ({ sale, first }) => {
        const { points } = sale.decision;
        const steps = walk(sale, first);
        const paidByLine = new Map(
          settle(sale, nothing, together(first)).lines.map((line) => [line.lineId, line.refundFen]),
        );
        const back = new Map<string, number>();
        for (const { total, lines, goodsFen, taxFen, points: moved } of steps) {
          expect(total.refundFen).toBeGreaterThanOrEqual(0);
          expect(total.refundFen).toBeLessThanOrEqual(total.goodsFen);
          expect(total.goodsFen).toBeLessThanOrEqual(paidFen(sale));
          for (const growing of [goodsFen, taxFen, moved.takenBack, moved.givenBack])
            expect(growing).toBeGreaterThanOrEqual(0);
          expect(sum(lines.map((line) => line.refundFen))).toBe(goodsFen);
          for (const line of lines) {
            back.set(line.lineId, (back.get(line.lineId) ?? 0) + line.refundFen);
            expect(back.get(line.lineId)).toBeLessThanOrEqual(paidByLine.get(line.lineId) ?? 0);
          }
        }
        const last = steps.at(-1)?.total;
        if (!last) return;
        // Every gift came back too.
        expect(last).toMatchObject({
          refundFen: paidFen(sale),
          heldBackFen: 0,
          giftChargeFen: 0,
          taxFen: sale.decision.taxFen,
        });
        expect(last).toMatchObject({ pointsTakenBack: points.earned, pointsGivenBack: points.spent ?? 0 });
        expect(sum(steps.map(({ refundFen, payFen }) => refundFen - payFen))).toBe(paidFen(sale));
      }),
      RUNS,
    );
  });

  it('never ask for money where no gift is charged', () => {
    fc.assert(
      fc.property(returned, ({ sale, first }) => {
        const giftsFirst = [
          ...first.filter((part) => part.gifts.length > 0),
          ...first.filter((part) => part.units.length > 0),
        ];
        for (const { payFen, giftChargeFen } of walk(sale, giftsFirst))
          expect({ payFen, giftChargeFen }).toEqual({ payFen: 0, giftChargeFen: 0 });
      }),
      RUNS,
    );
  });

  it('charge a gift that is kept once its goods are back: its value, as far as refunds reach', () => {
    fc.assert(
      fc.property(returned, ({ sale, first }) => {
        const goods = first.filter((part) => part.units.length > 0);
        const { total, gifts } = settle(sale, nothing, together(goods));
        const given = sale.decision.gifts ?? [];
        const due = sale.campaigns.set.policy.returns?.gifts === 'return-or-charge' ? given : [];
        expect(gifts.map(({ campaignId, duePieces }) => [campaignId, duePieces])).toEqual(
          due.map(({ campaignId, chosen }) => [campaignId, chosen.quantity]),
        );
        const valueFen = sum(due.map((gift) => gift.chosen.valueFen));
        expect(total.giftChargeFen).toBe(Math.min(valueFen, paidFen(sale)));
        expect(total.refundFen + total.giftChargeFen).toBe(paidFen(sale));
      }),
      RUNS,
    );
  });

  it('decide once on every coupon', () => {
    fc.assert(
      fc.property(returned, ({ sale, first }) => {
        const { returns } = sale.campaigns.set.policy;
        const steps = walk(sale, first);
        const back = steps.flatMap((step) => step.coupons.back.map((coupon) => coupon.couponId));
        const expired = steps.flatMap((step) =>
          step.coupons.spent.flatMap((coupon) => (coupon.reason === 'EXPIRED' ? [coupon.couponId] : [])),
        );
        const decided = returns?.coupons === 'when-all-returned' ? sale.decision.couponsConsumed : [];
        expect([...back, ...expired].sort()).toEqual([...decided].sort());
        const isOver = (couponId: string): boolean => (sale.couponExpiresAt[couponId] ?? '9') <= AT;
        for (const couponId of back) expect(isOver(couponId) && returns?.expiredCoupons !== 'extend').toBe(false);
        for (const couponId of expired) expect(isOver(couponId)).toBe(true);
      }),
      RUNS,
    );
  });
});
