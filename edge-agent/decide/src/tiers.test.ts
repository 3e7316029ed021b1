import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { evaluateTier, type MonthOfMember, monthBefore, TierRules } from './tiers.ts';

const name = { zh: '级', en: 'Tier' };
const RULES = TierRules.parse({
  base: { id: 'basic', name },
  tiers: [
    { id: 'silver', name, months: 12, spendFen: 100_000, orders: 20 },
    { id: 'gold', name, months: 12, spendFen: 500_000, points: 5_000 },
  ],
  keepMonths: 12,
  graceMonths: 2,
});
const month = (of: string, change: Partial<MonthOfMember> = {}): MonthOfMember => ({
  month: of,
  orders: 0,
  spentFen: 0,
  points: 0,
  ...change,
});
const BASIC = { tier: 'basic', tierUntil: null };
const TODAY = '2024-03-15';

describe('the tier of a member', () => {
  test.each<[string, MonthOfMember[], string]>([
    ['spent enough', [month('2023-04', { spentFen: 60_000 }), month('2024-03', { spentFen: 40_000 })], 'silver'],
    ['one fen short', [month('2023-04', { spentFen: 60_000 }), month('2024-03', { spentFen: 39_999 })], 'basic'],
    ['a part is too old', [month('2023-03', { spentFen: 60_000 }), month('2024-03', { spentFen: 40_000 })], 'basic'],
    ['came often', [month('2024-03', { orders: 20 })], 'silver'],
    ['earned enough', [month('2024-03', { points: 5_000 })], 'gold'],
    ['brought it back', [month('2024-02', { spentFen: 100_000 }), month('2024-03', { spentFen: -1 })], 'basic'],
    ['a clock that is ahead', [month('2024-04', { spentFen: 100_000 })], 'basic'],
  ])('who %s', (_, months, tier) => {
    expect(evaluateTier(BASIC, months, RULES, TODAY).tier).toBe(tier);
  });

  test('is kept to the end of its period and the grace, and then falls to what is reached by then', () => {
    const gold = evaluateTier(BASIC, [month('2024-03', { spentFen: 500_000 })], RULES, TODAY);
    expect(gold).toEqual({ tier: 'gold', tierUntil: '2025-05-31' });
    expect(evaluateTier(gold, [], RULES, '2025-05-31')).toEqual(gold);
    expect(evaluateTier(gold, [], RULES, '2025-06-01')).toEqual(BASIC);
    const some = [month('2025-06', { spentFen: 100_000 })];
    expect(evaluateTier(gold, some, RULES, '2025-06-01')).toEqual({ tier: 'silver', tierUntil: '2026-08-31' });
    expect(evaluateTier(gold, [month('2025-02', { points: 5_000 })], RULES, '2025-02-28').tierUntil).toBe('2026-04-30');
  });

  test('that was given with no end gets the grace; one that no rule knows counts as none', () => {
    expect(evaluateTier({ tier: 'gold', tierUntil: null }, [], RULES, TODAY)).toEqual({
      tier: 'gold',
      tierUntil: '2024-05-31',
    });
    expect(evaluateTier({ tier: 'old-vip', tierUntil: '2030-01-01' }, [], RULES, TODAY)).toEqual(BASIC);
  });

  test('is the same when it is asked for again that day, never falls before its end, and more never makes it less', () => {
    const Months = fc.array(
      fc.record({
        month: fc.constantFrom('2023-01', '2023-04', '2023-12', '2024-02', '2024-03'),
        orders: fc.nat(12),
        spentFen: fc.integer({ min: -50_000, max: 300_000 }),
        points: fc.nat(3_000),
      }),
      { maxLength: 6 },
    );
    const Held = fc.record({
      tier: fc.constantFrom('basic', 'silver', 'gold'),
      tierUntil: fc.constantFrom(null, '2024-03-14', '2024-03-15', '2024-09-30'),
    });
    const rank = (tier: string): number => ['basic', 'silver', 'gold'].indexOf(tier);
    fc.assert(
      fc.property(Held, Months, (held, months) => {
        const once = evaluateTier(held, months, RULES, TODAY);
        expect(evaluateTier(once, months, RULES, TODAY)).toEqual(once);
        if (held.tierUntil === null || held.tierUntil >= TODAY)
          expect(rank(once.tier)).toBeGreaterThanOrEqual(rank(held.tier));
        const more = evaluateTier(held, [...months, month('2024-03', { spentFen: 1_000, orders: 1 })], RULES, TODAY);
        expect(rank(more.tier)).toBeGreaterThanOrEqual(rank(once.tier));
      }),
    );
  });
});

test('months go back over the year', () => {
  expect([monthBefore('2024-03-15', 0), monthBefore('2024-03-15', 3), monthBefore('2024-01-31', 12)]).toEqual([
    '2024-03',
    '2023-12',
    '2023-01',
  ]);
});

test.each([
  ['nothing is asked for', { id: 'x', name, months: 1 }],
  ['no time', { id: 'x', name, months: 0, orders: 1 }],
  ['the base again', { id: 'basic', name, months: 1, orders: 1 }],
])('a rule is refused where %s', (_, tier) => {
  expect(TierRules.safeParse({ base: RULES.base, tiers: [tier] }).success).toBe(false);
});
