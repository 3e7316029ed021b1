import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  buildMemberHistory,
  buildStats,
  buildStatsFromBaskets,
  type CatalogueContent,
  CONTENT_MAX_NEIGHBOURS,
  ContextError,
  candidates,
  decodeStats,
  encodeStats,
  FEATURE_COUNT,
  FEATURE_SET,
  fallbackRank,
  featurize,
  featurizeAll,
  HISTORY_MAX_ITEMS,
  indexStats,
  type PairTable,
  type Purchase,
  prepareContext,
  reasonFor,
  StatsError,
  toBaskets,
  topStats,
} from './index.ts';

const START = Date.parse('2026-03-01T00:00:00Z');
const day = (count: number) => new Date(START + count * 86_400_000).toISOString();

function basket(basketId: string, memberId: string | null, dayNumber: number, skus: string[]): Purchase[] {
  return skus.map((sku) => ({
    memberId,
    sku,
    category: `cat-${sku[0]}`,
    department: 'food',
    at: day(dayNumber),
    quantity: 1,
    basketId,
  }));
}

const purchases = [
  ...basket('b1', 'm1', 0, ['bread', 'butter']),
  ...basket('b2', 'm1', 7, ['bread', 'butter', 'milk']),
  ...basket('b3', 'm1', 14, ['bread', 'milk']),
  ...basket('b4', null, 14, ['milk']),
  ...basket('b5', 'm2', 15, ['tea', 'bread', 'butter']),
];
/** Oat milk, which nobody bought, is like milk, milk like oat milk and somewhat like butter. */
const catalogue: CatalogueContent = {
  items: ['butter', 'milk', 'oat-milk'].map((sku) => ({ sku, category: 'dairy', department: 'food' })),
  likeness: {
    offsets: Uint32Array.of(0, 1, 3, 4),
    items: Uint32Array.of(1, 2, 0, 1),
    counts: Float32Array.of(0.25, 0.75, 0.25, 0.75),
  },
};
const rowOf = ({ offsets, items, counts }: PairTable, place: number) =>
  [...items].map((item, at) => [item, counts[at]]).slice(offsets[place], offsets[place + 1]);
const value = (vector: Float32Array, name: string) => vector[FEATURE_SET.names.indexOf(name)];

describe('item statistics', () => {
  const stats = buildStats(purchases);

  it('counts baskets, repeats, pairs and transitions', () => {
    expect(stats.skus).toEqual(['bread', 'butter', 'milk', 'tea']);
    expect([...stats.columns.baskets]).toEqual([4, 3, 3, 1]);
    expect(rowOf(stats.together, 0)).toContainEqual([1, 3]);
    expect(rowOf(stats.following, 1)).toContainEqual([2, 2]);
    expect(rowOf(stats.following, 3)).toEqual([]);
  });

  it('gives the same bytes for any order of rows, and reads them back', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(purchases, { minLength: purchases.length }), (shuffled) => {
        expect(encodeStats(buildStats(shuffled)).equals(encodeStats(stats))).toBe(true);
      }),
      { numRuns: 30 },
    );
    expect(decodeStats(encodeStats(stats))).toEqual(stats);
    // A part of a larger buffer, at an odd place.
    expect(decodeStats(Buffer.concat([Buffer.alloc(1), encodeStats(stats)]).subarray(1))).toEqual(stats);
  });

  it('answers damaged bytes with a coded error or with statistics that are safe to use', () => {
    const bytes = encodeStats(stats);
    const below = (values: Uint32Array, bound: number) => values.every((value) => value < bound);
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        expect(() => decodeStats(bytes.subarray(0, at))).toThrow(StatsError);
        const altered = Buffer.from(bytes);
        altered[at] = (altered[at] ?? 0) ^ flip;
        try {
          const read = decodeStats(altered);
          expect(below(read.categoryOf, read.categories.length)).toBe(true);
          expect(read.content.counts.every((likeness) => likeness <= 1)).toBe(true);
          for (const { offsets, items, counts } of [read.together, read.following, read.content]) {
            expect([...offsets].sort((left, right) => left - right)).toEqual([...offsets]);
            expect(below(items, read.skus.length)).toBe(true);
            expect(counts.every((count) => count >= 0 && Number.isFinite(count))).toBe(true);
          }
        } catch (error) {
          expect(error).toBeInstanceOf(StatsError);
        }
      }),
    );
  });

  it('leaves out returns, duplicates and unreadable times', () => {
    const first = purchases[0] as Purchase;
    const noisy = [...purchases, first, { ...first, sku: 'x', quantity: -1 }, { ...first, sku: 'y', at: 'soon' }];
    expect(buildStats(noisy)).toEqual(stats);
  });

  it('is empty and usable with no purchases', () => {
    const index = indexStats(buildStats([]));
    const context = prepareContext({ basketSkus: ['?'], at: day(1) }, index);
    expect(fallbackRank(index, context, 5)).toEqual({ items: [], source: 'popularity' });
  });
});

describe('what the catalogue says', () => {
  const stats = buildStatsFromBaskets(toBaskets(purchases), catalogue);

  it('gives likeness by places, and items that nobody bought a place after the others', () => {
    expect(stats.skus).toEqual(['bread', 'butter', 'milk', 'tea', 'oat-milk']);
    expect([...stats.columns.baskets]).toEqual([4, 3, 3, 1, 0]);
    expect(stats.categories[stats.categoryOf[4] ?? -1]).toBe('dairy');
    const rows = stats.skus.map((_, place) => rowOf(stats.content, place));
    expect(rows).toEqual([
      [],
      [[2, 0.25]],
      [
        [4, 0.75],
        [1, 0.25],
      ],
      [],
      [[2, 0.75]],
    ]);
    expect([...topStats(stats, 3).content.items]).toEqual([2, 1]);
  });

  it('comes back from bytes as it was, whatever the catalogue', () => {
    const names = fc.uniqueArray(fc.string({ maxLength: 8 }), { maxLength: 30 });
    const pairs = fc.array(fc.tuple(fc.nat(), fc.float({ min: 0, max: 1, noNaN: true })), {
      maxLength: CONTENT_MAX_NEIGHBOURS,
    });
    fc.assert(
      fc.property(names, fc.array(pairs, { minLength: 30, maxLength: 30 }), (skus, rows) => {
        const told = skus.map((_, row) => rows[row] ?? []);
        const offsets = Uint32Array.from([0, ...told.map((_, row) => told.slice(0, row + 1).flat().length)]);
        const items = Uint32Array.from(told.flat(), ([other]) => other % skus.length);
        const counts = Float32Array.from(told.flat(), ([, likeness]) => likeness);
        const known = skus.map((sku) => ({ sku, category: '', department: '' }));
        const built = buildStatsFromBaskets(toBaskets(purchases), {
          items: known,
          likeness: { offsets, items, counts },
        });
        expect(built.content.items).toHaveLength(items.length);
        expect(decodeStats(encodeStats(built))).toEqual(built);
      }),
    );
  });

  it('proposes what nobody bought beside its like, and says so', () => {
    const index = indexStats(stats);
    const context = prepareContext({ basketSkus: ['milk'], at: day(20) }, index);
    const like = fallbackRank(index, context, 10).items.find(({ sku }) => sku === 'oat-milk');
    expect(like?.reason).toEqual({ code: 'LIKE_ITEM', withSku: 'milk' });
    const vector = featurize({ basketSkus: ['milk'], at: day(20) }, 'oat-milk', index);
    expect(value(vector, 'content_basket')).toBe(0.75);
    // Nobody is told that it sells.
    expect(candidates(index, prepareContext({ basketSkus: [], at: day(20) }, index), 10)).not.toContain('oat-milk');
  });

  it('weighs likeness by habit', () => {
    const index = indexStats(stats);
    const memberHistory = buildMemberHistory(purchases.filter(({ memberId }) => memberId === 'm1'));
    const context = { memberHistory, basketSkus: [], at: day(20) };
    const milk = prepareContext(context, index).personal.get('milk')?.slowShare ?? 0;
    expect(milk).toBeGreaterThan(0);
    const vector = featurize(context, 'oat-milk', index);
    expect(value(vector, 'content_history')).toBeCloseTo(0.75 * milk);
    expect(value(vector, 'content_basket')).toBe(0);
  });
});

describe('features', () => {
  const index = indexStats(buildStats(purchases));
  const history = buildMemberHistory(purchases.filter((purchase) => purchase.memberId === 'm1'));

  it('tells a habit from a stranger', () => {
    const context = { memberHistory: history, basketSkus: ['milk'], at: day(21) };
    const bread = featurize(context, 'bread', index);
    expect(value(bread, 'personal_share')).toBeCloseTo(1);
    expect(value(bread, 'personal_due')).toBeCloseTo(1);
    expect(value(bread, 'personal_in_last')).toBe(1);
    expect(value(bread, 'together_max')).toBeCloseTo(2 / 6);
    const unknown = featurize(context, 'no-such-sku', index);
    expect(value(unknown, 'popularity')).toBe(0);
    expect(value(unknown, 'history_size')).toBeCloseTo(Math.log1p(3));
  });

  it('has one finite number a name for any context', () => {
    const skus = fc.constantFrom('bread', 'butter', 'milk', 'tea', '__proto__', '');
    fc.assert(
      fc.property(
        fc.array(skus, { maxLength: 60 }),
        skus,
        fc.integer({ min: -400, max: 4000 }),
        fc.boolean(),
        (basketSkus, sku, dayNumber, personal) => {
          const memberHistory = personal ? history : undefined;
          const vector = featurize({ memberHistory, basketSkus, at: day(dayNumber) }, sku, index);
          expect(vector).toHaveLength(FEATURE_COUNT);
          expect(vector.every(Number.isFinite)).toBe(true);
        },
      ),
    );
  });

  it('is the same through JSON and bytes, one by one or as a block', () => {
    const context = { memberHistory: history, basketSkus: ['tea'], at: day(20) };
    const wired = JSON.parse(JSON.stringify(context)) as typeof context;
    const wiredIndex = indexStats(decodeStats(encodeStats(index.stats)));
    const skus = ['bread', 'milk'];
    const block = featurizeAll(prepareContext(wired, wiredIndex), skus, wiredIndex);
    const single = skus.flatMap((sku) => [...featurize(context, sku, index)]);
    expect([...block]).toEqual(single);
  });

  it('names a time it cannot read', () => {
    for (const at of ['noon', '', '2026-03-01', '2026-03-01T10:00:00']) {
      expect(() => featurize({ basketSkus: [], at }, 'milk', index)).toThrow(ContextError);
    }
  });

  it('bounds the history of a very busy member', () => {
    const busy = Array.from({ length: 3000 }, (_, count) => basket(`k${count}`, 'm9', count, [`s${count}`, 'bread']));
    const folded = buildMemberHistory(busy.flat());
    expect(folded?.basketCount).toBe(3000);
    expect(folded?.items).toHaveLength(HISTORY_MAX_ITEMS);
    expect(folded?.items.find((item) => item.sku === 'bread')?.baskets).toBe(3000);
    expect(buildMemberHistory([])).toBeUndefined();
  });
});

describe('candidates and the ranking without a model', () => {
  const index = indexStats(buildStats(purchases));

  it('never offers the basket or what is excluded', () => {
    const context = prepareContext({ basketSkus: ['bread'], at: day(20), excludeSkus: ['milk'] }, index);
    expect(candidates(index, context, 10).sort()).toEqual(['butter', 'tea']);
    expect(candidates(index, context, 1)).toHaveLength(1);
    expect(candidates(index, context, 0)).toEqual([]);
  });

  it("takes turns of a few each with HQ's scores of the member, best place first", () => {
    const memberScores = [
      { sku: 'olives', neighbours: 0.1, factors: 0.2 },
      { sku: 'salt', neighbours: 0, factors: 0.9 },
      { sku: 'bread', neighbours: 1, factors: 1 },
    ];
    const context = prepareContext({ basketSkus: ['bread'], at: day(20), memberScores }, index);
    // Bread, first by both, is in the basket; olives are second by neighbours, salt by factors.
    expect(candidates(index, context, 10)).toEqual(['olives', 'salt', 'butter', 'milk', 'tea']);
  });

  it('says what an answer rests on', () => {
    const withBasket = prepareContext({ basketSkus: ['bread'], at: day(20) }, index);
    const answer = fallbackRank(index, withBasket, 2);
    expect(answer.source).toBe('co-occurrence');
    // Milk sells as well as butter, but not with bread.
    expect(answer.items[0]).toMatchObject({ sku: 'butter', reason: { code: 'BOUGHT_TOGETHER', withSku: 'bread' } });
    // On what was in the last basket nothing is said as if it were in this one: others can read the till's display.
    const next = { ...withBasket, together: new Map(), following: withBasket.together };
    expect(reasonFor(index, next, 'butter')).toEqual({ code: 'BOUGHT_NEXT', withSku: 'bread' });
    const empty = prepareContext({ basketSkus: [], at: day(20) }, index);
    expect(fallbackRank(index, empty, 2)).toMatchObject({
      source: 'popularity',
      items: [{ sku: 'bread', reason: { code: 'POPULAR_HERE' } }, { sku: 'butter' }],
    });
  });

  it('puts a habit first for its member', () => {
    const memberHistory = buildMemberHistory(purchases.filter((purchase) => purchase.memberId === 'm1'));
    const context = prepareContext({ memberHistory, basketSkus: [], at: day(21) }, index);
    expect(fallbackRank(index, context, 1).items[0]).toMatchObject({
      sku: 'bread',
      reason: { code: 'DUE_AGAIN', times: 3, days: 7, everyDays: 7 },
    });
  });
});
