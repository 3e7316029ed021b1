import { type Clock, instantOf } from '../clock.ts';
import type { Registry, StoreSeen } from '../storage/port.ts';

/** So long after a store was heard of it may take until HQ sees that. */
const WRITE_AFTER_MS = 2_000;

export interface SeenPorts {
  readonly registry: Pick<Registry, 'touchStores'>;
  readonly clock: Clock;
  /** To be told of an instant that could not be written; the next one is written again. */
  readonly failed: (error: unknown) => void;
}

/** When each store was last heard of, written together: a write for each of ten thousand that come back would be a sync of the disk for each. */
export class SeenStores {
  readonly #ports: SeenPorts;
  readonly #due = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(ports: SeenPorts) {
    this.#ports = ports;
  }

  seen(store: string): void {
    this.#due.set(store, this.#ports.clock.now());
    this.#timer ??= setTimeout(() => this.#write(), WRITE_AFTER_MS);
  }

  /** Writes what is due. Idempotent. */
  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    this.#write();
    await this.#writing;
  }

  /** One write after the other, so that an older instant never comes last. */
  #write(): void {
    this.#timer = undefined;
    this.#writing = this.#writing.then(() => this.#writeDue());
  }

  async #writeDue(): Promise<void> {
    const due = [...this.#due].map(([id, at]): StoreSeen => ({ id, at: instantOf(at) }));
    this.#due.clear();
    if (due.length === 0) return;
    try {
      await this.#ports.registry.touchStores(due);
    } catch (error) {
      this.#ports.failed(error);
    }
  }
}
