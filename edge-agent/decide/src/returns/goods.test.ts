import { describe, expect, it } from 'vitest';
import { campaign } from '../testing/fixtures.ts';
import { AT, back, nothing, saleOf, save, settleAll, settleOne } from './testing/sales.ts';

const tenPercent = campaign({
  kind: 'spend-save',
  id: 's',
  items: { all: true },
  tiers: [{ spendFen: 30_000, percentOffBp: 1000 }],
  repeat: 'once',
  base: 'list',
});

describe('the money of a return', () => {
  /** 6 x 50.00 reach 300.00 and cost 270.00. Five go back: at list price that were 250.00, and the sixth had cost 20.00. */
  it('gives no saving away that a threshold earned (6 x 50 with 10 % over 300, return 5)', () => {
    const sale = saleOf({
      lines: [{ lineId: 'A', quantity: 6, listFen: 5000, adjustments: [save('s', 3000, 6)] }],
      campaigns: [tenPercent],
    });
    const [five, last] = settleAll(sale, [back({ A: 5 }, {}), back({ A: 1 }, {})], AT);
    expect(five).toMatchObject({ refundFen: 22_500, payFen: 0, lines: [{ lineId: 'A', units: 5, refundFen: 22_500 }] });
    expect(last?.refundFen).toBe(4500);
    expect(last?.total.refundFen).toBe(27_000);
  });

  it('splits a line that does not divide so that all of it is all that was paid', () => {
    const sale = saleOf({
      lines: [{ lineId: 'A', quantity: 3, listFen: 333, adjustments: [save('s', 9, 3)] }],
      campaigns: [tenPercent],
    });
    const one = back({ A: 1 }, {});
    const parts = settleAll(sale, [one, one, one], AT).map((part) => part.refundFen);
    expect(parts.reduce((sum, fen) => sum + fen, 0)).toBe(990);
    const odd = saleOf({
      lines: [{ lineId: 'A', quantity: 3, listFen: 100, adjustments: [save('s', 100, 3)] }],
      campaigns: [tenPercent],
    });
    expect(settleAll(odd, [one, one, one], AT).map((part) => part.refundFen)).toEqual([66, 67, 67]);
  });

  it('gives back tax that was added, and says how much tax is in a refund either way', () => {
    const line = { lineId: 'A', quantity: 2, listFen: 500, adjustments: [], taxFen: 130 };
    const added = settleOne(saleOf({ lines: [line], campaigns: [], taxAdded: true }), back({ A: 1 }, {}));
    expect(added).toMatchObject({ refundFen: 565, taxFen: 65, lines: [{ refundFen: 565, taxFen: 65 }] });
    const included = settleOne(saleOf({ lines: [line], campaigns: [] }), back({ A: 1 }, {}));
    expect(included).toMatchObject({ refundFen: 500, taxFen: 65 });
  });

  it('gives back what was paid in cash, not what was due', () => {
    const lines = [
      { lineId: 'A', quantity: 1, listFen: 1004, adjustments: [] },
      { lineId: 'B', quantity: 1, listFen: 2005, adjustments: [] },
    ];
    const down = saleOf({ lines, campaigns: [], roundingFen: -9 });
    expect(settleOne(down, back({ A: 1 }, {})).refundFen).toBe(1001);
    expect(settleOne(down, back({ A: 1, B: 1 }, {})).refundFen).toBe(3000);
    const up = saleOf({ lines, campaigns: [], roundingFen: 1 });
    expect(settleOne(up, back({ A: 1, B: 1 }, {})).refundFen).toBe(3010);
  });

  it('gives nothing for nothing', () => {
    const sale = saleOf({ lines: [{ lineId: 'A', quantity: 2, listFen: 500, adjustments: [] }], campaigns: [] });
    expect(settleOne(sale, nothing)).toMatchObject({ refundFen: 0, payFen: 0, lines: [], gifts: [] });
  });
});

describe('a group whose saving lies on its cheap units', () => {
  const groups = campaign({ kind: 'buy-get', id: 'g', items: { all: true }, buy: 1, get: 1, percentOffBp: 10_000 });
  /** A for 100.00, and B, 80.00 on the shelf, free with it. By list price A is worth 5/9 of what both cost. */
  const lines = [
    { lineId: 'A', quantity: 1, listFen: 10_000, adjustments: [save('g', 0, 1)] },
    { lineId: 'B', quantity: 1, listFen: 8000, adjustments: [save('g', 8000, 1)] },
  ];
  const sale = saleOf({ lines, campaigns: [groups] });

  it('is not kept for nothing by returning the unit that was paid', () => {
    const [paid, free] = settleAll(sale, [back({ A: 1 }, {}), back({ B: 1 }, {})], AT);
    expect(paid).toMatchObject({ refundFen: 5556, goodsFen: 10_000, heldBackFen: 4444 });
    expect(free).toMatchObject({ refundFen: 4444, goodsFen: 0, heldBackFen: -4444 });
  });

  it('gives nothing for the free unit, and then all for the paid one', () => {
    const refunds = settleAll(sale, [back({ B: 1 }, {}), back({ A: 1 }, {})], AT).map((one) => one.refundFen);
    expect(refunds).toEqual([0, 10_000]);
  });

  it('is no matter of units that the group did not take, or of an even saving', () => {
    const [first, second] = lines;
    if (!first || !second) throw new Error('two lines');
    const apart = saleOf({
      lines: [first, second, { lineId: 'C', quantity: 1, listFen: 700, adjustments: [] }],
      campaigns: [groups],
    });
    expect(settleOne(apart, back({ C: 1 }, {})).refundFen).toBe(700);
    const bundle = campaign({
      kind: 'bundle',
      id: 'b',
      slots: [{ items: { all: true }, quantity: 2 }],
      price: { by: 'amount', amountOffFen: 900 },
    });
    const even = saleOf({
      lines: [
        { lineId: 'A', quantity: 1, listFen: 2000, adjustments: [save('b', 600, 1)] },
        { lineId: 'B', quantity: 1, listFen: 1000, adjustments: [save('b', 300, 1)] },
      ],
      campaigns: [bundle],
    });
    expect(settleOne(even, back({ A: 1 }, {})).refundFen).toBe(1400);
  });

  it('never asks for money where more was saved on the paid unit than its fair part', () => {
    const sale = saleOf({
      lines: [
        { lineId: 'A', quantity: 1, listFen: 10_000, adjustments: [save('g', 0, 1), save('s', 9000, 1)] },
        { lineId: 'B', quantity: 1, listFen: 8000, adjustments: [save('g', 8000, 1)] },
      ],
      campaigns: [groups, tenPercent],
    });
    const steps = settleAll(sale, [back({ A: 1 }, {}), back({ B: 1 }, {})], AT);
    const moved = steps.map(({ refundFen, payFen, heldBackFen }) => ({ refundFen, payFen, heldBackFen }));
    expect(moved).toEqual([
      { refundFen: 0, payFen: 0, heldBackFen: 1000 },
      { refundFen: 1000, payFen: 0, heldBackFen: -1000 },
    ]);
  });

  it('is held apart from another group of other lines', () => {
    const other = campaign({ kind: 'nth-item', id: 'n', items: { all: true }, ladderBp: [0, 5000] });
    const two = saleOf({
      lines: [
        ...lines,
        { lineId: 'C', quantity: 1, listFen: 6000, adjustments: [save('n', 0, 1)] },
        { lineId: 'D', quantity: 1, listFen: 6000, adjustments: [save('n', 3000, 1)] },
      ],
      campaigns: [groups, other],
    });
    // D gave less than its fair part; that does not release what A holds back.
    expect(settleOne(two, back({ A: 1, D: 1 }, {}))).toMatchObject({ refundFen: 5556 + 3000, heldBackFen: 4444 });
  });
});
