import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileCampaigns, Decision, decide, parseBasket, parseCampaignSet, parseDecisionContext } from './index.ts';
import type { Campaign, CampaignSet } from './schema/campaign.ts';
import { type AnyCase, anyCase, anyTinyCase } from './testing/arbitraries.ts';
import { beforePoints, moneyProblems, pointsPayProblems, ruleProblems, worthOf } from './testing/decision-checks.ts';
import { isReachable, naiveOptimum } from './testing/oracle.ts';

/** The machine runs these beside other work: a limit that tells a hang, not a speed. */
const TIMEOUT_MS = 120_000;
/** Shrinking a failure ends in time to be told; runs that were cut short fail. */
const runs = (numRuns: number) => ({ numRuns, interruptAfterTimeLimit: TIMEOUT_MS / 2, markInterruptAsFailure: true });

const decided = ({ context, set, basket }: AnyCase): Decision => decide(context, compileCampaigns(set), basket);
const under = (set: CampaignSet, objective: CampaignSet['policy']['objective']): CampaignSet => ({
  ...set,
  policy: { ...set.policy, objective },
});

/** Every campaign meets every other: no coupons, limits, groups or consents, so that the item layer itself is what is hard. */
const bare = anyTinyCase.map((one): AnyCase => {
  const campaigns = one.set.campaigns.map((campaign): Campaign => {
    const { requiresCoupon: _c, limits: _l, exclusiveGroup: _g, stackWith: _s, audience: _a, ...rest } = campaign;
    return rest as Campaign;
  });
  return { ...one, set: { ...one.set, campaigns } };
});

/** All of a basket's checks, as one list of what is wrong. */
function problems(one: AnyCase, decision: Decision): string[] {
  const { context, set, basket } = one;
  const shape = Decision.safeParse(decision);
  return [
    ...(shape.success ? [] : shape.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)),
    ...moneyProblems(set, basket, decision),
    ...ruleProblems(context, set, basket, decision),
    ...pointsPayProblems(context, set, basket, decision),
  ];
}

describe('decide, against a naive enumeration', { timeout: TIMEOUT_MS }, () => {
  it('finds its price, its gifts and points, and its coupons, and claims a proof only when it is one', () => {
    const seen = { all: 0, proven: 0, best: 0 };
    fc.assert(
      fc.property(fc.oneof({ weight: 2, arbitrary: anyTinyCase }, { weight: 1, arbitrary: bare }), (paying) => {
        // What points pay for earns none: without it all that is earned can be compared.
        const { payWithPoints: _unasked, ...basket } = paying.basket;
        const one = { ...paying, basket };
        const decision = decided(one);
        const optimum = naiveOptimum(one.context, one.set, one.basket);
        const payableFen = Number(optimum.payableFen);
        seen.all += 1;
        if (!decision.provenOptimal) {
          expect(decision.payableFen).toBeGreaterThanOrEqual(payableFen);
          expect(decision.payableFen - decision.gapFen).toBeLessThanOrEqual(payableFen);
          return;
        }
        seen.proven += 1;
        expect(decision.gapFen).toBe(0);
        expect(decision.payableFen).toBe(payableFen);
        // Of one price the rest is searched for, not proven: it can't be above the best, and seldom is below.
        const worth = worthOf(one.set, decision);
        const value = Number(optimum.value);
        const coupons = decision.couponsConsumed.length;
        expect(worth).toBeLessThanOrEqual(value);
        if (worth === value) expect(coupons).toBeGreaterThanOrEqual(optimum.coupons);
        if (worth === value && coupons === optimum.coupons) seen.best += 1;
      }),
      runs(600),
    );
    expect(seen.proven / seen.all).toBeGreaterThan(0.98);
    expect(seen.best / seen.proven).toBeGreaterThan(0.98);
  });

  it('gives answers that the rules allow, line by line, under both objectives', () => {
    fc.assert(
      fc.property(
        anyTinyCase,
        fc.constantFrom('best-for-customer', 'priority-order'),
        ({ context, set, basket }, objective) => {
          const one = { context, set: under(set, objective), basket };
          expect(isReachable(context, set, basket, decided(one))).toBe(true);
        },
      ),
      runs(400),
    );
  });
});

describe('decide, on random baskets', { timeout: TIMEOUT_MS }, () => {
  it('keeps every sum exact and every rule of the basket, and matches its schema', () => {
    fc.assert(
      fc.property(anyCase(8, 6, 4), (one) => {
        expect(parseCampaignSet(one.set).ok).toBe(true);
        expect(parseBasket(one.basket).ok).toBe(true);
        expect(parseDecisionContext(one.context).ok).toBe(true);
        expect(problems(one, decided(one))).toEqual([]);
      }),
      runs(200),
    );
  });

  it('gives the same answer again, and for the lines and coupons in any order', () => {
    const shuffled = anyCase(6, 5, 3).chain((one) =>
      fc
        .record({
          lines: fc.shuffledSubarray(one.basket.lines, { minLength: one.basket.lines.length }),
          coupons: fc.shuffledSubarray(one.basket.coupons, { minLength: one.basket.coupons.length }),
        })
        .map((order) => ({ one, other: { ...one, basket: { ...one.basket, ...order } } })),
    );
    fc.assert(
      fc.property(shuffled, ({ one, other }) => {
        const first = decided(one);
        expect(decided(structuredClone(one))).toEqual(first);
        const again = decided(other);
        // Lines are given back as they were scanned; all the rest is the same.
        expect({ ...again, lines: [] }).toEqual({ ...first, lines: [], notApplied: again.notApplied });
        expect(again.notApplied).toHaveLength(first.notApplied.length);
        for (const left of again.notApplied) expect(first.notApplied).toContainEqual(left);
        for (const line of again.lines) expect(first.lines).toContainEqual(line);
      }),
      runs(200),
    );
  });

  it('pays with points after all else: nothing else changes', () => {
    fc.assert(
      fc.property(anyCase(6, 5, 3), (one) => {
        const { payWithPoints: _unasked, ...basket } = one.basket;
        const paid = decided(one);
        const unpaid = decided({ ...one, basket });
        const payers = one.set.campaigns.filter((campaign) => campaign.kind === 'points-pay').map(({ id }) => id);
        const savings = (decision: Decision) =>
          decision.lines.map((line) => line.adjustments.filter(({ campaignId }) => !payers.includes(campaignId)));
        expect(beforePoints(paid)).toBe(unpaid.payableFen);
        expect(savings(paid)).toEqual(savings(unpaid));
        expect(paid.gifts).toEqual(unpaid.gifts);
        expect(unpaid.points.spent).toBe(0);
      }),
      runs(200),
    );
  });

  it('costs the same when a line is scanned as two', () => {
    fc.assert(
      fc.property(anyCase(6, 4, 4).map(withoutSpreads), fc.nat(), fc.nat(), (one, which, cut) => {
        const { lines } = one.basket;
        const many = lines.filter((line) => line.quantity > 1);
        const line = many[which % many.length];
        fc.pre(line !== undefined);
        const units = (cut % (line.quantity - 1)) + 1;
        const split = lines.flatMap((other) =>
          other === line
            ? [
                { ...line, quantity: units },
                { ...line, lineId: `${line.lineId}.1`, quantity: line.quantity - units },
              ]
            : [other],
        );
        const whole = decided(one);
        const parts = decided({ ...one, basket: { ...one.basket, lines: split } });
        fc.pre(whole.provenOptimal && parts.provenOptimal);
        expect(beforePoints(parts)).toBe(beforePoints(whole));
      }),
      runs(200),
    );
  });

  it('never costs more for one more campaign, nor less for one coupon fewer', () => {
    fc.assert(
      fc.property(anyCase(6, 5, 3), fc.nat(), fc.nat(), (one, dropped, kept) => {
        const all = decided(one);
        const campaigns = one.set.campaigns.filter((_, index, { length }) => index !== dropped % length);
        const coupons = one.basket.coupons.filter((_, index, { length }) => index !== kept % length);
        const fewer = decided({ ...one, set: { ...one.set, campaigns } });
        const without = decided({ ...one, basket: { ...one.basket, coupons } });
        // What is not proven may be dearer, but by no more than it says.
        for (const less of [fewer, without]) {
          expect(beforePoints(all) - all.gapFen).toBeLessThanOrEqual(beforePoints(less));
        }
      }),
      runs(200),
    );
  });

  it('in priority order: exact, allowed, and never cheaper than what is best for the customer', () => {
    fc.assert(
      fc.property(anyCase(8, 5, 3), (one) => {
        const best = decided(one);
        const ordered = { ...one, set: under(one.set, 'priority-order') };
        const decision = decided(ordered);
        expect(problems(ordered, decision)).toEqual([]);
        expect(beforePoints(decision)).toBeGreaterThanOrEqual(beforePoints(best) - best.gapFen);
      }),
      runs(200),
    );
  });
});

/**
 * Amounts that are spread over lines fall a fen differently on two lines than on one. Left in is what can't tell: bundles by share, and one
 * spend-save; or bundles of every sort, and none.
 */
function withoutSpreads(one: AnyCase): AnyCase {
  const spends = one.set.campaigns.filter((campaign) => campaign.kind === 'spend-save');
  const isLeft = (campaign: Campaign): boolean => {
    if (campaign.kind === 'spend-save') return campaign === spends[0];
    return campaign.kind !== 'bundle' || spends.length === 0 || campaign.price.by === 'percent';
  };
  return { ...one, set: { ...one.set, campaigns: one.set.campaigns.filter(isLeft) } };
}
