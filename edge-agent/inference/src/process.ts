import {
  type FallbackSource,
  fallbackRank,
  type ItemStats,
  indexStats,
  prepareContext,
  type RankedItem,
  type RecommendationContext,
  type StatsIndex,
} from '@tillside/features';
import { ModelError, type ModelErrorCode, messageOf } from './errors.ts';
import {
  ANSWER_MAX_ITEMS,
  HEALTHY_AFTER_MS,
  RECOMMEND_TIMEOUT_MS,
  RESTART_MAX_DELAY_MS,
  RESTART_MIN_DELAY_MS,
} from './limits.ts';
import { type MissReason, ModelChild } from './model-child.ts';
import { readPack, sha256, unpackModel } from './pack.ts';

export interface InferenceOptions {
  /** This agent's version, major.minor.patch, held against a model's minimum. */
  readonly agentVersion: string;
  /** Time for the model's answer before the fallback gives it; RECOMMEND_TIMEOUT_MS by default. */
  readonly timeoutMs?: number;
  /** The store's own statistics, for answers before any model came. */
  readonly fallbackStats?: ItemStats;
  /** 0 to below 1; spreads restarts. */
  readonly random?: () => number;
  /** Told of every change that an operator may want to see. */
  readonly onEvent?: (event: InferenceEvent) => void;
}

export type InferenceEvent =
  | { readonly type: 'model-serving'; readonly modelId: string }
  | { readonly type: 'child-exited'; readonly modelId: string; readonly restartInMs: number }
  | { readonly type: 'restart-refused'; readonly modelId: string; readonly code: ModelErrorCode };

export interface Recommendation {
  readonly items: readonly RankedItem[];
  /** What made the answer. */
  readonly source: 'model' | FallbackSource;
  /** The model that answered, or whose statistics the fallback used; null before any model. */
  readonly modelId: string | null;
  /** Why the model did not answer, when it did not. */
  readonly fallbackReason?: MissReason | 'NO_MODEL';
}

export type LoadResult =
  | { readonly ok: true; readonly modelId: string; readonly sha256: string }
  | { readonly ok: false; readonly code: ModelErrorCode; readonly message: string };

export interface InferenceStatus {
  readonly state: 'stopped' | 'no-model' | 'serving' | 'restarting';
  readonly modelId: string | null;
  readonly pid: number | null;
  readonly restarts: number;
}

interface Serving {
  readonly path: string;
  readonly modelId: string;
  readonly index: StatsIndex;
  child: ModelChild | undefined;
  aliveSinceMs: number;
  /** Deaths since the last healthy stretch. */
  failures: number;
}

/**
 * The agent's door to models. The model in service keeps answering while another is tried in a process of its own; an answer always comes,
 * from the model or from the fallback, and says which.
 */
export class InferenceProcess {
  readonly #options: InferenceOptions;
  readonly #random: () => number;
  #started = false;
  #serving: Serving | undefined;
  #fallbackIndex: StatsIndex | undefined;
  #restartTimer: NodeJS.Timeout | undefined;
  #restarts = 0;
  /** Children not in service: being tried, revived or stopped. */
  readonly #others = new Set<ModelChild>();
  #loads: Promise<unknown> = Promise.resolve();

  constructor(options: InferenceOptions) {
    this.#options = options;
    this.#random = options.random ?? Math.random;
  }

  async start(): Promise<void> {
    if (this.#options.fallbackStats !== undefined) this.#fallbackIndex = indexStats(this.#options.fallbackStats);
    this.#started = true;
  }

  /** The store's own statistics became known or grew; they answer while there is no model. */
  setFallbackStats(stats: ItemStats): void {
    this.#fallbackIndex = indexStats(stats);
  }

  /** Ends all children; questions still under way are answered by the fallback. Idempotent. */
  async stop(): Promise<void> {
    this.#started = false;
    clearTimeout(this.#restartTimer);
    const children = [...this.#others, ...(this.#serving?.child === undefined ? [] : [this.#serving.child])];
    this.#serving = undefined;
    await Promise.all(children.map((child) => child.stop()));
    await this.#loads;
  }

  status(): InferenceStatus {
    const serving = this.#serving;
    const pid = serving?.child?.pid ?? null;
    const up = serving === undefined ? 'no-model' : pid === null ? 'restarting' : 'serving';
    const state = this.#started ? up : 'stopped';
    return { state, modelId: serving?.modelId ?? null, pid, restarts: this.#restarts };
  }

  /**
   * Tries a pack in a new child: form and hashes, contract, golden vectors. Only when all hold does it take over; otherwise what served
   * goes on serving. Never rejects. One at a time, in order of the calls.
   */
  load(packPath: string): Promise<LoadResult> {
    const result = this.#loads.then(() => this.#tryPack(packPath));
    this.#loads = result;
    return result;
  }

  async #tryPack(path: string): Promise<LoadResult> {
    if (!this.#started) return { ok: false, code: 'MODEL_NOT_STARTED', message: 'start() has not run' };
    const child = new ModelChild((gone) => this.#exited(gone));
    this.#others.add(child);
    const reply = await child.load(path, this.#options.agentVersion);
    if (!reply.ok) return reply;
    let index: StatsIndex;
    try {
      const pack = await readPack(path);
      // The file must not have changed between the child's look and ours.
      if (sha256(pack) !== reply.packSha256)
        throw new ModelError('MODEL_HASH_MISMATCH', 'The file changed while being tried.');
      index = indexStats(unpackModel(pack).stats);
    } catch (error) {
      await child.stop();
      const code = error instanceof ModelError ? error.code : 'MODEL_READ_FAILED';
      return { ok: false, code, message: messageOf(error) };
    }
    if (!this.#started || child.pid === undefined) {
      await child.stop();
      return { ok: false, code: 'MODEL_CHILD_CRASHED', message: 'it ended before it could serve' };
    }
    await this.#takeOver({ path, modelId: reply.modelId, index, child, aliveSinceMs: performance.now(), failures: 0 });
    return { ok: true, modelId: reply.modelId, sha256: reply.packSha256 };
  }

  async #takeOver(next: Serving): Promise<void> {
    const previous = this.#serving?.child;
    clearTimeout(this.#restartTimer);
    if (next.child !== undefined) this.#others.delete(next.child);
    this.#serving = next;
    this.#options.onEvent?.({ type: 'model-serving', modelId: next.modelId });
    if (previous === undefined) return;
    this.#others.add(previous);
    await previous.retire();
  }

  /**
   * Up to `limit` items for a context, best first. Never late by more than the fallback's own time (well under a millisecond a hundred
   * candidates).
   *
   * @throws ContextError when the context's time can't be read
   */
  async recommend(context: RecommendationContext, limit: number): Promise<Recommendation> {
    const count = Math.max(0, Math.min(Math.trunc(limit), ANSWER_MAX_ITEMS));
    const serving = this.#serving;
    if (serving === undefined) return this.#fallback(this.#fallbackIndex, null, context, count, 'NO_MODEL');
    const reply =
      serving.child === undefined
        ? { miss: 'CHILD_DOWN' as const }
        : await serving.child.ask(context, count, this.#options.timeoutMs ?? RECOMMEND_TIMEOUT_MS);
    if ('items' in reply) return { items: reply.items, source: 'model', modelId: serving.modelId };
    return this.#fallback(serving.index, serving.modelId, context, count, reply.miss);
  }

  #fallback(
    index: StatsIndex | undefined,
    modelId: string | null,
    context: RecommendationContext,
    count: number,
    fallbackReason: MissReason | 'NO_MODEL',
  ): Recommendation {
    if (index === undefined) return { items: [], source: 'popularity', modelId, fallbackReason };
    return { ...fallbackRank(index, prepareContext(context, index), count), modelId, fallbackReason };
  }

  #exited(child: ModelChild): void {
    this.#others.delete(child);
    const serving = this.#serving;
    if (serving === undefined || serving.child !== child) return;
    serving.child = undefined;
    if (performance.now() - serving.aliveSinceMs >= HEALTHY_AFTER_MS) serving.failures = 0;
    this.#scheduleRestart(serving);
  }

  #scheduleRestart(serving: Serving): void {
    const ceiling = Math.min(RESTART_MAX_DELAY_MS, RESTART_MIN_DELAY_MS * 2 ** serving.failures);
    // Half fixed, half random: never at once, never all stores in step.
    const restartInMs = Math.round((ceiling * (1 + this.#random())) / 2);
    serving.failures += 1;
    this.#options.onEvent?.({ type: 'child-exited', modelId: serving.modelId, restartInMs });
    this.#restartTimer = setTimeout(() => void this.#restart(serving), restartInMs);
  }

  async #restart(serving: Serving): Promise<void> {
    if (!this.#started || this.#serving !== serving) return;
    this.#restarts += 1;
    const child = new ModelChild((gone) => this.#exited(gone));
    this.#others.add(child);
    const reply = await child.load(serving.path, this.#options.agentVersion);
    if (!this.#started || this.#serving !== serving) return child.stop();
    if (reply.ok && reply.modelId === serving.modelId && child.pid !== undefined) {
      this.#others.delete(child);
      serving.child = child;
      serving.aliveSinceMs = performance.now();
      this.#options.onEvent?.({ type: 'model-serving', modelId: serving.modelId });
      return;
    }
    const code = reply.ok ? 'MODEL_CHILD_CRASHED' : reply.code;
    this.#options.onEvent?.({ type: 'restart-refused', modelId: serving.modelId, code });
    await child.stop();
    this.#scheduleRestart(serving);
  }
}
