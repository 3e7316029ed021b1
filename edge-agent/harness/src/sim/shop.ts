import type { LinkLimits } from '@tillside/link/machines';
import type { Stream } from '@tillside/protocol';
import type { Chance } from '../random.ts';
import { type Deed, drawDeed } from './deeds.ts';
import { type Entry, SimJournal } from './journal.ts';
import { type Outcome, SimLink } from './link.ts';
import { DAY_MS } from './plan.ts';
import type { Plant } from './plants.ts';
import type { VirtualTime } from './time.ts';

export interface ShopPorts {
  readonly name: string;
  readonly time: VirtualTime;
  readonly chance: Chance;
  readonly plant: Plant;
  readonly deedsADay: number;
  readonly pollMs: number;
  readonly mostEvents: number;
  readonly limits: LinkLimits;
  uuid(): string;
  send(shop: Shop, batchId: string, entries: readonly Entry[], done: (outcome: Outcome) => void): void;
}

const SYNC_MS = [1, 40] as const;

/** One store: what happens in it, its journal on a disk that takes its time, and the link of the agent that runs. */
export class Shop {
  readonly journal: SimJournal;
  readonly deeds: Deed[] = [];
  /** Whether anything gets through to and from the hub. */
  isCutOff = false;
  isUp = false;
  requests = 0;
  /** Deeds of which a till was told that they are booked. */
  readonly told = new Set<number>();
  link: SimLink | undefined;
  #ports: ShopPorts;
  #skewMs = 0;
  #hangs = false;
  #closed = false;
  #syncing = false;
  #life = 0;
  #onCommit: (() => void)[] = [];
  #untold: { commits: number; deed: number }[] = [];
  #waiters: { commits: number; next: () => void }[] = [];

  constructor(ports: ShopPorts) {
    this.#ports = ports;
    const { name: store, plant, time, uuid } = ports;
    this.journal = new SimJournal({ store, plant, nowMs: () => this.nowMs(), trueMs: () => time.nowMs, uuid });
  }

  get name(): string {
    return this.#ports.name;
  }

  nowMs(): number {
    return this.#ports.time.nowMs + this.#skewMs;
  }

  setClock(byMs: number): void {
    this.#skewMs = byMs;
  }

  /** Begins to sell, for ever. */
  open(): void {
    this.start();
    this.#next();
  }

  /** The agent comes up: what was committed and is still there is on the disk then. */
  start(): void {
    if (this.isUp) return;
    const { time, chance, plant, pollMs, mostEvents, limits, uuid, send } = this.#ports;
    this.isUp = true;
    this.journal.synced(this.journal.volatile);
    this.journal.started();
    this.link = new SimLink({
      time,
      journal: this.journal,
      pollMs,
      limits,
      mostEvents,
      nowMs: () => this.nowMs(),
      unit: () => chance.next(),
      whenSynced: (next) => this.#whenSynced(next),
      send: (batchId, entries, done) => {
        this.requests += 1;
        send(this, batchId, entries, done);
      },
      uuid,
      sleepsForEver: plant === 'pause-for-ever',
    });
    this.link.start();
  }

  /** The process is gone, and with `power` also some of what was not synced. */
  stop(power: boolean): void {
    this.isUp = false;
    this.#life += 1;
    this.link?.stop();
    this.link = undefined;
    this.#waiters = [];
    this.#untold = [];
    this.#syncing = false;
    if (power) this.journal.cutPower(this.#ports.chance.between(0, this.journal.volatile));
  }

  /** Runs `work` once, after the next commit. */
  onCommit(work: () => void): void {
    this.#onCommit.push(work);
  }

  /** The disk takes what is written, and syncs nothing. */
  hang(hangs: boolean): void {
    this.#hangs = hangs;
    if (!hangs) this.#sync();
  }

  shed(stream: Stream, most: number): number {
    const count = this.isUp ? this.journal.shed(stream, most) : 0;
    this.#committed();
    return count;
  }

  /** Nothing is sold any more; the agent goes on. */
  close(): void {
    this.#closed = true;
  }

  /** Something of every stream happens: a shop that is open is never quite still. */
  everyStream(): void {
    const left = new Set<Stream>(['sales', 'members', 'ops', 'presence']);
    while (left.size > 0) left.delete(this.#happens());
  }

  #next(): void {
    const { time, chance, deedsADay } = this.#ports;
    const meanMs = DAY_MS / deedsADay;
    // Some days are busy: several within seconds.
    const waitMs = chance.happens(0.3) ? chance.next() * 5_000 : -Math.log(1 - chance.next()) * meanMs * 1.4;
    time.after(Math.ceil(waitMs), () => {
      if (this.#closed) return;
      if (this.isUp) this.#happens();
      this.#next();
    });
  }

  #happens(): Stream {
    const happening = drawDeed(this.#ports.chance, this.deeds.length, this.nowMs());
    const { payableFen, ...event } = happening;
    this.deeds.push({ payableFen });
    const deed = this.deeds.length - 1;
    this.journal.append(event);
    if (this.#ports.plant === 'ack-before-durable') this.told.add(deed);
    else this.#untold.push({ commits: this.journal.volatile, deed });
    this.#committed();
    return event.stream;
  }

  #committed(): void {
    for (const work of this.#onCommit.splice(0)) work();
    this.#sync();
    this.link?.nudge();
  }

  #whenSynced(next: () => void): void {
    const commits = this.journal.volatile;
    if (commits === 0 || this.#ports.plant === 'send-before-durable') {
      next();
      return;
    }
    this.#waiters.push({ commits, next });
    this.#sync();
  }

  #sync(): void {
    if (this.#syncing || this.#hangs || !this.isUp || this.journal.volatile === 0) return;
    this.#syncing = true;
    const { time, chance } = this.#ports;
    const [life, commits] = [this.#life, this.journal.volatile];
    time.after(chance.between(...SYNC_MS), () => {
      if (life !== this.#life) return;
      this.#syncing = false;
      if (this.#hangs) return;
      this.journal.synced(commits);
      const untold = this.#untold.map((one) => ({ ...one, commits: one.commits - commits }));
      this.#untold = untold.filter((one) => one.commits > 0);
      for (const { commits: left, deed } of untold) if (left <= 0) this.told.add(deed);
      const waiters = this.#waiters.map((one) => ({ ...one, commits: one.commits - commits }));
      this.#waiters = waiters.filter((one) => one.commits > 0);
      for (const { commits: left, next } of waiters) if (left <= 0) next();
      this.#sync();
    });
  }
}
