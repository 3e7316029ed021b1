import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { HubFault } from '../fault.ts';
import type { PostRead } from './read-post.ts';
import type { ReadReply, ReadRequest } from './reader-thread.ts';

/** Batches that one thread holds: one it reads, one that waits at its door. */
const THREAD_BATCHES = 2;
/** What one batch may cost at most, with room: a thread that needs more ends alone, not the hub. */
const THREAD_HEAP_MB = 256;
/** A batch comes and goes: with room for a few of them little of it is ever copied. */
const THREAD_YOUNG_MB = 64;

type Asked = Omit<ReadRequest, 'id'>;
interface Waiting {
  readonly asked: Asked;
  resolve(read: PostRead): void;
  reject(error: Error): void;
}
interface Thread {
  readonly worker: Worker;
  readonly held: Map<number, Waiting>;
}

/** Threads that read, check and hash batches, in the order in which they came; started by need, replaced when they die. What waits is bounded by the caller. */
export class Readers {
  readonly #count: number;
  readonly #threads: Thread[] = [];
  readonly #waiting: Waiting[] = [];
  #nextId = 1;
  #isStopped = false;

  constructor(count: number) {
    this.#count = count;
  }

  /** `bytes` may be taken over by a thread. Rejects with HUB_INTERNAL where the thread died. */
  read(asked: Asked): Promise<PostRead> {
    if (this.#isStopped) return Promise.reject(new HubFault('HUB_STOPPING'));
    return new Promise((resolve, reject) => {
      this.#waiting.push({ asked, resolve, reject });
      this.#hand();
    });
  }

  /** Idempotent; what waits is rejected. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    const threads = this.#threads.splice(0);
    for (const each of [...this.#waiting.splice(0), ...threads.flatMap(({ held }) => [...held.values()])])
      each.reject(new HubFault('HUB_STOPPING'));
    await Promise.all(threads.map(({ worker }) => worker.terminate()));
  }

  #hand(): void {
    while (this.#waiting.length > 0) {
      const thread = this.#idlest();
      if (thread === undefined) return;
      const next = this.#waiting.shift();
      if (next === undefined) return;
      const id = this.#nextId;
      this.#nextId += 1;
      thread.held.set(id, next);
      const { bytes } = next.asked;
      const isOwn = bytes.byteOffset === 0 && bytes.byteLength === bytes.buffer.byteLength;
      const request: ReadRequest = { id, ...next.asked };
      thread.worker.ref();
      thread.worker.postMessage(request, isOwn ? [bytes.buffer as ArrayBuffer] : []);
    }
  }

  /** The thread with the least to do that has room; another is started while there may be more. */
  #idlest(): Thread | undefined {
    const [idlest] = [...this.#threads].sort((a, b) => a.held.size - b.held.size);
    if (idlest !== undefined && (idlest.held.size === 0 || this.#threads.length >= this.#count))
      return idlest.held.size < THREAD_BATCHES ? idlest : undefined;
    return this.#start();
  }

  #start(): Thread {
    const thread: Thread = { worker: createWorker(), held: new Map() };
    this.#threads.push(thread);
    thread.worker.on('message', ({ id, read }: ReadReply) => {
      const waiting = thread.held.get(id);
      thread.held.delete(id);
      // An idle thread keeps no process alive.
      if (thread.held.size === 0) thread.worker.unref();
      this.#hand();
      waiting?.resolve(read);
    });
    thread.worker.on('error', (error) => this.#gone(thread, error.message));
    thread.worker.on('exit', (code) => this.#gone(thread, `exit ${code}`));
    return thread;
  }

  #gone(thread: Thread, reason: string): void {
    const place = this.#threads.indexOf(thread);
    if (place === -1) return;
    this.#threads.splice(place, 1);
    for (const waiting of thread.held.values()) waiting.reject(new HubFault('HUB_INTERNAL', `reader: ${reason}`));
    thread.held.clear();
    this.#hand();
  }
}

/** Built code runs as it is. From source the worker registers the TypeScript loader itself: a loader named in `execArgv` skips workers. */
function createWorker(): Worker {
  const resourceLimits = { maxOldGenerationSizeMb: THREAD_HEAP_MB, maxYoungGenerationSizeMb: THREAD_YOUNG_MB };
  if (!import.meta.url.endsWith('.ts'))
    return new Worker(new URL('./reader-thread.js', import.meta.url), { execArgv: [], resourceLimits });
  const twin = createRequire(import.meta.url).resolve('tsx/esm/api');
  const loader = pathToFileURL(twin.replace(/\.cjs$/, '.mjs')).href;
  const entry = new URL('./reader-thread.ts', import.meta.url).href;
  const boot = `import(${JSON.stringify(loader)}).then(({ register }) => { register(); return import(${JSON.stringify(entry)}); })`;
  return new Worker(boot, { eval: true, execArgv: ['--conditions=@tillside/source'], resourceLimits });
}
