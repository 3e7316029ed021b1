import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { TagType } from '@tillside/firmware-configs';
import { DEVICE_CONDITIONS, type DeviceConditionCode, DeviceError } from '../conditions.ts';
import type { LabelContent } from '../contract/command.ts';
import type { RenderReply, RenderRequest } from './worker.ts';

/** Pictures that may wait for the worker: 64 take about a second. */
export const MAX_WAITING_RENDERS = 64;

/** Draws a label for a tag as a baseline JPEG of exactly the tag's size. */
export interface LabelRenderer {
  render(content: LabelContent, tag: TagType): Promise<Uint8Array>;
  /** Idempotent; what waits is rejected. */
  stop(): Promise<void>;
}

interface Waiting {
  resolve(jpeg: Uint8Array): void;
  reject(error: Error): void;
}

/** One worker thread, started by the first label; a worker that dies fails what waits, and the next label starts another. */
export class WorkerLabelRenderer implements LabelRenderer {
  #worker: Worker | undefined;
  #nextId = 1;
  readonly #waiting = new Map<number, Waiting>();

  /** Rejects with LABEL_RENDER_BUSY, LABEL_RENDER_FAILED or LABEL_FONT_MISSING. */
  render(content: LabelContent, tag: TagType): Promise<Uint8Array> {
    if (this.#waiting.size >= MAX_WAITING_RENDERS) return Promise.reject(new DeviceError('LABEL_RENDER_BUSY'));
    const worker = this.#worker ?? this.#start();
    const request: RenderRequest = { id: this.#nextId, content, tag };
    this.#nextId += 1;
    return new Promise((resolve, reject) => {
      this.#waiting.set(request.id, { resolve, reject });
      worker.ref();
      worker.postMessage(request);
    });
  }

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
    if ('jpeg' in reply) waiting?.resolve(reply.jpeg);
    else waiting?.reject(new DeviceError(renderCode(reply.failure.code), reply.failure.message));
  }

  #gone(worker: Worker, reason: string): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    this.#failAll(reason);
  }

  #failAll(reason: string): void {
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const each of waiting) each.reject(new DeviceError('LABEL_RENDER_FAILED', reason));
  }
}

function renderCode(code: string): DeviceConditionCode {
  return Object.hasOwn(DEVICE_CONDITIONS, code) ? (code as DeviceConditionCode) : 'LABEL_RENDER_FAILED';
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
