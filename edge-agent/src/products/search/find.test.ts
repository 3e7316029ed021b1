import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProductWords } from './find.ts';
import { nearestWord, soundsAt } from './match.ts';
import type { ItemText } from './words.ts';

const ROWS: readonly (readonly [string, string, string, string, string])[] = [
  ['100', '鲜牛奶', 'Fresh milk', '1 升', 'dairy'],
  ['101', '牛奶巧克力', 'Milk chocolate', '100 克', 'snacks'],
  ['102', '长城干红葡萄酒', 'Great Wall dry red', '750 毫升', 'drinks'],
  ['103', '重庆火锅底料', 'Chongqing hotpot base', '200 克', 'pantry'],
  ['104', 'ＡＤ钙奶', 'AD calcium milk', '220 毫升', 'dairy'],
  ['105', '女儿红黄酒', 'Nu’er Hong rice wine', '500 毫升', 'drinks'],
  ['106', '奥利奥饼干', 'Oreo biscuits', '97 克', 'snacks'],
];

const textOf = ([sku, nameZh, nameEn, sizeZh, pictogram]: (typeof ROWS)[number]): ItemText => ({
  sku,
  nameZh,
  nameEn,
  sizeZh,
  sizeEn: '',
  pictogram,
});

const products = new ProductWords();
products.add(ROWS.map(textOf));
products.finish();
const find = (q: string, pictogram?: string) => products.find({ q, pictogram, from: 0, limit: 24 });

describe('a search', () => {
  it.each([
    ['牛奶', ['101', '100']],
    ['niunai', ['101', '100']],
    ['nn', ['101', '100']],
    ['xnn', ['100']],
    ['xianniun', ['100']],
    // Read as words: 长 is chang here and 重 is chong.
    ['changcheng', ['102']],
    ['chq', ['103']],
    ['chongq', ['103']],
    ['nver', ['105']],
    ['milk', ['101', '100', '104']],
    ['CHOCO', ['101']],
    ['ad钙', ['104']],
    ['ＡＤ', ['104']],
    ['10', ['101']],
    ['102', ['102']],
    ['red wall', ['102']],
    ['750 chang', ['102']],
  ])('%s', (q, skus) => {
    const { match, ...found } = find(q);
    expect(found).toEqual({ skus, total: skus.length });
    expect(match).toBe(skus.length > 0 ? 'exact' : 'none');
  });

  it('without words, gives a group in the order of the range, page by page', () => {
    expect(find('', 'dairy')).toEqual({ match: 'exact', skus: ['100', '104'], total: 2 });
    expect(products.find({ q: '', pictogram: 'dairy', from: 1, limit: 1 })).toMatchObject({ skus: ['104'], total: 2 });
    expect(find('milk', 'snacks').skus).toEqual(['101']);
    expect(products.groups()).toContainEqual({ pictogram: 'drinks', products: 2 });
  });

  it.each([
    // Other characters of the same sound; sounds that are not told apart; a mistyped letter; half of a name.
    ['牛乃', ['100', '101']],
    ['流奶', ['100', '101']],
    ['choclate', ['101']],
    ['bisciuts', ['106']],
    ['黄酒王', ['105']],
  ])('finds what is near to %s', (q, skus) => {
    const { match, ...found } = find(q);
    expect({ match, skus: [...found.skus].sort() }).toEqual({ match: 'near', skus });
  });

  it('finds nothing for what is nothing', () => {
    for (const q of ['zzzz', '龘龘', '🧧', "' OR 1=1 --", '\u202e\u0000'])
      expect(find(q)).toEqual({ match: 'none', skus: [], total: 0 });
  });

  it('finds every name by its characters, its whole sound and its initials', () => {
    for (const [sku, zh] of ROWS) {
      expect(find(zh).skus).toContain(sku);
      expect(find(zh.slice(1, 3)).skus).toContain(sku);
    }
  });

  it('takes any text in bounded time', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 80, unit: 'binary' }), (q) => {
        const { skus, total } = find(q);
        expect(skus.length).toBe(Math.min(24, total));
      }),
      { numRuns: 80 },
    );
    const started = performance.now();
    soundsAt(
      'an'.repeat(40),
      Array.from({ length: 60 }, () => 'an'),
    );
    soundsAt(
      `${'a'.repeat(79)}b`,
      Array.from({ length: 60 }, () => 'aa'),
    );
    // A millisecond on an idle machine; by trying every way it would be years.
    expect(performance.now() - started).toBeLessThan(5_000);
  });

  it('follows a new list only once it is whole', () => {
    const own = new ProductWords();
    own.add([textOf(['1', '苹果', 'Apples', '', 'produce'])]);
    own.finish();
    own.add([textOf(['2', '梨', 'Pears', '', 'produce'])]);
    expect(own.find({ q: 'li', pictogram: undefined, from: 0, limit: 5 }).match).toBe('none');
    own.finish();
    expect(own.find({ q: 'li', pictogram: undefined, from: 0, limit: 5 }).skus).toEqual(['2']);
    expect(own.find({ q: 'pingguo', pictogram: undefined, from: 0, limit: 5 }).match).toBe('none');
  });
});

describe('nearestWord', () => {
  it('takes one wrong key in each four, and none in two letters', () => {
    expect(nearestWord('mlk', ['milk', 'silk'])).toBe('milk');
    expect(nearestWord('mi', ['me'])).toBeUndefined();
    expect(nearestWord('xxxxx', ['milk'])).toBeUndefined();
  });
});
