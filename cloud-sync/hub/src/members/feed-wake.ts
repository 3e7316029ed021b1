import type { Logger } from 'pino';
import type { HubStorage } from '../storage/port.ts';

export const FEED_WAKE_LIMITS = {
  /** After the first change; what comes meanwhile is told of by the same wake-up. */
  afterMs: 500,
  /** Between two wake-ups of all stores. */
  betweenMs: 3_000,
  /** Looks after a change: a storage may show what was committed at the same moment only by the next. */
  looks: 2,
} as const;
/** Nothing newer of the signed repository is there: the store only asks for the feed. */
const NO_VERSION = 0;

export interface FeedWakePorts {
  readonly storage: Pick<HubStorage, 'members' | 'registry'>;
  readonly log: Pick<Logger, 'error'>;
  /** Tells a store to look now; see Wake. */
  readonly wake: (store: string, version: number) => Promise<void>;
}

/**
 * Wakes all stores when the feed has something that all must hear: a consent withdrawn, a member erased, merged or parted, whoever did it. Who only earned points wakes nobody. A wake-up that
 * is lost costs a store's own interval, never the change.
 */
export class FeedWake {
  readonly #ports: FeedWakePorts;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();
  #looksLeft = 0;
  #cursor: number | undefined;
  #isStopped = false;

  constructor(ports: FeedWakePorts) {
    this.#ports = ports;
  }

  /** What was there before is told to stores by their next round. */
  async start(): Promise<void> {
    this.#cursor = await this.#ports.storage.members.feed.newest();
  }

  /** Something of members may have changed. */
  nudge(): void {
    this.#looksLeft = FEED_WAKE_LIMITS.looks;
    this.#plan(FEED_WAKE_LIMITS.afterMs);
  }

  /** Waits for what is under way. Idempotent. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  #plan(ms: number): void {
    if (this.#isStopped || this.#timer !== undefined || this.#looksLeft === 0) return;
    this.#timer = setTimeout(() => {
      this.#looksLeft -= 1;
      this.#running = this.#look()
        .catch((error: unknown) => this.#ports.log.error({ err: error }, 'stores could not be woken for members'))
        .then(() => {
          this.#timer = undefined;
          this.#plan(FEED_WAKE_LIMITS.betweenMs);
        });
    }, ms);
    this.#timer.unref();
  }

  async #look(): Promise<void> {
    const { storage, wake } = this.#ports;
    const { feed } = storage.members;
    let cursor = this.#cursor ?? 0;
    for (let more = true; more && !this.#isStopped; ) {
      // With no store named, what is for all alone.
      const page = await feed.since([], cursor, 1);
      ({ cursor, more } = page);
      if (page.changes.length === 0) {
        await new Promise((resolve) => setImmediate(resolve));
        continue;
      }
      cursor = await feed.newest();
      for (const { id } of await storage.registry.stores()) await wake(id, NO_VERSION);
      break;
    }
    this.#cursor = cursor;
  }
}
