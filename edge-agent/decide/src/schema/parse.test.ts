import { describe, expect, it } from 'vitest';
import { DECIDE_LIMITS } from '../limits.ts';
import { basketOf, campaign, line, setOf } from '../testing/fixtures-data.ts';
import { parseBasket, parseCampaignSet, parseDecisionContext } from './parse.ts';

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
    ['NEGATIVE_AMOUNT discount.amountOffFen', percent, { discount: { by: 'amount', amountOffFen: -1 } }],
    ['NOT_AN_INTEGER discount.fixedPriceFen', percent, { discount: { by: 'fixed-price', fixedPriceFen: 1.5 } }],
    ['NOT_AN_INTEGER discount.fixedPriceFen', percent, { discount: { by: 'fixed-price', fixedPriceFen: Number.NaN } }],
    ['NOT_AN_INTEGER discount.fixedPriceFen', percent, { discount: { by: 'fixed-price', fixedPriceFen: 1 / 0 } }],
    ['TOO_LARGE discount.fixedPriceFen', percent, { discount: { by: 'fixed-price', fixedPriceFen: 2 ** 40 + 1 } }],
    ['TOO_LARGE discount.fixedPriceFen', percent, { discount: { by: 'fixed-price', fixedPriceFen: 2 ** 60 } }],
    ['PERCENT_OUT_OF_RANGE discount.percentOffBp', percent, { discount: { by: 'percent', percentOffBp: 0 } }],
    ['UNKNOWN_VALUE discount.by', percent, { discount: { by: 'magic' } }],
    ['UNKNOWN_VALUE kind', percent, { kind: 'magic' }],
    ['MISSING_FIELD kind', percent, { kind: undefined }],
    ['BAD_FORMAT window.from', percent, { window: { from: '2026-02-01T00:00:00', to: '2027-01-01T00:00:00Z' } }],
    ['TOO_LARGE tiers[0].units', spendSave, { tiers: [{ units: 20_001, saveFen: 1 }] }],
  ])('refuses with %s', (expected, base, change) => {
    expect(problems(base, change)).toEqual([expected]);
  });

  it('names the limit of the field, what is allowed, and the nearest of it', () => {
    const errorOf = (change: object) => {
      const result = parseCampaignSet({ ...setOf([], 1), campaigns: [{ ...percent, ...change }] });
      return result.ok ? undefined : result.errors[0];
    };
    expect(errorOf({ discount: { by: 'amount', amountOffFen: 2 ** 60 } })?.message).toContain(String(2 ** 40));
    expect(errorOf({ discount: { by: 'percnt', percentOffBp: 1 } })).toMatchObject({
      message: 'Expected one of: percent, amount, fixed-price.',
      hint: 'Did you mean "percent"?',
    });
    expect(errorOf({ audience: { channels: ['tills'] } })?.hint).toBe('Did you mean "till"?');
    // Nothing is near: the allowed values say enough.
    expect(errorOf({ audience: { channels: ['warehouse'] } })?.hint).not.toContain('Did you mean');
  });

  it('tells the problems of the policy and of every campaign together', () => {
    const campaigns = [{ ...percent, name: undefined }, percent, { ...spendSave, tiers: [] }];
    const result = parseCampaignSet({ ...setOf([], 1), policy: {}, campaigns });
    expect(result.ok ? [] : result.errors.map((error) => error.path)).toEqual([
      'policy.version',
      'policy.objective',
      'policy.couponsPerBasket',
      'campaigns[0].name',
      'campaigns[2].tiers',
    ]);
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
