import { Campaign } from '@tillside/decide';
import { describe, expect, it } from 'vitest';
import { ALWAYS } from '../testing.ts';
import { campaignWords } from './campaign-words.ts';

const items = { skus: ['milk'] };
const half = { by: 'percent', percentOffBp: 5000 };
const once = { repeat: 'once', base: 'list' };
const gifts = ['袋', '杯'].map((zh, place) => ({
  sku: `g${place}`,
  name: { zh, en: zh === '袋' ? 'bag' : 'cup' },
  quantity: 1,
  valueFen: 500,
}));
const slot = { items, quantity: 1 };

/** Kind, what it says, and the sentence in Chinese and in English. */
const CASES: readonly (readonly [string, object, string, string])[] = [
  ['discount', { items, discount: { by: 'percent', percentOffBp: 1500 } }, '8.5 折', '15% off'],
  ['discount', { items, discount: { by: 'amount', amountOffFen: 200 } }, '每件立减 ¥2', '¥2 off each'],
  ['markdown', { lots: [{ sku: 'milk', lotId: 'L1' }], discount: half }, '临期半价', 'Near expiry: half price'],
  ['member-price', { prices: [{ sku: 'milk', priceFen: 990 }] }, '会员价', 'Member price'],
  ['buy-get', { items, buy: 2, get: 1, percentOffBp: 10_000 }, '买 2 送 1', 'Buy 2, get 1 free'],
  ['nth-item', { items, ladderBp: [0, 5000] }, '第 2 件半价', '2nd item half price'],
  ['nth-item', { items, ladderBp: [0, 0, 0, 10_000] }, '第 4 件免费', '4th item free'],
  [
    'bundle',
    { slots: [{ items, quantity: 3 }], price: { by: 'fixed-price', bundlePriceFen: 1000 } },
    '任选 3 件只要 ¥10',
    'Any 3 for ¥10',
  ],
  [
    'bundle',
    { slots: [slot, slot], price: { by: 'amount', amountOffFen: 300 } },
    '组合 2 件立减 ¥3',
    'Bundle of 2: ¥3 off',
  ],
  [
    'bulk-price',
    {
      items,
      count: 'any',
      tiers: [
        { minUnits: 3, discount: { by: 'percent', percentOffBp: 1000 } },
        { minUnits: 6, discount: half },
      ],
    },
    '满 3 件 9 折，满 6 件半价',
    '3 or more: 10% off; 6 or more: half price',
  ],
  [
    'spend-save',
    { items, ...once, repeat: 'per-step', tiers: [{ spendFen: 10_000, saveFen: 1000 }] },
    '每满 ¥100 减 ¥10',
    'For every ¥100, save ¥10',
  ],
  [
    'spend-save',
    { items, ...once, tiers: [{ units: 3, percentOffBp: 2000, maxSaveFen: 5000 }] },
    '满 3 件享 8 折，最多减 ¥50',
    'Buy 3, 20% off (at most ¥50)',
  ],
  [
    'gift',
    { items, ...once, spendFen: 8800, gifts },
    '满 ¥88 送袋等赠品，任选其一',
    'Spend ¥88, get a gift: bag, or another',
  ],
  ['points', { items, earn: { by: 'multiplier', times: 2 } }, '2 倍积分', '2 times the points'],
  [
    'points',
    { items, earn: { by: 'bonus', ...once, spendFen: 5000, points: 50 } },
    '满 ¥50 送 50 积分',
    'Spend ¥50, earn 50 points',
  ],
  [
    'points-pay',
    { items, pointsPerStep: 100, fenPerStep: 100, maxShareBp: 5000 },
    '100 积分抵 ¥1，最多抵 50%',
    '100 points pay ¥1, up to 50%',
  ],
];

describe('what people are told of a campaign', () => {
  it.each(CASES)('%s %j', (kind, more, zh, en) => {
    const name = { zh: '活动', en: 'Offer' };
    const common = { schema: 1, id: 'c', version: 1, name, window: ALWAYS, fundedBy: 'store' };
    expect(campaignWords(Campaign.parse({ ...common, kind, ...more }))).toEqual({ zh, en });
  });

  it('no kind is left out', () => {
    const kinds = Campaign.options.map((option) => option.shape.kind.value);
    expect([...new Set(CASES.map(([kind]) => kind))].sort()).toEqual([...kinds].sort());
  });
});
