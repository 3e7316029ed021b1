import { describe, expect, it } from 'vitest';
import { soundCampaigns, soundSet } from '../authoring/testing/sound.ts';
import { parseCampaignSet } from './parse.ts';

/** `CODE path` of every problem of a set with one sound campaign, some of whose fields are replaced. */
function problems(name: keyof typeof soundCampaigns, change: object): string[] {
  const set = { ...soundSet(), campaigns: [{ ...soundCampaigns[name], ...change }] };
  const result = parseCampaignSet(set);
  return result.ok ? [] : result.errors.map((error) => `${error.code} ${error.path.replace('campaigns[0].', '')}`);
}

describe('tiers of a spend-save', () => {
  const tiers = (...list: object[]) => problems('spend-save', { tiers: list });

  it('are whole, each by itself', () => {
    expect(tiers({ saveFen: 1 })).toEqual(['THRESHOLD_NOT_ONE tiers[0]']);
    expect(tiers({ units: 1 })).toEqual(['SAVING_NOT_ONE tiers[0]']);
    expect(tiers({})).toEqual(['THRESHOLD_NOT_ONE tiers[0]', 'SAVING_NOT_ONE tiers[0]']);
    expect(tiers({ units: 2, saveFen: 999 }, { units: 3, saveFen: 1000 })).toEqual([]);
    expect(tiers({ spendFen: 100, saveFen: 100 })).toEqual([]);
    expect(tiers({ spendFen: 100, percentOffBp: 1000, maxSaveFen: 1 })).toEqual([]);
  });

  it('are of one kind, in what is reached and in what is saved', () => {
    expect(tiers({ spendFen: 100, saveFen: 1 }, { spendFen: 200, percentOffBp: 9000 })).toEqual([
      'TIERS_OF_TWO_KINDS tiers[1]',
    ]);
    expect(tiers({ units: 1, percentOffBp: 1000 }, { spendFen: 200, percentOffBp: 2000 })).toEqual([
      'TIERS_OF_TWO_KINDS tiers[1]',
    ]);
  });

  it('rise in both', () => {
    const rising = (units: number, percentOffBp: number) => ({ units, percentOffBp });
    expect(tiers(rising(2, 1000), rising(3, 2000), rising(4, 3000))).toEqual([]);
    expect(tiers(rising(2, 1000), rising(2, 2000))).toEqual(['TIERS_NOT_ASCENDING tiers[1]']);
    expect(tiers(rising(2, 1000), rising(3, 1000), rising(4, 900))).toEqual([
      'TIERS_NOT_ASCENDING tiers[1]',
      'TIERS_NOT_ASCENDING tiers[2]',
    ]);
  });
});

describe('other kinds', () => {
  it('bulk tiers rise in units; what they save is for the author to say', () => {
    const bulk = (...units: number[]) =>
      problems('bulk-price', {
        tiers: units.map((minUnits) => ({ minUnits, discount: { by: 'percent', percentOffBp: 1000 } })),
      });
    expect(bulk(2, 3)).toEqual([]);
    expect(bulk(2, 2)).toEqual(['TIERS_NOT_ASCENDING tiers[1].minUnits']);
    expect(bulk(3, 2, 4)).toEqual(['TIERS_NOT_ASCENDING tiers[1].minUnits']);
  });

  it('thresholds of gifts and bonus points are one', () => {
    expect(problems('gift', { units: 2 })).toEqual(['THRESHOLD_NOT_ONE campaigns[0]']);
    expect(problems('gift', { spendFen: undefined })).toEqual(['THRESHOLD_NOT_ONE campaigns[0]']);
    expect(problems('gift', { spendFen: undefined, units: 2 })).toEqual([]);
    const bonus = { by: 'bonus', repeat: 'once', base: 'list', points: 5 };
    expect(problems('points', { earn: bonus })).toEqual(['THRESHOLD_NOT_ONE earn']);
    expect(problems('points', { earn: { ...bonus, units: 1 } })).toEqual([]);
    expect(problems('points', { earn: { by: 'multiplier', times: 2 } })).toEqual([]);
  });

  it('every selector names items', () => {
    const empty = { excludeSkus: ['tea'] };
    expect(
      problems('bundle', {
        slots: [
          { items: { all: true }, quantity: 1 },
          { items: empty, quantity: 1 },
        ],
      }),
    ).toEqual(['SELECTOR_EMPTY slots[1].items']);
    expect(problems('buy-get', { getItems: empty })).toEqual(['SELECTOR_EMPTY getItems']);
    for (const name of ['points', 'points-pay', 'gift', 'nth-item', 'bulk-price', 'spend-save'] as const) {
      expect(problems(name, { items: {} })).toEqual(['SELECTOR_EMPTY items']);
    }
  });

  it('groups of one SKU and items of their own exclude each other', () => {
    expect(problems('buy-get', { match: 'any', getItems: { all: true } })).toEqual([]);
    expect(problems('buy-get', { match: 'same-sku' })).toEqual([]);
  });

  it('two lots whose parts run together are two', () => {
    const lots = [
      { sku: 'milk', lotId: '1.2' },
      { sku: 'milk.1', lotId: '2' },
    ];
    expect(problems('markdown', { lots })).toEqual([]);
  });
});

describe('what every kind has', () => {
  it('tags and segments choose who is given a coupon, never a price', () => {
    const audience = { tags: ['vip'], segments: ['lapsed'] };
    for (const name of Object.keys(soundCampaigns) as (keyof typeof soundCampaigns)[]) {
      const points = name === 'points' || name === 'points-pay';
      const expected = points ? ['COUPON_ON_POINTS requiresCoupon'] : [];
      expect(problems(name, { audience, requiresCoupon: true })).toEqual(expected);
      for (const requiresCoupon of [false, undefined]) {
        expect(problems(name, { audience, requiresCoupon })).toEqual([
          'SEGMENT_SETS_PRICE audience.tags',
          'SEGMENT_SETS_PRICE audience.segments',
        ]);
      }
    }
    // Published tiers, newcomers and first orders are no segments.
    expect(problems('discount', { audience: { tiers: ['gold'], firstOrder: true, newMemberDays: 7 } })).toEqual([]);
  });

  it('who funds: one side, or two shares that are all of it', () => {
    expect(problems('discount', { fundedBy: { storeBp: 0, brandBp: 10_000 } })).toEqual([]);
    expect(problems('discount', { fundedBy: { storeBp: 3000 } })).toEqual(['MISSING_FIELD fundedBy.brandBp']);
    expect(problems('discount', { fundedBy: { storeBp: 3000, brandBp: 7000, hqBp: 1 } })).toEqual([
      'UNKNOWN_FIELD fundedBy.hqBp',
    ]);
    expect(problems('discount', { fundedBy: { storeBp: 10_001, brandBp: -1 } })).toEqual([
      'PERCENT_OUT_OF_RANGE fundedBy.storeBp',
      'PERCENT_OUT_OF_RANGE fundedBy.brandBp',
    ]);
    expect(problems('discount', { fundedBy: 'brnad' })).toEqual(['UNKNOWN_VALUE fundedBy']);
    expect(problems('discount', { fundedBy: undefined })).toEqual(['MISSING_FIELD fundedBy']);
    expect(problems('discount', { fundedBy: 7 })).toEqual(['UNKNOWN_VALUE fundedBy']);
  });

  it('an instant that no calendar has is refused', () => {
    const { window } = soundCampaigns.discount;
    expect(problems('discount', { window: { ...window, from: '2026-02-30T00:00:00Z' } })).toEqual([
      'BAD_FORMAT window.from',
    ]);
  });
});

describe('the policy', () => {
  it('names the days of coupons that live on', () => {
    const { policy } = soundSet();
    const parsed = parseCampaignSet({
      ...soundSet(),
      policy: { ...policy, returns: { ...policy.returns, extendDays: undefined } },
    });
    expect(parsed.ok ? [] : parsed.errors).toMatchObject([
      { code: 'MISSING_FIELD', path: 'policy.returns.extendDays' },
    ]);
  });
});
