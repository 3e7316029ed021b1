import { closeSync, fdatasync, fdatasyncSync, fsyncSync, openSync } from 'node:fs';
import { dirname } from 'node:path';

interface Waiting {
  /** The commit that must be on the disk. */
  readonly commit: number;
  resolve(): void;
  reject(error: Error): void;
}

const DONE = Promise.resolve();

/**
 * Makes commits durable off the event loop: SQLite writes its log without waiting (`synchronous=NORMAL`), and whoever must know that a power cut takes nothing back waits here
 * for an `fdatasync` of that log. One is under way at a time, and the next covers all that was committed meanwhile: group commit.
 *
 * The log is a chain of checksums, so that what an interrupted sync left of it counts only up to the first torn frame: commits survive in order, and nothing that comes after a
 * commit survives without it. A sync that failed is final: the system may have dropped the pages that it could not write and let the next sync succeed (what PostgreSQL learnt in
 * 2018), so nothing is tried again and everybody hears of that failure until the database is opened anew, from what the disk holds.
 */
export class DurableLog<Failure extends Error> {
  readonly #descriptor: number;
  readonly #failed: (cause: unknown) => Failure;
  #commits = 0;
  #safe = 0;
  #covers = 0;
  #waiting: Waiting[] = [];
  #isSyncing = false;
  #isClosed = false;
  #failure: Failure | undefined;

  private constructor(descriptor: number, failed: (cause: unknown) => Failure) {
    this.#descriptor = descriptor;
    this.#failed = failed;
  }

  /**
   * `path`: the log that SQLite has open, which stays the same file until the database is closed. No lock of SQLite's is on it, so that closing this descriptor releases none.
   * All that is in it when this returns is durable, its name and its folder's too: who is restarted goes by what the killed one had not synced yet. `failed` makes
   * the error that is heard when a sync fails. Throws what the system says.
   */
  static open<Failure extends Error>(path: string, failed: (cause: unknown) => Failure): DurableLog<Failure> {
    const descriptor = openSync(path, 'r+');
    try {
      fdatasyncSync(descriptor);
      syncFolder(dirname(path));
      syncFolder(dirname(dirname(path)));
      return new DurableLog(descriptor, failed);
    } catch (error) {
      closeSync(descriptor);
      throw error;
    }
  }

  /** To be called after each commit. */
  committed(): void {
    this.#commits += 1;
  }

  /** Whether something is committed that a power cut could still take back. */
  get isPending(): boolean {
    return this.#safe < this.#commits;
  }

  get failure(): Failure | undefined {
    return this.#failure;
  }

  /** Resolves when all that was committed before this call is on the disk. Rejects once a sync failed, then and ever after. */
  durable(): Promise<void> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    if (!this.isPending) return DONE;
    return new Promise((resolve, reject) => {
      this.#waiting.push({ commit: this.#commits, resolve, reject });
      this.#sync();
    });
  }

  /** The disk did not take something: what was committed and not synced may be gone. */
  fail(cause: unknown): Failure {
    const failure = this.#failure ?? this.#failed(cause);
    this.#failure = failure;
    for (const { reject } of this.#waiting.splice(0)) reject(failure);
    return failure;
  }

  /** After SQLite closed the database, which put all of the log into it and synced that. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#settle(this.#commits);
    // A sync under way still uses the descriptor.
    if (!this.#isSyncing) closeSync(this.#descriptor);
  }

  #sync(): void {
    if (this.#isSyncing || this.#waiting.length === 0) return;
    this.#isSyncing = true;
    this.#covers = this.#commits;
    fdatasync(this.#descriptor, (error) => {
      this.#isSyncing = false;
      if (this.#isClosed) closeSync(this.#descriptor);
      else if (error !== null) this.fail(error);
      else {
        this.#settle(this.#covers);
        this.#sync();
      }
    });
  }

  #settle(safe: number): void {
    if (this.#failure !== undefined) return;
    this.#safe = safe;
    const settled = this.#waiting.findIndex(({ commit }) => commit > safe);
    for (const { resolve } of this.#waiting.splice(0, settled < 0 ? this.#waiting.length : settled)) resolve();
  }
}

/** A new file's name is durable when its folder is. */
function syncFolder(path: string): void {
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
