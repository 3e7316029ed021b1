import type { BatchAnswer } from '@tillside/link';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type LaneState, laneKey, sendableOf } from './lanes.ts';
import { type Flight, flightOf, laneAfter } from './outbox-answer.ts';
import { type BatchPart, NEWEST_SALES, planBatch } from './outbox-plan.ts';
import { countOf, highest, isIn, lowest, minus, type Ranges, setOfNumbers, union, within } from './ranges.ts';

const numbers = fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { maxLength: 40 });
const listOf = (set: Ranges): number[] =>
  set.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, place) => from + place));
const ascending = (values: Iterable<number>): number[] => [...values].sort((a, b) => a - b);

it('ranges are sets of numbers', () => {
  fc.assert(
    fc.property(numbers, numbers, fc.nat(45), (left, right, count) => {
      const [a, b] = [setOfNumbers(left), setOfNumbers(right)];
      expect(listOf(a)).toEqual(ascending(left));
      expect(a.every(([from], place) => place === 0 || from > (a[place - 1]?.[1] ?? 0) + 1)).toBe(true);
      expect(listOf(union(a, b))).toEqual(ascending(new Set([...left, ...right])));
      expect(listOf(within(a, b))).toEqual(ascending(left.filter((n) => right.includes(n))));
      expect(listOf(minus(a, b))).toEqual(ascending(left.filter((n) => !right.includes(n))));
      expect(countOf(a)).toBe(left.length);
      expect(listOf(lowest(a, count))).toEqual(ascending(left).slice(0, count));
      expect(listOf(highest(a, count))).toEqual(ascending(left).slice(Math.max(0, left.length - count)));
      expect(left.every((n) => isIn(a, n)) && !isIn(a, 61)).toBe(true);
    }),
  );
});

const EPOCH = '7f1c6a52-8a3e-4a4b-9f5e-0d7f6f1f2a11';
const lane = (of: Partial<LaneState>): LaneState => ({
  epoch: EPOCH,
  stream: 'sales',
  head: 0,
  held: [],
  shed: [],
  aside: [],
  fork: null,
  doubt: [],
  moved: [],
  ...of,
});
const anyLane = (stream: LaneState['stream']) =>
  fc
    .record({
      head: fc.integer({ min: 0, max: 300 }),
      held: numbers,
      shed: numbers,
      fork: fc.option(fc.integer({ min: 1, max: 300 }), { nil: null }),
      doubt: numbers,
    })
    .map((of) =>
      lane({
        stream,
        head: Math.max(of.head, 60),
        held: setOfNumbers(of.held),
        shed: setOfNumbers(of.shed),
        fork: of.fork,
        doubt: setOfNumbers(of.doubt),
      }),
    );

it('a batch has only what may be sent and is not under way, never too much, and something where anything waits', () => {
  fc.assert(
    fc.property(
      anyLane('sales'),
      anyLane('ops'),
      numbers,
      fc.integer({ min: 1, max: 200 }),
      fc.boolean(),
      (sales, ops, flying, events, probe) => {
        const lanes = [sales, ops];
        const reserved = new Map([[laneKey(sales), setOfNumbers(flying)]]);
        const parts = planBatch({ lanes, epoch: EPOCH, events, reserved, probe });
        const of = (one: LaneState, isProbe: boolean): number[] =>
          parts
            .filter((part) => part.stream === one.stream && part.isProbe === isProbe)
            .flatMap(({ range }) => listOf([range]));
        const free = (one: LaneState): Ranges => minus(sendableOf(one), reserved.get(laneKey(one)) ?? []);
        for (const one of lanes) {
          const sent = of(one, false);
          expect(new Set(sent).size).toBe(sent.length);
          expect(sent.every((seq) => isIn(free(one), seq))).toBe(true);
          expect(of(one, true).every((seq) => seq === one.held.at(-1)?.[1])).toBe(true);
        }
        const sent = of(sales, false).length + of(ops, false).length;
        const waits = countOf(free(sales)) + countOf(free(ops));
        expect(sent).toBeLessThanOrEqual(events);
        expect(sent).toBeGreaterThanOrEqual(Math.min(waits, Math.max(1, events - lanes.length)));
        const newest = free(sales).at(-1)?.[1];
        if (newest !== undefined) expect(of(sales, false)).toContain(newest);
        if (countOf(free(sales)) > events) expect(of(ops, false)).toEqual([]);
        expect(
          parts.filter(({ isNewest }) => isNewest).reduce((n, { range }) => n + countOf([range]), 0),
        ).toBeLessThanOrEqual(NEWEST_SALES);
      },
    ),
  );
});

/** One stream, its outbox in memory and an honest hub; batches and answers are lost, late and out of order, and the hub is put back to an earlier day. */
class Wire {
  state = lane({});
  hub = new Set<number>();
  readonly #flights: Flight[] = [];
  readonly #answers: { flight: Flight; answer: BatchAnswer }[] = [];
  #kept = new Set<number>();
  #answered = 0;
  #changed = 0;

  append(count: number): void {
    this.state = { ...this.state, head: this.state.head + count };
  }

  send(events: number, probe: boolean): BatchPart[] {
    const reserved = union(
      ...[...this.#flights, ...this.#answers.map(({ flight }) => flight)].map((one) => one.of(this.state)),
    );
    const parts = planBatch({
      lanes: [this.state],
      epoch: EPOCH,
      events,
      reserved: new Map([[laneKey(this.state), reserved]]),
      probe,
    });
    if (parts.length > 0) this.#flights.push(flightOf(parts, this.#answered));
    return parts;
  }

  arrive(place: number): void {
    const [flight] = this.#flights.splice(place % Math.max(1, this.#flights.length), 1);
    if (flight === undefined) return;
    for (const { seq } of flight.lines) this.hub.add(seq);
    const ranges = setOfNumbers(this.hub).map(([from, to]): [number, number] => [from, to]);
    const first = ranges[0]?.[0] === 1 ? ranges.shift() : undefined;
    const ack = { epoch: EPOCH, stream: 'sales', contiguousSeq: first?.[1] ?? 0, ranges } as const;
    this.#answers.push({ flight, answer: { acks: [{ ...ack, ranges }], conflicts: [] } });
  }

  answer(place: number, isLost: boolean): void {
    const [found] = this.#answers.splice(place % Math.max(1, this.#answers.length), 1);
    if (found === undefined || isLost) return;
    this.#answered += 1;
    const isStale = this.#changed > found.flight.asOf;
    this.state = laneAfter(this.state, { ...found, isStale, mayPutAside: 0 }).lane;
    this.#changed = this.#answered;
  }

  lose(place: number): void {
    this.#flights.splice(place % Math.max(1, this.#flights.length), 1);
  }

  keep(): void {
    this.#kept = new Set(this.hub);
  }

  /** What was under way to the hub goes down with it. */
  putBack(): void {
    this.hub = new Set(this.#kept);
    this.#flights.length = 0;
    this.#answers.length = 0;
  }
}

it('whatever is lost, late or put back, the hub gets each event in the end, and nothing counts as held that is not', () => {
  const step = fc.oneof(
    fc.record({ does: fc.constant('append' as const), n: fc.integer({ min: 1, max: 30 }) }),
    fc.record({
      does: fc.constantFrom('send', 'arrive', 'answer', 'forget', 'lose', 'keep', 'putBack'),
      n: fc.nat(20),
    }),
  );
  fc.assert(
    fc.property(fc.array(step, { minLength: 30, maxLength: 60 }), (steps) => {
      const wire = new Wire();
      let isRestored = false;
      for (const { does, n } of steps) {
        if (does === 'append') wire.append(n);
        if (does === 'send') wire.send(n + 1, false);
        if (does === 'arrive') wire.arrive(n);
        if (does === 'answer' || does === 'forget') wire.answer(n, does === 'forget');
        if (does === 'lose') wire.lose(n);
        if (does === 'keep') wire.keep();
        if (does === 'putBack') wire.putBack();
        isRestored ||= does === 'putBack';
        if (!isRestored) expect(listOf(wire.state.held).every((seq) => wire.hub.has(seq))).toBe(true);
      }
      // The way is clear: what was under way is given up, and the first batch asks what the hub holds.
      for (let n = 0; n < 60; n++) wire.lose(0);
      for (let n = 0; n < 60; n++) wire.answer(0, true);
      let probe = true;
      for (let n = 0; n < 200 && wire.send(50, probe).length > 0; n++) {
        wire.arrive(0);
        wire.answer(0, false);
        probe = false;
      }
      expect(wire.hub.size).toBe(wire.state.head);
      expect(countOf(wire.state.held)).toBe(wire.state.head);
    }),
    { numRuns: 200 },
  );
});
