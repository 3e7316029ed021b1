import { describe, expect, it } from 'vitest';
import type { Campaign, CampaignPolicy } from '../schema/campaign.ts';
import { checkCampaignSet } from './check.ts';
import { campaign, catalogue, fixed, percent, setUnder, spendSave } from './testing/case.ts';

function found(campaigns: readonly Campaign[], policy: Partial<CampaignPolicy>): string[] {
  return checkCampaignSet(setUnder(campaigns, policy)).map(({ code, campaignIds }) => `${code} ${campaignIds.join()}`);
}

const byPriority = { objective: 'priority-order' } as const;

describe('priorities', () => {
  it('tie only where one takes from the other', () => {
    const tied = (a: Partial<Campaign>, b: Partial<Campaign>, policy: Partial<CampaignPolicy>): boolean =>
      found([percent('a', 1000, { priority: 1, ...a }), percent('b', 2000, { ...b })], {
        ...byPriority,
        ...policy,
      }).some((one) => one.startsWith('PRIORITY_TIE'));
    expect(tied({}, { priority: 1 }, {})).toBe(true);
    expect(tied({ priority: 0 }, {}, {})).toBe(true);
    expect(tied({}, {}, {})).toBe(false);
    expect(tied({ stackWith: ['b'] }, { priority: 1, stackWith: ['a'] }, {})).toBe(false);
    expect(tied({ audience: { channels: ['till'] } }, { priority: 1, audience: { channels: ['kiosk'] } }, {})).toBe(
      false,
    );
    // Savings of the basket act together, unless only one of them may.
    const wide = [spendSave('a', 9000, 100, { priority: 1 }), spendSave('b', 8000, 90, { priority: 1 })];
    expect(found(wide, byPriority)).toEqual([]);
    expect(found(wide, { ...byPriority, layers: { basket: 'best-one' } })).toEqual(['PRIORITY_TIE a,b']);
  });

  it('see in a catalogue that a category holds an item', () => {
    const set = setUnder(
      [percent('a', 1000, { priority: 1 }), percent('b', 2000, { priority: 1, items: { categories: ['drinks'] } })],
      byPriority,
    );
    expect(checkCampaignSet(set)).toEqual([]);
    expect(checkCampaignSet(set, catalogue).map(({ code }) => code)).toEqual(['PRIORITY_TIE']);
  });
});

describe('campaigns that are alike', () => {
  it('say whether shoppers save twice or one does nothing', () => {
    const item = [percent('a', 1000, {}), percent('b', 1000, {})];
    const wide = [spendSave('a', 9000, 100, {}), spendSave('b', 9000, 100, {})];
    const textOf = (campaigns: Campaign[], policy: Partial<CampaignPolicy>): string | undefined =>
      checkCampaignSet(setUnder(campaigns, policy)).find(({ code }) => code === 'IDENTICAL_CAMPAIGNS')?.message.en;
    expect(textOf(item, {})).toContain('one of them does nothing');
    expect(textOf(wide, {})).toContain('shoppers save twice');
    expect(textOf(wide, { layers: { basket: 'best-one' } })).toContain('one of them does nothing');
  });

  it('differ by who they are for, by what is needed, and by their hours', () => {
    const plain = percent('a', 1000, {});
    for (const other of [
      percent('b', 1000, { audience: { stores: ['S1'] } }),
      percent('b', 1000, { requiresCoupon: true }),
      percent('b', 1000, { window: { ...plain.window, hours: [{ from: '08:00', to: '10:00' }] } }),
      percent('b', 1001, { limits: { perBasket: 1 } }),
    ]) {
      expect(found([plain, other], {})).toEqual([]);
    }
  });

  it.each([
    ['a lower price', [fixed('a', 900, {}), fixed('b', 800, {})], true],
    ['another form of saving', [fixed('a', 900, {}), percent('b', 5000, {})], false],
    [
      'a window that ends before',
      [
        percent('a', 1000, {}),
        percent('b', 2000, { window: { from: '2025-01-01T00:00:00Z', to: '2026-06-01T00:00:00Z' } }),
      ],
      false,
    ],
    [
      'coupons, of which a shopper may hold the lesser only',
      [percent('a', 1000, { requiresCoupon: true }), percent('b', 2000, { requiresCoupon: true })],
      false,
    ],
    ['savings that add up', [spendSave('a', 9000, 100, {}), spendSave('b', 9000, 200, {})], false],
    [
      'savings of one group',
      [spendSave('a', 9000, 100, { exclusiveGroup: 'g' }), spendSave('b', 9000, 200, { exclusiveGroup: 'g' })],
      true,
    ],
    [
      'another group, where another campaign may win',
      [percent('a', 1000, {}), percent('b', 2000, { exclusiveGroup: 'g' })],
      false,
    ],
    [
      'better in one tier and worse in the other',
      [
        campaign({
          kind: 'nth-item',
          id: 'a',
          items: { all: true },
          ladderBp: [0, 4000, 5000],
        }),
        campaign({ kind: 'nth-item', id: 'b', items: { all: true }, ladderBp: [0, 5000, 4000] }),
      ],
      false,
    ],
    [
      'member prices that are all lower',
      [
        campaign({ kind: 'member-price', id: 'a', prices: [{ sku: 'tea', priceFen: 900 }] }),
        campaign({ kind: 'member-price', id: 'b', prices: [{ sku: 'tea', priceFen: 800 }] }),
      ],
      true,
    ],
  ] satisfies [string, Campaign[], boolean][])('%s', (_, campaigns, expected) => {
    expect(found(campaigns, {})).toEqual(expected ? ['DOMINATED a,b'] : []);
    expect(found(campaigns, { ...byPriority })).not.toContain('DOMINATED a,b');
  });
});
