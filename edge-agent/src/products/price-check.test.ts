import type { BasketView, ErrorBody } from '@tillside/agent-contract';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { campaign, TILL as TERMINAL, TestShop } from '../lanes/testing/shop.ts';
import { basketMember, memberById } from '../members/members.ts';
import { checkPrice, type Priced } from './price-check.ts';
import { contentOf, unitPriceOf } from './unit-price.ts';

let shop: TestShop;
beforeAll(() => {
  shop = new TestShop();
});
afterAll(() => shop.close());

function check(asked: { scan?: string; sku?: string }, memberId?: string): Priced {
  const { journal: reader, items, book, till } = shop;
  const member = memberId === undefined ? undefined : memberById(reader, memberId);
  return checkPrice(
    { reader, items, book, goods: till.goods, jurisdiction: 'CN' },
    asked,
    member && basketMember(reader, member, shop.now),
    shop.now,
  );
}

const codeOf = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    return (error as ErrorBody).code;
  }
  return 'none';
};

const percent = (off: number) => ({ by: 'percent', percentOffBp: off });
const SKUS = ['milk', 'bread', 'apple', 'tea'] as const;
const selector = fc.oneof(
  fc.constantFrom(...SKUS).map((sku) => ({ skus: [sku] })),
  fc.constantFrom('dairy', 'drinks', 'produce').map((department) => ({ departments: [department] })),
  fc.constant({ all: true }),
);
const audience = fc.constantFrom({}, { audience: { memberOnly: true } }, { audience: { tiers: ['gold'] } });
const offer = fc.oneof(
  fc.record({ items: selector, off: fc.integer({ min: 1, max: 90 }), who: audience }).map(({ items, off, who }) => ({
    kind: 'discount',
    more: { items, discount: percent(off * 100), ...who },
  })),
  fc.record({ items: selector, buy: fc.integer({ min: 1, max: 3 }) }).map(({ items, buy }) => ({
    kind: 'buy-get',
    more: { items, buy, get: 1, percentOffBp: 10_000 },
  })),
  fc.record({ sku: fc.constantFrom(...SKUS), fen: fc.integer({ min: 1, max: 499 }) }).map(({ sku, fen }) => ({
    kind: 'member-price',
    more: { prices: [{ sku, priceFen: fen }] },
  })),
  fc.record({ items: selector, spendFen: fc.integer({ min: 1, max: 3_000 }) }).map(({ items, spendFen }) => ({
    kind: 'spend-save',
    more: { items, repeat: 'once', base: 'list', tiers: [{ spendFen, saveFen: Math.ceil(spendFen / 3) }] },
  })),
);

describe('a price check', () => {
  it('says what a till charges for the same code, whatever runs and whoever asks', () => {
    const codes = fc.constantFrom(
      { scan: '2900000000018' },
      { scan: '2900000000049' },
      { scan: '2900000000025' },
      // A scale's label: 580 g of apples, and one that names its amount.
      { scan: ']E02100032005800' },
    );
    fc.assert(
      fc.property(fc.array(offer, { maxLength: 4 }), codes, fc.boolean(), (offers, code, isMember) => {
        shop.run(offers.map(({ kind, more }, at) => campaign(`c${at}`, kind, more)));
        let view: BasketView | undefined;
        const refused = codeOf(() => {
          view = shop.scan(code.scan);
          if (isMember) {
            const { basketId } = view;
            view = shop.journal.write((tx) => shop.till.setMember(tx, TERMINAL, basketId, 'TM:card-1'));
          }
        });
        const told = codeOf(() => check(code, isMember ? 'M000001' : undefined));
        expect(told).toBe(refused);
        if (view === undefined) return;
        const { price, memberFen } = check(code, isMember ? 'M000001' : undefined);
        expect(price?.payableFen).toBe(view.decision.payableFen);
        expect(price?.listFen).toBe(view.decision.listFen);
        if (memberFen !== undefined) expect(memberFen).toBeLessThan(view.decision.payableFen);
      }),
      { numRuns: 60 },
    );
  });

  it('of loose goods says a price that holds for any weight', () => {
    fc.assert(
      fc.property(fc.array(offer, { maxLength: 3 }), fc.integer({ min: 1, max: 5_000 }), (offers, grams) => {
        shop.run(offers.map(({ kind, more }, at) => campaign(`c${at}`, kind, more)));
        const { price } = check({ sku: 'apple' });
        expect(price?.per).toBe('kg');
        const { decision } = shop.fill([{ sku: 'apple', grams }]);
        // Each offer rounds to the fen, half a fen off at most: once for the kilogram, which the weight multiplies, and once for the weight.
        const roundedFen = 0.5 * (offers.length + 1) * (1 + grams / 1_000);
        expect(decision.payableFen).toBeLessThanOrEqual(((price?.payableFen ?? 0) * grams) / 1_000 + roundedFen);
      }),
      { numRuns: 40 },
    );
  });

  it('names what is in the price and what one step more brings, members first, and no coupon of somebody else', () => {
    shop.run([
      campaign('tenth', 'discount', { items: { skus: ['milk'] }, discount: percent(1_000) }),
      campaign('two', 'bulk-price', {
        items: { skus: ['milk'] },
        count: 'any',
        tiers: [{ minUnits: 2, discount: percent(5_000) }],
      }),
      campaign('club', 'member-price', { prices: [{ sku: 'milk', priceFen: 900 }] }),
      campaign('paper', 'discount', { items: { skus: ['milk'] }, discount: percent(9_000), requiresCoupon: true }),
    ]);
    const { price, memberFen, offers, unitPrice } = check({ scan: '2900000000018' });
    expect(price).toMatchObject({ per: 'this', payableFen: 1_161, listFen: 1_290, until: '2099-01-01T00:00:00Z' });
    // Nothing was sold before: there is no lawful "was".
    expect(price).not.toHaveProperty('wasFen');
    expect(memberFen).toBe(900);
    expect(unitPrice).toEqual({ fen: 1_161, per: 'l' });
    expect(offers.map(({ campaignId, state }) => [campaignId, state])).toEqual([
      ['tenth', 'applied'],
      ['club', 'unlock'],
      ['two', 'unlock'],
    ]);
    expect(check({ sku: 'milk' }, 'M000001')).toMatchObject({ price: { payableFen: 900 } });
    expect(check({ sku: 'milk' }, 'M000001')).not.toHaveProperty('memberFen');
  });

  it('refuses as a till does: past its date, unknown, no goods', () => {
    expect(codeOf(() => check({ scan: ']C1010290000000001817200101' }))).toBe('ITEM_EXPIRED');
    expect(codeOf(() => check({ scan: '6901234567892' }))).toBe('ITEM_UNKNOWN');
    expect(codeOf(() => check({ sku: 'nothing' }))).toBe('ITEM_UNKNOWN');
    expect(codeOf(() => check({ scan: 'https://example.com/' }))).toBe('CODE_NOT_AN_ITEM');
  });
});

describe('a size', () => {
  it.each([
    ['454克', { kind: 'g', amount: 454 }],
    ['6 × 330 ml', { kind: 'ml', amount: 1_980 }],
    ['12 × 355毫升', { kind: 'ml', amount: 4_260 }],
    ['1.5 L', { kind: 'ml', amount: 1_500 }],
    ['1 升', { kind: 'ml', amount: 1_000 }],
    ['500g×2', { kind: 'g', amount: 500 }],
    ['12 枚', undefined],
    ['500克（送 50克）', undefined],
    ['', undefined],
    ['1 gal', undefined],
  ])('%s', (size, content) => expect(contentOf(size)).toEqual(content));

  it('is compared by the kilogram or the litre, and little packs by a hundred', () => {
    expect(unitPriceOf('500克', 1, 1_250)).toEqual({ fen: 2_500, per: 'kg' });
    expect(unitPriceOf('500克', 6, 7_500)).toEqual({ fen: 2_500, per: 'kg' });
    expect(unitPriceOf('20 g', 1, 1_990)).toEqual({ fen: 9_950, per: '100g' });
  });
});
