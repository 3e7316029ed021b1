/** What one answer was worth, 0 to 1. Undefined where the truth has nothing of the kind. */
export interface Scores {
  readonly recallAt10: number;
  readonly recallAt20: number;
  /** Ideal gain over the whole truth, as the reality-check benchmark has it. */
  readonly ndcgAt10: number;
  /** Ideal gain over the ten that can be shown at most. */
  readonly ndcgAt10Truncated: number;
  readonly hitAt10: number;
  /** Of what the user had bought before, and of all else. */
  readonly repeatRecallAt10: number | undefined;
  readonly exploreRecallAt10: number | undefined;
}

export const METRICS = [
  'recallAt10',
  'recallAt20',
  'ndcgAt10',
  'ndcgAt10Truncated',
  'hitAt10',
  'repeatRecallAt10',
  'exploreRecallAt10',
] as const satisfies readonly (keyof Scores)[];

/** Items that a ranking needs. */
export const RANKED_MAX = 20;
const SHOWN = 10;

/**
 * @param ranked best first, each item once
 * @param truth not empty, each item once
 * @param before items of the user's history
 */
export function scoresOf(ranked: Int32Array, truth: Int32Array, before: ReadonlySet<number>): Scores {
  const repeat = truth.filter((item) => before.has(item));
  const explore = truth.filter((item) => !before.has(item));
  const gain = discountedGain(ranked, truth);
  return {
    recallAt10: recall(ranked, truth, SHOWN),
    recallAt20: recall(ranked, truth, RANKED_MAX),
    ndcgAt10: gain / idealGain(truth.length),
    ndcgAt10Truncated: gain / idealGain(Math.min(SHOWN, truth.length)),
    hitAt10: gain > 0 ? 1 : 0,
    repeatRecallAt10: repeat.length === 0 ? undefined : recall(ranked, repeat, SHOWN),
    exploreRecallAt10: explore.length === 0 ? undefined : recall(ranked, explore, SHOWN),
  };
}

/** What settings are chosen by: recall and nDCG count alike. */
export const tuningScore = (ranked: Int32Array, truth: Int32Array): number =>
  recall(ranked, truth, SHOWN) + discountedGain(ranked, truth) / idealGain(truth.length);

function recall(ranked: Int32Array, truth: Int32Array, shown: number): number {
  const top = ranked.subarray(0, shown);
  return truth.reduce((hits, item) => hits + (top.includes(item) ? 1 : 0), 0) / truth.length;
}

function discountedGain(ranked: Int32Array, truth: Int32Array): number {
  return ranked
    .subarray(0, SHOWN)
    .reduce((sum, item, place) => sum + (truth.includes(item) ? 1 / Math.log2(place + 2) : 0), 0);
}

function idealGain(hits: number): number {
  let sum = 0;
  for (let place = 0; place < hits; place += 1) sum += 1 / Math.log2(place + 2);
  return sum;
}

/** Mean of what is defined; 0 of nothing. */
export function meanOf(values: readonly (number | undefined)[]): number {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? 0 : known.reduce((sum, value) => sum + value, 0) / known.length;
}
