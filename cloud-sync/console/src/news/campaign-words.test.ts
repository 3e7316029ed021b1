import { Campaign } from '@tillside/decide';
import { createI18n, type Locale } from '@tillside/ui';
import { describe, expect, test } from 'vitest';
import { formatOf } from '../parts/use-format.ts';
import { en } from '../words/en.ts';
import { enOne } from '../words/en-one.ts';
import { zh } from '../words/zh.ts';
import { CampaignWords } from './campaign-words.ts';

function wordsIn(locale: Locale): CampaignWords {
  const i18n = createI18n({ 'zh-CN': zh, en: structuredClone(en) }, locale);
  i18n.addResourceBundle('en', 'app', enOne, true);
  return new CampaignWords(i18n.getFixedT(locale, 'app') as never, formatOf(locale));
}

const items = { skus: ['milk'] };
const half = { by: 'percent', percentOffBp: 5000 };
const once = { repeat: 'once', base: 'list' };
const bag = { sku: 'bag', name: { zh: '购物袋', en: 'bag' }, quantity: 1, valueFen: 500 };

/** Kind, what it says, and the line in Chinese and in English. */
const CASES: readonly (readonly [string, object, string, string])[] = [
  ['discount', { items, discount: { by: 'percent', percentOffBp: 1250 } }, '减 12.5%', '12.5% off'],
  ['discount', { items, discount: { by: 'fixed-price', fixedPriceFen: 990 } }, '每件 ¥9.90', '¥9.90 each'],
  ['markdown', { lots: [{ sku: 'milk', lotId: 'L1' }], discount: half }, '减 50%', '50% off'],
  ['member-price', { prices: [{ sku: 'milk', priceFen: 990 }] }, '会员价 ¥9.90', 'Member price ¥9.90'],
  [
    'member-price',
    {
      prices: [
        { sku: 'milk', priceFen: 990 },
        { sku: 'eggs', priceFen: 700 },
      ],
    },
    '会员价 ¥7 起',
    'Member prices from ¥7',
  ],
  ['buy-get', { items, buy: 2, get: 1, percentOffBp: 10_000 }, '买 2 送 1', 'Buy 2, get 1 free'],
  [
    'buy-get',
    { items, buy: 1, get: 1, percentOffBp: 5000, getItems: { all: true } },
    '买 1 件，指定商品另 1 件减 50%',
    'Buy 1, 1 more of other goods at 50% off',
  ],
  [
    'nth-item',
    { items, ladderBp: [0, 3000, 5000] },
    '第 2 件减 30% · 第 3 件减 50%',
    'Item 2: 30% off · item 3: 50% off',
  ],
  [
    'bundle',
    { slots: [{ items, quantity: 3 }], price: { by: 'fixed-price', bundlePriceFen: 1000 } },
    '3 件一组共 ¥10',
    '3 together: ¥10 in all',
  ],
  [
    'bulk-price',
    { items, count: 'any', tiers: [{ minUnits: 6, discount: half }] },
    '满 6 件减 50%',
    '6 or more: 50% off',
  ],
  [
    'spend-save',
    {
      items,
      ...once,
      tiers: [
        { spendFen: 10_000, saveFen: 1000 },
        { spendFen: 20_000, saveFen: 2550 },
      ],
    },
    '满 ¥100 减 ¥10 · 满 ¥200 减 ¥25.50',
    'Spend ¥100, save ¥10 · spend ¥200, save ¥25.50',
  ],
  [
    'spend-save',
    { items, ...once, tiers: [{ units: 3, percentOffBp: 1000, maxSaveFen: 5000 }] },
    '满 3 件减 10%，最多 ¥50',
    'Buy 3, save 10%, at most ¥50',
  ],
  [
    'gift',
    { items, ...once, repeat: 'per-step', spendFen: 8800, gifts: [bag] },
    '每满 ¥88 送购物袋',
    'For every ¥88, get bag',
  ],
  ['points', { items, earn: { by: 'multiplier', times: 2 } }, '2 倍积分', '2 times the points'],
  [
    'points',
    { items, earn: { by: 'bonus', ...once, units: 2, points: 50 } },
    '满 2 件送 50 积分',
    'Buy 2, 50 points more',
  ],
  [
    'points-pay',
    { items, pointsPerStep: 100, fenPerStep: 100, maxShareBp: 5000 },
    '100 积分抵 ¥1，至多付 50%',
    '100 points pay ¥1, at most 50%',
  ],
];

const campaignOf = (kind: string, more: object): Campaign =>
  Campaign.parse({
    schema: 1,
    id: 'c',
    version: 1,
    kind,
    name: { zh: '活动', en: 'Offer' },
    window: { from: '2026-01-01T00:00:00Z', to: '2026-02-01T00:00:00Z' },
    fundedBy: 'store',
    ...more,
  });

describe('a campaign in one line', () => {
  test.each(CASES)('%s %j', (kind, more, chinese, english) => {
    const campaign = campaignOf(kind, more);
    expect(wordsIn('zh-CN').gives(campaign)).toBe(chinese);
    expect(wordsIn('en').gives(campaign)).toBe(english);
  });

  test('no kind is left out', () => {
    const kinds = Campaign.options.map((option) => option.shape.kind.value);
    expect([...new Set(CASES.map(([kind]) => kind))].sort()).toEqual([...kinds].sort());
  });

  test('on which goods: a bundle by its slots, a markdown by its lots', () => {
    const words = wordsIn('en');
    const slots = [
      { items: { departments: ['dairy'] }, quantity: 1 },
      { items: { skus: ['a', 'b'], categories: ['eggs'] }, quantity: 1 },
    ];
    const bundle = campaignOf('bundle', { slots, price: { by: 'percent', percentOffBp: 1000 } });
    expect(words.scope(bundle)).toBe('Dairy and eggs + Eggs, a, b');
    const lots = [
      { sku: 'a', lotId: '1' },
      { sku: 'a', lotId: '2' },
    ];
    expect(words.scope(campaignOf('markdown', { lots, discount: half }))).toBe('2 lots');
    expect(words.scope(campaignOf('points', { items: { all: true }, earn: { by: 'multiplier', times: 2 } }))).toBe(
      'The whole store',
    );
  });
});
