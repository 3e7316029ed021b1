import type { RecommendationContext, StoreSales } from '@tillside/features';
import type { ModelErrorCode } from './errors.ts';
import { HEALTHY_AFTER_MS, LOAD_TIMEOUT_MS, RESTART_MAX_DELAY_MS, RESTART_MIN_DELAY_MS } from './limits.ts';
import type { ProbeLimits } from './messages.ts';
import { type AskReply, type LoadReply, ModelChild } from './model-child.ts';

export interface RunnerOptions {
  readonly path: string;
  readonly agentVersion: string;
  /** Time for a child to be ready; LOAD_TIMEOUT_MS where not told. */
  readonly loadTimeoutMs?: number | undefined;
  /** 0 to below 1; spreads restarts. */
  readonly random: () => number;
  /** Told to each process before its first question. */
  readonly storeSales: () => StoreSales | undefined;
  readonly onDied: (runner: ModelRunner, restartInMs: number) => void;
  readonly onBack: (runner: ModelRunner) => void;
  /** The file that once passed does not any more; it is tried again with the same back-off. */
  readonly onRefused: (runner: ModelRunner, code: ModelErrorCode) => void;
  /** Nothing of it runs any more, and nothing will. */
  readonly onEnd: (runner: ModelRunner) => void;
}

/** One model whose process is started again when it dies, until stop. */
export class ModelRunner {
  readonly #options: RunnerOptions;
  #modelId = '';
  #sha256 = '';
  #child: ModelChild | undefined;
  #isReady = false;
  #isStopped = false;
  #timer: NodeJS.Timeout | undefined;
  #aliveSinceMs = 0;
  #deaths = 0;
  #restarts = 0;

  constructor(options: RunnerOptions) {
    this.#options = options;
  }

  get path(): string {
    return this.#options.path;
  }
  get modelId(): string {
    return this.#modelId;
  }
  get sha256(): string {
    return this.#sha256;
  }
  get pid(): number | undefined {
    return this.#isReady ? this.#child?.pid : undefined;
  }
  get restarts(): number {
    return this.#restarts;
  }
  /** Since it last lived for HEALTHY_AFTER_MS. */
  get deaths(): number {
    return this.#deaths;
  }

  /** Starts the process for the first time. Never rejects; when not ok nothing is left running. @param probe absent: it was measured before */
  async open(probe: ProbeLimits | undefined): Promise<LoadReply> {
    const reply = await this.#launch(probe);
    if (reply.ok) {
      this.#modelId = reply.modelId;
      this.#sha256 = reply.packSha256;
    } else {
      await this.stop();
    }
    return reply;
  }

  /** The store's sales became known, or are newer. */
  tellStore(): void {
    this.#child?.tellStore(this.#options.storeSales());
  }

  /** Never rejects. */
  async ask(context: RecommendationContext, count: number, timeoutMs: number): Promise<AskReply> {
    if (!this.#isReady || this.#child === undefined) return { miss: 'CHILD_DOWN' };
    return this.#child.ask(context, count, timeoutMs);
  }

  /** Ends it once nobody waits for an answer of it. */
  async retire(): Promise<void> {
    this.#end();
    await this.#child?.retire();
    this.#options.onEnd(this);
  }

  /** Idempotent. */
  async stop(): Promise<void> {
    this.#end();
    await this.#child?.stop();
    this.#options.onEnd(this);
  }

  #end(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  async #launch(probe: ProbeLimits | undefined): Promise<LoadReply> {
    const { path, agentVersion, loadTimeoutMs } = this.#options;
    const child = new ModelChild((gone) => this.#gone(gone));
    this.#child = child;
    const loaded = child.load({ path, agentVersion, probe, timeoutMs: loadTimeoutMs ?? LOAD_TIMEOUT_MS });
    this.tellStore();
    const reply = await loaded;
    if (!reply.ok) return reply;
    if (this.#isStopped || child.pid === undefined) {
      await child.stop();
      return { ok: false, code: 'MODEL_CHILD_CRASHED', message: 'it ended before it could serve' };
    }
    this.#isReady = true;
    this.#aliveSinceMs = performance.now();
    return reply;
  }

  #gone(child: ModelChild): void {
    if (this.#child !== child) return;
    this.#child = undefined;
    // One that was not ready yet is answered for by its launch.
    if (!this.#isReady) return;
    this.#isReady = false;
    if (performance.now() - this.#aliveSinceMs >= HEALTHY_AFTER_MS) this.#deaths = 0;
    this.#died();
  }

  #died(): void {
    if (this.#isStopped) return;
    const ceiling = Math.min(RESTART_MAX_DELAY_MS, RESTART_MIN_DELAY_MS * 2 ** this.#deaths);
    // Half fixed, half random: never at once, never all stores in step.
    const restartInMs = Math.round((ceiling * (1 + this.#options.random())) / 2);
    this.#deaths += 1;
    this.#timer = setTimeout(() => void this.#restart(), restartInMs);
    this.#options.onDied(this, restartInMs);
  }

  async #restart(): Promise<void> {
    this.#restarts += 1;
    const reply = await this.#launch(undefined);
    if (this.#isStopped) return;
    if (!reply.ok) {
      this.#options.onRefused(this, reply.code);
      this.#died();
    } else if (reply.packSha256 === this.#sha256) {
      this.#options.onBack(this);
    } else {
      this.#isReady = false;
      await this.#child?.stop();
      this.#options.onRefused(this, 'MODEL_HASH_MISMATCH');
      this.#died();
    }
  }
}
