import {
  firstPlaceOf,
  heldNumbers,
  type IncomingEvent,
  placeKey,
  planEpoch,
  readableTo,
  type StreamState,
  sumEffects,
  type ToldAt,
  toldBefore,
} from '@tillside/hub/planning';
import type { IncomingBatch, IngestResult, StreamKey } from '@tillside/hub/storage';
import { genesisHash, STREAMS, type Stream } from '@tillside/protocol';
import type { Plant } from './plants.ts';

export interface HeldStream {
  readonly key: StreamKey;
  state: StreamState;
  /** By number less 1. */
  readonly events: (IncomingEvent | undefined)[];
  readonly sheds: { fromSeq: number; toSeq: number }[];
  /** How far a consumer has read. */
  read: number;
}

export interface StoreSums {
  readonly sales: number;
  readonly payableFen: number;
}

/** The hub's log in memory: the plan of the real storages, carried out on arrays. A test holds it to the SQLite adapter. */
export class HubLog {
  readonly #plant: Plant;
  #streams = new Map<string, HeldStream>();
  #sums = new Map<string, StoreSums>();
  #told = new Map<string, ToldAt>();
  /** Events that contradicted held ones: kept aside. */
  conflicts: IncomingEvent[] = [];

  constructor(plant: Plant) {
    this.#plant = plant;
  }

  /** As EventLog.ingest: several batches in one transaction. */
  ingest(batches: readonly IncomingBatch[]): IngestResult[] {
    return batches.map((batch) => this.#ingest(batch));
  }

  streams(store: string): HeldStream[] {
    return [...this.#streams.values()].filter(({ key }) => key.store === store);
  }

  stream({ store, epoch, stream }: StreamKey): HeldStream | undefined {
    return this.#streams.get(`${store}/${epoch}/${stream}`);
  }

  sums(store: string): StoreSums {
    return this.#sums.get(store) ?? { sales: 0, payableFen: 0 };
  }

  /** As EventLog.read: in order, never past the mark. */
  read(key: StreamKey, afterSeq: number, limit: number): IncomingEvent[] {
    const held = this.stream(key);
    if (held === undefined) return [];
    const found: IncomingEvent[] = [];
    const last = Math.min(readableTo(held.state), held.events.length);
    for (let seq = afterSeq + 1; seq <= last && found.length < limit; seq += 1) {
      const event = held.events[seq - 1];
      if (event !== undefined) found.push(event);
    }
    return found;
  }

  /** The storage as it is now, its consumers' marks included. */
  backup(): () => void {
    const copy = (streams: ReadonlyMap<string, HeldStream>): Map<string, HeldStream> =>
      new Map([...streams].map(([key, held]) => [key, { ...held, events: [...held.events], sheds: [...held.sheds] }]));
    const [streams, sums, conflicts] = [copy(this.#streams), new Map(this.#sums), [...this.conflicts]];
    const told = new Map(this.#told);
    return () => {
      this.#streams = copy(streams);
      this.#sums = new Map(sums);
      this.#told = new Map(told);
      this.conflicts = [...conflicts];
    };
  }

  #ingest({ store, events }: IncomingBatch): IngestResult {
    const into = { acks: [], stored: [], duplicates: 0, conflicts: [] } as IngestResult & { duplicates: number };
    const epochs = new Map<string, IncomingEvent[]>();
    for (const event of events) epochs.set(event.epoch, [...(epochs.get(event.epoch) ?? []), event]);
    for (const [epoch, some] of epochs) this.#ingestEpoch(store, epoch, some, into);
    const { sales, payableFen } = this.sums(store);
    const sums = sumEffects(into.stored.map(({ effects }) => effects)).sales;
    this.#sums.set(store, {
      sales: sums.reduce((sum, day) => sum + day.sales, sales),
      payableFen: sums.reduce((sum, day) => sum + day.payableFen, payableFen),
    });
    return into;
  }

  /** As told.ts of the storages. */
  #once(event: IncomingEvent): IncomingEvent {
    const { store, stream, again } = event;
    const first = firstPlaceOf(event);
    const key = placeKey(store, stream, first);
    const held = this.stream({ store, epoch: first.epoch, stream })?.events[first.seq - 1];
    const isHeld = again !== undefined && held?.hash === first.hash;
    const at = this.#told.get(key) ?? (isHeld ? first : undefined);
    if (at !== undefined) return toldBefore(event, at);
    if (again !== undefined) this.#told.set(key, { epoch: event.epoch, seq: event.seq });
    return event;
  }

  #ingestEpoch(
    store: string,
    epoch: string,
    events: readonly IncomingEvent[],
    into: IngestResult & { duplicates: number },
  ): void {
    const of = (stream: Stream): HeldStream | undefined => this.stream({ store, epoch, stream });
    const states = new Map<Stream, StreamState>();
    for (const stream of STREAMS) {
      const held = of(stream);
      if (held !== undefined) states.set(stream, held.state);
    }
    const held = new Set(heldNumbers(states, events).map(({ stream, seq }) => `${stream}/${seq}`));
    const plan = planEpoch(
      {
        states,
        genesis: (stream) => genesisHash(store, epoch, stream),
        heldHash: (stream, seq) => {
          if (!held.has(`${stream}/${seq}`)) return undefined;
          if (this.#plant === 'dedupe-by-seq')
            return events.find((one) => one.stream === stream && one.seq === seq)?.hash;
          return of(stream)?.events[seq - 1]?.hash;
        },
      },
      events,
    );
    for (const [stream, planned] of plan.states) {
      const state = this.#plant === 'mark-over-holes' ? overHoles(planned) : planned;
      const key = { store, epoch, stream };
      const known = this.stream(key);
      if (known === undefined)
        this.#streams.set(`${store}/${epoch}/${stream}`, { key, state, events: [], sheds: [], read: 0 });
      else known.state = state;
      const ranges = state.ranges.map(({ from, to }): [number, number] => [from, to]);
      into.acks.push({ epoch, stream, contiguousSeq: state.contiguousSeq, ranges });
    }
    for (const [event, verdict] of plan.verdicts) {
      const { stream, seq, shed } = event;
      if (verdict === 'store') {
        const lane = of(stream);
        const counted = this.#once(event);
        if (lane !== undefined) lane.events[seq - 1] = counted;
        (into.stored as IncomingEvent[]).push(counted);
        if (shed !== undefined) of(shed.stream)?.sheds.push({ fromSeq: shed.fromSeq, toSeq: shed.toSeq });
      } else if (verdict === 'conflict') {
        this.conflicts.push(event);
        into.conflicts.push({ epoch, stream, seq });
      } else if (verdict === 'given-up') into.conflicts.push({ epoch, stream, seq });
      else if (verdict === 'duplicate') into.duplicates += 1;
    }
  }
}

function overHoles(state: StreamState): StreamState {
  const top = state.ranges.at(-1);
  return top === undefined ? state : { ...state, contiguousSeq: top.to, contiguousHash: top.hash, ranges: [] };
}
