import { setTimeout as rest } from 'node:timers/promises';
import type { Envelope } from '@tillside/protocol';
import type { Logger } from 'pino';
import { type Clock, instantOf } from '../clock.ts';
import type { HubStorage, PositionRecord, StoredEvent, StreamKey } from '../storage/port.ts';
import { countTakes, TAKE_TYPES, type TakeEvent } from './count.ts';

export const TAKE_LIMITS = {
  /** How often is looked for what is new. */
  everyMs: 5_000,
  /** Events read at a time: some 7 ms of work. */
  page: 200,
  /** Waited for each event that was read: so counting takes a few hundredths of the main thread's time, which stores' batches need more. */
  restMs: 1,
  /** Streams that are asked for at a time. */
  streams: 500,
  /** Events become visible a while after the instant of their receipt. */
  overlapMs: 10 * 60_000,
  /** What was shown is remembered so long after the last that was heard of it; stores credit an answer for a week. */
  keepDays: 21,
  forgetEveryMs: 60 * 60_000,
  forgotten: 2_000,
  /** Events that wait after they were read again; what is beyond is left out. */
  released: 20_000,
} as const;
const DAY_MS = 86_400_000;

export interface TakePorts {
  readonly storage: Pick<HubStorage, 'events' | 'takes' | 'turns'>;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'warn'>;
}

type Released = Pick<StoredEvent, 'type' | 'text' | 'quarantine'> & { readonly store: string };

/** An event whose body was read when it came in. */
const takeEvent = ({ type, text }: Pick<StoredEvent, 'type' | 'text'>): TakeEvent =>
  ({ type, body: (JSON.parse(text) as Envelope).data }) as unknown as TakeEvent;
const counts = ({ type, quarantine }: Pick<StoredEvent, 'type' | 'quarantine'>): boolean =>
  quarantine === null && TAKE_TYPES.some((name) => name === type);

/** Counts what became of recommendations behind the ingest, each stream from where it was left; of the hubs on one storage one does. */
export class TakeCounter {
  readonly #ports: TakePorts;
  #timer: NodeJS.Timeout | undefined;
  #round: Promise<void> = Promise.resolve();
  /** Streams that grew before were looked through by this process. */
  #since = '';
  /** How those that grew lately were when they had been read to their end. */
  #read = new Map<string, string>();
  #forgotMs = 0;
  readonly #released: Released[] = [];
  #stopped = false;

  constructor(ports: TakePorts) {
    this.#ports = ports;
  }

  start(): void {
    const again = (): void => {
      this.#round = this.round()
        .catch((error: unknown) => this.#ports.log.warn({ err: error }, 'recommendations could not be counted'))
        .finally(() => {
          if (!this.#stopped) this.#timer = setTimeout(again, TAKE_LIMITS.everyMs).unref();
        });
    };
    again();
  }

  /** Waits for the page that is under way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#round;
  }

  /** Everything that is readable by now; nothing while another hub is at it. */
  async round(): Promise<void> {
    const release = await this.#ports.storage.turns.take('takes');
    if (release === null) return;
    try {
      await this.#takeReleased();
      const startedMs = this.#ports.clock.now();
      const read = new Map<string, string>();
      for await (const grown of this.#grown()) {
        const { store, epoch, lastReceivedAt, contiguousSeq } = grown;
        const [key, state] = [`${store}/${epoch}`, `${lastReceivedAt} ${contiguousSeq}`];
        if (this.#read.get(key) !== state) await this.#follow(grown);
        read.set(key, state);
      }
      if (this.#stopped) return;
      this.#read = read;
      this.#since = instantOf(startedMs - TAKE_LIMITS.overlapMs);
      await this.#forget();
    } finally {
      await release();
    }
  }

  /** An event that lay in quarantine when its place was passed: it is counted with the next round. */
  again(event: Released): void {
    if (counts(event) && this.#released.length < TAKE_LIMITS.released) this.#released.push(event);
  }

  async #takeReleased(): Promise<void> {
    while (this.#released.length > 0 && !this.#stopped) {
      const [first] = this.#released;
      if (first === undefined) return;
      await this.#put(first.store, [takeEvent(first)], null);
      this.#released.shift();
      await rest(TAKE_LIMITS.restMs);
    }
  }

  async *#grown(): AsyncGenerator<PositionRecord> {
    const { events } = this.#ports.storage;
    for (let after: StreamKey | null = null; !this.#stopped; ) {
      const page: PositionRecord[] = await events.streamsSince(this.#since, { after, limit: TAKE_LIMITS.streams });
      yield* page.filter(({ stream }) => stream === 'ops');
      if (page.length < TAKE_LIMITS.streams) return;
      after = page.at(-1) ?? after;
    }
  }

  async #follow({ store, epoch, stream }: StreamKey): Promise<void> {
    const { events, takes } = this.#ports.storage;
    let fromSeq = (await takes.cursors(store)).get(epoch) ?? 0;
    while (!this.#stopped) {
      const page = await events.read({ store, epoch, stream }, fromSeq, TAKE_LIMITS.page);
      const toSeq = page.at(-1)?.seq;
      if (toSeq === undefined) return;
      if (!(await this.#put(store, page.filter(counts).map(takeEvent), { epoch, fromSeq, toSeq }))) return;
      fromSeq = toSeq;
      await rest(page.length * TAKE_LIMITS.restMs);
      if (page.length < TAKE_LIMITS.page) return;
    }
  }

  async #put(
    store: string,
    events: readonly TakeEvent[],
    moved: { epoch: string; fromSeq: number; toSeq: number } | null,
  ): Promise<boolean> {
    const { takes } = this.#ports.storage;
    const ids = [...new Set(events.map(({ body }) => body.recommendationId))];
    const held = ids.length === 0 ? [] : await takes.answers(store, ids);
    return takes.put({ store, moved, ...countTakes(held, events), at: instantOf(this.#ports.clock.now()) });
  }

  async #forget(): Promise<void> {
    const { storage, clock } = this.#ports;
    if (clock.now() - this.#forgotMs < TAKE_LIMITS.forgetEveryMs) return;
    this.#forgotMs = clock.now();
    const before = instantOf(clock.now() - TAKE_LIMITS.keepDays * DAY_MS);
    while (!this.#stopped && (await storage.takes.forget(before, TAKE_LIMITS.forgotten)) === TAKE_LIMITS.forgotten)
      await rest(TAKE_LIMITS.forgotten * TAKE_LIMITS.restMs);
  }
}
