import { MAX_ACK_RANGES, STREAMS, type Stream } from '@tillside/protocol';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type EpochPlan, heldNumbers, type Planned, planEpoch, stepAcross, type Verdict } from './plan.ts';
import { emptyStream, readableTo, type StreamState } from './position.ts';

const hashOf = (stream: Stream, seq: number): string => `${stream}-${seq}`;
const event = (stream: Stream, seq: number, shed?: Planned['shed']): Planned => ({
  stream,
  seq,
  prevhash: hashOf(stream, seq - 1),
  hash: hashOf(stream, seq),
  ...(shed === undefined ? {} : { shed }),
});
const shedOf = (stream: Stream, fromSeq: number, toSeq: number): NonNullable<Planned['shed']> => ({
  stream,
  fromSeq,
  toSeq,
  prevhash: hashOf(stream, fromSeq - 1),
  lastHash: hashOf(stream, toSeq),
});
const chain = (stream: Stream, to: number, from = 1): Planned[] =>
  Array.from({ length: to - from + 1 }, (_, index) => event(stream, from + index));

/** Stores what plans say, as a storage does. */
class Held {
  states = new Map<Stream, StreamState>();
  readonly events = new Map<string, Planned>();
  conflicts = 0;

  take(events: readonly Planned[]): EpochPlan<Planned>['verdicts'] {
    const asked = new Set(heldNumbers(this.states, events).map(({ stream, seq }) => `${stream}/${seq}`));
    const plan = planEpoch(
      {
        states: this.states,
        genesis: (stream) => hashOf(stream, 0),
        heldHash: (stream, seq) => {
          // A storage looks up what heldNumbers names, and nothing else.
          const known = this.events.get(`${stream}/${seq}`)?.hash;
          if (known !== undefined) expect(asked.has(`${stream}/${seq}`)).toBe(true);
          return known;
        },
      },
      events,
    );
    for (const [stored, verdict] of plan.verdicts) {
      const key = `${stored.stream}/${stored.seq}`;
      if (verdict === 'store') {
        expect(this.events.has(key)).toBe(false);
        this.events.set(key, stored);
      }
      if (verdict === 'conflict') this.conflicts += 1;
    }
    this.states = new Map([...this.states, ...plan.states]);
    return plan.verdicts;
  }

  state(stream: Stream): StreamState {
    return this.states.get(stream) ?? emptyStream(hashOf(stream, 0));
  }
}

const verdictsOf = (pairs: EpochPlan<Planned>['verdicts']): Verdict[] => pairs.map(([, verdict]) => verdict);

/** The events in some order, some of them again, cut into batches. */
const batchesOf = (events: readonly Planned[]): fc.Arbitrary<Planned[][]> =>
  fc
    .tuple(
      fc.shuffledSubarray([...events], { minLength: events.length }),
      fc.shuffledSubarray([...events]),
      fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 30 }),
    )
    .map(([all, again, sizes]) => {
      const line = [...all, ...again];
      const batches: Planned[][] = [];
      for (let at = 0, turn = 0; at < line.length; turn += 1) {
        const size = sizes[turn % sizes.length] ?? 1;
        batches.push(line.slice(at, at + size));
        at += size;
      }
      return batches;
    });

describe('events of a whole history', () => {
  const history = [...chain('sales', 30), ...chain('ops', 9), ...chain('members', 4)];

  test('end in one state and are stored once each, in any order, with repeats, in any batches', () => {
    fc.assert(
      fc.property(batchesOf(history), (batches) => {
        const held = new Held();
        const seen = new Set<Planned>();
        for (const batch of batches) {
          const verdicts = held.take(batch);
          for (const [each, verdict] of verdicts) {
            expect(verdict).toBe(seen.has(each) ? 'duplicate' : 'store');
            seen.add(each);
          }
        }
        for (const stream of STREAMS) {
          const last = history.filter((each) => each.stream === stream).length;
          expect(held.state(stream)).toEqual({ ...emptyStream(hashOf(stream, last)), contiguousSeq: last });
        }
        expect(held.events.size).toBe(history.length);
      }),
    );
  });

  test('are named exactly while some are still under way', () => {
    fc.assert(
      fc.property(fc.subarray(chain('sales', 40)), batchesOf(chain('ops', 3)), (some, others) => {
        const held = new Held();
        for (const batch of [...others, some]) held.take(batch);
        const { contiguousSeq, ranges } = held.state('sales');
        const named = new Set(Array.from({ length: contiguousSeq }, (_, index) => index + 1));
        for (const { from, to } of ranges) for (let seq = from; seq <= to; seq += 1) named.add(seq);
        expect([...named].sort((a, b) => a - b)).toEqual(some.map(({ seq }) => seq));
      }),
    );
  });
});

describe('another history under the same numbers', () => {
  test('is not stored once a conflict was seen; what was held stays, and what came before it apart stays apart', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 0, max: 5 }),
        fc.infiniteStream(fc.boolean()),
        (at, more, coin) => {
          const held = new Held();
          const length = at + more;
          held.take(chain('sales', length));
          const before = held.state('sales');
          const other = chain('sales', length + 6, at).map((each) => ({
            ...each,
            hash: `other-${each.seq}`,
            prevhash: each.seq === at ? each.prevhash : `other-${each.seq - 1}`,
          }));
          held.take(other.filter(() => coin.next().value));
          const early = held.events.size;
          for (const { hash, seq } of held.events.values())
            if (hash.startsWith('other')) expect(seq).toBeGreaterThan(length + 1);
          expect(new Set(verdictsOf(held.take(other)))).not.toContain('store');
          expect(held.events.size).toBe(early);
          expect(held.state('sales')).toMatchObject({ contiguousSeq: before.contiguousSeq, forkSeq: at });
          // What was held comes again as what it is.
          expect(verdictsOf(held.take(chain('sales', at)))).toEqual(chain('sales', at).map(() => 'duplicate'));
        },
      ),
    );
  });

  test('below the fork a hole may still be filled; above it nothing is', () => {
    const held = new Held();
    held.take([event('sales', 1), event('sales', 3)]);
    expect(verdictsOf(held.take([{ ...event('sales', 3), hash: 'other' }]))).toEqual(['conflict']);
    expect(verdictsOf(held.take([event('sales', 2), event('sales', 4)]))).toEqual(['store', 'conflict']);
    expect(held.state('sales')).toMatchObject({ contiguousSeq: 3, forkSeq: 3 });
  });

  test('ranges above a hole that can never be filled any more may be read by consumers', () => {
    const held = new Held();
    held.take([event('sales', 1), event('sales', 4)]);
    expect(readableTo(held.state('sales'))).toBe(1);
    held.take([{ ...event('sales', 3), hash: 'other' }]);
    expect(readableTo(held.state('sales'))).toBe(1);
    held.take([event('sales', 2)]);
    expect(readableTo(held.state('sales'))).toBe(4);
    // What would have filled it comes too late: a consumer is past it.
    expect(verdictsOf(held.take([event('sales', 3)]))).toEqual(['conflict']);
  });

  test('twice in one batch with two hashes: one is stored, one is the conflict', () => {
    const held = new Held();
    const two = [event('sales', 1), { ...event('sales', 1), hash: 'other' }];
    expect(verdictsOf(held.take(two))).toEqual(['store', 'conflict']);
  });
});

describe('no room for one more range', () => {
  test('is told by not acknowledging; sending again until all is held ends well, in whatever order', () => {
    const numbers = Array.from({ length: MAX_ACK_RANGES + 40 }, (_, index) => index * 2 + 2);
    const held = new Held();
    const late = held.take(numbers.map((seq) => event('sales', seq))).filter(([, verdict]) => verdict === 'later');
    expect(late).toHaveLength(40);
    expect(held.state('sales').ranges).toHaveLength(MAX_ACK_RANGES);
    const odd = numbers.map((seq) => event('sales', seq - 1));
    // One touches the last range; the others would stand apart.
    expect(verdictsOf(held.take(odd.slice(-40)))).toEqual(['store', ...Array.from({ length: 39 }, () => 'later')]);
    for (let turn = 0; turn < 3; turn += 1) held.take([...odd, ...late.map(([each]) => each)]);
    expect(held.state('sales')).toMatchObject({ contiguousSeq: numbers.length * 2, ranges: [] });
    expect(held.conflicts).toBe(0);
  });

  test('a declared hole waits too, instead of being taken and forgotten', () => {
    const held = new Held();
    const numbers = Array.from({ length: MAX_ACK_RANGES }, (_, index) => index * 2 + 2);
    held.take(numbers.map((seq) => event('presence', seq)));
    const far = event('ops', 1, shedOf('presence', 5001, 5003));
    expect(verdictsOf(held.take([far]))).toEqual(['later']);
    expect(held.state('ops').contiguousSeq).toBe(0);
    held.take([event('presence', 1)]);
    expect(verdictsOf(held.take([far]))).toEqual(['store']);
    expect(held.state('presence').ranges.at(-1)).toMatchObject({ from: 5001, to: 5003 });
  });
});

describe('declared holes', () => {
  const Shed = fc.record({
    last: fc.integer({ min: 3, max: 20 }),
    from: fc.integer({ min: 1, max: 18 }),
    length: fc.integer({ min: 1, max: 8 }),
    coin: fc.infiniteStream(fc.boolean()),
  });

  test('end in one state, whether they come before, with or after what they hide and what is around them', () => {
    const histories = Shed.chain(({ last, from, length, coin }) => {
      const first = Math.min(from, last);
      const to = Math.min(last, first + length - 1);
      // Some of what was given up had left the store before.
      const sent = chain('presence', last).filter(({ seq }) => seq < first || seq > to || coin.next().value);
      const ops = [...chain('ops', 2), event('ops', 3, shedOf('presence', first, to)), event('ops', 4)];
      return batchesOf([...sent, ...ops]).map((batches) => ({ batches, last }));
    });
    fc.assert(
      fc.property(histories, ({ batches, last }) => {
        const held = new Held();
        for (const batch of batches) held.take(batch);
        expect(held.conflicts).toBe(0);
        expect(held.state('presence')).toEqual({ ...emptyStream(hashOf('presence', last)), contiguousSeq: last });
        expect(held.state('ops').contiguousSeq).toBe(4);
      }),
    );
  });

  test('two that overlap are stepped across together', () => {
    const held = new Held();
    held.take([
      event('presence', 1),
      event('ops', 1, shedOf('presence', 3, 6)),
      event('ops', 2, shedOf('presence', 2, 4)),
    ]);
    expect(held.state('presence')).toMatchObject({ contiguousSeq: 6, ranges: [] });
  });

  test('what came with it is stored, not given up', () => {
    const held = new Held();
    const verdicts = held.take([event('ops', 1, shedOf('presence', 1, 3)), event('presence', 2)]);
    expect(verdictsOf(verdicts)).toEqual(['store', 'store']);
    expect(held.state('presence').contiguousSeq).toBe(3);
  });

  test('what comes in one later is refused there, its own event or another; the stream stays whole', () => {
    const held = new Held();
    held.take([...chain('presence', 2), event('ops', 1, shedOf('presence', 3, 6)), event('presence', 7)]);
    const before = held.state('presence');
    const late = [event('presence', 4), { ...event('presence', 5), hash: 'other' }];
    expect(verdictsOf(held.take(late))).toEqual(['given-up', 'given-up']);
    expect(held.state('presence')).toEqual(before);
    expect(verdictsOf(held.take([event('presence', 8)]))).toEqual(['store']);
  });

  test.each([
    ['a wrong hash before it', { ...shedOf('presence', 3, 4), prevhash: 'x' }],
    ['a wrong hash at its end', { ...shedOf('presence', 3, 4), lastHash: 'x' }],
    ['an end before its beginning', shedOf('presence', 4, 3)],
  ])('%s: the hole stays open, and nothing else moves', (_, shed) => {
    const held = new Held();
    held.take([...chain('presence', 2), ...chain('presence', 6, 5)]);
    const before = held.state('presence');
    expect(verdictsOf(held.take([event('ops', 1, shed)]))).toEqual(['store']);
    expect(held.state('presence')).toEqual(before);
  });

  test('beyond a fork nothing is stepped across', () => {
    const held = new Held();
    held.take(chain('presence', 2));
    held.take([{ ...event('presence', 2), hash: 'other' }]);
    const before = held.state('presence');
    held.take([event('ops', 1, shedOf('presence', 3, 5))]);
    expect(held.state('presence')).toEqual(before);
  });

  test('a hole of which nothing is known yet, stepped across by itself', () => {
    const state = stepAcross(emptyStream(hashOf('presence', 0)), shedOf('presence', 1, 7));
    expect(state).toMatchObject({ contiguousSeq: 7, contiguousHash: 'presence-7' });
  });
});
