import type { Worker } from 'node:worker_threads';
import type { BatchPart } from './outbox-plan.ts';
import { startThread } from './thread.ts';

/** Of an order at the thread, as a word of shared memory has it, by which `close` waits. `ending`: what it works on is the last. */
export const READING = { idle: 0, working: 1, ending: 2, closed: 3 } as const;

export interface BatchOrder {
  readonly id: number;
  /** The database, and the word of whoever gave the order. */
  readonly path: string;
  readonly phase: Int32Array;
  readonly batchId: string;
  readonly store: string;
  readonly parts: readonly BatchPart[];
  readonly limit: { readonly bytes: number };
}

export type BatchQuestion = Pick<BatchOrder, 'batchId' | 'store' | 'parts' | 'limit'>;

/** The numbers of each part that are in the batch, in their order, and the batch; without a body there was nothing. */
export interface ReadBatch {
  readonly seqs: readonly (readonly number[])[];
  readonly body: Uint8Array | undefined;
}

export type BatchReply = { readonly id: number } & (ReadBatch | { readonly error: string });

/** A thread that takes longer for one batch is ended; the next order starts another. */
const READ_TIMEOUT_MS = 30_000;
/** A batch that is being read is waited for this long at a close. */
const CLOSE_TIMEOUT_MS = 10_000;

/** Reads, joins and packs batches on a thread, with a connection of its own. */
export class BatchReader {
  readonly #path: string;
  readonly #phase = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  #isClosed = false;
  /** The thread takes one order of ours after the other. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(path: string) {
    this.#path = path;
  }

  /** Rejects when the database can't be read or the thread dies. */
  read(question: BatchQuestion): Promise<ReadBatch> {
    const work = this.#turn.then(() => {
      if (this.#isClosed) throw new Error('the journal is closed');
      return ask({ ...question, path: this.#path, phase: this.#phase });
    });
    this.#turn = work.catch(() => undefined);
    return work;
  }

  /** Returns when the thread has let go of the database. */
  close(): void {
    this.#isClosed = true;
    Atomics.compareExchange(this.#phase, 0, READING.idle, READING.closed);
    if (Atomics.compareExchange(this.#phase, 0, READING.working, READING.ending) === READING.working)
      Atomics.wait(this.#phase, 0, READING.ending, CLOSE_TIMEOUT_MS);
  }
}

interface Waiting {
  readonly timer: NodeJS.Timeout;
  resolve(batch: ReadBatch): void;
  reject(error: Error): void;
}

/** One thread for all journals of this process (an agent has one), started by the first need and again after it died. */
let thread: Worker | undefined;
const waiting = new Map<number, Waiting>();
let nextId = 1;

function ask(order: Omit<BatchOrder, 'id'>): Promise<ReadBatch> {
  const id = nextId++;
  thread ??= start();
  const worker = thread;
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => end(worker, `no batch within ${READ_TIMEOUT_MS / 1_000} s`), READ_TIMEOUT_MS);
    timer.unref();
    waiting.set(id, { timer, resolve, reject });
    // Only who waits for a batch holds the process.
    worker.ref();
    worker.postMessage({ ...order, id } satisfies BatchOrder);
  });
}

function start(): Worker {
  const worker = startThread('outbox-thread', undefined);
  worker.on('message', ({ id, ...reply }: BatchReply) => {
    const waits = waiting.get(id);
    if (waits === undefined) return;
    waiting.delete(id);
    if (waiting.size === 0) worker.unref();
    clearTimeout(waits.timer);
    if ('error' in reply) waits.reject(new Error(reply.error));
    else waits.resolve(reply);
  });
  worker.on('error', (error) => end(worker, String(error)));
  worker.on('exit', () => end(worker, 'the thread of the outbox ended'));
  // After the listeners, each of which would hold the process again.
  worker.unref();
  return worker;
}

function end(worker: Worker, reason: string): void {
  if (thread !== worker) return;
  thread = undefined;
  void worker.terminate();
  for (const { timer, reject } of waiting.values()) {
    clearTimeout(timer);
    reject(new Error(reason));
  }
  waiting.clear();
}
