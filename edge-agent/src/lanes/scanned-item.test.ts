import { checkDigit, type InStoreReading, InStoreRules, readInStore, writeInStore } from '@tillside/devices';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { importItems } from '../prices/import.ts';
import { TestShop } from './testing/shop.ts';

const FNC1 = '\x1d';
let shop: TestShop;

/** The whole code that a scale prints. */
function label(preset: string, reading: Omit<InStoreReading, 'rule'>): string {
  const [rule] = InStoreRules.parse([preset]);
  if (!rule) throw new Error(preset);
  const code = writeInStore({ rule: rule.name, ...reading }, rule);
  if (!code.ok) throw new Error(code.problem.code);
  return code.value;
}
const refused = (code: string): string => {
  try {
    shop.scan(code);
  } catch (error) {
    return (error as Error & { code: string }).code;
  }
  return 'taken';
};
const firstLine = (...codes: string[]) => shop.scan(...codes).lines[0];

beforeEach(() => {
  shop = new TestShop();
  const body = '211000100000';
  importItems(
    shop.journal,
    { now: () => shop.now },
    `sku,gtin,nameZh,nameEn,sizeZh,sizeEn,department,category,type,soldBy,priceFen,vatBasisPoints,shelf,pictogram
milk,6901234567892,鲜牛奶,Milk,1 升,1 L,dairy,milk,whole,each,1290,900,A1,dairy
apple,${body}${checkDigit(body)},苹果,Apples,散装,loose,produce,fruit,apple,weight,1580,900,C1,produce
10002,2900000000032,梨,Pears,散装,loose,produce,fruit,pear,weight,1000,900,C1,produce
cake,2900000000049,蛋糕,Cake,个,one,bakery,cake,cream,each,2000,900,C1,bakery
`,
  );
});
afterEach(() => shop.close());

describe('a GS1 code at the till', () => {
  const milk = ']d20106901234567892';

  it('gives item and lot', () =>
    expect(firstLine(`${milk}17261122${'10L-7'}`)).toMatchObject({ sku: 'milk', lotId: 'L-7', payableFen: 1290 }));

  it('of an expired pack is refused, by any of its dates; the store may name which', () => {
    expect(refused(`${milk}17261121`)).toBe('ITEM_EXPIRED');
    expect(refused(`${milk}15261121`)).toBe('ITEM_EXPIRED');
    expect(refused(`${milk}11200101`)).toBe('taken');
    expect(refused('https://id.gs1.org/01/06901234567892/10/LOT1?17=261121')).toBe('ITEM_EXPIRED');
    // 22 November, 23:59 in Shanghai is the last minute of the day; the next minute is another day.
    shop.now = Date.parse('2026-11-22T15:59:00Z');
    expect(refused(`${milk}17261122`)).toBe('taken');
    shop.now = Date.parse('2026-11-22T16:00:00Z');
    expect(refused(`${milk}17261122`)).toBe('ITEM_EXPIRED');
  });

  it('that breaks the rules of its symbol is refused with reason and place', () => {
    expect(refused(']d20106901234567893')).toBe('CODE_INVALID');
    expect(refused(']E06901234567893')).toBe('CODE_INVALID');
    expect(refused('not a code')).toBe('CODE_NOT_AN_ITEM');
    expect(refused('TM:abc')).toBe('CODE_NOT_AN_ITEM');
    expect(refused(']E06901234567908')).toBe('ITEM_UNKNOWN');
  });

  it('with a serial number is that very pack: once in a basket', () => {
    expect(refused(`${milk}21A1`)).toBe('taken');
    expect(shop.scan(`${milk}21A1`, `${milk}21A2`).lines).toHaveLength(2);
    expect(() => shop.scan(`${milk}21A1`, `${milk}21A1`)).toThrow('same serial number');
  });

  it('may carry a count, a net weight and an amount', () => {
    expect(firstLine(`${milk}303`)).toMatchObject({ quantity: 3, payableFen: 3870 });
    const body = '211000100000';
    const apple = `]e0010${body}${checkDigit(body)}`;
    expect(firstLine(`${apple}3103000755`)).toMatchObject({ weightGrams: 755, payableFen: 1193 });
    expect(firstLine(`${apple}310300075539221100`)).toMatchObject({ weightGrams: 755, payableFen: 1100 });
    expect(firstLine(`${apple}310300075539321561100`)).toMatchObject({ payableFen: 1100 });
    // An amount in another currency is none of ours.
    expect(firstLine(`${apple}310300075539328401100${FNC1}`)).toMatchObject({ payableFen: 1193 });
  });
});

describe("a scale's label at the till", () => {
  it('with weight and amount is charged as it says', () => {
    const code = label('CN-18', { item: '10001', priceMinor: 1193, weightGrams: 755 });
    expect(code).toHaveLength(18);
    expect(firstLine(code)).toMatchObject({ sku: 'apple', weightGrams: 755, unitPriceFen: 1580, payableFen: 1193 });
  });

  it('printed before the price rose keeps its amount; printed before it fell does not', () => {
    const cheap = label('CN-18', { item: '10001', priceMinor: 980, weightGrams: 755 });
    expect(firstLine(cheap)).toMatchObject({ unitPriceFen: 1298, payableFen: 980 });
    const dear = label('CN-18', { item: '10001', priceMinor: 1500, weightGrams: 755 });
    expect(firstLine(dear)).toMatchObject({ unitPriceFen: 1580, payableFen: 1193 });
  });

  it('is charged no more than the shelf shows for its weight, and leaves the price of loose goods alone', () => {
    shop.journal.write((tx) =>
      tx.run(
        `INSERT INTO label (tag_id, device_id, sku, state, shown_fen) VALUES ('T', 'labels', 'apple', 'shown', 1200)`,
      ),
    );
    shop.book.refreshGuards();
    expect(firstLine(label('CN-18', { item: '10001', priceMinor: 1100, weightGrams: 755 }))?.payableFen).toBe(906);
    expect(shop.fill([{ sku: 'apple', grams: 1000 }]).decision.payableFen).toBe(1200);
  });

  it('is found by its item digits too, with amount only or weight only', () => {
    expect(firstLine(label('CN-13-amount', { item: '10002', priceMinor: 755 }))).toMatchObject({
      sku: '10002',
      weightGrams: 755,
      payableFen: 755,
    });
    expect(firstLine(label('CN-13-weight', { item: '10002', weightGrams: 1250 }))).toMatchObject({ payableFen: 1250 });
  });

  it('never makes a shopper pay more than it says, whatever weight and price', () => {
    for (const [weightGrams, priceMinor] of [
      [29_990, 1],
      [29_990, 2999],
      [1, 99_999],
      [12_345, 777],
      [3, 1],
    ] as const) {
      const view = shop.scan(label('CN-18', { item: '10001', priceMinor, weightGrams }));
      expect(view.decision.payableFen).toBeLessThanOrEqual(priceMinor);
    }
  });

  it('without amount or weight only names the item, which is then weighed', () =>
    expect(refused(label('CN-13-amount', { item: '10002', priceMinor: 0 }))).toBe('WEIGHT_NEEDED'));

  it('misread is refused', () => {
    const code = label('CN-18', { item: '10001', priceMinor: 1193, weightGrams: 755 });
    const wrong = `${code.slice(0, 9)}${(Number(code[9]) + 1) % 10}${code.slice(10)}`;
    expect(refused(wrong)).toBe('CODE_INVALID');
    expect(readInStore(wrong, InStoreRules.parse(['CN-18']))).toMatchObject({ ok: false });
  });
});
