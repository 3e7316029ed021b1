import { type IncomingEvent, readLine } from '@tillside/hub/planning';
import type { IncomingBatch, IngestResult } from '@tillside/hub/storage';
import type { Chance } from '../random.ts';
import type { HubLog } from './hub-log.ts';
import type { Entry } from './journal.ts';
import type { Outcome } from './link.ts';
import { SECOND_MS } from './plan.ts';
import type { VirtualTime } from './time.ts';

export interface Delivery {
  readonly store: string;
  readonly batchId: string;
  readonly entries: readonly Entry[];
  reply(outcome: Outcome): void;
}

export interface HubPorts {
  readonly time: VirtualTime;
  readonly chance: Chance;
  readonly log: HubLog;
  nowMs(): number;
  /** Called in the transaction of each commit. */
  committed(batch: IncomingBatch, result: IngestResult): void;
}

const WORK_MS = [1, 25] as const;
const SLOW_WORK_MS = [300, 4_000] as const;

const deeds = new WeakMap<IncomingEvent, number>();

/** Which deed an event of the hub tells of. */
export const deedOf = (event: IncomingEvent): number | undefined => deeds.get(event);

/** One hub process: it holds no state but what waits for the next commit, and falls at any point of it. */
export class SimHub {
  isUp = true;
  isBusy = false;
  #ports: HubPorts;
  #queue: Delivery[] = [];
  #life = 0;
  #onRequest: (() => void)[] = [];

  constructor(ports: HubPorts) {
    this.#ports = ports;
  }

  receive(delivery: Delivery): void {
    const { time, chance } = this.#ports;
    for (const work of this.#onRequest.splice(0)) work();
    if (!this.isUp) {
      delivery.reply({ failed: 'HUB_UNREACHABLE', retryAfterMs: undefined });
      return;
    }
    if (this.isBusy && chance.happens(0.5)) {
      delivery.reply({ failed: 'HUB_BUSY', retryAfterMs: chance.between(1, 120) * SECOND_MS });
      return;
    }
    if (this.#queue.push(delivery) > 1) return;
    const life = this.#life;
    time.after(this.isBusy ? chance.between(...SLOW_WORK_MS) : chance.between(...WORK_MS), () => {
      if (life === this.#life) this.#commit();
    });
  }

  /** Runs `work` once, at the next request. */
  onRequest(work: () => void): void {
    this.#onRequest.push(work);
  }

  fall(): void {
    this.isUp = false;
    this.#life += 1;
    this.#queue = [];
  }

  /** Several batches in one transaction; the answers leave after it, if the process is still there. */
  #commit(): void {
    const { time, chance, log, nowMs, committed } = this.#ports;
    const queue = this.#queue;
    this.#queue = [];
    const receivedAt = new Date(nowMs()).toISOString();
    const batches = queue.map(({ store, entries }) => ({ store, receivedAt, events: entries.map(incoming) }));
    const results = log.ingest(batches);
    const life = this.#life;
    batches.forEach((batch, place) => {
      const result = results[place];
      if (result === undefined) throw new Error('an answer for each batch');
      committed(batch, result);
      const { acks, conflicts } = result;
      const pause = this.isBusy && chance.happens(0.3) ? { retryAfterMs: chance.between(1, 60) * SECOND_MS } : {};
      time.after(1, () => {
        if (life !== this.#life) return;
        queue[place]?.reply({ ack: { batchId: queue[place].batchId, acks, conflicts, quarantined: 0, ...pause } });
      });
    });
  }
}

function incoming(entry: Entry): IncomingEvent {
  if (entry.read !== undefined) return entry.read;
  const read = readLine(entry.text);
  if (!read.ok) throw new Error(read.message);
  entry.read = read.event;
  if (entry.deed !== undefined) deeds.set(read.event, entry.deed);
  return read.event;
}
