import type { Origin, Stream } from '@tillside/protocol';
import { type Effects, type Sums, sumEffects } from './effects.ts';
import { type IncomingEvent, toIncoming } from './incoming.ts';
import type { Planned } from './plan.ts';

/** What of an event's effects is no sum. */
type Marks = Omit<Effects, 'sales' | 'totals'>;

/**
 * The events of a batch as they cross threads: one text and lists of plain values, which copy an order of magnitude faster than as many objects. The sums are
 * those of all the events together.
 */
export interface PackedBatch {
  /** The envelopes, one after the other without anything between. */
  readonly text: string;
  /** Where each ends, in UTF-16 units. */
  readonly ends: Int32Array;
  readonly store: string;
  readonly epochs: readonly string[];
  readonly streams: readonly Stream[];
  readonly types: readonly string[];
  /** By event, places in the three lists above. */
  readonly epochAt: Uint16Array;
  readonly streamAt: Uint8Array;
  readonly typeAt: Uint16Array;
  readonly seqs: Int32Array;
  readonly times: readonly string[];
  /** 64 characters of each event. */
  readonly prevhashes: string;
  readonly hashes: string;
  readonly sums: Sums;
  /** Of the few events that have more than sums to them, by place. */
  readonly quarantine: ReadonlyMap<number, string>;
  readonly marks: ReadonlyMap<number, Marks>;
  readonly sheds: ReadonlyMap<number, NonNullable<Planned['shed']>>;
  readonly agains: ReadonlyMap<number, Origin>;
}

const HASH_CHARS = 64;

/** Numbers the values of a column by their first appearance. */
class Names<T> {
  readonly values: T[] = [];
  readonly #places = new Map<T, number>();

  place(value: T): number {
    const known = this.#places.get(value);
    if (known !== undefined) return known;
    const place = this.values.length;
    this.#places.set(value, place);
    this.values.push(value);
    return place;
  }
}

/** `events` are all of one store. */
export function pack(store: string, events: readonly IncomingEvent[]): PackedBatch {
  const [epochs, streams, types] = [new Names<string>(), new Names<Stream>(), new Names<string>()];
  const count = events.length;
  const [ends, seqs] = [new Int32Array(count), new Int32Array(count)];
  const [epochAt, streamAt, typeAt] = [new Uint16Array(count), new Uint8Array(count), new Uint16Array(count)];
  const quarantine = new Map<number, string>();
  const marks = new Map<number, Marks>();
  const sheds = new Map<number, NonNullable<Planned['shed']>>();
  const agains = new Map<number, Origin>();
  let end = 0;
  events.forEach((event, index) => {
    end += event.text.length;
    ends[index] = end;
    seqs[index] = event.seq;
    epochAt[index] = epochs.place(event.epoch);
    streamAt[index] = streams.place(event.stream);
    typeAt[index] = types.place(event.type);
    if (event.quarantine !== null) quarantine.set(index, event.quarantine);
    const { sales: _sales, totals: _totals, ...others } = event.effects;
    if (Object.keys(others).length > 0) marks.set(index, others);
    if (event.shed !== undefined) sheds.set(index, event.shed);
    if (event.again !== undefined) agains.set(index, event.again);
  });
  const columns = { ends, seqs, epochAt, streamAt, typeAt, quarantine, marks, sheds, agains };
  return {
    ...columns,
    text: events.map(({ text }) => text).join(''),
    store,
    epochs: epochs.values,
    streams: streams.values,
    types: types.values,
    times: events.map(({ time }) => time),
    prevhashes: events.map(({ prevhash }) => prevhash).join(''),
    hashes: events.map(({ hash }) => hash).join(''),
    sums: sumEffects(events.map(({ effects }) => effects)),
  };
}

const NO_EFFECTS: Effects = {};

/** The sums of one event are asked for only where not all of a batch was stored: they are worked out again then. */
class UnpackedEffects implements Effects {
  readonly applied: Effects['applied'];
  readonly claim: Effects['claim'];
  readonly lookup: Effects['lookup'];
  readonly erased: Effects['erased'];
  readonly #text: string;
  #again: Effects | undefined;

  constructor(marks: Marks, text: string) {
    this.applied = marks.applied;
    this.claim = marks.claim;
    this.lookup = marks.lookup;
    this.erased = marks.erased;
    this.#text = text;
  }

  get sales(): Effects['sales'] {
    return this.#work().sales;
  }

  get totals(): Effects['totals'] {
    return this.#work().totals;
  }

  #work(): Effects {
    this.#again ??= toIncoming(JSON.parse(this.#text), this.#text).effects;
    return this.#again;
  }
}

export function unpack(packed: PackedBatch): IncomingEvent[] {
  const { text, ends, store, epochs, streams, types, epochAt, streamAt, typeAt, seqs, times } = packed;
  const { prevhashes, hashes, quarantine, marks, sheds, agains } = packed;
  let from = 0;
  return times.map((time, index) => {
    const own = text.slice(from, ends[index]);
    from = ends[index] ?? from;
    const [hashFrom, hashTo] = [index * HASH_CHARS, (index + 1) * HASH_CHARS];
    const held = marks.get(index);
    return {
      store,
      epoch: epochs[epochAt[index] ?? 0] ?? '',
      stream: streams[streamAt[index] ?? 0] ?? 'ops',
      seq: seqs[index] ?? 0,
      type: types[typeAt[index] ?? 0] ?? '',
      time,
      prevhash: prevhashes.slice(hashFrom, hashTo),
      hash: hashes.slice(hashFrom, hashTo),
      text: own,
      quarantine: quarantine.get(index) ?? null,
      effects: held === undefined ? NO_EFFECTS : new UnpackedEffects(held, own),
      shed: sheds.get(index),
      again: agains.get(index),
    };
  });
}
