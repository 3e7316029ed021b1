import { describe, expect, it } from 'vitest';
import type { Campaign } from '../schema/campaign.ts';
import type { DecisionGift } from '../schema/decision.ts';
import { campaign } from '../testing/fixtures.ts';
import { AT, back, type GivenLine, saleOf, save, settleAll, settleOne, strict } from './testing/sales.ts';

const name = { zh: '杯子', en: 'Cup' };
const gift = (fields: Partial<Extract<Campaign, { kind: 'gift' }>>): Campaign =>
  campaign({
    kind: 'gift',
    id: 'g',
    items: { all: true },
    spendFen: 30_000,
    repeat: 'per-step',
    base: 'list',
    gifts: [{ sku: 'cup', name, quantity: 1, valueFen: 6000 }],
    ...fields,
  });
const given = (times: number, quantity: number, valueFen: number): DecisionGift[] => [
  { campaignId: 'g', times, chosen: { sku: 'cup', name, quantity, valueFen }, options: [] },
];
const line = (lineId: string, quantity: number, more: Partial<GivenLine>): GivenLine => ({
  lineId,
  quantity,
  listFen: 10_000,
  adjustments: [],
  ...more,
});

describe('gifts', () => {
  const six = saleOf({ lines: [line('A', 6, {})], campaigns: [gift({})], gifts: given(2, 2, 12_000), policy: strict });

  it('are charged one by one as the kept units reach fewer steps', () => {
    const one = back({ A: 1 }, {});
    const steps = settleAll(six, [one, one, one, one, one, one], AT);
    expect(steps.map((step) => step.refundFen)).toEqual([4000, 10_000, 10_000, 4000, 10_000, 10_000]);
    expect(steps.map((step) => step.gifts[0]?.duePieces)).toEqual([1, 1, 1, 2, 2, 2]);
    expect(steps.at(-1)?.total).toMatchObject({ goodsFen: 60_000, giftChargeFen: 12_000, refundFen: 48_000 });
  });

  it('cost nothing when handed back, at once or later', () => {
    expect(settleOne(six, back({ A: 1 }, { g: 1 }))).toMatchObject({
      refundFen: 10_000,
      gifts: [{ campaignId: 'g', sku: 'cup', duePieces: 1, returnedPieces: 1, chargeFen: 0 }],
    });
    const [goods, cup] = settleAll(six, [back({ A: 1 }, {}), back({}, { g: 1 })], AT);
    expect(goods).toMatchObject({ refundFen: 4000, giftChargeFen: 6000 });
    expect(cup).toMatchObject({ refundFen: 6000, giftChargeFen: -6000 });
  });

  it('are not due while the kept units reach the threshold', () => {
    const seven = saleOf({
      lines: [line('A', 7, {})],
      campaigns: [gift({})],
      gifts: given(2, 2, 12_000),
      policy: strict,
    });
    expect(settleOne(seven, back({ A: 1 }, {}))).toMatchObject({ refundFen: 10_000, gifts: [] });
  });

  it('stay given where the policy says so, or there is none', () => {
    for (const policy of [{ ...strict, gifts: 'stay-given' as const }, undefined]) {
      const sale = saleOf({
        lines: [line('A', 6, {})],
        campaigns: [gift({})],
        gifts: given(2, 2, 12_000),
        ...(policy ? { policy } : {}),
      });
      expect(settleOne(sale, back({ A: 6 }, {}))).toMatchObject({ refundFen: 60_000, gifts: [] });
    }
  });

  it('never take refunds below zero in all, and ask for money only that was paid out before', () => {
    const dear = saleOf({
      lines: [line('A', 4, {})],
      campaigns: [gift({ repeat: 'once' })],
      gifts: given(1, 1, 25_000),
      policy: strict,
    });
    const one = back({ A: 1 }, {});
    const steps = settleAll(dear, [one, one, one, one], AT);
    expect(steps.map((step) => step.refundFen - step.payFen)).toEqual([10_000, -10_000, 5000, 10_000]);
    expect(steps[1]).toMatchObject({ refundFen: 0, payFen: 10_000, giftChargeFen: 20_000 });
    expect(settleOne(dear, back({ A: 2 }, {}))).toMatchObject({ refundFen: 0, payFen: 0 });
    expect(settleOne(dear, back({ A: 4 }, {}))).toMatchObject({ refundFen: 15_000 });
  });

  it('count what the campaign counts: its items, its base, and units whose item campaigns consent', () => {
    const half = campaign({
      kind: 'discount',
      id: 'd',
      items: { all: true },
      discount: { by: 'percent', percentOffBp: 5000 },
    });
    const alone = campaign({
      kind: 'discount',
      id: 'x',
      items: { all: true },
      discount: { by: 'percent', percentOffBp: 5000 },
      stackWith: [],
    });
    const dueAfter = (lines: GivenLine[], of: Campaign, back1: Record<string, number>): number =>
      settleOne(
        saleOf({ lines, campaigns: [of, half, alone], gifts: given(1, 1, 100), policy: strict }),
        back(back1, {}),
      ).gifts[0]?.duePieces ?? 0;
    const halved = line('A', 8, { adjustments: [save('d', 40_000, 8)] });
    expect(dueAfter([halved], gift({ repeat: 'once' }), { A: 5 })).toBe(0);
    expect(dueAfter([halved], gift({ repeat: 'once', base: 'after-item-discounts' }), { A: 2 })).toBe(0);
    expect(dueAfter([halved], gift({ repeat: 'once', base: 'after-item-discounts' }), { A: 3 })).toBe(1);
    const barred = line('B', 4, { adjustments: [save('x', 20_000, 4)] });
    expect(dueAfter([line('A', 3, {}), barred], gift({ repeat: 'once' }), { B: 4 })).toBe(0);
    expect(dueAfter([line('A', 3, {}), barred], gift({ repeat: 'once' }), { A: 1 })).toBe(1);
    const others = line('B', 4, { facts: { noPromotions: true } });
    expect(dueAfter([line('A', 3, {}), others], gift({ repeat: 'once' }), { A: 1 })).toBe(1);
    expect(
      dueAfter([line('A', 3, {}), line('B', 9, {})], gift({ repeat: 'once', items: { skus: ['A'] } }), { A: 1 }),
    ).toBe(1);
  });

  it('are never due before something came back, however much of a stack does not count', () => {
    const off = (id: string, other: string): Campaign =>
      campaign({
        kind: 'discount',
        id,
        items: { all: true },
        discount: { by: 'percent', percentOffBp: 1000 },
        stackWith: [other],
      });
    // Two of five units carry both campaigns, so that three count; the decision says only that each touched two.
    const stacked = line('A', 5, { adjustments: [save('d', 2000, 2), save('e', 1800, 2)] });
    const sale = saleOf({
      lines: [stacked],
      campaigns: [gift({ repeat: 'once' }), off('d', 'e'), off('e', 'd')],
      gifts: given(1, 1, 6000),
      policy: strict,
    });
    expect(settleOne(sale, back({}, {})).gifts).toEqual([]);
    expect(settleOne(sale, back({ A: 5 }, {})).gifts).toHaveLength(1);
  });

  it('count units where the threshold is of units', () => {
    const { spendFen: _unused, ...byUnits } = gift({ units: 3 }) as Extract<Campaign, { kind: 'gift' }>;
    const sale = saleOf({ lines: [line('A', 4, {})], campaigns: [byUnits], gifts: given(1, 2, 100), policy: strict });
    expect(settleOne(sale, back({ A: 1 }, {})).gifts).toEqual([]);
    expect(settleOne(sale, back({ A: 2 }, { g: 1 })).gifts).toEqual([
      { campaignId: 'g', sku: 'cup', duePieces: 2, returnedPieces: 1, chargeFen: 50 },
    ]);
  });
});
