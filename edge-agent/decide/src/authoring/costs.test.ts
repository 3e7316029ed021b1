import { describe, expect, it } from 'vitest';
import type { Campaign, CampaignPolicy } from '../schema/campaign.ts';
import { checkCampaignSet } from './check.ts';
import type { Finding } from './finding.ts';
import { campaign, catalogue, fixed, percent, setUnder, spendSave } from './testing/case.ts';

const found = (campaigns: readonly Campaign[], policy: Partial<CampaignPolicy>): Finding[] =>
  checkCampaignSet(setUnder(campaigns, policy), catalogue);

/** `CODE ids: units of sku price/cost` of each finding. */
const texts = (campaigns: readonly Campaign[], policy: Partial<CampaignPolicy>): string[] =>
  found(campaigns, policy).map(
    ({ code, campaignIds, units, sku, priceFen, costFen }) =>
      `${code} ${campaignIds.join()}: ${units} ${sku} ${priceFen}/${costFen}`,
  );

const soap = { items: { skus: ['soap'] } };

describe('prices below cost by one campaign', () => {
  it.each([
    // Soap: 8.00, costs 3.00.
    [
      'two free with one',
      campaign({ kind: 'buy-get', id: 'a', ...soap, buy: 1, get: 2, percentOffBp: 10_000 }),
      'PRICE_BELOW_COST a: 3 soap 800/900',
    ],
    [
      'the second and third nearly free',
      campaign({ kind: 'nth-item', id: 'a', ...soap, ladderBp: [0, 9000, 9900] }),
      'PRICE_BELOW_COST a: 3 soap 888/900',
    ],
    [
      'a ladder that is a loss at its second step, and less so at its third',
      campaign({ kind: 'nth-item', id: 'a', ...soap, ladderBp: [5000, 9900, 0] }),
      'PRICE_BELOW_COST a: 2 soap 408/600',
    ],
    [
      'the deepest tier',
      campaign({
        kind: 'bulk-price',
        id: 'a',
        ...soap,
        count: 'any',
        tiers: [
          { minUnits: 5, discount: { by: 'fixed-price', fixedPriceFen: 310 } },
          { minUnits: 10, discount: { by: 'fixed-price', fixedPriceFen: 299 } },
        ],
      }),
      'PRICE_BELOW_COST a: 10 soap 2990/3000',
    ],
    [
      'a member price',
      campaign({ kind: 'member-price', id: 'a', prices: [{ sku: 'soap', priceFen: 299 }] }),
      'PRICE_BELOW_COST a: 1 soap 299/300',
    ],
    [
      'a lot',
      campaign({
        kind: 'markdown',
        id: 'a',
        lots: [{ sku: 'soap', lotId: 'L' }],
        discount: { by: 'percent', percentOffBp: 7000 },
      }),
      'PRICE_BELOW_COST a: 1 soap 240/300',
    ],
    // Two at 8.00 reach 16.00: 10.01 off leaves 5.99.
    ['a saving of the basket', spendSave('a', 1600, 1001, soap), 'PRICE_BELOW_COST a: 2 soap 599/600'],
  ])('%s', (_, one, expected) => {
    expect(texts([one], {})).toEqual([expected]);
  });

  it('names the worst item and how many there are', () => {
    const [one] = found([percent('a', 7000, { items: { all: true } })], {});
    // 30 % of the price is below cost for all six; bread and pan cost 40 %, as tea and cup do, milk more.
    expect(one).toMatchObject({ code: 'PRICE_BELOW_COST', sku: 'milk', units: 1, priceFen: 180, costFen: 250 });
    expect(one?.message.en).toContain('and 5 more items');
  });

  it('is not told where the cost is not known', () => {
    const noCosts = catalogue.map(({ costFen: _, ...item }) => item);
    expect(checkCampaignSet(setUnder([fixed('a', 1, {})], {}), noCosts)).toEqual([]);
  });
});

describe('prices below cost by several together', () => {
  const half = percent('a', 5000, soap);
  // Four soaps at 4.00 are 16.00; 4.01 off leaves less than their cost of 12.00.
  const saving = (more: Partial<Campaign>): Campaign =>
    spendSave('b', 1600, 401, { ...soap, base: 'after-item-discounts', ...more } as Partial<Campaign>);
  const loss = 'STACK_BELOW_COST a,b: 4 soap 1199/1200';

  it('counts what may act together, and only that', () => {
    expect(texts([half, saving({})], {})).toEqual([loss]);
    expect(texts([half, saving({ requiresCoupon: true })], {})).toEqual([loss]);
    const never = saving({ requiresCoupon: true });
    expect(texts([half, never], { couponsPerBasket: 0 })).toEqual([
      'NEVER_ANY_COUPON b: undefined undefined undefined/undefined',
    ]);
    expect(texts([{ ...half, exclusiveGroup: 'g' }, saving({ exclusiveGroup: 'g' })], {})).toEqual([]);
    expect(texts([{ ...half, audience: { stores: ['S1'] } }, saving({ audience: { stores: ['S2'] } })], {})).toEqual(
      [],
    );
    expect(texts([{ ...half, stackWith: ['layer:points'] }, saving({})], {})).toEqual([]);
    expect(texts([half, saving({ stackWith: [] })], {})).toEqual([]);
    expect(texts([half, saving({ window: { ...half.window, daysOfWeek: [1] } })], {})).toEqual([loss]);
    const tuesdays = { ...half, window: { ...half.window, daysOfWeek: [2] } };
    expect(texts([tuesdays, saving({ window: { ...half.window, daysOfWeek: [1] } })], {})).toEqual([]);
  });

  it('prices stacks of units as the engine does: one after the other, rounded once', () => {
    const stack = (percentOffBp: number): Campaign[] => [
      percent('a', 4000, { ...soap, stackWith: ['b'] }),
      percent('b', percentOffBp, { ...soap, stackWith: ['a'] }),
    ];
    // 8.00 less 40 % is 4.80; 37.5 % of that is 1.80.
    expect(texts(stack(3750), {})).toEqual([]);
    expect(texts(stack(3760), {})).toEqual(
      ['STACK_BELOW_COST a,b: 1 soap 300/300'.replace('300/', '299.52/')].slice(1),
    );
    expect(texts(stack(3800), {})).toEqual(['STACK_BELOW_COST a,b: 1 soap 298/300']);
  });

  it('adds up what the basket saves', () => {
    const three = [
      saving({ id: 'x', stackWith: undefined } as unknown as Partial<Campaign>),
      spendSave('y', 1600, 300, soap),
      spendSave('z', 1600, 301, soap),
    ];
    // Two soaps at 8.00, less 4.01, 3.00 and 3.01, where they cost 6.00.
    expect(texts(three, {})).toEqual(['STACK_BELOW_COST x,y,z: 2 soap 598/600']);
    expect(texts(three, { layers: { basket: 'best-one' } })).toEqual([]);
  });

  it('leaves a stack alone where one of it is a loss by itself', () => {
    expect(texts([percent('a', 9000, soap), saving({})], {})).toEqual(['PRICE_BELOW_COST a: 1 soap 80/300']);
  });
});

describe('bundles below cost', () => {
  const slots = [
    { items: { skus: ['tea', 'soap'] }, quantity: 1 },
    { items: { skus: ['cup'] }, quantity: 1 },
  ];
  const bundle = (price: Extract<Campaign, { kind: 'bundle' }>['price']): Campaign =>
    campaign({ kind: 'bundle', id: 'a', slots, price });

  it('of every form, and says whether all of them are', () => {
    // Tea and cup: 10.00 + 15.00, cost 4.00 + 6.00. Soap and cup: 8.00 + 15.00, cost 3.00 + 6.00.
    expect(texts([bundle({ by: 'fixed-price', bundlePriceFen: 950 })], {})).toHaveLength(1);
    const [one] = found([bundle({ by: 'fixed-price', bundlePriceFen: 950 })], {});
    expect(one).toMatchObject({ code: 'BUNDLE_BELOW_COST', priceFen: 950, costFen: 1000, names: ['tea x1', 'cup x1'] });
    expect(one?.message.en).not.toContain('every other');
    const [always] = found([bundle({ by: 'fixed-price', bundlePriceFen: 899 })], {});
    expect(always?.message.en).toContain('every other');
    expect(found([bundle({ by: 'amount', amountOffFen: 1400 })], {})).toEqual([]);
    // Soap leaves less than tea does.
    expect(found([bundle({ by: 'amount', amountOffFen: 1401 })], {})).toMatchObject([
      { priceFen: 899, costFen: 900, names: ['soap x1', 'cup x1'] },
    ]);
    expect(found([bundle({ by: 'percent', percentOffBp: 6200 })], {})).toMatchObject([{ code: 'BUNDLE_BELOW_COST' }]);
    expect(found([bundle({ by: 'percent', percentOffBp: 6000 })], {})).toEqual([]);
  });

  it('of things that come free with others', () => {
    const free = (get: number): Campaign =>
      campaign({
        kind: 'buy-get',
        id: 'a',
        items: { skus: ['tea'] },
        getItems: { skus: ['soap'] },
        buy: 1,
        get,
        percentOffBp: 10_000,
      });
    expect(found([free(2)], {})).toEqual([]);
    expect(found([free(3)], {})).toMatchObject([{ code: 'BUNDLE_BELOW_COST', priceFen: 1000, costFen: 1300 }]);
  });
});
