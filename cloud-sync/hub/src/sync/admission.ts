import { MAX_BATCH_BYTES } from '@tillside/protocol';

export const ADMISSION_LIMITS = {
  /** Batches that are under way at once, from their first byte to their answer. */
  batches: 64,
  /** Of their bodies as sent. */
  bytes: 64 * 1024 * 1024,
  /** Batches of one store: its link sends one at a time; others may be left over from lines that broke. None gets ahead of the others by asking more often. */
  perStore: 4,
  /** A body as sent: what does not shrink by gzip grows a little. */
  bodyBytes: MAX_BATCH_BYTES + 64 * 1024,
  leastWaitMs: 1_000,
  /** Where more wait than can have a turn within this, those at the end ask again: the fewer they are, the less they take from the others. */
  mostWaitMs: 180_000,
} as const;

/** Until it was measured. */
const FIRST_SERVICE_MS = 20;
const [LEAST_SERVICE_MS, MOST_SERVICE_MS] = [1, 1_000];
/** Batches are written in groups, many done in the same moment: what one takes is told by how many are done in this time. */
const WINDOW_MS = 500;
/** Weight of the newest window. */
const NEWEST = 0.3;
/** Turns come closer than batches are done: a store that is told once more to wait costs little, a hub that waits for one costs all that wait. */
const TURN_SHARE = 0.8;

export interface Admitted {
  /** Idempotent. */
  release(): void;
}
export type Admission = { ok: true; place: Admitted } | { ok: false; retryAfterMs: number };

/**
 * Who may send a batch now. Those who may not are given turns, one for each batch that the hub gets done meanwhile, so that after a long outage all stores come
 * back one behind the other and not all at once again.
 */
export class Gate {
  readonly #now: () => number;
  readonly #byStore = new Map<string, number>();
  #batches = 0;
  #bytes = 0;
  #serviceMs = FIRST_SERVICE_MS;
  /** Batches done since then, without a moment in which the hub had none. */
  #window = { sinceMs: 0, done: 0 };
  #nextTurn = Number.NEGATIVE_INFINITY;

  /** `now`: milliseconds that only grow. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Before the first byte of a body is read. `bytes`: as announced; the most there may be where nothing was. */
  admit(store: string, bytes: number): Admission {
    const own = this.#byStore.get(store) ?? 0;
    const { batches, perStore, leastWaitMs } = ADMISSION_LIMITS;
    // Waiting for itself costs this store no turn of the others.
    if (own >= perStore) return { ok: false, retryAfterMs: leastWaitMs };
    if (this.#batches >= batches || this.#bytes + bytes > ADMISSION_LIMITS.bytes)
      return { ok: false, retryAfterMs: this.#turn() };
    this.#byStore.set(store, own + 1);
    if (this.#batches === 0) this.#window = { sinceMs: this.#now(), done: 0 };
    this.#batches += 1;
    this.#bytes += bytes;
    let isHeld = true;
    const release = (): void => {
      if (isHeld) this.#release(store, bytes);
      isHeld = false;
    };
    return { ok: true, place: { release } };
  }

  /** What a store that was served should wait before its next batch; undefined while there is room. */
  pauseMs(): number | undefined {
    if (this.#batches * 2 <= ADMISSION_LIMITS.batches) return undefined;
    return Math.ceil(this.#batches * this.#serviceMs);
  }

  #turn(): number {
    const { leastWaitMs, mostWaitMs } = ADMISSION_LIMITS;
    const now = this.#now();
    this.#nextTurn = Math.min(Math.max(now, this.#nextTurn) + this.#serviceMs * TURN_SHARE, now + mostWaitMs);
    return Math.max(leastWaitMs, Math.ceil(this.#nextTurn - now));
  }

  #release(store: string, bytes: number): void {
    this.#measure();
    this.#batches -= 1;
    this.#bytes -= bytes;
    const left = (this.#byStore.get(store) ?? 1) - 1;
    if (left === 0) this.#byStore.delete(store);
    else this.#byStore.set(store, left);
  }

  #measure(): void {
    const now = this.#now();
    const { sinceMs, done } = this.#window;
    const tookMs = now - sinceMs;
    if (tookMs < WINDOW_MS) {
      this.#window = { sinceMs, done: done + 1 };
      return;
    }
    const each = Math.min(MOST_SERVICE_MS, Math.max(LEAST_SERVICE_MS, tookMs / (done + 1)));
    this.#serviceMs += (each - this.#serviceMs) * NEWEST;
    this.#window = { sinceMs: now, done: 0 };
  }
}
