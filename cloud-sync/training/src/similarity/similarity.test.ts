import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Sparse, SparseBuilder } from '../neighbours/sparse.ts';
import { contentNeighbours } from './content.ts';
import { itemNeighbours, nextNeighbours } from './items.ts';

/** Neighbours of a row with their scores, best first; of equal ones the lower first. */
function rowOf({ start, column, value }: Sparse, row: number): (readonly [number, number])[] {
  const pairs = Array.from({ length: (start[row + 1] as number) - (start[row] as number) }, (_, place) => {
    const at = (start[row] as number) + place;
    return [column[at] as number, value[at] as number] as const;
  });
  return pairs.sort(([left, a], [right, b]) => b - a || left - right);
}

const ITEMS = 7;

function sparse(rows: readonly (readonly number[])[]): Sparse {
  const builder = new SparseBuilder(ITEMS);
  for (const row of rows) {
    const columns = Int32Array.from([...row.keys()].filter((column) => (row[column] as number) > 0));
    builder.addRow(columns, Float64Array.from(row));
  }
  return builder.build();
}

describe('items bought by the same users', () => {
  it('are those of the definition', () => {
    const aRow = fc.array(fc.nat(3), { minLength: ITEMS, maxLength: ITEMS });
    fc.assert(
      fc.property(fc.array(aRow, { maxLength: 8 }), fc.integer({ min: 1, max: 4 }), fc.nat(2), (rows, top, shrink) => {
        const found = itemNeighbours(sparse(rows), top, shrink);
        const dot = (left: number, right: number) =>
          rows.reduce((sum, row) => sum + (row[left] as number) * (row[right] as number), 0);
        for (let item = 0; item < ITEMS; item += 1) {
          const wanted = Array.from({ length: ITEMS }, (_, other) => {
            const norms = Math.sqrt(dot(item, item)) * Math.sqrt(dot(other, other));
            return [other, other === item ? 0 : Math.fround(dot(item, other) / (norms + shrink || 1))] as const;
          })
            .filter(([, score]) => score > 0)
            .sort(([left, a], [right, b]) => b - a || left - right)
            .slice(0, top);
          expect(rowOf(found, item)).toEqual(wanted);
        }
      }),
    );
  });
});

describe('items of the next basket', () => {
  it('are counted by hand', () => {
    const basket = (...items: number[]) => Int32Array.from(items);
    const histories = [[basket(0, 0, 1), basket(2, 0), basket(3)], [basket(0), basket(2)], [basket(5)], []];
    const found = nextNeighbours(histories, ITEMS, 2, 1);
    // 0 was in three baskets with a next one, of which two brought 2 and one 3; itself again is none.
    expect(rowOf(found, 0)).toEqual([
      [2, 0.5],
      [3, 0.25],
    ]);
    expect(rowOf(found, 1)).toEqual([
      [0, 0.5],
      [2, 0.5],
    ]);
    expect(rowOf(found, 2)).toEqual([[3, 0.5]]);
    for (const last of [3, 4, 5]) expect(rowOf(found, last)).toEqual([]);
  });
});

describe('items alike by content', () => {
  const milk = { department: 'dairy', category: 'milk', brand: 'Bright', size: '1 L', name: 'Whole milk' };
  const items = [
    milk,
    { ...milk, brand: 'BRIGHT ', name: 'whole MILK, long life' },
    { ...milk, brand: 'Other', size: '250 ml', name: 'Skimmed milk' },
    { department: 'dairy', category: 'yoghurt', brand: 'Other', name: '草莓酸奶' },
    { department: 'dairy', category: 'yoghurt', name: '蓝莓酸奶' },
    { ...milk, department: 'baby' },
    { department: 'dairy', category: '' },
  ];
  const found = contentNeighbours(items, 3);

  it('share category, brand, size and words, and never leave their department', () => {
    const [first, second] = rowOf(found, 0);
    expect([first?.[0], second?.[0]]).toEqual([1, 2]);
    expect(first?.[1]).toBeGreaterThan(second?.[1] as number);
    expect(first?.[1]).toBeLessThan(1);
    expect(rowOf(found, 5)).toEqual([]);
    expect(rowOf(found, 6)).toEqual([]);
  });

  it('read Chinese names', () => {
    expect(rowOf(found, 4)[0]?.[0]).toBe(3);
    const [pair] = rowOf(
      contentNeighbours(
        [
          { ...milk, category: '', name: '蓝莓酸奶' },
          { ...milk, category: '', name: '酸奶' },
          { ...milk, name: '牛奶' },
        ],
        1,
      ),
      1,
    );
    expect(pair?.[0]).toBe(0);
  });
});
