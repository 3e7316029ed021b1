import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { importItems } from '../prices/import.ts';
import { ITEMS_CSV } from '../testing.ts';
import { campaign, OTHER_TILL, TestShop, TILL } from './testing/shop.ts';

let shop: TestShop;
beforeEach(() => {
  shop = new TestShop();
});
afterEach(() => shop.close());

const bag = { sku: 'bag', name: { zh: '购物袋', en: 'Bag' }, quantity: 1, valueFen: 500 };
const cup = { sku: 'cup', name: { zh: '杯子', en: 'Cup' }, quantity: 1, valueFen: 300 };
const giftOver20 = (more: Record<string, unknown> = {}) =>
  campaign('gift-20', 'gift', {
    items: { all: true },
    spendFen: 2000,
    repeat: 'once',
    base: 'list',
    gifts: [bag, cup],
    ...more,
  });
const payPoints = campaign('points-pay', 'points-pay', {
  items: { all: true },
  pointsPerStep: 100,
  fenPerStep: 100,
  maxShareBp: 5000,
});
const texts = (view: ReturnType<TestShop['fill']>, kind: string): string[] =>
  view.messages.filter((message) => message.kind === kind).map(({ text }) => text.zh);

describe('gifts', () => {
  it('come with the basket, are chosen by the shopper, and stand on the sale', () => {
    shop.run([giftOver20()]);
    const below = shop.fill([{ sku: 'milk' }]);
    expect(below.decision.gifts).toEqual([]);
    expect(texts(below, 'unlock')).toEqual(['再买 ¥7.10，送购物袋']);
    const view = shop.fill([{ sku: 'milk', quantity: 2 }]);
    expect(view.decision.gifts[0]?.chosen.sku).toBe('bag');
    expect(texts(view, 'gift')).toEqual(['赠品：购物袋 ×1（可换：杯子）']);
    const choose = (sku: string) =>
      shop.journal.write((tx) => shop.till.chooseGift(tx, TILL, view.basketId, { campaignId: 'gift-20', sku }));
    expect(shop.outcome(() => choose('car'))).toBe('GIFT_UNKNOWN');
    const chosen = choose('cup');
    expect(chosen.giftChoices).toEqual([{ campaignId: 'gift-20', sku: 'cup' }]);
    // Another gift is another thing to agree to, at the same price.
    expect(chosen.decision.payableFen).toBe(view.decision.payableFen);
    expect(shop.outcome(() => shop.pay(view))).toMatch(/^PRICE_CHANGED/);
    const sale = shop.pay(chosen);
    expect(sale.decision.gifts[0]?.chosen).toMatchObject({ sku: 'cup', quantity: 1 });
    const event = shop.journal.get<{ envelope: string }>(`SELECT envelope FROM event WHERE type LIKE '%completed%'`);
    expect(JSON.parse(event?.envelope ?? '{}').data.gifts).toEqual([{ campaignId: 'gift-20', sku: 'cup', pieces: 1 }]);
  });
});

describe('paying with points', () => {
  const ask = (basketId: string, points: number, terminal = TILL) =>
    shop.journal.write((tx) => shop.till.payWithPoints(tx, terminal, basketId, points));

  it('takes whole steps of what is asked, and leaves the balance', () => {
    shop.run([payPoints]);
    const view = shop.fill([{ sku: 'milk' }], { member: 'card-1' });
    // At most half of 12.90: six steps of 1.00.
    const asked = ask(view.basketId, 999);
    expect(asked.decision).toMatchObject({ payableFen: 690, points: { spent: 600, spentFen: 600, earned: 6 } });
    expect(texts(asked, 'points')).toEqual(['使用 600 积分抵 ¥6，获得 6 积分']);
    expect(ask(view.basketId, 0).decision.payableFen).toBe(1290);
    const sale = shop.pay(ask(view.basketId, 200));
    expect(sale).toMatchObject({ pointsSpent: 200, pointsEarned: 10, pointsBalance: 1000 - 200 + 10, paidFen: 1090 });
    expect(shop.points('M000001')).toBe(810);
  });

  it('needs a member, and forgets the wish when another one comes', () => {
    shop.run([payPoints]);
    const { basketId } = shop.fill([{ sku: 'milk' }]);
    expect(shop.outcome(() => ask(basketId, 100))).toMatch(/^MEMBER_NEEDED/);
    const identify = (code: string) => shop.journal.write((tx) => shop.till.setMember(tx, TILL, basketId, code));
    identify('TM:card-1');
    expect(ask(basketId, 100).payWithPoints).toBe(100);
    expect(identify('TM:card-2').payWithPoints).toBeUndefined();
  });

  it('of two baskets that would spend the same points one completes; the balance never falls below zero', () => {
    shop.run([payPoints]);
    const baskets = [TILL, OTHER_TILL].map((terminal) => {
      const { basketId } = shop.fill([{ sku: 'milk', quantity: 2 }], { member: 'card-1', terminal });
      return { terminal, view: ask(basketId, 1000, terminal) };
    });
    expect(baskets.map(({ view }) => view.decision.points.spent)).toEqual([1000, 1000]);
    const outcomes = baskets.map(({ terminal, view }) => shop.outcome(() => shop.pay(view, { terminal })));
    expect(outcomes).toEqual(['ok', expect.stringMatching(/^PRICE_CHANGED/)]);
    expect(shop.points('M000001')).toBe(15);
  });
});

describe('a line', () => {
  const markdown = campaign('old-milk', 'markdown', {
    lots: [{ sku: 'milk', lotId: 'L1' }],
    discount: { by: 'percent', percentOffBp: 5000 },
  });

  it('of a marked down lot costs less, of another it does not', () => {
    shop.run([markdown]);
    const view = shop.fill([{ sku: 'milk', lotId: 'L1' }, { sku: 'milk', lotId: 'L2' }, { sku: 'milk' }]);
    expect(view.lines.map(({ lotId, payableFen }) => [lotId, payableFen])).toEqual([
      ['L1', 645],
      ['L2', 1290],
      [undefined, 1290],
    ]);
  });

  it('carries the tax of its item: in the price, or on top where the policy says so', () => {
    shop.run([]);
    const { decision } = shop.fill([{ sku: 'tea' }, { sku: 'milk' }]);
    // 5.00 x 13/113 = 0.5752 and 12.90 x 9/109 = 1.0651.
    expect(decision.lines.map(({ taxFen }) => taxFen)).toEqual([58, 107]);
    expect(decision).toMatchObject({ taxFen: 165, payableFen: 1790, totalFen: 1790 });
    shop.run([], { tax: 'added' });
    const added = shop.fill([{ sku: 'tea' }]);
    expect(added.decision).toMatchObject({ payableFen: 500, taxFen: 65, totalFen: 565 });
    expect(shop.outcome(() => shop.pay(added, { paidFen: 500 }))).toBe('TENDER_MISMATCH (500 / 565)');
    const sale = shop.pay(added);
    expect(sale).toMatchObject({ paidFen: 565, roundingFen: 0 });
    expect(shop.giveBack(sale.saleId, [['1', 1]]).refundFen).toBe(565);
  });

  it('of an item that takes part in no promotion costs its own price, or what its label still shows', () => {
    const csv = ITEMS_CSV.trim()
      .split('\n')
      .map((row, index) => `${row},${index === 0 ? 'noPromotions' : row.startsWith('milk') ? 'yes' : ''}`)
      .join('\n');
    importItems(shop.journal, { now: () => shop.now }, csv);
    shop.run([
      campaign('all-half', 'discount', { items: { all: true }, discount: { by: 'percent', percentOffBp: 5000 } }),
    ]);
    const wishes = [{ sku: 'milk', quantity: 2 }, { sku: 'tea' }];
    const view = shop.fill(wishes);
    expect(view.lines.map(({ noPromotions, payableFen }) => [noPromotions, payableFen])).toEqual([
      [true, 2580],
      [undefined, 250],
    ]);
    shop.journal.write((tx) =>
      tx.run(
        `INSERT INTO label (tag_id, device_id, sku, state, shown_fen) VALUES ('T', 'labels', 'milk', 'shown', 1200)`,
      ),
    );
    shop.book.refreshGuards();
    expect(shop.fill(wishes).lines.map(({ payableFen }) => payableFen)).toEqual([2400, 250]);
    // A file without the column leaves the mark.
    importItems(shop.journal, { now: () => shop.now }, ITEMS_CSV);
    expect(shop.items.bySku('milk')?.noPromotions).toBe(true);
  });
});

describe('cash', () => {
  it('is rounded where all of it is cash; other tenders pay to the fen', () => {
    shop.run(
      [campaign('milk-7', 'discount', { items: { all: true }, discount: { by: 'percent', percentOffBp: 700 } })],
      {
        cashRounding: { toFen: 10, mode: 'down' },
      },
    );
    const wishes = [{ sku: 'milk' }];
    const view = shop.fill(wishes);
    // 12.90 less 0.90 (0.903) is 12.00; of the bread 9.90 less 0.69 is 9.21.
    expect(view.decision.cash).toEqual({ totalFen: 1200, roundingFen: 0 });
    const odd = shop.fill([{ sku: 'bread' }]);
    expect(odd.decision.cash).toEqual({ totalFen: 920, roundingFen: -1 });
    const sale = shop.pay(odd, { kind: 'cash' });
    expect(sale).toMatchObject({ paidFen: 920, roundingFen: -1 });
    expect(shop.giveBack(sale.saleId, [['1', 1]]).refundFen).toBe(920);
    expect(shop.pay(shop.fill([{ sku: 'bread' }])).paidFen).toBe(921);
    expect(shop.outcome(() => shop.pay(view, { kind: 'cash', paidFen: 1190 }))).toBe('TENDER_MISMATCH (1190 / 1200)');
  });
});

describe('what is known of a member', () => {
  const forWhom = (audience: Record<string, unknown>, more: Record<string, unknown> = {}) =>
    campaign('for-some', 'discount', {
      items: { skus: ['milk'] },
      discount: { by: 'percent', percentOffBp: 5000 },
      audience,
      ...more,
    });
  const milkFen = (member: string, coupons: string[] = []): number =>
    shop.fill([{ sku: 'milk' }], { member, coupons }).decision.payableFen;

  it('orders: those made here; of a member from elsewhere without any, nobody knows', () => {
    shop.run([forWhom({ firstOrder: true })]);
    expect(milkFen('card-2')).toBe(1290);
    shop.journal.write((tx) => tx.run(`UPDATE member SET profile = '{}' WHERE member_id = 'M000002'`));
    expect(milkFen('card-2')).toBe(645);
    shop.pay(shop.fill([{ sku: 'tea' }], { member: 'card-2' }));
    expect(milkFen('card-2')).toBe(1290);
  });

  it('how long they have been one', () => {
    shop.run([forWhom({ newMemberDays: 30 })]);
    expect(milkFen('card-1')).toBe(1290);
    shop.now = Date.parse('2025-01-20T00:00:00Z');
    expect(milkFen('card-1')).toBe(645);
  });

  it('the day of their birthday, where they agreed to personal offers, and a screen says why', () => {
    shop.run([forWhom({ birthdayDays: 1 })]);
    shop.journal.write((tx) => tx.run(`UPDATE member SET birthday = '01-02'`));
    shop.journal.write((tx) => tx.run(`UPDATE member SET consents = '[]' WHERE member_id = 'M000002'`));
    // The second of January, in the night of the store.
    shop.now = Date.parse('2025-01-02T16:30:00Z');
    expect([milkFen('card-1'), milkFen('card-2')]).toEqual([645, 1290]);
    const [why] = shop.fill([{ sku: 'milk' }], { member: 'card-1' }).messages;
    expect(why?.text).toMatchObject({
      zh: expect.stringContaining('生日礼遇'),
      en: expect.stringContaining('birthday'),
    });
    shop.now += 86_400_000;
    expect(milkFen('card-1')).toBe(1290);
  });

  it('labels by which coupons are given', () => {
    shop.coupons('c1,AAA111,for-some,\n');
    shop.run([forWhom({ tags: ['vip'] }, { requiresCoupon: true })]);
    expect([milkFen('card-1', ['AAA111']), milkFen('card-2', ['AAA111'])]).toEqual([645, 1290]);
    shop.run([forWhom({ segments: ['lapsed'] }, { requiresCoupon: true })]);
    expect([milkFen('card-1', ['AAA111']), milkFen('card-2', ['AAA111'])]).toEqual([1290, 645]);
  });
});

describe('the nearest savings', () => {
  it('are told on a screen, confirmed and at most three, and not in a list of baskets', () => {
    const over = (id: string, spendFen: number) =>
      campaign(id, 'spend-save', {
        items: { all: true },
        tiers: [{ spendFen, saveFen: 100 }],
        repeat: 'once',
        base: 'list',
      });
    shop.run([over('a', 2000), over('b', 2100), over('c', 2200), over('d', 2300)]);
    const view = shop.fill([{ sku: 'milk' }]);
    expect(texts(view, 'unlock')).toEqual(['再买 ¥7.10，立减 ¥1', '再买 ¥8.10，立减 ¥1', '再买 ¥9.10，立减 ¥1']);
    expect(texts(shop.till.get(view.basketId), 'unlock')).toHaveLength(3);
    const [listed] = shop.till.list(TILL, 'open');
    expect(listed?.messages.filter(({ kind }) => kind === 'unlock')).toEqual([]);
    expect(listed?.decisionKey).toBe(view.decisionKey);
  });

  it('name the product that a bundle lacks', () => {
    shop.run([
      campaign('breakfast', 'bundle', {
        slots: [
          { items: { skus: ['milk'] }, quantity: 1 },
          { items: { skus: ['bread'] }, quantity: 1 },
        ],
        price: { by: 'fixed-price', bundlePriceFen: 1900 },
      }),
    ]);
    const view = shop.fill([{ sku: 'milk' }]);
    expect(texts(view, 'unlock')).toEqual(['再买 1 件吐司面包，立减 ¥3.80']);
    expect(shop.fill([{ sku: 'milk' }, { sku: 'bread' }]).decision.payableFen).toBe(1900);
  });
});
