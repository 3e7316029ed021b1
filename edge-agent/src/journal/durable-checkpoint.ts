import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';

/** What the thread is told: the database, and a word of shared memory by which `close` waits for it. */
export interface CheckpointStart {
  readonly path: string;
  readonly phase: Int32Array;
}

/** Of a checkpoint, as the shared word has it; `ending`: the one at work is to be the last. */
export const PHASE = { idle: 0, asked: 1, working: 2, ending: 3 } as const;

export type CheckpointReply = { readonly error?: { readonly code: string; readonly message: string } };

/** A checkpoint that was begun is waited for this long at a close: a disk that hangs must not keep the agent from ending. */
const CLOSE_TIMEOUT_MS = 10_000;

/**
 * Copies SQLite's log into the database on a thread of its own, with a connection of its own: on the event loop its two syncs and its thousands of pages would be felt at the
 * tills. SQLite keeps the order: log synced, pages copied, database synced, and only then may a writer begin the log anew. The thread is started by the first need.
 */
export class Checkpoints {
  readonly #path: string;
  readonly #failed: (error: { code: string; message: string }) => void;
  readonly #phase = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  #worker: Worker | undefined;
  #isClosed = false;

  /** `failed` hears of what is neither a busy database nor a full disk: those pass, and the next checkpoint does the work. */
  constructor(path: string, failed: (error: { code: string; message: string }) => void) {
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
    const worker = createWorker(start);
    worker.unref();
    worker.on('message', ({ error }: CheckpointReply) => {
      if (error !== undefined && !/^SQLITE_(BUSY|FULL)/.test(error.code)) this.#failed(error);
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

/** Built code runs as it is. From source the worker registers the TypeScript loader itself: a loader named in `execArgv` skips workers. */
function createWorker(workerData: CheckpointStart): Worker {
  if (!import.meta.url.endsWith('.ts'))
    return new Worker(new URL('./durable-thread.js', import.meta.url), { execArgv: [], workerData });
  const twin = createRequire(import.meta.url).resolve('tsx/esm/api');
  const loader = pathToFileURL(twin.replace(/\.cjs$/, '.mjs')).href;
  const entry = new URL('./durable-thread.ts', import.meta.url).href;
  const boot = `import(${JSON.stringify(loader)}).then(({ register }) => { register(); return import(${JSON.stringify(entry)}); })`;
  return new Worker(boot, { eval: true, execArgv: ['--conditions=@tillside/source'], workerData });
}
