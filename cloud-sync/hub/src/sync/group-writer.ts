import { setImmediate } from 'node:timers/promises';
import { HubFault } from '../fault.ts';
import type { EventLog, IncomingBatch, IngestResult } from '../storage/port.ts';

export const GROUP_LIMITS = {
  /** Of one transaction; the first batch goes whatever it holds. Larger ones share their sync among more, and hold up readers longer. */
  events: 4_000,
  chars: 8 * 1024 * 1024,
} as const;

interface Waiting {
  readonly batch: IncomingBatch;
  readonly chars: number;
  resolve(result: IngestResult): void;
  reject(error: unknown): void;
}

/**
 * Group commit: one transaction at a time; batches that come while it syncs go together into the next. A batch that makes a transaction fail fails alone. What
 * waits is bounded by the caller.
 */
export class GroupWriter {
  readonly #log: Pick<EventLog, 'ingest'>;
  readonly #waiting: Waiting[] = [];
  #work: Promise<void> | undefined;

  constructor(log: Pick<EventLog, 'ingest'>) {
    this.#log = log;
  }

  /** Resolves once the batch is durable. */
  write(batch: IncomingBatch): Promise<IngestResult> {
    const chars = batch.events.reduce((sum, { text }) => sum + text.length, 0);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ batch, chars, resolve, reject });
      this.#work ??= this.#run();
    });
  }

  /** Resolves when nothing is under way. */
  async settled(): Promise<void> {
    await this.#work;
  }

  async #run(): Promise<void> {
    try {
      while (this.#waiting.length > 0) {
        // A storage that writes on this thread lets nothing arrive meanwhile: what is at the door comes in first.
        await setImmediate();
        await this.#commit(this.#nextGroup());
      }
    } finally {
      this.#work = undefined;
    }
  }

  #nextGroup(): Waiting[] {
    let [events, chars, count] = [0, 0, 0];
    for (const { batch, chars: more } of this.#waiting) {
      events += batch.events.length;
      chars += more;
      if (count > 0 && (events > GROUP_LIMITS.events || chars > GROUP_LIMITS.chars)) break;
      count += 1;
    }
    return this.#waiting.splice(0, count);
  }

  async #commit(group: readonly Waiting[]): Promise<void> {
    try {
      const results = await this.#log.ingest(group.map(({ batch }) => batch));
      group.forEach(({ resolve, reject }, index) => {
        const result = results[index];
        if (result === undefined) reject(new HubFault('HUB_INTERNAL'));
        else resolve(result);
      });
    } catch (error) {
      // A full disk is the same for all; anything else may lie in one batch.
      if (group.length === 1 || error instanceof HubFault) for (const { reject } of group) reject(error);
      else for (const each of group) await this.#commit([each]);
    }
  }
}
