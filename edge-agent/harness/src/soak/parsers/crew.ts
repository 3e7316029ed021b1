import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { BlockReport } from './block.ts';
import type { Task, TaskDone } from './worker.ts';

/** A task whose case number stands still for this long hangs. A case takes microseconds, a flood and its shrinking seconds. */
export const HANG_MS = 20_000;
const WATCH_MS = 200;

export interface Crew {
  readonly threads: number;
  readonly hangMs: number;
  /** What a thread runs. */
  readonly entry: URL;
  readonly signal: AbortSignal;
  onFinished(finished: Finished): void;
}

export interface Finished {
  readonly task: Task;
  readonly report: BlockReport;
  readonly tookMs: number;
}

/**
 * Gives tasks to worker threads until all are done; one that hangs is ended, told as a failure of its case, and replaced. `onFinished` is called once a
 * task. Rejects when `signal` aborts or a worker dies.
 */
export async function runTasks(tasks: readonly Task[], crew: Crew): Promise<void> {
  const waiting = [...tasks].reverse();
  const work = async (): Promise<void> => {
    let hand = new Hand(crew);
    try {
      for (let task = waiting.pop(); task !== undefined; task = waiting.pop()) {
        const { done, hung } = await hand.run(task);
        crew.onFinished({ task, ...done });
        if (!hung) continue;
        await hand.end();
        hand = new Hand(crew);
      }
    } finally {
      await hand.end();
    }
  };
  await Promise.all(Array.from({ length: Math.min(crew.threads, tasks.length) }, work));
}

/** The thread that decodes. */
export const WORKER = new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js', import.meta.url);

/** One worker thread and its watchdog. */
class Hand {
  readonly #crew: Crew;
  readonly #place: Float64Array;
  readonly #worker: Worker;
  /** Loading takes its time and is no hang. */
  readonly #ready: Promise<void>;

  constructor(crew: Crew) {
    const memory = new SharedArrayBuffer(8);
    this.#crew = crew;
    this.#place = new Float64Array(memory);
    this.#worker = createWorker(crew.entry, memory);
    this.#ready = new Promise((resolve, reject) => {
      this.#worker.once('message', () => resolve());
      this.#worker.once('error', reject);
    });
  }

  async run(task: Task): Promise<{ done: TaskDone; hung: boolean }> {
    const { signal, hangMs } = this.#crew;
    await this.#ready;
    signal.throwIfAborted();
    this.#place[0] = -1;
    const beganMs = performance.now();
    let timer: NodeJS.Timeout | undefined;
    let abort = (): void => {};
    try {
      return await new Promise((resolve, reject) => {
        abort = () => reject(signal.reason as Error);
        signal.addEventListener('abort', abort, { once: true });
        this.#worker.once('message', (done: TaskDone) => resolve({ done, hung: false }));
        this.#worker.once('error', reject);
        this.#worker.postMessage(task);
        let seen = { number: -1, atMs: beganMs };
        timer = setInterval(() => {
          const number = this.#place[0] ?? -1;
          if (number !== seen.number) seen = { number, atMs: performance.now() };
          else if (performance.now() - seen.atMs > hangMs) resolve({ done: hangOf(task, number, hangMs), hung: true });
        }, WATCH_MS);
      });
    } finally {
      clearInterval(timer);
      signal.removeEventListener('abort', abort);
      this.#worker.removeAllListeners('message').removeAllListeners('error');
      this.#worker.on('error', () => undefined);
    }
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }
}

function hangOf(task: Task, number: number, hangMs: number): TaskDone {
  const target = task.kind === 'block' ? task.block.target : task.target;
  const message = `did not end within ${hangMs / 1_000} s`;
  return {
    report: { accepted: 0, failures: [{ target, number, code: 'PARSER_HANGS', message, chunks: [] }] },
    tookMs: hangMs,
  };
}

/** Built code runs as it is. From source the worker registers the TypeScript loader itself: a loader named in `execArgv` skips workers. */
function createWorker(entry: URL, place: SharedArrayBuffer): Worker {
  const workerData = { place };
  if (!entry.href.endsWith('.ts')) return new Worker(entry, { execArgv: [], workerData });
  // `require` finds the CommonJS twin, which can't register from inside a worker; its neighbour can.
  const twin = createRequire(import.meta.url).resolve('tsx/esm/api');
  const loader = pathToFileURL(twin.replace(/\.cjs$/, '.mjs')).href;
  const boot = `import(${JSON.stringify(loader)}).then(({ register }) => { register(); return import(${JSON.stringify(entry.href)}); })`;
  return new Worker(boot, { eval: true, execArgv: ['--conditions=@tillside/source'], workerData });
}
