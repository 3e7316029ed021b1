import type { BatchAnswer, OutboxPort, PreparedBatch, Problem, Settled } from '@tillside/link';
import type { Journal } from './journal.ts';
import { allLanes, type LaneState, laneKey, readLane, waitingIn, writeLane } from './lanes.ts';
import { type Flight, flightOf, laneAfter } from './outbox-answer.ts';
import { forkEpoch, moveForked } from './outbox-epoch.ts';
import { declareMissing } from './outbox-missing.ts';
import { planBatch } from './outbox-plan.ts';
import { BatchReader } from './outbox-reader.ts';
import { countOf, minus, type Ranges, union } from './ranges.ts';

/** Between two steps of a move to a new epoch the tills have their turn. */
const MOVE_PAUSE_MS = 10;
/** More events than this are never put aside: then it is the hub, not they. */
const MAX_ASIDE = 1_000;

/** What a page or a metric says of the way to the hub. */
export interface OutboxCounts {
  /** Events of the running epoch. */
  readonly appended: number;
  readonly waiting: number;
  /** Given up for want of room, each declared by a tombstone. */
  readonly shed: number;
  /** The hub does not take them. */
  readonly aside: number;
}

/** The store side of sync: what waits for the hub. The events themselves are the outbox; a row for each stream says what the hub holds. */
export class Outbox implements OutboxPort {
  readonly #journal: Journal;
  readonly #reader: BatchReader;
  /** Batches under way. */
  readonly #flights = new Map<string, Flight>();
  /** Counts answers: an answer may be older than what another one said before it arrived. */
  #answers = 0;
  /** The answer that last changed a stream, by laneKey. */
  readonly #changed = new Map<string, number>();
  /** Whether the hub may have been restored since it last spoke: at the start, and after every failure. */
  #probe = true;
  #isStarted = false;
  #moving: Promise<void> | undefined;
  #isClosed = false;

  constructor(journal: Journal) {
    this.#journal = journal;
    this.#reader = new BatchReader(journal.path);
    journal.beforeClose(() => {
      this.#isClosed = true;
      this.#reader.close();
    });
  }

  async next(batchId: string, limit: { events: number; bytes: number }): Promise<PreparedBatch | undefined> {
    this.#start();
    const heads = new Map(allLanes(this.#journal).map((lane) => [laneKey(lane), lane.head]));
    await this.#journal.durable();
    const lanes = allLanes(this.#journal).map((lane) => ({ ...lane, head: heads.get(laneKey(lane)) ?? 0 }));
    const { epoch, store } = this.#journal;
    const parts = planBatch({ lanes, epoch, events: limit.events, reserved: this.#reserved(), probe: this.#probe });
    if (parts.length === 0) return undefined;
    const probe = this.#probe;
    this.#probe = false;
    // Reserved before anything is awaited: the next batch has none of them.
    const flight = flightOf(parts, this.#answers);
    this.#flights.set(batchId, flight);
    try {
      const { seqs, body } = await this.#reader.read({ batchId, store, parts, limit });
      if (body === undefined) throw new Error('events that wait are not in the journal');
      const sent = flight.cut(seqs);
      this.#flights.set(batchId, sent);
      return { events: sent.lines.length, body };
    } catch (error) {
      this.#flights.delete(batchId);
      this.#probe ||= probe;
      throw error;
    }
  }

  /** A mark that comes back after a power cut makes us send again what the hub holds already: no sale waits for this. */
  async settle(batchId: string, answer: BatchAnswer): Promise<Settled> {
    const flight = this.#flights.get(batchId);
    if (flight === undefined) return { settled: 0, aside: 0 };
    this.#flights.delete(batchId);
    this.#answers += 1;
    const mayPutAside = Math.max(0, MAX_ASIDE - this.counts().aside);
    let [settled, aside] = [0, 0];
    const touched: string[] = [];
    const at = this.#journal.instant();
    const isForked = this.#journal.writeMarks((tx) => {
      let forked = false;
      for (const { epoch, stream } of flight.lanes(answer)) {
        const before = readLane(tx, epoch, stream);
        if (before === undefined) continue;
        const key = laneKey(before);
        const isStale = (this.#changed.get(key) ?? 0) > flight.asOf;
        const after = laneAfter(before, { flight, answer, isStale, mayPutAside: mayPutAside - aside });
        // A hub that lost something of one stream was restored: the quiet ones, also of older epochs, are asked too.
        if (minus(before.held, after.lane.held).length > 0) this.#probe = true;
        settled += after.settled;
        aside += after.aside;
        writeLane(tx, declareMissing(tx, before, after.lane, { isRunning: epoch === this.#journal.epoch, at }));
        forked ||= after.lane.fork !== null && epoch === this.#journal.epoch;
        touched.push(key);
      }
      return forked;
    });
    for (const key of touched) this.#changed.set(key, this.#answers);
    if (isForked) forkEpoch(this.#journal, this.reserved);
    this.#move();
    return { settled, aside };
  }

  setAside(batchId: string, { code }: Problem): Promise<Settled> {
    const lines = this.#flights.get(batchId)?.lines ?? [];
    const refused = lines.map((_, index) => ({ index, message: code }));
    return this.settle(batchId, { acks: [], conflicts: [], refused });
  }

  /** The hub may be another one when it answers again: the first batch then asks what it holds. What waited only for this answer moves. */
  release(batchId: string): void {
    this.#flights.delete(batchId);
    this.#probe = true;
    this.#move();
  }

  counts(): OutboxCounts {
    const lanes = allLanes(this.#journal);
    const sum = (of: (lane: (typeof lanes)[number]) => number): number =>
      lanes.reduce((total, lane) => total + of(lane), 0);
    return {
      appended: sum(({ epoch, head }) => (epoch === this.#journal.epoch ? head : 0)),
      waiting: sum(waitingIn),
      shed: sum(({ shed }) => countOf(shed)),
      aside: sum(({ aside }) => countOf(aside)),
    };
  }

  appended(): number {
    return this.counts().appended;
  }

  waiting(): number {
    return this.counts().waiting;
  }

  /** Numbers that are under way: nobody may give them up meanwhile. */
  readonly reserved = (lane: Pick<LaneState, 'epoch' | 'stream'>): Ranges => this.#reserved().get(laneKey(lane)) ?? [];

  /** Resolves when nothing is left to move to a new epoch. */
  async moved(): Promise<void> {
    await this.#moving;
  }

  async keysToDeposit(limit: number): Promise<{ memberId: string; key: string }[]> {
    return this.#journal.keys.toDeposit(limit);
  }

  async keysDeposited(memberIds: readonly string[]): Promise<void> {
    this.#journal.keys.deposited(memberIds);
  }

  /** What the hub did not take before it may take now: one of us may be of another version. */
  #start(): void {
    if (this.#isStarted) return;
    this.#isStarted = true;
    const aside = allLanes(this.#journal).filter((lane) => lane.aside.length > 0);
    if (aside.length > 0)
      this.#journal.write((tx) => {
        for (const lane of aside) writeLane(tx, { ...lane, aside: [] });
      });
    this.#move();
  }

  #reserved(): ReadonlyMap<string, Ranges> {
    const reserved = new Map<string, Ranges>();
    for (const flight of this.#flights.values())
      for (const [key, set] of flight.reserved) reserved.set(key, union(reserved.get(key) ?? [], set));
    return reserved;
  }

  /** Step by step, so that the tills are answered between; what a crash interrupts goes on at the next start. */
  #move(): void {
    if (this.#moving !== undefined) return;
    let isOver = false;
    const work = async (): Promise<void> => {
      try {
        while (!this.#isClosed && moveForked(this.#journal, this.reserved))
          await new Promise((resolve) => setTimeout(resolve, MOVE_PAUSE_MS));
      } catch {
        // A disk that is full now: the next answer tries again.
      }
      // In the turn of the last look, so that nobody takes a move that is over for one under way.
      isOver = true;
      this.#moving = undefined;
    };
    const moving = work();
    if (!isOver) this.#moving = moving;
  }
}
