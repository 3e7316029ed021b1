import { FEATURE_COUNT } from '@tillside/features';
import { HIDDEN_UNITS } from './limits.ts';
import type { Random } from './random.ts';

/**
 * One hidden layer: scores = relu(((x - mean) / spread) W1 + b1) W2. All tables hold values that float32 holds exactly once `rounded`, so
 * that this code and the exported graph work on the same numbers. No output bias: an order does not need one.
 */
export interface Network {
  readonly mean: Float64Array;
  readonly spread: Float64Array;
  /** [FEATURE_COUNT, HIDDEN_UNITS], row-major */
  readonly w1: Float64Array;
  /** [HIDDEN_UNITS] */
  readonly b1: Float64Array;
  /** [HIDDEN_UNITS] */
  readonly w2: Float64Array;
}

export function newNetwork(mean: Float64Array, spread: Float64Array, random: Random): Network {
  const weight = (fanIn: number) => (random() * 2 - 1) * Math.sqrt(3 / fanIn);
  return {
    mean,
    spread,
    w1: new Float64Array(FEATURE_COUNT * HIDDEN_UNITS).map(() => weight(FEATURE_COUNT)),
    b1: new Float64Array(HIDDEN_UNITS),
    w2: new Float64Array(HIDDEN_UNITS).map(() => weight(HIDDEN_UNITS)),
  };
}

/** The network with every number rounded to float32, as it is exported. */
export function rounded(network: Network): Network {
  const round = (values: Float64Array) => values.map((value) => Math.fround(value));
  const { mean, spread, w1, b1, w2 } = network;
  return { mean: round(mean), spread: round(spread), w1: round(w1), b1: round(b1), w2: round(w2) };
}

/** Working memory of one row. */
export interface Activations {
  readonly input: Float64Array;
  readonly hidden: Float64Array;
  /** What the way back leaves below the hidden units. */
  readonly below: Float64Array;
}

export function newActivations(): Activations {
  return {
    input: new Float64Array(FEATURE_COUNT),
    hidden: new Float64Array(HIDDEN_UNITS),
    below: new Float64Array(HIDDEN_UNITS),
  };
}

/** Score of one row; leaves the activations behind for the way back. @param offset where the row starts in `features` */
export function forward(network: Network, features: Float32Array, offset: number, work: Activations): number {
  const { mean, spread, w1, b1, w2 } = network;
  const { input, hidden } = work;
  hidden.set(b1);
  for (let column = 0; column < FEATURE_COUNT; column += 1) {
    const value = ((features[offset + column] as number) - (mean[column] as number)) / (spread[column] as number);
    input[column] = value;
    if (value === 0) continue;
    const row = column * HIDDEN_UNITS;
    for (let unit = 0; unit < HIDDEN_UNITS; unit += 1) {
      hidden[unit] = (hidden[unit] as number) + value * (w1[row + unit] as number);
    }
  }
  let score = 0;
  for (let unit = 0; unit < HIDDEN_UNITS; unit += 1) {
    if ((hidden[unit] as number) < 0) hidden[unit] = 0;
    score += (hidden[unit] as number) * (w2[unit] as number);
  }
  return score;
}

/** Scores of a block. @param features row-major float32[rows, FEATURE_COUNT] */
export function scoreAll(network: Network, features: Float32Array): Float64Array {
  const work = newActivations();
  const scores = new Float64Array(features.length / FEATURE_COUNT);
  for (let row = 0; row < scores.length; row += 1) scores[row] = forward(network, features, row * FEATURE_COUNT, work);
  return scores;
}
