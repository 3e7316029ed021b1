import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { DEVICE_CONDITIONS, type DeviceConditionCode, DeviceError } from '../conditions.ts';
import type { RenderJob, RenderReply, RenderRequest } from './worker.ts';

/** Pictures that may wait for the worker: 64 labels take about a second. */
export const MAX_WAITING_RENDERS = 64;

interface Waiting {
  resolve(bytes: Uint8Array): void;
  reject(error: Error): void;
}

/** One worker thread, started by the first job; a worker that dies fails what waits, and the next job starts another. */
export class RenderWorker {
  readonly #codes: { readonly busy: DeviceConditionCode; readonly failed: DeviceConditionCode };
  #worker: Worker | undefined;
  #nextId = 1;
  readonly #waiting = new Map<number, Waiting>();

  /** `busy`: too many wait; `failed`: what failed without a code of its own. */
  constructor(codes: { readonly busy: DeviceConditionCode; readonly failed: DeviceConditionCode }) {
    this.#codes = codes;
  }

  /** Rejects with a coded error. */
  run(job: RenderJob): Promise<Uint8Array> {
    if (this.#waiting.size >= MAX_WAITING_RENDERS) return Promise.reject(new DeviceError(this.#codes.busy));
    const worker = this.#worker ?? this.#start();
    const request: RenderRequest = { id: this.#nextId, job };
    this.#nextId += 1;
    return new Promise((resolve, reject) => {
      this.#waiting.set(request.id, { resolve, reject });
      worker.ref();
      worker.postMessage(request);
    });
  }

  /** Idempotent; what waits is rejected. */
  async stop(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    this.#failAll('stopped');
    await worker?.terminate();
  }

  #start(): Worker {
    const worker = createWorker();
    this.#worker = worker;
    worker.on('message', (reply: RenderReply) => this.#settle(reply));
    worker.on('error', (error) => this.#gone(worker, error.message));
    worker.on('exit', (code) => this.#gone(worker, `exit ${code}`));
    return worker;
  }

  #settle(reply: RenderReply): void {
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    // An idle worker keeps no process alive.
    if (this.#waiting.size === 0) this.#worker?.unref();
    if ('bytes' in reply) waiting?.resolve(reply.bytes);
    else waiting?.reject(new DeviceError(this.#code(reply.failure.code), reply.failure.detail));
  }

  #gone(worker: Worker, reason: string): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    this.#failAll(reason);
  }

  #failAll(reason: string): void {
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const each of waiting) each.reject(new DeviceError(this.#codes.failed, reason));
  }

  #code(code: string): DeviceConditionCode {
    return Object.hasOwn(DEVICE_CONDITIONS, code) ? (code as DeviceConditionCode) : this.#codes.failed;
  }
}

/** Built code runs as it is. From source the worker registers the TypeScript loader itself: a loader named in `execArgv` skips workers. */
function createWorker(): Worker {
  if (!import.meta.url.endsWith('.ts')) return new Worker(new URL('./worker.js', import.meta.url), { execArgv: [] });
  // `require` finds the CommonJS twin, which can't register from inside a worker; its neighbour can.
  const twin = createRequire(import.meta.url).resolve('tsx/esm/api');
  const loader = pathToFileURL(twin.replace(/\.cjs$/, '.mjs')).href;
  const entry = new URL('./worker.ts', import.meta.url).href;
  const boot = `import(${JSON.stringify(loader)}).then(({ register }) => { register(); return import(${JSON.stringify(entry)}); })`;
  return new Worker(boot, { eval: true, execArgv: ['--conditions=@tillside/source'] });
}
