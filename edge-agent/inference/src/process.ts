import {
  type ItemStats,
  indexStats,
  type RecommendationContext,
  type StatsIndex,
  type StoreSales,
} from '@tillside/features';
import { besideOther, fallback, outcomeOf, type Recommendation } from './answers.ts';
import { ModelError, type ModelErrorCode, messageOf } from './errors.ts';
import { ANSWER_MAX_ITEMS, PROBE_P99_MAX_MS, RECOMMEND_TIMEOUT_MS } from './limits.ts';
import { type InferenceEvent, Lineup, type Served } from './lineup.ts';
import type { Measured, ProbeLimits } from './messages.ts';
import type { MissReason } from './model-child.ts';
import { ROLLOUT_LIMITS, type RolloutLimits, type StageName, sharePlace } from './rollout.ts';
import { ModelRunner } from './runner.ts';
import type { StageReport } from './stage-run.ts';
import { parseStats } from './stats-check.ts';

export interface InferenceOptions {
  /** This agent's version, major.minor.patch, held against a model's minimum. */
  readonly agentVersion: string;
  /** Time for the model's answer before the fallback gives it; RECOMMEND_TIMEOUT_MS by default. */
  readonly timeoutMs?: number;
  /** What a new model must keep to before it serves; by default PROBE_P99_MAX_MS, or timeoutMs where that is longer. */
  readonly probe?: ProbeLimits;
  /** Time for a child to be ready; LOAD_TIMEOUT_MS by default. */
  readonly loadTimeoutMs?: number;
  /** ROLLOUT_LIMITS by default. */
  readonly rollout?: RolloutLimits;
  /** The store's own statistics, for answers before any model came. */
  readonly fallbackStats?: ItemStats;
  /** 0 to below 1; spreads restarts. */
  readonly random?: () => number;
  /** Told of every change that an operator may want to see. */
  readonly onEvent?: (event: InferenceEvent) => void;
}

export type LoadResult =
  | { readonly ok: true; readonly modelId: string; readonly sha256: string; readonly measured?: Measured | undefined }
  | { readonly ok: false; readonly code: ModelErrorCode; readonly message: string };

export interface InferenceStatus {
  readonly state: 'stopped' | 'no-model' | 'serving' | 'restarting';
  readonly modelId: string | null;
  readonly pid: number | null;
  readonly restarts: number;
  /** Of all children: the one that serves, one on trial, one that stands by. */
  readonly pids: readonly number[];
  readonly rollout?: StageReport & { readonly stage: StageName };
}

/** What ran before a restart: files that were verified and measured then. */
export interface RestoreState {
  readonly serving?: string | undefined;
  /** The one before; it stands in when `serving` can't. */
  readonly previous?: string | undefined;
  readonly rollout?:
    | { readonly path: string; readonly stage: StageName; readonly sharePercent: number; readonly ageMs: number }
    | undefined;
}

/**
 * The agent's door to models. The model in service keeps answering while another is tried in a process of its own, beside it and then for a
 * share of the baskets; an answer always comes, from a model or from the fallback, and says which.
 */
export class InferenceProcess {
  readonly #options: InferenceOptions;
  readonly #limits: RolloutLimits;
  readonly #lineup: Lineup;
  /** All whose processes may run. */
  readonly #runners = new Set<ModelRunner>();
  #isStarted = false;
  #fallbackIndex: StatsIndex | undefined;
  #storeSales: StoreSales | undefined;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(options: InferenceOptions) {
    this.#options = options;
    this.#limits = options.rollout ?? ROLLOUT_LIMITS;
    this.#lineup = new Lineup({
      limits: this.#limits,
      tell: (event) => options.onEvent?.(event),
      reopen: async (path) => {
        const opened = await this.#open(path, undefined);
        return 'served' in opened ? opened.served : undefined;
      },
    });
  }

  async start(): Promise<void> {
    if (this.#options.fallbackStats !== undefined) this.#fallbackIndex = indexStats(this.#options.fallbackStats);
    this.#isStarted = true;
  }

  /** The store's own statistics became known or grew; they answer while there is no model. */
  setFallbackStats(stats: ItemStats): void {
    this.#fallbackIndex = indexStats(stats);
  }

  /** What this store sold lately; models hear of it before the next question, also those that come later. Undefined: nobody knows. */
  setStoreSales(sales: StoreSales | undefined): void {
    this.#storeSales = sales;
    for (const runner of this.#runners) runner.tellStore();
  }

  /** Ends all children; questions still under way are answered by the fallback. Idempotent. */
  async stop(): Promise<void> {
    this.#isStarted = false;
    this.#lineup.clear();
    await Promise.all([...this.#runners].map((runner) => runner.stop()));
    await this.#queue;
  }

  status(): InferenceStatus {
    const serving = this.#lineup.serving?.runner;
    const pid = serving?.pid ?? null;
    const up = serving === undefined ? 'no-model' : pid === null ? 'restarting' : 'serving';
    const rollout = this.#lineup.rollout?.report();
    return {
      state: this.#isStarted ? up : 'stopped',
      modelId: serving?.modelId ?? null,
      pid,
      restarts: serving?.restarts ?? 0,
      pids: [...this.#runners].flatMap((runner) => runner.pid ?? []),
      ...(rollout === undefined ? {} : { rollout }),
    };
  }

  /**
   * Tries a pack in a new child: form and hashes, contract, golden vectors, time. Only when all hold does it take over, at once; otherwise
   * what served goes on serving. Never rejects. One at a time, in order of the calls.
   */
  load(packPath: string): Promise<LoadResult> {
    return this.#inTurn(async () => {
      const opened = await this.#open(packPath, this.#probe);
      if ('served' in opened) await this.#lineup.serve(opened.served);
      return opened.result;
    });
  }

  /** As `load`, but beside what serves, in stages; RolloutEvents tell of them. With nothing in service it serves at once, watched. */
  rollOut(packPath: string): Promise<LoadResult> {
    return this.#inTurn(async () => {
      const opened = await this.#open(packPath, this.#probe);
      const first = this.#lineup.serving === undefined ? this.#limits.stages.length - 1 : 0;
      if ('served' in opened) this.#lineup.rollOut(opened.served, first, 0);
      return opened.result;
    });
  }

  /**
   * Goes on after a restart. Never rejects. When `serving` is refused, `previous` serves if it can. A rollout that can't go on is told of as
   * rolled back. The result is of what should serve.
   */
  restore({ serving, previous, rollout }: RestoreState): Promise<LoadResult> {
    return this.#inTurn(async () => {
      const isThere = async (path: string | undefined) => {
        const opened = path === undefined ? NOTHING : await this.#open(path, undefined);
        if ('served' in opened) await this.#lineup.serve(opened.served);
        return opened.result;
      };
      this.#lineup.knowPrevious(previous);
      const result = await isThere(serving);
      if (!result.ok) await isThere(previous);
      const trial = rollout === undefined ? undefined : await this.#goOn(rollout);
      return serving === undefined && trial !== undefined ? trial : result;
    });
  }

  async #goOn({ path, stage, sharePercent, ageMs }: NonNullable<RestoreState['rollout']>): Promise<LoadResult> {
    const { stages } = this.#limits;
    const step = stages.findIndex((known) => known.name === stage && known.sharePercent === sharePercent);
    const opened = await this.#open(path, undefined);
    if ('served' in opened) {
      // A stage that is not among today's begins anew with the first. A model that is alone is watched.
      const from = this.#lineup.serving === undefined ? stages.length - 1 : Math.max(0, step);
      this.#lineup.rollOut(opened.served, from, ageMs);
    } else if (this.#isStarted && !opened.result.ok) {
      const counts = { modelId: '', questions: 0, failed: 0, late: 0, crashes: 0 };
      const { code } = opened.result;
      this.#options.onEvent?.({ type: 'rollout', path, stage: 'rolled-back', sharePercent, code, ...counts });
    }
    return opened.result;
  }

  /**
   * Up to `limit` items for a context, best first. Never late by more than the fallback's own time (well under a millisecond a hundred
   * candidates).
   *
   * @param key what sees the answers of one model only while two share the questions: a basket
   * @throws ContextError when the context's time can't be read
   */
  async recommend(context: RecommendationContext, limit: number, key = ''): Promise<Recommendation> {
    const count = Math.max(0, Math.min(Math.trunc(limit), ANSWER_MAX_ITEMS));
    const { trial, rollout } = this.#lineup;
    const own = this.#answer(context, count);
    if (trial === undefined || rollout === undefined) return own;
    const { runner } = trial;
    const tried = runner.ask(context, count, this.#timeoutMs);
    const seen = Promise.all([tried, own]).then(([reply, answer]) => rollout.observe(besideOther(reply, answer)));
    // A question that can't be asked is the asker's to hear of, by `own`.
    seen.catch(() => undefined);
    if (sharePlace(runner.modelId, key) >= rollout.stage.sharePercent) return own;
    const reply = await tried;
    return 'items' in reply ? { items: reply.items, source: 'model', modelId: runner.modelId } : own;
  }

  get #timeoutMs(): number {
    return this.#options.timeoutMs ?? RECOMMEND_TIMEOUT_MS;
  }

  get #probe(): ProbeLimits {
    return this.#options.probe ?? { p99MaxMs: Math.max(PROBE_P99_MAX_MS, this.#timeoutMs) };
  }

  async #answer(context: RecommendationContext, count: number): Promise<Recommendation> {
    const { serving, rollout } = this.#lineup;
    if (serving === undefined) return fallback(this.#fallbackIndex, null, context, count, 'NO_MODEL');
    const { runner, index } = serving;
    const reply = await runner.ask(context, count, this.#timeoutMs);
    const answer =
      'items' in reply
        ? ({ items: reply.items, source: 'model', modelId: runner.modelId } as const)
        : ((await this.#standIn(context, count, reply.miss)) ??
          fallback(index, runner.modelId, context, count, reply.miss));
    if (rollout?.runner === runner) rollout.observe({ outcome: outcomeOf(reply) });
    return answer;
  }

  /** After a question that was late there is no time to ask another model. */
  async #standIn(context: RecommendationContext, count: number, miss: MissReason): Promise<Recommendation | undefined> {
    const runner = this.#lineup.standby?.runner;
    if (runner === undefined || miss === 'LATE') return undefined;
    const reply = await runner.ask(context, count, this.#timeoutMs);
    if (!('items' in reply)) return undefined;
    return { items: reply.items, source: 'previous-model', modelId: runner.modelId, fallbackReason: miss };
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(work);
    this.#queue = result.catch(() => undefined);
    return result;
  }

  /** Lets a new child try a pack; when it is refused nothing of it is left. @param probe absent: it was measured before */
  async #open(path: string, probe: ProbeLimits | undefined): Promise<Opened> {
    if (!this.#isStarted) return refused('MODEL_NOT_STARTED', 'start() has not run');
    const { agentVersion, loadTimeoutMs, random = Math.random } = this.#options;
    const runner = new ModelRunner({
      path,
      agentVersion,
      loadTimeoutMs,
      random,
      storeSales: () => this.#storeSales,
      onDied: (died, restartInMs) => this.#lineup.died(died, restartInMs),
      onBack: (back) => this.#lineup.back(back),
      onRefused: (again, code) => this.#lineup.refused(again, code),
      onEnd: (ended) => this.#runners.delete(ended),
    });
    this.#runners.add(runner);
    const reply = await runner.open(probe);
    if (!reply.ok) return { result: reply };
    const { modelId, packSha256, topStats, measured } = reply;
    try {
      // The pack itself is the child's alone: to unpack it here would hold up every till, and double the memory.
      const index = indexStats(parseStats(topStats));
      if (!this.#isStarted) throw new ModelError('MODEL_NOT_STARTED', '');
      return { result: { ok: true, modelId, sha256: packSha256, measured }, served: { runner, index } };
    } catch (error) {
      await runner.stop();
      return refused(error instanceof ModelError ? error.code : 'MODEL_READ_FAILED', messageOf(error));
    }
  }
}

type Opened = { readonly result: LoadResult } | { readonly result: LoadResult; readonly served: Served };

const refused = (code: ModelErrorCode, message: string): Opened => ({ result: { ok: false, code, message } });
const NOTHING = refused('MODEL_READ_FAILED', 'no model was in service');
