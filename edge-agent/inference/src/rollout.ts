import { createHash } from 'node:crypto';
import type { ModelErrorCode } from './errors.ts';

/**
 * How a verified model comes into service, as pure steps: it answers beside the running one and nothing is shown (shadow); its answers are
 * shown for a share of the baskets (share); it serves while the one before stands by (watch). In every stage its answers are counted, and
 * counts above the limits put the one before back.
 */
export type StageName = 'shadow' | 'share' | 'watch';

export interface Stage {
  readonly name: StageName;
  /** Of a hundred baskets, those that see the new model's answers. */
  readonly sharePercent: number;
  /** Passed after so many questions, or after this time: a quiet store comes to an end too. */
  readonly questions: number;
  readonly maxMs: number;
}

export interface RolloutLimits {
  /** In order; the last one is the watch. */
  readonly stages: readonly Stage[];
  /** Questions of one stage that the model could not answer. */
  readonly failedMax: number;
  /** Times that its process died in one stage. */
  readonly crashesMax: number;
  /** Late answers of one stage, as a number and as a share: above both is too many. */
  readonly lateMax: number;
  readonly lateShareMax: number;
  /** Mean share of the first OVERLAP_ITEMS that both models chose; below it the new one is taken for broken. */
  readonly overlapMin: number;
  /** Compared answers before that is judged. */
  readonly overlapQuestions: number;
}

const HOUR_MS = 3_600_000;
export const ROLLOUT_LIMITS: RolloutLimits = {
  stages: [
    { name: 'shadow', sharePercent: 0, questions: 200, maxMs: 12 * HOUR_MS },
    { name: 'share', sharePercent: 10, questions: 500, maxMs: 12 * HOUR_MS },
    { name: 'share', sharePercent: 50, questions: 500, maxMs: 12 * HOUR_MS },
    { name: 'watch', sharePercent: 100, questions: 2_000, maxMs: 24 * HOUR_MS },
  ],
  failedMax: 2,
  crashesMax: 1,
  lateMax: 10,
  lateShareMax: 0.02,
  overlapMin: 0.05,
  overlapQuestions: 50,
};
/** Of an answer's first items, those that are compared. */
export const OVERLAP_ITEMS = 10;

export interface StageCounts {
  readonly questions: number;
  /** Errors and scores that are no numbers. */
  readonly failed: number;
  /** Late where the other model was in time; a machine that is busy makes both late. */
  readonly late: number;
  readonly crashes: number;
  /** Answers that could be compared, and the sum of their overlaps, 0 to 1 each. */
  readonly compared: number;
  readonly overlapSum: number;
}

export const NO_COUNTS: StageCounts = { questions: 0, failed: 0, late: 0, crashes: 0, compared: 0, overlapSum: 0 };

export interface Observation {
  readonly outcome: 'answered' | 'failed' | 'late' | 'unknown';
  readonly overlap?: number | undefined;
}

export function count(counts: StageCounts, { outcome, overlap }: Observation): StageCounts {
  return {
    ...counts,
    questions: counts.questions + 1,
    failed: counts.failed + Number(outcome === 'failed'),
    late: counts.late + Number(outcome === 'late'),
    compared: counts.compared + Number(overlap !== undefined),
    overlapSum: counts.overlapSum + (overlap ?? 0),
  };
}

export type Verdict =
  | { readonly what: 'stay' }
  | { readonly what: 'pass' }
  | { readonly what: 'roll-back'; readonly code: ModelErrorCode };

/** What the counts of a stage that has lasted ageMs mean. */
export function judge(stage: Stage, counts: StageCounts, ageMs: number, limits: RolloutLimits): Verdict {
  const rollBack = (code: ModelErrorCode): Verdict => ({ what: 'roll-back', code });
  if (counts.crashes > limits.crashesMax) return rollBack('MODEL_TRIAL_CRASHED');
  if (counts.failed > limits.failedMax) return rollBack('MODEL_TRIAL_FAILED');
  if (counts.late > limits.lateMax && counts.late > limits.lateShareMax * counts.questions) {
    return rollBack('MODEL_TRIAL_LATE');
  }
  const isComparable = counts.compared >= limits.overlapQuestions;
  if (isComparable && counts.overlapSum / counts.compared < limits.overlapMin) return rollBack('MODEL_TRIAL_DIFFERS');
  return { what: counts.questions >= stage.questions || ageMs >= stage.maxMs ? 'pass' : 'stay' };
}

/** Share of the shorter answer's first items that both have; undefined when one is empty. */
export function overlapOf(left: readonly { sku: string }[], right: readonly { sku: string }[]): number | undefined {
  const most = Math.min(left.length, right.length, OVERLAP_ITEMS);
  if (most === 0) return undefined;
  const chosen = new Set(left.slice(0, most).map(({ sku }) => sku));
  return right.slice(0, most).filter(({ sku }) => chosen.has(sku)).length / most;
}

/** Place of a basket, 0 to 99: the same for a model at every question, another for another model. */
export function sharePlace(modelId: string, key: string): number {
  return createHash('sha256').update(`${modelId} ${key}`).digest().readUInt32LE(0) % 100;
}
