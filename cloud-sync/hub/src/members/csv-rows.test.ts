import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CSV_LIMITS, CsvRows } from './csv-rows.ts';

const all = (pieces: readonly string[]) => {
  const rows = new CsvRows();
  return [...pieces.flatMap((piece) => [...rows.push(piece)]), ...rows.end()].map(({ row, fields }) => [row, fields]);
};

describe('rows of a CSV', () => {
  test.each([
    [
      'a,b\r\nc,d\r\n',
      [
        [1, ['a', 'b']],
        [2, ['c', 'd']],
      ],
    ],
    [
      '\uFEFFa\n\n\nb',
      [
        [1, ['a']],
        [4, ['b']],
      ],
    ],
    ['"a ""b"", c\nd",e\n', [[1, ['a "b", c\nd', 'e']]]],
    [
      'a,\n,b',
      [
        [1, ['a', '']],
        [2, ['', 'b']],
      ],
    ],
    [
      '"a"b,c\nd',
      [
        [1, null],
        [2, ['d']],
      ],
    ],
    [
      'a"b\n"c',
      [
        [1, null],
        [2, null],
      ],
    ],
    ['', []],
  ])('%j', (text, rows) => {
    expect(all([text])).toEqual(rows);
  });

  test('a quote that nobody closes costs its row and no more', () => {
    const text = `a,"${'x'.repeat(CSV_LIMITS.rowChars + 10)}\nb,c\n`;
    expect(all([text])).toEqual([
      [1, null],
      [2, ['b', 'c']],
    ]);
  });

  test('come out the same however the text is cut, and what was quoted comes back', () => {
    const field = fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', '\r', ' ', '中'), maxLength: 8 });
    fc.assert(
      fc.property(
        fc.array(fc.array(field, { minLength: 2, maxLength: 4 }), { maxLength: 6 }),
        fc.nat(7),
        (table, cut) => {
          const text = table
            .map((row) => `${row.map((each) => `"${each.replaceAll('"', '""')}"`).join(',')}\r\n`)
            .join('');
          const pieces = Array.from({ length: Math.ceil(text.length / (cut + 1)) }, (_, at) =>
            text.slice(at * (cut + 1), (at + 1) * (cut + 1)),
          );
          expect(all(pieces)).toEqual(table.map((row, at) => [at + 1, row]));
        },
      ),
    );
  });
});
