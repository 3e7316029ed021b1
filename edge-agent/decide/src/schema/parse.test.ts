import { describe, expect, it } from 'vitest';
import { DECIDE_LIMITS, parseBasket, parseCampaignSet, parseDecisionContext } from '../index.ts';
import { basketOf, campaign, line, setOf } from '../testing/fixtures.ts';

const spendSave = campaign({
  kind: 'spend-save',
  id: 's',
  items: { all: true },
  tiers: [{ spendFen: 1000, saveFen: 100 }],
  repeat: 'once',
  base: 'list',
});
const percent = campaign({
  kind: 'discount',
  id: 'd',
  items: { all: true },
  discount: { by: 'percent', percentOffBp: 1000 },
});

/** `CODE path` of every problem of a set with one campaign, some of whose fields are replaced. */
function problems(base: object, change: object): string[] {
  const result = parseCampaignSet({ ...setOf([], 1), campaigns: [{ ...base, ...change }] });
  return result.ok ? [] : result.errors.map((error) => `${error.code} ${error.path.replace('campaigns[0].', '')}`);
}

describe('parseCampaignSet', () => {
  it('accepts a set and gives it back equal', () => {
    const set = setOf([spendSave, percent], 1);
    expect(parseCampaignSet(set)).toEqual({ ok: true, value: set });
  });

  it('names the nearest known field', () => {
    const result = parseCampaignSet({
      ...setOf([], 1),
      campaigns: [{ ...percent, discount: { by: 'percent', percentOff: 1 } }],
    });
    expect(result.ok ? [] : result.errors).toContainEqual({
      code: 'UNKNOWN_FIELD',
      path: 'campaigns[0].discount.percentOff',
      message: 'Field "percentOff" is not known here.',
      hint: 'Did you mean "percentOffBp"?',
    });
    expect(problems(percent, { exclusivegroup: 'g' })).toEqual(['UNKNOWN_FIELD exclusivegroup']);
  });

  it.each([
    ['WINDOW_REVERSED window.to', percent, { window: { from: '2026-02-01T00:00:00Z', to: '2026-01-01T00:00:00Z' } }],
    ['BAD_FORMAT window.from', percent, { window: { from: '2026-02-01T00:00:00', to: '2027-01-01T00:00:00Z' } }],
    [
      'HOURS_EMPTY window.hours[0]',
      percent,
      { window: { ...percent.window, hours: [{ from: '08:00', to: '08:00' }] } },
    ],
    ['NEGATIVE_AMOUNT discount.amountOffFen', percent, { discount: { by: 'amount', amountOffFen: -1 } }],
    ['PERCENT_OUT_OF_RANGE discount.percentOffBp', percent, { discount: { by: 'percent', percentOffBp: 10_001 } }],
    ['NOT_AN_INTEGER discount.fixedPriceFen', percent, { discount: { by: 'fixed-price', fixedPriceFen: 1.5 } }],
    ['NOT_AN_INTEGER discount.fixedPriceFen', percent, { discount: { by: 'fixed-price', fixedPriceFen: Number.NaN } }],
    ['TOO_LARGE discount.fixedPriceFen', percent, { discount: { by: 'fixed-price', fixedPriceFen: 2 ** 40 + 1 } }],
    ['UNKNOWN_VALUE discount.by', percent, { discount: { by: 'magic' } }],
    ['UNKNOWN_VALUE kind', percent, { kind: 'magic' }],
    ['MISSING_FIELD name', percent, { name: undefined }],
    ['SELECTOR_EMPTY items', percent, { items: { excludeSkus: ['tea'] } }],
    ['EMPTY_LIST items.skus', percent, { items: { skus: [] } }],
    [
      'TOO_MANY_TIERS tiers',
      spendSave,
      { tiers: Array.from({ length: 10_000 }, (_, i) => ({ spendFen: i + 1, saveFen: i + 1 })) },
    ],
    [
      'TIERS_NOT_ASCENDING tiers[1]',
      spendSave,
      {
        tiers: [
          { spendFen: 200, saveFen: 10 },
          { spendFen: 100, saveFen: 20 },
        ],
      },
    ],
    ['SAVE_ABOVE_SPEND tiers[0].saveFen', spendSave, { tiers: [{ spendFen: 100, saveFen: 101 }] }],
  ])('refuses with %s', (expected, base, change) => {
    expect(problems(base, change)).toEqual([expected]);
  });

  it('refuses ids that are there twice, too many campaigns, and what is no set at all', () => {
    const twice = parseCampaignSet(setOf([percent, percent], 1));
    expect(twice.ok ? [] : twice.errors.map((error) => error.code)).toEqual(['DUPLICATE_CAMPAIGN_ID']);
    const many = parseCampaignSet({ ...setOf([], 1), campaigns: new Array(DECIDE_LIMITS.maxCampaigns + 1).fill(7) });
    expect(many.ok ? 0 : many.errors.length).toBeLessThanOrEqual(DECIDE_LIMITS.maxErrors);
    for (const input of [null, undefined, 3, 'x', [], {}]) expect(parseCampaignSet(input).ok).toBe(false);
  });
});

describe('parseBasket', () => {
  const codes = (input: unknown): string[] => {
    const result = parseBasket(input);
    return result.ok ? [] : result.errors.map((error) => `${error.code} ${error.path}`);
  };
  const one = (more: object) => ({ lines: [{ ...line('L1', 'tea', 1, 100, {}), ...more }], coupons: [] });

  it('refuses quantities that are 0, negative or fractional, and sums beyond 2^40', () => {
    expect(codes(one({ quantity: 0 }))).toEqual(['TOO_SMALL lines[0].quantity']);
    expect(codes(one({ quantity: -2 }))).toEqual(['NEGATIVE_AMOUNT lines[0].quantity']);
    expect(codes(one({ quantity: 1.5 }))).toEqual(['NOT_AN_INTEGER lines[0].quantity']);
    expect(codes(one({ unitPriceFen: 2 ** 40, quantity: 2 }))).toEqual(['BASKET_TOTAL_TOO_LARGE lines']);
    const many = Array.from({ length: 10_000 }, (_, index) => line(`L${index}`, 'tea', 1, 100, {}));
    expect(codes(basketOf(many, {}))).toEqual(['TOO_MANY_LINES lines']);
  });

  it('checks weights against amounts, and ids against each other', () => {
    expect(codes(one({ weightGrams: 755, unitPriceFen: 1290, amountFen: 975 }))).toEqual([]);
    expect(codes(one({ weightGrams: 755, unitPriceFen: 1290, amountFen: 980 }))).toEqual([
      'WEIGHED_AMOUNT_MISMATCH lines[0].amountFen',
    ]);
    expect(codes(one({ weightGrams: 755, quantity: 2 }))).toEqual(['WEIGHED_QUANTITY lines[0].quantity']);
    expect(codes(one({ amountFen: 5 }))).toEqual(['AMOUNT_WITHOUT_WEIGHT lines[0].amountFen']);
    const same = line('L1', 'tea', 1, 100, {});
    expect(codes(basketOf([same, same], {}))).toEqual(['DUPLICATE_LINE_ID lines[1].lineId']);
    const coupon = { couponId: 'x', campaignId: 'c' };
    expect(codes(basketOf([], { coupons: [coupon, coupon] }))).toEqual(['DUPLICATE_COUPON_ID coupons[1].couponId']);
  });

  it('a context names a zone that exists', () => {
    const context = { storeId: 'S1', channel: 'till', at: '2026-03-04T12:00:00+08:00', zone: 'Mars/Olympus' };
    const result = parseDecisionContext(context);
    expect(result.ok ? '' : result.errors[0]?.code).toBe('ZONE_UNKNOWN');
  });
});
