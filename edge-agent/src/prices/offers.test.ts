import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TestShop } from '../lanes/testing/shop.ts';
import { ALWAYS } from '../testing.ts';
import { offerCards } from './offers.ts';

let shop: TestShop;
beforeEach(() => {
  shop = new TestShop();
});
afterEach(() => shop.close());

const common = { schema: 1, version: 1, name: { zh: '活动', en: 'Offer' }, window: ALWAYS, fundedBy: 'store' };
const cards = () => offerCards(shop.book, shop.items);

describe('offers for people', () => {
  it('shows the items of an offer with the price of one', () => {
    const discount = { by: 'percent', percentOffBp: 1000 };
    shop.run([{ ...common, id: 'milk', kind: 'discount', items: { skus: ['milk'] }, discount }]);
    expect(cards()).toMatchObject([
      { text: { en: '10% off' }, items: [{ sku: 'milk', priceFen: 1290, offerFen: 1161 }] },
    ]);
  });

  it('tells what a whole basket brings in words alone: a few products would read as the only ones that count', () => {
    const reach = { repeat: 'per-step', base: 'list', tiers: [{ spendFen: 10_000, saveFen: 1000 }] };
    shop.run([
      { ...common, id: 'all', kind: 'spend-save', items: { all: true }, ...reach },
      { ...common, id: 'milk', kind: 'spend-save', items: { skus: ['milk'] }, ...reach },
      { ...common, id: 'unknown', kind: 'spend-save', items: { skus: ['nobody-sells-this'] }, ...reach },
    ]);
    expect(cards().map(({ campaignId, items }) => [campaignId, items.map(({ sku }) => sku)])).toEqual([
      ['all', []],
      ['milk', ['milk']],
    ]);
  });

  it('keeps products where one piece alone is cheaper, though the whole store is', () => {
    const discount = { by: 'percent', percentOffBp: 1000 };
    shop.run([{ ...common, id: 'all', kind: 'discount', items: { all: true }, discount }]);
    expect(cards()[0]?.items.length).toBeGreaterThan(1);
  });
});
