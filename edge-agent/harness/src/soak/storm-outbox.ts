import { gzipSync } from 'node:zlib';
import type { BatchAnswer, OutboxPort, PreparedBatch, Settled } from '@tillside/link';
import { uuidFrom } from '@tillside/link/machines';
import { batchText, envelopeHash, genesisHash } from '@tillside/protocol';
import { type Chance, createChance } from '../random.ts';
import { drawDeed } from '../sim/deeds.ts';

const FIRST_MS = Date.UTC(2026, 10, 1);
const STEP_MS = 600_000;
const TYPE = 'tillside.sale.completed.v1';

/** The waiting sales of one store of which there are ten thousand: made from its seed when they are first sent. */
export class StormOutbox implements OutboxPort {
  readonly #store: string;
  readonly #seed: number;
  readonly #count: number;
  #held = 0;
  #made: readonly string[] | undefined;
  readonly #whenEmpty: () => void;

  constructor(options: { store: string; seed: number; count: number; whenEmpty: () => void }) {
    this.#store = options.store;
    this.#seed = options.seed;
    this.#count = options.count;
    this.#whenEmpty = options.whenEmpty;
  }

  async next(batchId: string, limit: { events: number; bytes: number }): Promise<PreparedBatch | undefined> {
    if (this.#held >= this.#count) return undefined;
    const texts = this.#texts().slice(this.#held, this.#held + limit.events);
    // A store packs on a machine of its own; ten thousand on this one must not keep it from the hub.
    const body = gzipSync(batchText({ batchId, store: this.#store }, texts), { level: 0 });
    return { events: texts.length, body: new Uint8Array(body) };
  }

  async settle(_batchId: string, { acks }: BatchAnswer): Promise<Settled> {
    const before = this.#held;
    this.#held = Math.max(before, acks[0]?.contiguousSeq ?? 0);
    if (this.#held >= this.#count && before < this.#count) {
      this.#made = [];
      this.#whenEmpty();
    }
    return { settled: this.#held - before, aside: 0 };
  }

  async setAside(): Promise<Settled> {
    return { settled: 0, aside: 0 };
  }

  release(): void {
    // Nothing is set apart for a batch under way: the link has one of them at a time here.
  }

  async keysToDeposit(): Promise<{ memberId: string; key: string }[]> {
    return [];
  }

  async keysDeposited(): Promise<void> {
    return undefined;
  }

  #texts(): readonly string[] {
    this.#made ??= this.#make();
    return this.#made;
  }

  #make(): string[] {
    const chance = createChance(this.#seed);
    const epoch = uuidFrom(chance.next);
    let prevhash = genesisHash(this.#store, epoch, 'sales');
    return Array.from({ length: this.#count }, (_, index) => {
      const text = this.#text(chance, epoch, index + 1, prevhash);
      prevhash = envelopeHash(text);
      return text;
    });
  }

  #text(chance: Chance, epoch: string, seq: number, prevhash: string): string {
    const atMs = FIRST_MS + seq * STEP_MS;
    const { data } = saleAt(chance, seq, atMs);
    const source = `/stores/${this.#store}`;
    const time = new Date(atMs).toISOString();
    const common = { specversion: '1.0', id: uuidFrom(chance.next), source, type: TYPE, time };
    const position = { store: this.#store, epoch, stream: 'sales', seq, prevhash };
    return JSON.stringify({ ...common, datacontenttype: 'application/json', ...position, data });
  }
}

function saleAt(chance: Chance, seq: number, atMs: number): ReturnType<typeof drawDeed> {
  for (;;) {
    const deed = drawDeed(chance, seq, atMs);
    if (deed.type === TYPE) return deed;
  }
}
