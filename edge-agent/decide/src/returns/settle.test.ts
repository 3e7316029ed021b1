import { describe, expect, it } from 'vitest';
import { campaign } from '../testing/fixtures.ts';
import { campaignIdsOf, saleSetOf } from './campaigns.ts';
import { exchangeFor } from './exchange.ts';
import { refundFor, returnFor } from './settle.ts';
import { AT, back, nothing, saleOf, save, strict } from './testing/sales.ts';
import type { PastDecision, PastSale, Returned } from './types.ts';

const name = { zh: '杯子', en: 'Cup' };
const gift = campaign({
  kind: 'gift',
  id: 'g',
  items: { all: true },
  spendFen: 1000,
  repeat: 'once',
  base: 'list',
  gifts: [{ sku: 'cup', name, quantity: 2, valueFen: 50 }],
});
const sale = saleOf({
  lines: [{ lineId: 'A', quantity: 2, listFen: 1000, adjustments: [] }],
  campaigns: [gift],
  gifts: [{ campaignId: 'g', times: 1, chosen: { sku: 'cup', name, quantity: 2, valueFen: 100 }, options: [] }],
  policy: strict,
});

describe('returnFor refuses', () => {
  const codes = (of: PastSale, before: Returned, now: Returned, at: string): string[] => {
    const result = returnFor(of, before, now, at);
    return result.ok ? [] : result.errors.map((error) => `${error.code} ${error.path}`);
  };

  it('what was not sold or given, broken counts, and more than there was', () => {
    expect(codes(sale, nothing, back({ Z: 1 }, { z: 1 }), AT)).toEqual([
      'RETURN_LINE_UNKNOWN returned.Z',
      'RETURN_GIFT_UNKNOWN gifts.z',
    ]);
    expect(codes(sale, nothing, back({ A: -1 }, { g: 0.5 }), AT)).toEqual([
      'RETURN_UNITS_INVALID returned.A',
      'RETURN_UNITS_INVALID gifts.g',
    ]);
    expect(codes(sale, back({ A: 1 }, { g: 1 }), back({ A: 2 }, { g: 2 }), AT)).toEqual([
      'RETURN_EXCEEDS_SOLD returned.A',
      'RETURN_EXCEEDS_GIVEN gifts.g',
    ]);
    const twice = {
      units: [
        { lineId: 'A', units: 1 },
        { lineId: 'A', units: 2 },
      ],
      gifts: [],
    };
    expect(codes(sale, nothing, twice, AT)).toEqual(['RETURN_EXCEEDS_SOLD returned.A']);
  });

  it('a sale without its lines or campaigns, a rounding above what was due, and an instant that is none', () => {
    const bare = { ...sale, lines: [], campaigns: saleOf({ lines: [], campaigns: [] }).campaigns };
    expect(codes(bare, nothing, nothing, AT)).toEqual([
      'RETURN_FACTS_MISSING lines.A',
      'RETURN_FACTS_MISSING campaigns.g',
    ]);
    for (const roundingFen of [-2001, 0.5])
      expect(codes({ ...sale, roundingFen }, nothing, nothing, AT)).toEqual(['RETURN_ROUNDING_INVALID roundingFen']);
    expect(codes(sale, nothing, nothing, 'yesterday')).toEqual(['BAD_FORMAT at']);
  });
});

describe('saleSetOf', () => {
  it('keeps the campaigns that gave something, and the policy', () => {
    const other = campaign({
      kind: 'discount',
      id: 'o',
      items: { all: true },
      discount: { by: 'amount', amountOffFen: 1 },
    });
    const { set } = sale.campaigns;
    expect(saleSetOf(sale.decision, { ...set, campaigns: [other, gift] })).toEqual({ ...set, campaigns: [gift] });
    expect([...campaignIdsOf(sale.decision)]).toEqual(['g']);
  });
});

describe('exchangeFor', () => {
  const { decision: cheap } = saleOf({
    lines: [{ lineId: 'N', quantity: 1, listFen: 300, adjustments: [] }],
    campaigns: [],
  });
  const dearer = { ...cheap, totalFen: 1500, payableFen: 1500 } as Parameters<typeof exchangeFor>[4];

  it('sets the new basket off against what comes back', () => {
    const exchange = (to: typeof dearer, now: Returned) => {
      const result = exchangeFor(sale, nothing, now, AT, to);
      if (!result.ok) throw new Error(result.errors[0]?.code);
      return result.exchange;
    };
    expect(exchange(dearer, back({ A: 1 }, {}))).toMatchObject({
      newTotalFen: 1500,
      payFen: 500,
      refundFen: 0,
      returned: { refundFen: 1000 },
    });
    expect(exchange(cheap as typeof dearer, back({ A: 1 }, {}))).toMatchObject({ payFen: 0, refundFen: 700 });
    // The gift is charged against the exchange too.
    expect(exchange(cheap as typeof dearer, back({ A: 2 }, {}))).toMatchObject({ payFen: 0, refundFen: 1600 });
  });

  it('adds what a kept gift asks for to the new basket', () => {
    const dear = saleOf({
      lines: [
        { lineId: 'A', quantity: 1, listFen: 1000, adjustments: [] },
        { lineId: 'B', quantity: 1, listFen: 1000, adjustments: [] },
      ],
      campaigns: [{ ...gift, items: { skus: ['A'] } } as typeof gift],
      gifts: [{ campaignId: 'g', times: 1, chosen: { sku: 'cup', name, quantity: 1, valueFen: 1800 }, options: [] }],
      policy: strict,
    });
    const result = exchangeFor(dear, back({ B: 1 }, {}), back({ A: 1 }, {}), AT, cheap as typeof dearer);
    expect(result).toMatchObject({ exchange: { returned: { refundFen: 0, payFen: 800 }, payFen: 1100, refundFen: 0 } });
  });

  it('refuses what a return refuses', () => {
    expect(exchangeFor(sale, nothing, back({ Z: 1 }, {}), AT, dearer)).toMatchObject({
      ok: false,
      errors: [{ code: 'RETURN_LINE_UNKNOWN' }],
    });
  });
});

describe('refundFor', () => {
  it('reads decisions from before tax and gifts were known', () => {
    const { decision } = saleOf({
      lines: [{ lineId: 'A', quantity: 2, listFen: 500, adjustments: [save('s', 100, 2)] }],
      campaigns: [],
    });
    const { taxFen: _tax, totalFen: _total, gifts: _gifts, ...old } = decision;
    const past: PastDecision = { ...old, points: { earned: 9 } };
    expect(refundFor(past, [{ lineId: 'A', units: 1 }], [])).toEqual({
      ok: true,
      refundFen: 450,
      lines: [{ lineId: 'A', units: 1, refundFen: 450, taxFen: 0 }],
    });
  });
});
