import { describe, expect, it } from 'vitest';
import { campaign } from '../testing/fixtures.ts';
import { AT, back, saleOf, save, settleAll, settleOne } from './testing/sales.ts';

const line = (lineId: string, quantity: number, listFen: number) => ({ lineId, quantity, listFen, adjustments: [] });

describe('earned points', () => {
  it('are taken back with the goods, rounded down, and all of them with the last unit', () => {
    const sale = saleOf({ lines: [line('A', 3, 1000)], campaigns: [], points: { earned: 10 } });
    const one = back({ A: 1 }, {});
    expect(settleAll(sale, [one, one, one], AT).map((step) => step.points.takenBack)).toEqual([3, 3, 4]);
  });

  it('go with the lines that earned them: multipliers count', () => {
    const fivefold = campaign({
      kind: 'points',
      id: 'p',
      items: { skus: ['A'] },
      earn: { by: 'multiplier', times: 5 },
    });
    // A: 100.00 at five points a yuan, B: 900.00 at one.
    const sale = saleOf({
      lines: [line('A', 1, 10_000), line('B', 1, 90_000)],
      campaigns: [fivefold],
      points: { earned: 1400 },
    });
    expect(settleOne(sale, back({ A: 1 }, {})).points.takenBack).toBe(500);
    expect(settleOne(sale, back({ B: 1 }, {})).points.takenBack).toBe(900);
    const doubled = campaign({
      kind: 'discount',
      id: 'd',
      items: { all: true },
      discount: { by: 'amount', amountOffFen: 1 },
      pointsMultiplier: 2,
    });
    const adjusted = saleOf({
      lines: [{ ...line('A', 1, 10_001), adjustments: [save('d', 1, 1)] }, line('B', 1, 10_000)],
      campaigns: [doubled],
      points: { earned: 300 },
    });
    expect(settleOne(adjusted, back({ A: 1 }, {})).points.takenBack).toBe(200);
  });

  it('of a bonus go with its items, also where nothing had to be paid', () => {
    const bonus = campaign({
      kind: 'points',
      id: 'p',
      items: { skus: ['A'] },
      earn: { by: 'bonus', spendFen: 100, repeat: 'once', base: 'list', points: 50 },
    });
    const sale = saleOf({
      lines: [line('A', 2, 1000), line('B', 1, 2000)],
      campaigns: [bonus],
      points: { earned: 90 },
      bonus: { p: 50 },
    });
    expect(settleOne(sale, back({ B: 1 }, {})).points.takenBack).toBe(20);
    expect(settleOne(sale, back({ A: 1 }, {})).points.takenBack).toBe(35);
    expect(settleOne(sale, back({ A: 2 }, {})).points.takenBack).toBe(70);
    const free = saleOf({
      lines: [{ ...line('A', 2, 1000), adjustments: [save('p', 2000, 2)] }],
      campaigns: [bonus],
      points: { earned: 50 },
      bonus: { p: 50 },
    });
    expect(settleOne(free, back({ A: 1 }, {})).points.takenBack).toBe(25);
  });
});

describe('points that were paid with', () => {
  it('come back with the part of the goods that they paid', () => {
    const pay = campaign({
      kind: 'points-pay',
      id: 'pp',
      items: { all: true },
      pointsPerStep: 100,
      fenPerStep: 100,
      maxShareBp: 5000,
    });
    const sale = saleOf({
      lines: [
        { ...line('A', 3, 1000), adjustments: [save('pp', 400, 3)] },
        { ...line('B', 1, 1000), adjustments: [save('pp', 100, 1)] },
        line('C', 1, 1000),
      ],
      campaigns: [pay],
      points: { spent: 500, spentFen: 500 },
    });
    const steps = settleAll(sale, [back({ C: 1 }, {}), back({ A: 1 }, {}), back({ B: 1 }, {}), back({ A: 2 }, {})], AT);
    expect(steps.map((step) => step.points.givenBack)).toEqual([0, 133, 100, 267]);
    expect(steps.map((step) => step.refundFen)).toEqual([1000, 866, 900, 1734]);
  });
});
