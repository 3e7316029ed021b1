import type { StatsIndex } from '@tillside/features';
import type { ModelErrorCode } from './errors.ts';
import { CRASH_LOOP_DEATHS, HEALTHY_AFTER_MS } from './limits.ts';
import type { RolloutLimits, StageName } from './rollout.ts';
import type { ModelRunner } from './runner.ts';
import { type StageReport, StageRun } from './stage-run.ts';

/** A model that can answer, and the statistics that answer while its process is away. */
export interface Served {
  readonly runner: ModelRunner;
  readonly index: StatsIndex;
}

export type InferenceEvent =
  | { readonly type: 'model-serving'; readonly modelId: string }
  | { readonly type: 'child-exited'; readonly modelId: string; readonly restartInMs: number }
  | { readonly type: 'restart-refused'; readonly modelId: string; readonly code: ModelErrorCode }
  | RolloutEvent;

/** A model came to a stage, with what was counted in the one before; or passed all, was rolled back, or gave way to a newer one. */
export interface RolloutEvent extends StageReport {
  readonly type: 'rollout';
  readonly path: string;
  readonly stage: StageName | 'in-service' | 'rolled-back' | 'superseded';
  readonly code?: ModelErrorCode;
}

export interface LineupOptions {
  readonly limits: RolloutLimits;
  readonly tell: (event: InferenceEvent) => void;
  /** Opens a file that was verified and measured before; undefined when it does not fit any more. */
  readonly reopen: (path: string) => Promise<Served | undefined>;
}

/** Which model serves, which is on trial beside it, and which stands by. Changes take effect between two questions. */
export class Lineup {
  readonly #options: LineupOptions;
  #serving: Served | undefined;
  #trial: Served | undefined;
  #standby: Served | undefined;
  #rollout: StageRun | undefined;
  /** The file of the model before; opened while the one in service dies again and again. */
  #previousPath: string | undefined;
  #isReopening = false;
  #isStopped = false;
  #healthTimer: NodeJS.Timeout | undefined;

  constructor(options: LineupOptions) {
    this.#options = options;
  }

  get serving(): Served | undefined {
    return this.#serving;
  }
  get trial(): Served | undefined {
    return this.#trial;
  }
  get standby(): Served | undefined {
    return this.#standby;
  }
  /** Of the trial, or of what serves while it is watched. */
  get rollout(): StageRun | undefined {
    return this.#rollout;
  }

  /** Puts a model in service at once; what was there goes when nobody waits for it. */
  async serve(next: Served): Promise<void> {
    this.#endRollout();
    const left = this.#serving;
    this.#put(next);
    await left?.runner.retire();
  }

  /** Begins or goes on with a stage. Only the last stage is of the model that serves. */
  rollOut(next: Served, step: number, ageMs: number): void {
    this.#endRollout();
    const isWatch = step === this.#options.limits.stages.length - 1;
    if (isWatch) this.#swap(next);
    else this.#trial = next;
    this.#beginStage(next, step, ageMs);
  }

  /** @param path of a model that passed its rollout before `serving` did */
  knowPrevious(path: string | undefined): void {
    this.#previousPath = path;
  }

  died(runner: ModelRunner, restartInMs: number): void {
    if (this.#isStopped) return;
    if (this.#serving?.runner === runner) {
      this.#options.tell({ type: 'child-exited', modelId: runner.modelId, restartInMs });
      if (runner.deaths >= CRASH_LOOP_DEATHS) void this.#callStandby();
    }
    if (this.#rollout?.runner === runner) this.#rollout.crashed();
  }

  back(runner: ModelRunner): void {
    if (this.#isStopped || this.#serving?.runner !== runner) return;
    this.#options.tell({ type: 'model-serving', modelId: runner.modelId });
    clearTimeout(this.#healthTimer);
    this.#healthTimer = setTimeout(() => void this.#dismissStandby(runner), HEALTHY_AFTER_MS);
  }

  refused(runner: ModelRunner, code: ModelErrorCode): void {
    if (this.#serving?.runner === runner) {
      this.#options.tell({ type: 'restart-refused', modelId: runner.modelId, code });
    }
  }

  /** Who is in the lineup has to be stopped by who opened it. */
  clear(): void {
    this.#isStopped = true;
    clearTimeout(this.#healthTimer);
    this.#rollout?.end();
    this.#serving = this.#trial = this.#standby = this.#rollout = undefined;
  }

  /** What served stands by while the next one is watched. */
  #swap(next: Served): void {
    this.#trial = undefined;
    void this.#standby?.runner.retire();
    this.#standby = this.#serving;
    this.#put(next);
  }

  #put(next: Served): void {
    clearTimeout(this.#healthTimer);
    this.#serving = next;
    this.#options.tell({ type: 'model-serving', modelId: next.runner.modelId });
  }

  #beginStage(model: Served, step: number, ageMs: number): void {
    const run = new StageRun({
      runner: model.runner,
      step,
      ageMs,
      limits: this.#options.limits,
      onVerdict: (verdict) => {
        if (verdict.what === 'pass') this.#pass(run, model);
        else this.#rollBack(run, verdict.code);
      },
    });
    this.#rollout = run;
    run.begin();
  }

  #pass(run: StageRun, model: Served): void {
    const { stages } = this.#options.limits;
    const next = stages[run.step + 1];
    this.#tellStage(run, next?.name ?? 'in-service', next?.sharePercent ?? 100);
    if (next !== undefined) {
      if (run.step + 2 === stages.length) this.#swap(model);
      this.#beginStage(model, run.step + 1, 0);
      return;
    }
    this.#rollout = undefined;
    this.#previousPath = this.#standby?.runner.path;
    void this.#dismissStandby(model.runner);
  }

  #rollBack(run: StageRun, code: ModelErrorCode): void {
    this.#rollout = undefined;
    if (this.#trial?.runner === run.runner) this.#trial = undefined;
    else {
      const before = this.#standby;
      this.#standby = undefined;
      this.#serving = undefined;
      if (before !== undefined) this.#put(before);
    }
    void run.runner.retire();
    this.#tellStage(run, 'rolled-back', run.stage.sharePercent, code);
  }

  #tellStage(run: StageRun, stage: RolloutEvent['stage'], sharePercent: number, code?: ModelErrorCode): void {
    const said = code === undefined ? {} : { code };
    this.#options.tell({ ...run.report(), type: 'rollout', path: run.runner.path, stage, sharePercent, ...said });
  }

  /** A newer model comes: a trial is given up, a watch is over. */
  #endRollout(): void {
    const [run, standby] = [this.#rollout, this.#standby];
    run?.end();
    this.#rollout = undefined;
    this.#standby = undefined;
    if (standby !== undefined) {
      this.#previousPath = standby.runner.path;
      void standby.runner.retire();
    }
    if (run === undefined || this.#trial === undefined) return;
    this.#trial = undefined;
    void run.runner.stop();
    this.#tellStage(run, 'superseded', run.stage.sharePercent);
  }

  async #callStandby(): Promise<void> {
    const path = this.#previousPath;
    if (path === undefined || this.#standby !== undefined || this.#isReopening) return;
    this.#isReopening = true;
    const before = await this.#options.reopen(path);
    this.#isReopening = false;
    // What served may have given way meanwhile.
    if (before === undefined) return;
    if (this.#isStopped || this.#standby !== undefined) return before.runner.stop();
    this.#standby = before;
    this.#options.tell({ type: 'model-serving', modelId: before.runner.modelId });
  }

  /** Once what serves has shown that it stays, the one before need not wait. */
  async #dismissStandby(serving: ModelRunner): Promise<void> {
    const isNeeded =
      this.#serving?.runner !== serving || serving.pid === undefined || this.#rollout?.runner === serving;
    if (this.#isStopped || isNeeded) return;
    const left = this.#standby;
    this.#standby = undefined;
    await left?.runner.retire();
  }
}
