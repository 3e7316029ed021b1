import { MAX_ACK_RANGES } from '@tillside/protocol';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { emptyStream, fits, type HeldRange, holds, missingRuns, type StreamState, withRun } from './position.ts';

const GENESIS = 'h0';
const hashOf = (seq: number): string => `h${seq}`;
const run = (from: number, to = from): HeldRange => ({ from, to, prevhash: hashOf(from - 1), hash: hashOf(to) });
const LAST = 40;

/** Adds what is missing of a run, as a caller does. */
function add(state: StreamState, wanted: HeldRange): StreamState {
  return missingRuns(state, wanted).reduce((held, part) => {
    expect(fits(held, part)).toBe(true);
    return withRun(held, part) ?? held;
  }, state);
}

const Runs = fc.array(
  fc
    .tuple(fc.integer({ min: 1, max: LAST }), fc.integer({ min: 1, max: 6 }))
    .map(([from, length]) => run(from, from + length - 1)),
  { maxLength: 25 },
);

/** What every state must be. */
export function expectSound({ contiguousSeq, contiguousHash, ranges }: StreamState): void {
  expect(contiguousHash).toBe(hashOf(contiguousSeq));
  let last = contiguousSeq;
  for (const { from, to, prevhash, hash } of ranges) {
    expect(from).toBeGreaterThan(last + 1);
    expect(to).toBeGreaterThanOrEqual(from);
    expect([prevhash, hash]).toEqual([hashOf(from - 1), hashOf(to)]);
    last = to;
  }
  expect(ranges.length).toBeLessThanOrEqual(MAX_ACK_RANGES);
}

describe('what is held of a stream', () => {
  test('is a set of numbers, whatever the order, the overlaps and the repeats', () => {
    fc.assert(
      fc.property(Runs, (runs) => {
        const naive = new Set<number>();
        let state = emptyStream(GENESIS);
        for (const each of runs) {
          state = add(state, each);
          for (let seq = each.from; seq <= each.to; seq += 1) naive.add(seq);
          expectSound(state);
        }
        for (let seq = 1; seq <= LAST + 7; seq += 1) expect(holds(state, seq)).toBe(naive.has(seq));
      }),
    );
  });

  test('what is missing of a run, added, leaves nothing missing of it, and nothing else changes', () => {
    fc.assert(
      fc.property(Runs, fc.integer({ min: 1, max: LAST }), fc.integer({ min: -3, max: 15 }), (runs, from, more) => {
        const state = runs.reduce(add, emptyStream(GENESIS));
        const parts = missingRuns(state, run(from, from + more));
        const seqs = parts.flatMap((part) => Array.from({ length: part.to - part.from + 1 }, (_, i) => part.from + i));
        const expected = Array.from({ length: Math.max(0, more + 1) }, (_, i) => from + i).filter(
          (seq) => !holds(state, seq),
        );
        expect(seqs).toEqual(expected);
      }),
    );
  });

  test('a run fits only where both its neighbours say so', () => {
    const state = add(add(emptyStream(GENESIS), run(1, 2)), run(6, 7));
    expect(fits(state, run(3, 5))).toBe(true);
    expect(fits(state, { ...run(3, 5), prevhash: 'x' })).toBe(false);
    expect(fits(state, { ...run(3, 5), hash: 'x' })).toBe(false);
    expect(fits(state, { ...run(8), prevhash: 'x' })).toBe(false);
    // Nobody stands beside it.
    expect(fits(state, { ...run(10), prevhash: 'x', hash: 'y' })).toBe(true);
    expect(fits(emptyStream(GENESIS), { ...run(1), prevhash: 'x' })).toBe(false);
  });

  test('holds no more ranges than an answer can name; one that touches needs no room', () => {
    let state = emptyStream(GENESIS);
    for (let place = 1; place <= MAX_ACK_RANGES; place += 1) state = add(state, run(place * 2));
    expect(state.ranges).toHaveLength(MAX_ACK_RANGES);
    expect(withRun(state, run(5000))).toBeNull();
    for (const fitting of [run(1), run(3), run(MAX_ACK_RANGES * 2 + 1)]) expect(withRun(state, fitting)).not.toBeNull();
    const joined = withRun(state, run(1)) as StreamState;
    expect(joined).toMatchObject({ contiguousSeq: 2 });
    expect(withRun(joined, run(5000))?.ranges).toHaveLength(MAX_ACK_RANGES);
    expectSound(joined);
  });
});
