import type { Worker } from 'node:worker_threads';
import { startThread } from './thread.ts';

/** What the thread is told: the database, and a word of shared memory by which `close` waits for it. */
export interface CheckpointStart {
  readonly path: string;
  readonly phase: Int32Array;
}

/** Of a checkpoint, as the shared word has it; `ending`: the one at work is to be the last. */
export const PHASE = { idle: 0, asked: 1, working: 2, ending: 3 } as const;

export interface CheckpointError {
  readonly code: string;
  readonly message: string;
}
export type CheckpointReply = { readonly error?: CheckpointError };

/** A checkpoint that was begun is waited for this long at a close: a disk that hangs must not keep the agent from ending. */
const CLOSE_TIMEOUT_MS = 10_000;

/**
 * Copies SQLite's log into the database on a thread of its own, with a connection of its own: on the event loop its two syncs and its thousands of pages would be felt at the
 * tills. SQLite keeps the order: log synced, pages copied, database synced, and only then may a writer begin the log anew. The thread is started by the first need.
 */
export class Checkpoints {
  readonly #path: string;
  readonly #failed: (error: CheckpointError) => void;
  readonly #phase = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  #worker: Worker | undefined;
  #isClosed = false;

  /** `failed` hears of all but a busy database: that passes, and the next checkpoint does the work. */
  constructor(path: string, failed: (error: CheckpointError) => void) {
    this.#path = path;
    this.#failed = failed;
  }

  /** Begins one unless one is under way. */
  ask(): void {
    if (this.#isClosed || Atomics.compareExchange(this.#phase, 0, PHASE.idle, PHASE.asked) !== PHASE.idle) return;
    this.#worker ??= this.#start();
    this.#worker.postMessage('checkpoint');
  }

  /** Returns when the thread has let go of the database, so that who closes it next is the last and puts the whole log into it. */
  close(): void {
    this.#isClosed = true;
    Atomics.compareExchange(this.#phase, 0, PHASE.asked, PHASE.idle);
    if (Atomics.compareExchange(this.#phase, 0, PHASE.working, PHASE.ending) === PHASE.working)
      Atomics.wait(this.#phase, 0, PHASE.ending, CLOSE_TIMEOUT_MS);
    void this.#worker?.terminate();
    this.#worker = undefined;
  }

  #start(): Worker {
    const start: CheckpointStart = { path: this.#path, phase: this.#phase };
    const worker = startThread('durable-thread', start);
    worker.unref();
    worker.on('message', ({ error }: CheckpointReply) => {
      if (error !== undefined && !error.code.startsWith('SQLITE_BUSY')) this.#failed(error);
    });
    // A thread that could not start or died: the next need starts another.
    worker.on('error', () => undefined);
    worker.on('exit', () => {
      if (this.#worker !== worker) return;
      this.#worker = undefined;
      Atomics.store(this.#phase, 0, PHASE.idle);
    });
    return worker;
  }
}
