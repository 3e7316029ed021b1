import fc from 'fast-check';
import { expect, test } from 'vitest';
import { tierProgress } from './tier-progress.ts';
import { evaluateTier, type MonthOfMember, TierRules } from './tiers.ts';

const name = { zh: '级', en: 'Tier' };
const RULES = TierRules.parse({
  base: { id: 'basic', name },
  tiers: [
    { id: 'silver', name, months: 3, spendFen: 100_000, orders: 20 },
    { id: 'gold', name, months: 12, spendFen: 500_000, points: 5_000 },
  ],
});
const TODAY = '2024-03-15';
const months = fc.array(
  fc.record({
    month: fc.constantFrom('2023-03', '2023-04', '2023-12', '2024-01', '2024-03', '2024-04'),
    orders: fc.integer({ min: 0, max: 15 }),
    spentFen: fc.integer({ min: -50_000, max: 300_000 }),
    points: fc.integer({ min: -1_000, max: 4_000 }),
  }),
  { maxLength: 6 },
);
const tier = fc.constantFrom('basic', 'silver', 'gold', 'of-old');

test('names the tier above, and each way into it', () => {
  const bought: MonthOfMember[] = [{ month: '2024-01', orders: 2, spentFen: 60_000, points: 600 }];
  expect(tierProgress({ tier: 'basic' }, bought, RULES, TODAY)).toEqual({
    next: RULES.tiers[0],
    ways: [
      { by: 'spend', have: 60_000, need: 100_000 },
      { by: 'orders', have: 2, need: 20 },
    ],
  });
  expect(tierProgress({ tier: 'silver' }, bought, RULES, TODAY)?.ways.map(({ by }) => by)).toEqual(['spend', 'points']);
  expect(tierProgress({ tier: 'gold' }, bought, RULES, TODAY)).toBeNull();
});

test('a way is full exactly when the evaluation raises the member: what is told and what is done are one count', () => {
  fc.assert(
    fc.property(months, tier, (bought, held) => {
      const progress = tierProgress({ tier: held }, bought, RULES, TODAY);
      if (progress === null) return;
      const rankOf = (id: string): number => RULES.tiers.findIndex((rule) => rule.id === id);
      const after = evaluateTier({ tier: held, tierUntil: '2024-12-31' }, bought, RULES, TODAY);
      const isFull = progress.ways.some(({ have, need }) => have >= need);
      // A higher tier still may be reached without the next one: fewer months may count for that.
      if (isFull) expect(rankOf(after.tier)).toBeGreaterThanOrEqual(rankOf(progress.next.id));
      else expect(after.tier).not.toBe(progress.next.id);
    }),
  );
});

test('buying more never takes progress away', () => {
  fc.assert(
    fc.property(months, tier, fc.integer({ min: 0, max: 90_000 }), (bought, held, moreFen) => {
      const more: MonthOfMember = { month: '2024-03', orders: 1, spentFen: moreFen, points: 10 };
      const before = tierProgress({ tier: held }, bought, RULES, TODAY)?.ways ?? [];
      const after = tierProgress({ tier: held }, [...bought, more], RULES, TODAY)?.ways ?? [];
      for (const [place, way] of before.entries()) expect(after[place]?.have).toBeGreaterThanOrEqual(way.have);
    }),
  );
});
