import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gtin13CheckDigit, restrictedGtin13 } from '../gtin.ts';
import type { DemoItem } from '../types.ts';
import { makeBaskets, memberIdOf, mergeLines, periodOf } from './baskets.ts';
import { numberTwins, pricedByWeight } from './items.ts';
import { toCsv } from './make.ts';
import { gramsFor, perKilogramFen, shelfPriceFen } from './money.ts';
import { parseSize, sizeText } from './size.ts';
import { median, type SourceLine, storeWallTime } from './source.ts';

const ITEM: DemoItem = {
  sku: '7',
  gtin: restrictedGtin13('7'),
  nameZh: '香蕉',
  nameEn: 'Bananas',
  sizeZh: '',
  sizeEn: '',
  department: 'produce',
  category: 'tropical-fruit',
  type: 'bananas',
  soldBy: 'weight',
  priceFen: 910,
  vatBasisPoints: 900,
  shelf: 'A01-01-001',
  pictogram: 'produce',
};
const LINE: SourceLine = {
  householdId: '12',
  productId: '7',
  quantity: 1,
  salesCents: 100,
  retailDiscountCents: 20,
  couponCents: 10,
  couponMatchCents: 5,
  week: 3,
  localTime: '2017-01-12T18:00:00',
};

describe('sizes', () => {
  it.each([
    ['1 GA', 'volume', '3.79升', '1 gal'],
    ['PT', 'volume', '473毫升', '1 pt'],
    ['1/2 GAL', 'volume', '1.89升', '0.5 gal'],
    ['8 1/2 OZ', 'mass', '241克', '8.5 oz'],
    ['.13 OZ', 'mass', '3.7克', '0.13 oz'],
    ['L     8 OZ', 'mass', '227克', '8 oz'],
    ['(600) 4 LB', 'mass', '1.81千克', '4 lb'],
    ['12 PK/12 OZ', 'volume', '12 × 355毫升', '12 × 12 oz'],
    ['6 PK/.5 L', 'volume', '6 × 500毫升', '6 × 0.5 L'],
    ['24/16.9 OZ', 'volume', '24 × 500毫升', '24 × 16.9 oz'],
    ['16 CT/22 OZ', 'mass', '624克 16件装', '22 oz, 16 ct'],
    ['5 LB BAG', 'mass', '2.27千克', '5 lb'],
    ['DZ', 'mass', '12枚', '1 dozen'],
    ['32 LD', 'volume', '可洗32次', '32 loads'],
    ['110 SQ FT', 'mass', '10.2平方米', '110 sq ft'],
    ['1 CT', 'mass', '', ''],
    ['', 'mass', '', ''],
    ['912170  PK', 'mass', '912170件装', '912170-pack'],
    ['48-54 CT', 'mass', '', ''],
  ] as const)('%s as %s', (raw, kind, zh, en) => {
    expect(sizeText(raw, kind)).toEqual({ zh, en });
  });

  it('never throws and never reads a size that is not positive', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'0123456789./ OZLBCTPK'), maxLength: 16 }), (raw) => {
        const size = parseSize(raw);
        return size === undefined || (size.amount.value > 0 && Number.isFinite(size.amount.value) && size.packs > 0);
      }),
    );
  });
});

describe('names', () => {
  it('are numbered only where name and size would read the same', () => {
    const milk = { ...ITEM, nameZh: '鲜牛奶', nameEn: 'Milk' };
    const sized = (sizeZh: string, sizeEn: string): DemoItem => ({ ...milk, sizeZh, sizeEn });
    const named = numberTwins([sized('3.79升', '1 gal'), sized('473毫升', '1 pt'), sized('3.79升', '1 gal'), ITEM]);
    expect(named.map((item) => [item.nameZh, item.nameEn])).toEqual([
      ['鲜牛奶 1号', 'Milk, no. 1'],
      ['鲜牛奶', 'Milk'],
      ['鲜牛奶 2号', 'Milk, no. 2'],
      ['香蕉', 'Bananas'],
    ]);
  });
});

describe('restricted GTINs', () => {
  it('agree with a published number', () => {
    expect(gtin13CheckDigit('629104150021')).toBe(3);
  });

  it('are unique, and one changed digit breaks them', () => {
    const id = fc.nat({ max: 99_999_999 });
    fc.assert(
      fc.property(id, fc.nat({ max: 11 }), fc.integer({ min: 1, max: 9 }), (product, at, by) => {
        const gtin = restrictedGtin13(String(product));
        expect(Number(gtin.slice(2, 12))).toBe(product);
        const changed = [...gtin.slice(0, 12)]
          .map((digit, i) => (i === at ? (Number(digit) + by) % 10 : digit))
          .join('');
        expect(gtin13CheckDigit(changed)).not.toBe(Number(gtin[12]));
      }),
    );
    expect(() => restrictedGtin13('12345678901')).toThrow(RangeError);
  });
});

describe('money and weight', () => {
  it('turns dollars a pound into fen a kilogram', () => {
    expect(perKilogramFen(0.59)).toBe(910);
    expect(shelfPriceFen(199)).toBe(1390);
    expect(shelfPriceFen(0)).toBe(10);
  });

  it('gives back the amount within half a gram', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), fc.integer({ min: 10, max: 100_000 }), (fen, price) => {
        expect(Math.abs((gramsFor(fen, price) * price) / 1000 - fen)).toBeLessThanOrEqual(price / 2000 + 1e-6);
      }),
    );
  });

  it('tells scattered prices from shelf prices', () => {
    expect(pricedByWeight([101, 233, 187, 145, 99, 310, 275, 164])).toBe(true);
    expect(pricedByWeight([199, 199, 249, 199, 199, 179, 199, 199])).toBe(false);
  });

  it('takes the middle price', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([1, 2])).toBe(2);
    expect(() => median([])).toThrow(RangeError);
  });
});

describe('assembling baskets', () => {
  it('reads the clock as UTC and gives store wall time, summer and winter', () => {
    expect(storeWallTime('2017-01-01T12:30:27')).toBe('2017-01-01T07:30:27');
    expect(storeWallTime('2017-07-01T03:10:00')).toBe('2017-06-30T23:10:00');
  });

  it('cuts thirteen periods', () => {
    expect([1, 2, 5, 6, 49, 50, 53].map(periodOf)).toEqual([0, 0, 0, 1, 11, 12, 12]);
  });

  it('adds up one SKU, the shopper paying sales less the coupon', () => {
    const each = mergeLines({ ...ITEM, soldBy: 'each' }, [LINE, { ...LINE, quantity: 2 }]);
    expect(each).toEqual({ sku: '7', quantity: 3, weightGrams: 0, paidFen: 1260, discountFen: 490 });
    const weighed = mergeLines(ITEM, [LINE]);
    expect(weighed).toEqual({ sku: '7', quantity: 1, weightGrams: 962, paidFen: 630, discountFen: 245 });
    expect(
      mergeLines(ITEM, [{ ...LINE, salesCents: 1, couponCents: 0, retailDiscountCents: 0, couponMatchCents: 0 }]),
    ).toBeUndefined();
  });

  it('stamps a basket with its last line, holds out the last period, and hides one in five of the day', () => {
    const later = { ...LINE, localTime: '2017-01-20T09:00:00', week: 4 };
    const shop = (householdId: string) => ({ ...LINE, householdId, week: 51, localTime: '2017-12-13T18:00:00' });
    const { history, day } = makeBaskets([later, LINE, shop('3'), shop('4'), shop('15')], [ITEM]);
    expect(history).toHaveLength(1);
    expect(history[0]).toMatchObject({
      basketId: 'H000012-01',
      memberId: memberIdOf('12'),
      completedAt: '2017-01-20T09:00:00+08:00',
    });
    expect(day.map((row) => [row.basketId, row.memberId])).toEqual([
      ['D0001', 'M000003'],
      ['D0002', ''],
    ]);
    expect(day[0]?.completedAt).toBe('2018-01-02T18:00:00+08:00');
  });
});

describe('CSV', () => {
  it('quotes what needs it and joins lists', () => {
    const text = toCsv(['a', 'b', 'c'], [{ a: 'x, "y"', b: ['1', '2'], c: 3 }]);
    expect(text).toBe('a,b,c\n"x, ""y""",1 2,3\n');
  });
});
