import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileCampaigns, Decision, decide, parseBasket, parseCampaignSet } from './index.ts';
import { prepareBasket } from './prepare.ts';
import type { Campaign } from './schema/campaign.ts';
import { searchBasket } from './search.ts';
import { anyCase, anyContext } from './testing/arbitraries.ts';
import { naiveOptimumFen } from './testing/oracle.ts';

/** The same campaigns without coupons: items and thresholds then meet each other more often. */
const withoutCoupons = anyCase(5, 3, 2).map(({ set, basket }) => ({
  set: { ...set, campaigns: set.campaigns.map(({ requiresCoupon: _unused, ...campaign }): Campaign => campaign) },
  basket: { ...basket, coupons: [] },
}));
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

describe('decide, on random baskets', () => {
  it('finds what a naive enumeration finds, and claims a proof only when it is one', () => {
    let proven = 0;
    let all = 0;
    fc.assert(
      fc.property(fc.oneof(anyCase(5, 3, 2), withoutCoupons), ({ set, basket }) => {
        const decision = decide(anyContext, compileCampaigns(set), basket);
        const optimum = Number(naiveOptimumFen(set, basket));
        all += 1;
        if (decision.provenOptimal) {
          proven += 1;
          expect(decision.payableFen).toBe(optimum);
        } else {
          expect(decision.payableFen).toBeGreaterThanOrEqual(optimum);
          expect(decision.payableFen - decision.gapFen).toBeLessThanOrEqual(optimum);
        }
      }),
      { numRuns: 600 },
    );
    expect(proven / all).toBeGreaterThan(0.98);
  });

  it('bounds the optimum from below however early the work limit stops it', () => {
    let stopped = 0;
    fc.assert(
      fc.property(
        fc.oneof(anyCase(5, 3, 2), withoutCoupons),
        fc.constantFrom(0, 10, 30, 100, 300, 1000),
        ({ set, basket }, maxSteps) => {
          const prepared = prepareBasket(anyContext, compileCampaigns(set), basket);
          const { outcome, lowestFen } = searchBasket(prepared, set.policy.couponsPerBasket, maxSteps);
          const optimum = Number(naiveOptimumFen(set, basket));
          const listFen = sum(prepared.lines.map((line) => line.listFen));
          expect(lowestFen).toBeLessThanOrEqual(optimum);
          expect(outcome.payableFen).toBeGreaterThanOrEqual(optimum);
          expect(outcome.payableFen).toBeLessThanOrEqual(listFen);
          expect(sum(outcome.lineFen)).toBe(outcome.payableFen);
          expect(listFen - sum(outcome.savings.map((saving) => saving.amountFen))).toBe(outcome.payableFen);
          if (lowestFen < outcome.payableFen) stopped += 1;
        },
      ),
      { numRuns: 800 },
    );
    // Without answers that are no proof the check above would say little.
    expect(stopped).toBeGreaterThan(10);
  });

  it('keeps every sum exact, no line below zero or above list, and matches its schema', () => {
    fc.assert(
      fc.property(anyCase(8, 6, 4), ({ set, basket }) => {
        expect(parseCampaignSet(set).ok).toBe(true);
        expect(parseBasket(basket).ok).toBe(true);
        const decision = decide(anyContext, compileCampaigns(set), basket);
        expect(Decision.safeParse(decision).success).toBe(true);
        expect(decision.listFen - decision.savingsFen).toBe(decision.payableFen);
        expect(sum(decision.lines.map((line) => line.payableFen))).toBe(decision.payableFen);
        expect(sum(decision.applied.map((one) => one.amountFen))).toBe(decision.savingsFen);
        for (const line of decision.lines) {
          expect(line.payableFen).toBeGreaterThanOrEqual(0);
          expect(line.listFen - sum(line.adjustments.map((one) => one.amountFen))).toBe(line.payableFen);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('gives the same answer again, and for the lines in any order', () => {
    fc.assert(
      fc.property(
        anyCase(6, 6, 3).chain(({ set, basket }) =>
          fc
            .shuffledSubarray(basket.lines, { minLength: basket.lines.length })
            .map((lines) => ({ set, basket, lines })),
        ),
        ({ set, basket, lines }) => {
          const compiled = compileCampaigns(set);
          const first = decide(anyContext, compiled, basket);
          expect(decide(anyContext, compiled, structuredClone(basket))).toEqual(first);
          const shuffled = decide(anyContext, compiled, { ...basket, lines });
          expect(shuffled.payableFen).toBe(first.payableFen);
          expect(shuffled.points).toEqual(first.points);
          for (const line of shuffled.lines) expect(first.lines).toContainEqual(line);
        },
      ),
      { numRuns: 200 },
    );
  });
});
