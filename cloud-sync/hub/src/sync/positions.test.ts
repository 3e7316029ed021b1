import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EMPTY_POSITION, holds, MAX_RANGES, type Position, withSeq } from './positions.ts';

const add = (position: Position, seq: number): Position => withSeq(position, seq) ?? position;

test('a position holds exactly what was added, whatever the order', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 80 }), (seqs) => {
      const position = seqs.reduce(add, EMPTY_POSITION);
      for (let seq = 1; seq <= 61; seq += 1) expect(holds(position, seq)).toBe(seqs.includes(seq));
    }),
  );
});

test('ranges ascend, never touch each other or the contiguous part', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 200 }), { maxLength: 150 }), (seqs) => {
      const { contiguousSeq, ranges } = seqs.reduce(add, EMPTY_POSITION);
      let end = contiguousSeq;
      for (const [first, last] of ranges) {
        expect(first).toBeGreaterThan(end + 1);
        expect(last).toBeGreaterThanOrEqual(first);
        end = last;
      }
    }),
  );
});

test('the order of arrival does not change where a stream ends up', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 80 })), (seqs) => {
      expect(seqs.toReversed().reduce(add, EMPTY_POSITION)).toEqual(seqs.reduce(add, EMPTY_POSITION));
    }),
  );
});

test('there is room for so many ranges and no more, and filling a hole makes room', () => {
  let position = EMPTY_POSITION;
  for (let index = 1; index <= MAX_RANGES; index += 1) position = add(position, index * 2 + 1);
  expect(position.ranges).toHaveLength(MAX_RANGES);
  expect(withSeq(position, 1_000_000)).toBeNull();
  const filled = add(position, 4);
  expect(filled.ranges).toHaveLength(MAX_RANGES - 1);
  expect(withSeq(filled, 1_000_000)).not.toBeNull();
});
