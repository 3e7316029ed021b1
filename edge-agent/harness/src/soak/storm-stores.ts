import { LINK_LIMITS, startUplink, type Uplink } from '@tillside/link/machines';
import { createChance } from '../random.ts';
import { StormOutbox } from './storm-outbox.ts';

/** Stores of one crew, numbered from `from`. `storeNames` and `credentials` are made alike by whoever registers them. */
export interface CrewOrder {
  readonly hubUrl: string;
  readonly from: number;
  readonly count: number;
  readonly events: number;
  readonly seed: number;
  readonly backoffCapMs: number;
}

export interface CrewReport {
  /** When each store's backlog was acknowledged, in ms since 1970; 0: not yet. */
  readonly backAtMs: Float64Array;
  requests: number;
  /** Answers that asked for a pause. */
  paused: number;
  refused: number;
}

export const storeName = (number: number): string => `storm-${number}`;
/** 32 bytes as a credential; never used outside of a soak. */
export const credentialOf = (seed: number, number: number): string => {
  const chance = createChance((seed ^ Math.imul(number + 1, 0x85ebca6b)) >>> 0);
  return Buffer.from(Array.from({ length: 32 }, () => chance.between(0, 255))).toString('base64url');
};

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined };
const POLL_MS = 30_000;

/** Runs the real uplink of every store of the crew against a real hub. */
export class Crew {
  readonly report: CrewReport;
  /** No way to the hub: each try fails at once, at the store's own end. Ten thousand that all tried on this machine would leave it to nothing else. */
  isAway = true;
  #links: Uplink[] = [];
  #stopping = new AbortController();
  #order: CrewOrder;

  constructor(order: CrewOrder) {
    this.#order = order;
    this.report = { backAtMs: new Float64Array(order.count), requests: 0, paused: 0, refused: 0 };
  }

  get back(): number {
    return this.report.backAtMs.reduce((sum, at) => sum + (at > 0 ? 1 : 0), 0);
  }

  start(): void {
    const { hubUrl, from, count, events, seed, backoffCapMs } = this.#order;
    for (let place = 0; place < count; place += 1) {
      const number = from + place;
      const store = storeName(number);
      const chance = createChance((seed ^ Math.imul(number + 1, 0xc2b2ae35)) >>> 0);
      const outbox = new StormOutbox({
        store,
        seed: seed + number,
        count: events,
        whenEmpty: () => {
          this.report.backAtMs[place] = Date.now();
        },
      });
      const hub = { hubUrl, credential: credentialOf(seed, number), root: '' };
      const http = { fetch: this.#counted, timeoutMs: LINK_LIMITS.requestTimeoutMs, stopping: this.#stopping.signal };
      const limits = { ...LINK_LIMITS, backoffCapMs, maxBatchesInFlight: 1 };
      const clock = { nowMs: () => Date.now(), after };
      const common = { store, hub, outbox, http, clock, random: chance.next, log: quiet, limits };
      this.#links.push(startUplink({ ...common, pollMs: POLL_MS }));
    }
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all(this.#links.splice(0).map((link) => link.stop()));
  }

  #counted: typeof fetch = async (...args) => {
    this.report.requests += 1;
    if (this.isAway) throw new TypeError('fetch failed', { cause: new Error('the line is down') });
    const response = await fetch(...args);
    if (response.headers.has('retry-after')) this.report.paused += 1;
    else if (!response.ok) this.report.refused += 1;
    return response;
  };
}

function after(delayMs: number, run: () => void): () => void {
  const timer = setTimeout(run, delayMs);
  return () => clearTimeout(timer);
}
