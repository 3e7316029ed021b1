import {
  count,
  judge,
  NO_COUNTS,
  type Observation,
  type RolloutLimits,
  type Stage,
  type StageCounts,
  type StageName,
  type Verdict,
} from './rollout.ts';
import type { ModelRunner } from './runner.ts';

/** Looked at again so soon when a stage is over and the model's process is not up. */
const AGAIN_MS = 1_000;
/** Longest that a timer of Node's can wait; a longer stage is looked at in between. */
const TIMER_MAX_MS = 2 ** 31 - 1;

/** What was counted of a model that is being rolled out. */
export interface StageReport {
  readonly modelId: string;
  readonly sharePercent: number;
  readonly questions: number;
  readonly failed: number;
  readonly late: number;
  readonly crashes: number;
  /** Mean share of the first items that the other model chose too; absent before any could be compared. */
  readonly overlap?: number;
}

export interface StageRunOptions {
  readonly runner: ModelRunner;
  /** Place among the limits' stages. */
  readonly step: number;
  /** How long the stage has lasted already, before a restart. */
  readonly ageMs: number;
  readonly limits: RolloutLimits;
  /** Called once, when the stage is over. */
  readonly onVerdict: (verdict: Exclude<Verdict, { what: 'stay' }>) => void;
}

/** One stage of one model's rollout, from its first question to the verdict. */
export class StageRun {
  readonly #options: StageRunOptions;
  readonly stage: Stage;
  readonly #sinceMs: number;
  #counts: StageCounts = NO_COUNTS;
  #timer: NodeJS.Timeout | undefined;
  #isOver = false;

  constructor(options: StageRunOptions) {
    this.#options = options;
    const { stages } = options.limits;
    const stage = stages[options.step];
    if (stage === undefined) throw new RangeError(`stage ${options.step} of ${stages.length}`);
    this.stage = stage;
    this.#sinceMs = performance.now() - options.ageMs;
  }

  get runner(): ModelRunner {
    return this.#options.runner;
  }
  get step(): number {
    return this.#options.step;
  }

  begin(): void {
    this.#lookAgainIn(this.stage.maxMs - (performance.now() - this.#sinceMs));
  }

  observe(seen: Observation): void {
    // Of questions that the model was not there for, its death was counted.
    if (seen.outcome === 'unknown') return;
    this.#counts = count(this.#counts, seen);
    this.#look();
  }

  crashed(): void {
    this.#counts = { ...this.#counts, crashes: this.#counts.crashes + 1 };
    this.#look();
  }

  report(): StageReport & { readonly stage: StageName } {
    const { questions, failed, late, crashes, compared, overlapSum } = this.#counts;
    const overlap = compared === 0 ? {} : { overlap: Math.round((overlapSum / compared) * 1_000) / 1_000 };
    const { name, sharePercent } = this.stage;
    return { modelId: this.runner.modelId, stage: name, sharePercent, questions, failed, late, crashes, ...overlap };
  }

  /** Nothing more comes of it. Idempotent. */
  end(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
  }

  #look(): void {
    if (this.#isOver) return;
    const ageMs = performance.now() - this.#sinceMs;
    const verdict = judge(this.stage, this.#counts, ageMs, this.#options.limits);
    if (verdict.what === 'stay') return;
    if (verdict.what === 'pass' && this.runner.pid === undefined) {
      this.#lookAgainIn(AGAIN_MS);
    } else {
      this.end();
      this.#options.onVerdict(verdict);
    }
  }

  #lookAgainIn(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(
      () => {
        this.#look();
        if (!this.#isOver && ms > TIMER_MAX_MS) this.#lookAgainIn(ms - TIMER_MAX_MS);
      },
      Math.min(Math.max(0, ms), TIMER_MAX_MS),
    );
  }
}
