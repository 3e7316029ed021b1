import type { ApClient } from './ap-client.ts';
import type { TagRecord } from './messages.ts';

export interface DoubtPorts {
  readonly client: Pick<ApClient, 'tag'>;
  /** Whether the record says that the tag shows another picture than the one proven. */
  isDoubtful(record: TagRecord): boolean;
  /** The access point says so when it is asked, too. */
  onSure(record: TagRecord): void;
}

/** Tags that seem to show another picture. A message may be older than the proof, so each is asked after, one at a time, before anybody is told. */
export class Doubts {
  readonly #ports: DoubtPorts;
  /** Bounded by the number of tags. */
  readonly #tagIds = new Set<string>();
  #isAsking = false;
  #isStopped = false;

  constructor(ports: DoubtPorts) {
    this.#ports = ports;
  }

  observe(record: TagRecord): void {
    if (this.#isStopped || !this.#ports.isDoubtful(record)) return;
    this.#tagIds.add(record.tagId);
    if (!this.#isAsking) void this.#ask();
  }

  stop(): void {
    this.#isStopped = true;
    this.#tagIds.clear();
  }

  async #ask(): Promise<void> {
    this.#isAsking = true;
    for (const tagId of this.#tagIds) {
      this.#tagIds.delete(tagId);
      const record = await this.#ports.client.tag(tagId).catch(() => undefined);
      if (record && !this.#isStopped && this.#ports.isDoubtful(record)) this.#ports.onSure(record);
    }
    this.#isAsking = false;
  }
}
