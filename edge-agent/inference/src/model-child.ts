import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { RankedItem, RecommendationContext, StoreSales } from '@tillside/features';
import type { ModelErrorCode } from './errors.ts';
import { CHILD_MAX_BYTES, IN_FLIGHT_MAX, LATE_ANSWERS_MAX, MEMORY_LOOK_MS, STOP_GRACE_MS } from './limits.ts';
import { residentBytes } from './memory.ts';
import type { FromChild, Measured, ProbeLimits, ToChild } from './messages.ts';
import { toWire } from './wire.ts';

export type LoadReply =
  | {
      readonly ok: true;
      readonly modelId: string;
      readonly packSha256: string;
      readonly topStats: Uint8Array;
      readonly measured?: Measured | undefined;
    }
  | { readonly ok: false; readonly code: ModelErrorCode; readonly message: string };

export interface LoadOptions {
  readonly path: string;
  readonly agentVersion: string;
  /** Absent for a model that was measured before. */
  readonly probe?: ProbeLimits | undefined;
  readonly timeoutMs: number;
}

/** Why the child gave no answer. */
export type MissReason = 'CHILD_DOWN' | 'LATE' | 'BUSY' | 'MODEL_FAILED';
export type AskReply =
  | { readonly items: readonly RankedItem[] }
  | { readonly miss: MissReason; readonly code?: string };

/** A question leaves little behind, so that small spaces for what is young do; `gc` clears away what loading left. */
const MEMORY_FLAGS = ['--max-semi-space-size=2', '--expose-gc'];

/** Source runs through tsx, built code through plain node: the entry next to this file decides. */
export function childEntry(): { path: string; execArgv: string[] } {
  const fromSource = import.meta.url.endsWith('.ts');
  const path = fileURLToPath(new URL(fromSource ? './child.ts' : './child.js', import.meta.url));
  const source = fromSource ? ['--conditions=@tillside/source', '--import', import.meta.resolve('tsx')] : [];
  return { path, execArgv: [...MEMORY_FLAGS, ...source] };
}

/** One child process with one model in it. Made, loaded once, asked many times, stopped; never revived. */
export class ModelChild {
  readonly #onExit: (child: ModelChild) => void;
  #process: ChildProcess | undefined;
  #settleLoad: ((reply: LoadReply) => void) | undefined;
  readonly #waiting = new Map<number, (reply: AskReply) => void>();
  readonly #whenIdle: (() => void)[] = [];
  #nextId = 1;
  #lateInARow = 0;
  #memoryTimer: NodeJS.Timeout | undefined;
  #hasOverrun = false;

  /** @param onExit called once when the process is gone, for whatever reason */
  constructor(onExit: (child: ModelChild) => void) {
    this.#onExit = onExit;
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /** Starts the process and lets it check the pack. Never rejects; when not ok the process is already being stopped. */
  async load({ timeoutMs, ...load }: LoadOptions): Promise<LoadReply> {
    const entry = childEntry();
    const child = fork(entry.path, [], {
      execPath: process.execPath,
      execArgv: entry.execArgv,
      // stderr is the engine's own; stdout must not mix with the agent's.
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      // Arrays of numbers as they are.
      serialization: 'advanced',
    });
    this.#process = child;
    child.on('message', (message: FromChild) => this.#receive(message));
    child.on('error', () => this.#gone(child));
    child.on('exit', () => this.#gone(child));
    // From here, because a child that computes can't look at itself.
    this.#memoryTimer = setInterval(() => this.#lookAtMemory(child), MEMORY_LOOK_MS);
    const reply = await new Promise<LoadReply>((resolve) => {
      const timer = setTimeout(() => {
        this.#settleLoad?.({ ok: false, code: 'MODEL_LOAD_TIMEOUT', message: `not ready after ${timeoutMs} ms` });
      }, timeoutMs);
      this.#settleLoad = (settled) => {
        this.#settleLoad = undefined;
        clearTimeout(timer);
        resolve(settled);
      };
      this.#send({ type: 'load', ...load });
    });
    if (!reply.ok) await this.stop();
    return reply;
  }

  /** What the store sold; it holds for the questions after. */
  tellStore(sales: StoreSales | undefined): void {
    this.#send({ type: 'store', sales });
  }

  /** Asks for an answer within timeoutMs. Never rejects. */
  async ask(context: RecommendationContext, limit: number, timeoutMs: number): Promise<AskReply> {
    if (this.#process === undefined) return { miss: 'CHILD_DOWN' };
    if (this.#waiting.size >= IN_FLIGHT_MAX) return { miss: 'BUSY' };
    const id = this.#nextId;
    this.#nextId += 1;
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#late(id), timeoutMs);
      const settle = (reply: AskReply) => {
        clearTimeout(timer);
        this.#waiting.delete(id);
        resolve(reply);
        if (this.#waiting.size === 0) for (const idle of this.#whenIdle.splice(0)) idle();
      };
      this.#waiting.set(id, settle);
      this.#send({ type: 'recommend', id, context: toWire(context), limit });
    });
  }

  /** Ends the process once nobody waits for it; every question has its deadline, so that comes. For a child that is being replaced. */
  async retire(): Promise<void> {
    if (this.#waiting.size > 0) await new Promise<void>((resolve) => this.#whenIdle.push(resolve));
    await this.stop();
  }

  /** Ends the process: politely first, by force after STOP_GRACE_MS. Resolves when it is gone. */
  async stop(): Promise<void> {
    const child = this.#process;
    if (child === undefined) return;
    const left = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    if (child.connected) child.disconnect();
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_GRACE_MS);
    await left;
    clearTimeout(timer);
  }

  #send(message: ToChild): void {
    // A send that fails is followed by 'exit' or by the deadline, which settle what waits.
    if (this.#process?.connected === true) this.#process.send(message, () => undefined);
  }

  #receive(message: FromChild): void {
    if (message.type === 'loaded') {
      const { modelId, packSha256, topStats, measured } = message;
      this.#settleLoad?.({ ok: true, modelId, packSha256, topStats, measured });
    } else if (message.type === 'refused') {
      this.#settleLoad?.({ ok: false, code: message.code, message: message.message });
    } else {
      this.#lateInARow = 0;
      const reply: AskReply =
        message.type === 'answer' ? { items: message.items } : { miss: 'MODEL_FAILED', code: message.code };
      this.#waiting.get(message.id)?.(reply);
    }
  }

  #late(id: number): void {
    this.#waiting.get(id)?.({ miss: 'LATE' });
    this.#lateInARow += 1;
    if (this.#lateInARow >= LATE_ANSWERS_MAX) this.#process?.kill('SIGKILL');
  }

  #lookAtMemory(child: ChildProcess): void {
    if (child.pid === undefined || (residentBytes(child.pid) ?? 0) <= CHILD_MAX_BYTES) return;
    this.#hasOverrun = true;
    child.kill('SIGKILL');
  }

  #gone(child: ChildProcess): void {
    if (this.#process !== child) return;
    this.#process = undefined;
    clearInterval(this.#memoryTimer);
    this.#settleLoad?.(
      this.#hasOverrun
        ? { ok: false, code: 'MODEL_TOO_LARGE', message: `It took more than ${CHILD_MAX_BYTES} bytes of memory.` }
        : { ok: false, code: 'MODEL_CHILD_CRASHED', message: `signal ${child.signalCode ?? 'none'}` },
    );
    for (const settle of [...this.#waiting.values()]) settle({ miss: 'CHILD_DOWN' });
    this.#onExit(this);
  }
}
