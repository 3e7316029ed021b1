import type { BasketView } from '@tillside/agent-contract';
import { checkDigit } from '@tillside/devices';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { importItems } from '../prices/import.ts';
import { SUPERVISOR_PIN } from '../testing.ts';
import type { LineInput } from './find-item.ts';
import { campaign, TestShop, TILL } from './testing/shop.ts';

const gtin = (body: string): string => body + checkDigit(body);
const MILK = gtin('690123456789');
const SIX_MILK = gtin('690123456790');
const UNKNOWN = gtin('690999999999');

let shop: TestShop;
const start = (unknownItems?: 'refuse' | 'sell-open'): void => {
  shop = new TestShop('Asia/Shanghai', unknownItems);
  importItems(
    shop.journal,
    { now: () => shop.now },
    `sku,gtin,nameZh,nameEn,sizeZh,sizeEn,department,category,type,soldBy,priceFen,vatBasisPoints,shelf,pictogram,packs,plu,minAge,keyedPrice,noPromotions
milk,${MILK},鲜牛奶,Milk,1 升,1 L,dairy,milk,whole,each,1290,900,A1,dairy,${SIX_MILK}:6,,,,
apple,${gtin('290000000003')},苹果,Apples,散装,loose,produce,fruit,apple,weight,1580,900,C1,produce,,4011,,,
beer,${gtin('690123456791')},啤酒,Beer,330 毫升,330 ml,drinks,beer,lager,each,600,1300,D1,drinks,,,18,,
brandy,${gtin('690123456792')},白兰地,Brandy,500 毫升,500 ml,drinks,spirits,brandy,each,9900,1300,D1,drinks,,,21,,
paper,${gtin('690123456793')},报纸,Newspaper,份,one,press,daily,daily,each,0,900,E1,press,,12,,yes,
tobacco,${gtin('690123456794')},香烟,Cigarettes,盒,pack,tobacco,tobacco,tobacco,each,2500,1300,F1,tobacco,,,,,yes
`,
  );
};
beforeEach(() => start());
afterEach(() => shop.close());

type Wish = Partial<LineInput>;
const open = (): string => shop.journal.write((tx) => shop.till.open(tx, TILL, { cashierId: 'c1' })).basketId;
const add = (basketId: string, wish: Wish, grams?: number): BasketView =>
  shop.journal.write((tx) => shop.till.addLine(tx, TILL, basketId, { quantity: 1, ...wish }, grams));
const line = (wish: Wish, grams?: number) => add(open(), wish, grams).lines[0];
const refusal = (wish: Wish, basketId = open()) => shop.outcome(() => add(basketId, wish));
const change = (basketId: string, lineId: string, input: Parameters<TestShop['till']['changeLine']>[4]) =>
  shop.journal.write((tx) => shop.till.changeLine(tx, TILL, basketId, lineId, input));
const approval = async (pin = SUPERVISOR_PIN) =>
  (await shop.approvals.approve(TILL, { pin, action: 'price-override' })).approvalId;
const price = (unitPriceFen: number, approvalId?: string) => ({
  unitPriceFen,
  reason: 'damaged' as const,
  ...(approvalId === undefined ? {} : { approvalId }),
});
const events = (type: string): Record<string, unknown>[] =>
  shop.journal
    .all<{ envelope: string }>('SELECT envelope FROM event WHERE type = ? ORDER BY seq', type)
    .map(({ envelope }) => JSON.parse(envelope).data);

describe('a line', () => {
  it('is found by PLU, and is of several units where the code is a pack', () => {
    expect(line({ plu: '4011', weightGrams: 500 })).toMatchObject({ sku: 'apple', payableFen: 790 });
    expect(line({ plu: '4011' }, 250)).toMatchObject({ weightGrams: 250 });
    expect(refusal({ plu: '4012' })).toBe('ITEM_UNKNOWN');
    expect(line({ gtin: SIX_MILK })).toMatchObject({ sku: 'milk', quantity: 6, unitPriceFen: 1290, payableFen: 7740 });
    expect(line({ scan: `]E0${SIX_MILK}`, quantity: 2 })).toMatchObject({ quantity: 12 });
    expect(refusal({ gtin: SIX_MILK, quantity: 1700 })).toBe('BASKET_TOO_LARGE');
  });

  it('changes its quantity, unless it was weighed', () => {
    const { basketId } = add(open(), { sku: 'milk' });
    expect(change(basketId, '1', { quantity: 3 }).lines[0]).toMatchObject({ quantity: 3, payableFen: 3870 });
    add(basketId, { sku: 'apple', weightGrams: 500 });
    expect(shop.outcome(() => change(basketId, '2', { quantity: 2 }))).toBe('BODY_REFUSED');
    expect(shop.outcome(() => change(basketId, '9', { quantity: 2 }))).toBe('LINE_UNKNOWN');
    for (const wish of [
      { sku: 'milk', quantity: 9_999 },
      { sku: 'milk', quantity: 9_997 },
    ])
      add(basketId, wish);
    expect(refusal({ sku: 'milk', quantity: 2 }, basketId)).toBe('BASKET_TOO_LARGE');
    expect(shop.outcome(() => change(basketId, '1', { quantity: 9_999 }))).toBe('BASKET_TOO_LARGE');
  });

  it('of an age limit needs one look at the shopper for each age', () => {
    const basketId = open();
    expect(refusal({ sku: 'beer' }, basketId)).toBe('AGE_CHECK_NEEDED (18)');
    add(basketId, { sku: 'beer', ageChecked: true });
    add(basketId, { sku: 'beer' });
    expect(refusal({ sku: 'brandy' }, basketId)).toBe('AGE_CHECK_NEEDED (21)');
    add(basketId, { sku: 'brandy', ageChecked: true });
    expect(refusal({ sku: 'beer' })).toBe('AGE_CHECK_NEEDED (18)');
  });

  it('of an item that is not on sale is refused', () => {
    shop.journal.write((tx) => tx.run(`UPDATE item SET state = 'discontinued' WHERE sku = 'milk'`));
    expect(refusal({ gtin: MILK })).toBe('ITEM_NOT_ON_SALE (discontinued)');
  });

  it('holds no card number in what a person writes', () => {
    const note = 'paid 4111 1111 1111 1111';
    expect(refusal({ department: 'dairy', price: { ...price(500), note } })).toBe('CARD_NUMBER_REFUSED');
    expect(shop.outcome(() => shop.journal.write((tx) => shop.till.open(tx, TILL, { cashierId: note })))).toBe(
      'CARD_NUMBER_REFUSED',
    );
  });
});

describe('a price that a person keys', () => {
  it('is asked for where goods have none of their own, and needs nobody else', () => {
    expect(refusal({ sku: 'paper' })).toBe('PRICE_NEEDED');
    expect(refusal({ sku: 'paper', price: price(0) })).toBe('PRICE_NEEDED');
    expect(line({ plu: '12', price: { unitPriceFen: 250, reason: 'keyed' } })).toMatchObject({
      unitPriceFen: 250,
      priceSet: { by: 'open', reason: 'keyed' },
    });
    expect(refusal({ department: 'dairy' })).toBe('PRICE_NEEDED');
    expect(refusal({ department: 'shoes', price: price(100) })).toBe('DEPARTMENT_UNKNOWN');
    const view = add(open(), { department: 'drinks', quantity: 2, price: price(300) });
    expect(view.lines[0]).toMatchObject({
      sku: 'open:drinks',
      payableFen: 600,
      priceSet: { by: 'open' },
      noPromotions: true,
    });
    // Taxed as what the department sells is taxed at most.
    expect(view.decision.lines[0]).toMatchObject({ taxRateBp: 1300 });
  });

  it('over one of the master needs an approval, which is spent with it', async () => {
    expect(refusal({ sku: 'milk', price: price(500) })).toBe('APPROVAL_NEEDED (price-override)');
    const approvalId = await approval();
    // What is refused for another reason leaves the approval as it was.
    expect(refusal({ sku: 'beer', price: price(500, approvalId) })).toBe('AGE_CHECK_NEEDED (18)');
    const view = add(open(), { sku: 'milk', price: price(500, approvalId) });
    expect(view.lines[0]).toMatchObject({
      payableFen: 500,
      priceSet: { by: 'override', reason: 'damaged', approvedBy: 'sup-1', masterFen: 1290 },
    });
    expect(refusal({ sku: 'milk', price: price(500, approvalId) })).toBe('APPROVAL_REFUSED');
    const sale = shop.pay(view);
    expect(events('tillside.sale.completed.v1')[0]?.lines).toEqual([
      expect.objectContaining({
        listFen: 500,
        priceSet: { by: 'override', reason: 'damaged', approvedBy: 'sup-1', masterFen: 1290 },
      }),
    ]);
    expect(sale.decision.payableFen).toBe(500);
  });

  it('below the master takes no promotion beside it; at or above it promotions go on', async () => {
    shop.run([campaign('half', 'discount', { items: { all: true }, discount: { by: 'percent', percentOffBp: 5000 } })]);
    expect(line({ sku: 'milk' })?.payableFen).toBe(645);
    expect(line({ sku: 'milk', price: price(1289, await approval()) })).toMatchObject({
      payableFen: 1289,
      noPromotions: true,
    });
    expect(line({ sku: 'milk', price: price(1290, await approval()) })?.payableFen).toBe(645);
    expect(line({ sku: 'milk', price: price(2000, await approval()) })?.payableFen).toBe(1000);
    // What the item itself forbids stays forbidden at any price.
    expect(line({ sku: 'tobacco', price: price(3000, await approval()) })?.payableFen).toBe(3000);
    // An override that is raised again is no cut any more.
    const { basketId } = add(open(), { sku: 'milk', price: price(100, await approval()) });
    expect(change(basketId, '1', { price: price(1400, await approval()) }).lines[0]).toMatchObject({
      payableFen: 700,
      priceSet: { masterFen: 1290 },
    });
  });

  it('never charges more than a label is proven to show, in either direction', async () => {
    shop.journal.write((tx) => {
      for (const [sku, fen] of [
        ['milk', 1000],
        ['apple', 1000],
      ] as const)
        tx.run(
          `INSERT INTO label (tag_id, device_id, sku, state, shown_fen) VALUES (?, 'labels', ?, 'shown', ?)`,
          sku,
          sku,
          fen,
        );
    });
    shop.book.refreshGuards();
    expect(line({ sku: 'milk', price: price(1100, await approval()) })?.payableFen).toBe(1000);
    expect(line({ sku: 'milk', quantity: 3, price: price(2000, await approval()) })?.payableFen).toBe(3000);
    expect(line({ sku: 'milk', price: price(900, await approval()) })?.payableFen).toBe(900);
    expect(line({ sku: 'apple', weightGrams: 500, price: price(1200, await approval()) })?.payableFen).toBe(500);
  });

  it('changes on a line that is there, with quantity or without', async () => {
    const { basketId } = add(open(), { sku: 'milk', quantity: 2 });
    expect(shop.outcome(() => change(basketId, '1', { price: price(1000) }))).toBe('APPROVAL_NEEDED (price-override)');
    const changed = change(basketId, '1', { quantity: 4, price: price(1000, await approval()) });
    expect(changed.lines[0]).toMatchObject({ quantity: 4, payableFen: 4000 });
    // Its price stays when only the quantity changes.
    expect(change(basketId, '1', { quantity: 1 }).lines[0]).toMatchObject({
      payableFen: 1000,
      priceSet: { approvedBy: 'sup-1' },
    });
    add(basketId, { department: 'dairy', price: price(300) });
    expect(change(basketId, '2', { price: price(250) }).lines[1]?.payableFen).toBe(250);
  });
});

describe('a code that the item master lacks', () => {
  it('is refused by default, and told once a day', () => {
    expect(refusal({ gtin: UNKNOWN, price: price(500) })).toBe('ITEM_UNKNOWN');
    expect(refusal({ gtin: `${UNKNOWN.slice(0, -1)}${(Number(UNKNOWN.slice(-1)) + 1) % 10}` })).toMatch(
      /^CODE_INVALID/,
    );
    for (const wish of [
      { gtin: UNKNOWN },
      { scan: `]E0${UNKNOWN}` },
      { gtin: UNKNOWN },
      { sku: 'nothing' },
      { plu: '99' },
    ])
      shop.till.goods.noteRefused('terminal-1', { quantity: 1, ...wish });
    const at = new Date(shop.now).toISOString();
    expect(events('tillside.item.unknown.v1')).toEqual([
      { gtin: UNKNOWN, terminalId: 'terminal-1', sold: false, at },
      { sku: 'nothing', terminalId: 'terminal-1', sold: false, at },
    ]);
    shop.now += 86_400_000;
    shop.till.goods.noteRefused('terminal-1', { quantity: 1, gtin: UNKNOWN });
    expect(events('tillside.item.unknown.v1')).toHaveLength(3);
  });

  it('is sold as an open item where the store says so, told once for each sale', () => {
    shop.close();
    start('sell-open');
    shop.run([campaign('half', 'discount', { items: { all: true }, discount: { by: 'percent', percentOffBp: 5000 } })]);
    expect(refusal({ gtin: UNKNOWN })).toBe('PRICE_NEEDED');
    expect(refusal({ sku: 'nothing', price: price(500) })).toBe('ITEM_UNKNOWN');
    const basketId = open();
    const keyed = { unitPriceFen: 500, reason: 'unknown-item' as const };
    add(basketId, { gtin: UNKNOWN, price: keyed });
    const view = add(basketId, { scan: UNKNOWN, quantity: 2, price: keyed });
    expect(view.lines[1]).toMatchObject({
      sku: `open:${UNKNOWN}`,
      gtin: UNKNOWN,
      quantity: 2,
      payableFen: 1000,
      unknown: true,
      priceSet: { by: 'open', reason: 'unknown-item' },
    });
    expect(events('tillside.item.unknown.v1')).toEqual([]);
    shop.pay(view);
    expect(events('tillside.item.unknown.v1')).toEqual([expect.objectContaining({ gtin: UNKNOWN, sold: true })]);
    expect(events('tillside.sale.completed.v1')[0]?.lines).toEqual([
      expect.objectContaining({ sku: `open:${UNKNOWN}`, department: 'open', unknown: true }),
      expect.objectContaining({ quantity: 2 }),
    ]);
  });
});
