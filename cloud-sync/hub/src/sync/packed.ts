import { hash } from 'node:crypto';
import type { Origin, Stream } from '@tillside/protocol';
import { type Effects, type Sums, sumEffects } from './effects.ts';
import { type IncomingEvent, toIncoming } from './incoming.ts';
import { monthOf } from './member-effects.ts';
import type { Planned } from './plan.ts';
import type { QuickLine } from './quick-line.ts';
import { decoded, QuickSums } from './quick-sums.ts';

/** What of an event's effects is no sum. */
type Marks = Omit<Effects, 'sales' | 'totals'>;

/**
 * The events of a batch as they cross threads: the batch's own bytes and lists of plain values, which copy an order of magnitude faster than as many objects. The sums are those
 * of all the events together.
 */
export interface PackedBatch {
  /** The batch, inflated. */
  readonly bytes: Uint8Array;
  /** Where each envelope begins and ends in it. */
  readonly begins: Int32Array;
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
  /** One a line. */
  readonly times: string;
  /** 64 characters of each event. */
  readonly prevhashes: string;
  readonly hashes: string;
  readonly sums: Sums;
  /** Of the sales that were read quickly, by place: sale's id, number of its receipt, business date, member (or nothing), instant and fen to pay, one a line. */
  readonly saleAt: Int32Array;
  readonly sales: string;
  /** Of the few other events that have more than sums to them, by place. */
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

/** Bytes that can be given to a thread: a view of a larger piece of memory would take all of it along. */
const apart = (bytes: Uint8Array): Uint8Array =>
  bytes.buffer.byteLength < 2 * bytes.byteLength ? bytes : new Uint8Array(bytes);

/** Packs events of one store, one after the other. */
export class Packer {
  readonly #store: string;
  readonly #bytes: Buffer;
  readonly #epochs = new Names<string>();
  readonly #streams = new Names<Stream>();
  readonly #types = new Names<string>();
  readonly #begins: Int32Array;
  readonly #ends: Int32Array;
  readonly #seqs: Int32Array;
  readonly #epochAt: Uint16Array;
  readonly #streamAt: Uint8Array;
  readonly #typeAt: Uint16Array;
  readonly #times: string[] = [];
  readonly #prevhashes: string[] = [];
  readonly #hashes: string[] = [];
  readonly #saleAt: number[] = [];
  readonly #sales: string[] = [];
  readonly #quarantine = new Map<number, string>();
  readonly #marks = new Map<number, Marks>();
  readonly #sheds = new Map<number, NonNullable<Planned['shed']>>();
  readonly #agains = new Map<number, Origin>();
  readonly #quickSums = new QuickSums();
  readonly #effects: Effects[] = [];

  /** `bytes`: the inflated batch. `most`: how many events there will be at most. */
  constructor(store: string, bytes: Uint8Array, most: number) {
    this.#store = store;
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    [this.#begins, this.#ends, this.#seqs] = [new Int32Array(most), new Int32Array(most), new Int32Array(most)];
    [this.#epochAt, this.#streamAt, this.#typeAt] = [
      new Uint16Array(most),
      new Uint8Array(most),
      new Uint16Array(most),
    ];
  }

  get count(): number {
    return this.#times.length;
  }

  get epochs(): number {
    return this.#epochs.values.length;
  }

  /** An event that lies from `begin` to `end`. */
  addQuick(event: QuickLine, begin: number, end: number): void {
    const { sale, members } = event;
    if (members !== undefined) this.#marks.set(this.count, { members });
    if (sale !== undefined) {
      this.#saleAt.push(this.count);
      const { saleId, receiptNumber, businessDate, memberId = '', completedAt, payableFen } = sale;
      this.#sales.push(saleId, receiptNumber, businessDate, memberId, completedAt, String(payableFen));
      this.#quickSums.add(sale);
    }
    this.#hashes.push(hash('sha256', this.#bytes.subarray(begin, end), 'hex'));
    this.#place(event, begin, end);
  }

  add(event: IncomingEvent, begin: number, end: number): void {
    const at = this.count;
    if (event.quarantine !== null) this.#quarantine.set(at, event.quarantine);
    const { sales: _sales, totals: _totals, ...marks } = event.effects;
    if (Object.keys(event.effects).length > 0) this.#marks.set(at, marks);
    if (event.shed !== undefined) this.#sheds.set(at, event.shed);
    if (event.again !== undefined) this.#agains.set(at, event.again);
    this.#effects.push(event.effects);
    this.#hashes.push(event.hash);
    this.#place(event, begin, end);
  }

  #place(
    { epoch, stream, type, seq, time, prevhash }: Omit<QuickLine, 'store' | 'sale' | 'members'>,
    begin: number,
    end: number,
  ) {
    const at = this.count;
    this.#begins[at] = begin;
    this.#ends[at] = end;
    this.#seqs[at] = seq;
    this.#epochAt[at] = this.#epochs.place(epoch);
    this.#streamAt[at] = this.#streams.place(stream);
    this.#typeAt[at] = this.#types.place(type);
    this.#prevhashes.push(prevhash);
    this.#times.push(time);
  }

  done(): PackedBatch {
    return {
      bytes: apart(this.#bytes),
      begins: this.#begins,
      ends: this.#ends,
      store: this.#store,
      epochs: this.#epochs.values,
      streams: this.#streams.values,
      types: this.#types.values,
      epochAt: this.#epochAt,
      streamAt: this.#streamAt,
      typeAt: this.#typeAt,
      seqs: this.#seqs,
      times: this.#times.join('\n'),
      prevhashes: this.#prevhashes.join(''),
      hashes: this.#hashes.join(''),
      sums: sumEffects([...this.#quickSums.effects(), ...this.#effects]),
      saleAt: Int32Array.from(this.#saleAt),
      sales: decoded(this.#sales.join('\n')),
      quarantine: this.#quarantine,
      marks: this.#marks,
      sheds: this.#sheds,
      agains: this.#agains,
    };
  }
}

const NO_EFFECTS: Effects = {};

/** The sums of one event are asked for only where not all of a batch was stored: they are worked out again then. None of the keys may be missing here. */
class UnpackedEffects implements Effects, Record<keyof Effects, unknown> {
  readonly applied: Effects['applied'];
  readonly stage: Effects['stage'];
  readonly claim: Effects['claim'];
  readonly lookup: Effects['lookup'];
  readonly members: Effects['members'];
  readonly #text: string;
  #again: Effects | undefined;

  constructor(marks: Marks, text: string) {
    this.applied = marks.applied;
    this.stage = marks.stage;
    this.claim = marks.claim;
    this.lookup = marks.lookup;
    this.members = marks.members;
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

const SALE_FIELDS = 6;

/** What `effectsOf` says of a sale that was read quickly, beside its sums. */
function marksOfSale(sales: readonly string[], at: number): Marks {
  const saleId = sales[at] ?? '';
  const receiptNumber = sales[at + 1] ?? '';
  const businessDate = sales[at + 2] ?? '';
  const memberId = sales[at + 3] ?? '';
  const lookup = { saleId, receiptNumber, businessDate };
  if (memberId === '') return { lookup };
  const purchase = {
    saleId,
    memberId,
    month: monthOf(businessDate),
    at: sales[at + 4] ?? '',
    fen: Number(sales[at + 5]),
  };
  return { lookup, members: { purchase } };
}

export function unpack(packed: PackedBatch): IncomingEvent[] {
  const { begins, ends, store, epochs, streams, types, epochAt, streamAt, typeAt, seqs } = packed;
  const { prevhashes, hashes, quarantine, marks, sheds, agains, saleAt } = packed;
  const bytes = Buffer.from(packed.bytes.buffer, packed.bytes.byteOffset, packed.bytes.byteLength);
  const sales = packed.sales.split('\n');
  let saleNext = 0;
  return packed.times.split('\n').map((time, index) => {
    const text = bytes.toString('utf8', begins[index], ends[index]);
    const [hashFrom, hashTo] = [index * HASH_CHARS, (index + 1) * HASH_CHARS];
    let held = marks.get(index);
    if (saleAt[saleNext] === index) {
      held = marksOfSale(sales, saleNext * SALE_FIELDS);
      saleNext += 1;
    }
    return {
      store,
      epoch: epochs[epochAt[index] ?? 0] ?? '',
      stream: streams[streamAt[index] ?? 0] ?? 'ops',
      seq: seqs[index] ?? 0,
      type: types[typeAt[index] ?? 0] ?? '',
      time,
      prevhash: prevhashes.slice(hashFrom, hashTo),
      hash: hashes.slice(hashFrom, hashTo),
      text,
      quarantine: quarantine.get(index) ?? null,
      effects: held === undefined ? NO_EFFECTS : new UnpackedEffects(held, text),
      shed: sheds.get(index),
      again: agains.get(index),
    };
  });
}
