import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compileCampaigns } from '../compile.ts';
import { decide } from '../decide.ts';
import type { Basket, DecisionContext } from '../schema/basket.ts';
import { parseCampaignSet } from '../schema/parse.ts';

/** Baskets that a comparison with another solver found, and what was wrong with each. */

const context: DecisionContext = {
  storeId: 's',
  channel: 'till',
  at: '2026-03-14T04:00:00Z',
  zone: 'Asia/Shanghai',
  usage: [{ campaignId: 'P2', budgetFen: 18 }],
};
const offer = (id: string, more: Record<string, unknown>) => ({
  schema: 1,
  id,
  version: 1,
  name: { zh: id, en: id },
  window: { from: '2026-03-01T00:00:00Z', to: '2026-04-01T00:00:00Z' },
  fundedBy: 'store',
  ...more,
});
const line = (lineId: string, sku: string, place: string, quantity: number, unitPriceFen: number, lotId?: string) => ({
  lineId,
  sku,
  department: 'D',
  category: place,
  name: { zh: sku, en: sku },
  quantity,
  unitPriceFen,
  ...(lotId === undefined ? {} : { lotId }),
});

function decided(campaigns: readonly Record<string, unknown>[], basket: Basket) {
  const policy = { version: 1, objective: 'best-for-customer', couponsPerBasket: 2 };
  const set = parseCampaignSet({ schema: 1, setId: 's', version: 1, campaigns, policy });
  if (!set.ok) throw new Error(JSON.stringify(set.errors));
  return decide(context, compileCampaigns(set.value), basket);
}

describe('baskets that another solver found', () => {
  it('follows a whole fen to its end even where it costs a coupon', () => {
    const decision = decided(
      [
        offer('P1', {
          kind: 'nth-item',
          items: { categories: ['C3', 'C1'] },
          ladderBp: [0, 5000, 10000],
          match: 'any',
        }),
        offer('P2', {
          kind: 'bundle',
          slots: [
            { items: { skus: ['S1', 'S5'] }, quantity: 1 },
            { items: { skus: ['S5'] }, quantity: 2 },
          ],
          price: { by: 'percent', percentOffBp: 2500 },
        }),
        offer('P3', {
          requiresCoupon: true,
          kind: 'markdown',
          lots: [{ sku: 'S5', lotId: 'LOT-2' }],
          discount: { by: 'fixed-price', fixedPriceFen: 12 },
        }),
        offer('P4', {
          kind: 'discount',
          items: { all: true },
          discount: { by: 'fixed-price', fixedPriceFen: 9 },
          stackWith: ['P3'],
        }),
        offer('P5', {
          kind: 'spend-save',
          items: { skus: ['S5'], categories: ['C3'] },
          repeat: 'once',
          base: 'after-item-discounts',
          tiers: [
            { units: 2, saveFen: 14 },
            { units: 3, saveFen: 34 },
            { units: 5, saveFen: 39 },
          ],
        }),
      ],
      {
        lines: [line('L4', 'S1', 'C3', 1, 19), line('L3', 'S5', 'C1', 2, 13, 'LOT-2'), line('L1', 'S5', 'C1', 1, 13)],
        member: { memberId: 'M1' },
        coupons: [{ couponId: 'K', campaignId: 'P3' }],
      } as Basket,
    );
    expect(decision).toMatchObject({ payableFen: 3, provenOptimal: true });
  });

  it('lets a bundle that saves nothing keep no units from the campaigns above', () => {
    const decision = decided(
      [
        offer('P1', { kind: 'buy-get', items: { skus: ['S3', 'S1', 'S4'] }, buy: 3, get: 1, percentOffBp: 6667 }),
        offer('P2', {
          kind: 'bundle',
          slots: [
            { items: { skus: ['S1'], categories: ['C2'] }, quantity: 1 },
            { items: { categories: ['C2'] }, quantity: 1 },
          ],
          price: { by: 'fixed-price', bundlePriceFen: 12 },
        }),
        offer('P3', {
          kind: 'spend-save',
          items: { all: true },
          repeat: 'per-step',
          base: 'after-item-discounts',
          tiers: [
            { spendFen: 36, saveFen: 3 },
            { spendFen: 55, saveFen: 11 },
          ],
        }),
        offer('P4', {
          kind: 'discount',
          items: { skus: ['S3', 'S1'] },
          discount: { by: 'percent', percentOffBp: 1000 },
        }),
        offer('P5', {
          kind: 'spend-save',
          items: { skus: ['S4', 'S1'] },
          repeat: 'once',
          base: 'list',
          tiers: [{ spendFen: 8, saveFen: 2 }],
        }),
        offer('P6', {
          kind: 'buy-get',
          items: { skus: ['S3', 'S4'] },
          buy: 1,
          get: 1,
          percentOffBp: 10000,
          match: 'any',
        }),
      ],
      {
        lines: [
          line('L4', 'S4', 'C2', 2, 6),
          line('L2', 'S3', 'C3', 2, 30),
          line('L1', 'S4', 'C2', 1, 6),
          line('L5', 'S1', 'C1', 1, 2),
          line('L3', 'S1', 'C1', 3, 2),
        ],
        coupons: [],
      },
    );
    expect(decision.payableFen).toBe(42);
    const given = decision.lines.flatMap(({ lineId, adjustments }) =>
      adjustments.flatMap(({ campaignId, amountFen }) => (campaignId === 'P5' ? [[lineId, amountFen]] : [])),
    );
    // By what the units still cost, 9, 5, 1 and 5 fen: the first and, of the equal rests, the earlier.
    expect(given).toEqual([
      ['L4', 1],
      ['L1', 1],
    ]);
  });

  it('takes no unit twice where rounding stops a solve half-way', () => {
    const file = new URL('./fixtures/rounding-stops-a-solve.json', import.meta.url);
    const found = JSON.parse(readFileSync(file, 'utf8')) as {
      payableFen: number;
      context: never;
      set: never;
      basket: never;
    };
    const set = parseCampaignSet(found.set);
    if (!set.ok) throw new Error(JSON.stringify(set.errors));
    const decision = decide(found.context, compileCampaigns(set.value), found.basket);
    expect(decision).toMatchObject({ payableFen: found.payableFen, provenOptimal: true });
    for (const { listFen, payableFen, adjustments } of decision.lines) {
      expect(payableFen + adjustments.reduce((sum, { amountFen }) => sum + amountFen, 0)).toBe(listFen);
    }
  });
});
