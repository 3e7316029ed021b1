import { describe, expect, it } from 'vitest';
import type { Campaign, CampaignPolicy } from '../schema/campaign.ts';
import { checkCampaignSet } from './check.ts';
import { campaign, catalogue, percent, setUnder, spendSave } from './testing/case.ts';

/** `CODE ids` of each finding. */
function found(campaigns: readonly Campaign[], policy: Partial<CampaignPolicy>): string[] {
  return checkCampaignSet(setUnder(campaigns, policy)).map(({ code, campaignIds }) => `${code} ${campaignIds.join()}`);
}

/** Shares off tea, each less than the one before, so that only stacking is in question. */
function teas(lists: Readonly<Record<string, string[]>>): Campaign[] {
  return Object.entries(lists).map(([id, stackWith], index) =>
    percent(id, 1000, { stackWith, items: { skus: ['tea', `only-${index}`] } }),
  );
}

const buyGet = campaign({
  kind: 'buy-get',
  id: 'g',
  items: { all: true },
  buy: 1,
  get: 1,
  percentOffBp: 10_000,
  stackWith: ['a'],
});

describe('stacking that does not work', () => {
  it.each([
    ['the units of a group take nothing else', [percent('a', 1000, { stackWith: ['g'] }), buyGet], {}, ['a,g', 'g,a']],
    [
      'one coupon for a basket',
      [
        percent('a', 1000, { stackWith: ['b'], requiresCoupon: true }),
        percent('b', 1100, { stackWith: ['a'], requiresCoupon: true }),
      ],
      { couponsPerBasket: 1 },
      ['a,b', 'b,a'],
    ],
    [
      'only the best of the basket layer',
      [spendSave('a', 9000, 100, { stackWith: ['b'] }), spendSave('b', 8000, 90, { stackWith: ['a'] })],
      { layers: { basket: 'best-one' } },
      ['a,b', 'b,a'],
    ],
    [
      'different stores',
      [
        percent('a', 1000, { stackWith: ['b'], audience: { stores: ['S1'] } }),
        percent('b', 1100, { stackWith: ['a'], audience: { stores: ['S2'] } }),
      ],
      {},
      ['a,b', 'b,a'],
    ],
    [
      'different tiers, of which one is in a list of its own',
      [
        percent('a', 1000, { stackWith: ['b'], audience: { tiers: ['gold'] } }),
        campaign({
          kind: 'member-price',
          id: 'b',
          prices: [{ sku: 'tea', priceFen: 900 }],
          tiers: ['silver'],
          stackWith: ['a'],
        }),
      ],
      {},
      ['a,b', 'b,a'],
    ],
    [
      'different days',
      [
        percent('a', 1000, {
          stackWith: ['b'],
          window: { from: '2026-01-01T00:00:00Z', to: '2027-01-01T00:00:00Z', daysOfWeek: [1] },
        }),
        percent('b', 1100, {
          stackWith: ['a'],
          window: { from: '2026-01-01T00:00:00Z', to: '2027-01-01T00:00:00Z', daysOfWeek: [2] },
        }),
      ],
      {},
      ['a,b', 'b,a'],
    ],
  ] satisfies [string, Campaign[], Partial<CampaignPolicy>, string[]][])('%s', (_, campaigns, policy, ids) => {
    expect(found(campaigns, policy)).toEqual(ids.map((pair) => `STACK_IMPOSSIBLE ${pair}`));
  });

  it('tells the shortest circle once, and pairs outside of it as pairs', () => {
    const circle = teas({ a: ['b'], b: ['c', 'x'], c: ['d', 'a'], d: ['a'], x: [] });
    expect(found(circle, {})).toEqual(['STACKING_CYCLE a,b,c', 'STACK_NOT_MUTUAL b,x']);
  });

  it('is no circle where one pair accepts each other, or where names only go one way', () => {
    expect(found(teas({ a: ['b'], b: ['c'], c: ['a', 'b'] }), {})).toEqual([
      'STACK_NOT_MUTUAL a,b',
      'STACK_NOT_MUTUAL c,a',
    ]);
    expect(found(teas({ a: ['b', 'c'], b: ['c'], c: [] }), {})).toEqual([
      'STACK_NOT_MUTUAL a,b',
      'STACK_NOT_MUTUAL a,c',
      'STACK_NOT_MUTUAL b,c',
    ]);
  });

  it('follows a circle of thousands', () => {
    const ids = Array.from({ length: 5000 }, (_, index) => `c${index}`);
    const ring = ids.map((id, index) =>
      percent(id, 1000, { items: { skus: [id] }, stackWith: [ids[index + 1] ?? 'c0'] }),
    );
    const [first, ...rest] = checkCampaignSet(setUnder(ring, {}));
    expect(first).toMatchObject({ code: 'STACKING_CYCLE', campaignIds: ids });
    expect(rest).toEqual([]);
  });
});

describe('stacking that leaves a choice', () => {
  const chain = { a: ['b'], b: ['a', 'c'], c: ['b'] };

  it('is told for an item that all three touch, which a catalogue may show', () => {
    const onTea = teas(chain).slice(0, 2);
    const drinks = percent('c', 1000, { stackWith: ['b'], items: { categories: ['drinks'] } });
    const set = setUnder([...onTea, drinks], {});
    // Without a catalogue nobody knows that tea is a drink.
    expect(checkCampaignSet(set)).toEqual([]);
    expect(checkCampaignSet(set, catalogue).map(({ code }) => code)).toContain('STACKING_AMBIGUOUS');
  });

  it('is none where the two others can never be there together', () => {
    const [a, b, c] = teas(chain);
    if (!a || !b || !c) throw new Error('three campaigns');
    expect(found([a, b, c], {})).toEqual(['STACKING_AMBIGUOUS b,a,c']);
    expect(found([{ ...a, exclusiveGroup: 'g' }, b, { ...c, exclusiveGroup: 'g' }], {})).toEqual([]);
    expect(found([{ ...a, audience: { stores: ['S1'] } }, b, { ...c, audience: { stores: ['S2'] } }], {})).toEqual([]);
  });

  it('is none where nothing was said: a coupon beside one of two discounts is as it always was', () => {
    const plain = [
      percent('a', 1000, {}),
      percent('b', 2000, { items: { skus: ['tea', 'milk'] } }),
      percent('c', 1500, { requiresCoupon: true }),
    ];
    expect(found(plain, {})).toEqual([]);
  });

  it('is told once for all that are linked', () => {
    const linked = teas({ a: ['b'], b: ['a', 'c'], c: ['b', 'd'], d: ['c', 'e'], e: ['d'] });
    expect(found(linked, {})).toEqual(['STACKING_AMBIGUOUS b,a,c']);
  });
});
