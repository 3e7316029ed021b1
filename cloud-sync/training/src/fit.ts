import { FEATURE_COUNT } from '@tillside/features';
import { TrainingError } from './errors.ts';
import { type Example, measure } from './examples.ts';
import {
  BATCH_EXAMPLES,
  EPOCHS_MAX,
  EPOCHS_MIN,
  EXAMPLE_VISITS,
  HIDDEN_UNITS,
  LEARNING_RATE,
  WEIGHT_DECAY,
} from './limits.ts';
import { type Activations, forward, type Network, newActivations, newNetwork, rounded } from './network.ts';
import { type Random, shuffled } from './random.ts';

const TABLES = ['w1', 'b1', 'w2'] as const;
type Gradient = Record<(typeof TABLES)[number], Float64Array>;

interface Optimizer {
  readonly first: Gradient;
  readonly second: Gradient;
  step: number;
}

/** Adam's usual constants (Kingma and Ba, 2015). */
const ADAM = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };

export interface FitResult {
  readonly network: Network;
  readonly epochs: number;
  /** Mean loss of the last pass. */
  readonly loss: number;
}

/**
 * Learns to put what was bought above what was not: softmax over each question's rows, Adam in small batches. The same examples and the same
 * random numbers give the same weights.
 *
 * @param onEpoch told the share of passes done, 0 to 1
 * @throws TrainingError TRAINING_DIVERGED
 */
export function fit(examples: readonly Example[], random: Random, onEpoch: (share: number) => void): FitResult {
  const { mean, spread } = measure(examples);
  const network = newNetwork(mean, spread, random);
  const optimizer: Optimizer = { first: newGradient(), second: newGradient(), step: 0 };
  const wanted = Math.round(EXAMPLE_VISITS / Math.max(1, examples.length));
  const epochs = Math.max(EPOCHS_MIN, Math.min(EPOCHS_MAX, wanted));
  const work = newActivations();
  let loss = 0;
  for (let epoch = 0; epoch < epochs; epoch += 1) {
    loss = 0;
    const order = shuffled(examples, random);
    const rate = LEARNING_RATE * (1 - (0.9 * epoch) / epochs);
    for (let from = 0; from < order.length; from += BATCH_EXAMPLES) {
      const batch = order.slice(from, from + BATCH_EXAMPLES);
      const gradient = newGradient();
      for (const example of batch) loss += backward(network, example, gradient, work) / examples.length;
      descend(network, gradient, optimizer, rate, batch.length);
    }
    if (!Number.isFinite(loss)) throw new TrainingError('TRAINING_DIVERGED', `in pass ${epoch + 1}`);
    onEpoch((epoch + 1) / epochs);
  }
  return { network: rounded(network), epochs, loss };
}

function newGradient(): Gradient {
  return {
    w1: new Float64Array(FEATURE_COUNT * HIDDEN_UNITS),
    b1: new Float64Array(HIDDEN_UNITS),
    w2: new Float64Array(HIDDEN_UNITS),
  };
}

/** Adds one example's gradient; gives its loss: log of the sum of exponentials less the mean score of what was bought. */
function backward(network: Network, example: Example, gradient: Gradient, work: Activations): number {
  const { features, rows, positives } = example;
  const scores = new Float64Array(rows);
  for (let row = 0; row < rows; row += 1) scores[row] = forward(network, features, row * FEATURE_COUNT, work);
  const highest = scores.reduce((most, score) => Math.max(most, score), Number.NEGATIVE_INFINITY);
  const total = scores.reduce((sum, score) => sum + Math.exp(score - highest), 0);
  let loss = highest + Math.log(total);
  for (let row = 0; row < rows; row += 1) {
    const score = scores[row] as number;
    const wanted = row < positives ? 1 / positives : 0;
    loss -= wanted * score;
    addRow(network, features, row, Math.exp(score - highest) / total - wanted, gradient, work);
  }
  return loss;
}

function addRow(
  network: Network,
  features: Float32Array,
  row: number,
  slope: number,
  gradient: Gradient,
  work: Activations,
): void {
  forward(network, features, row * FEATURE_COUNT, work);
  for (let unit = 0; unit < HIDDEN_UNITS; unit += 1) {
    const active = work.hidden[unit] as number;
    if (active === 0) continue;
    gradient.w2[unit] = (gradient.w2[unit] as number) + slope * active;
    const below = slope * (network.w2[unit] as number);
    gradient.b1[unit] = (gradient.b1[unit] as number) + below;
    for (let column = 0; column < FEATURE_COUNT; column += 1) {
      const place = column * HIDDEN_UNITS + unit;
      gradient.w1[place] = (gradient.w1[place] as number) + below * (work.input[column] as number);
    }
  }
}

function descend(network: Network, gradient: Gradient, optimizer: Optimizer, rate: number, count: number): void {
  optimizer.step += 1;
  const correction1 = 1 - ADAM.beta1 ** optimizer.step;
  const correction2 = 1 - ADAM.beta2 ** optimizer.step;
  for (const table of TABLES) {
    const weights = network[table];
    const first = optimizer.first[table];
    const second = optimizer.second[table];
    for (let place = 0; place < weights.length; place += 1) {
      const weight = weights[place] as number;
      const slope = (gradient[table][place] as number) / count;
      const mean = ADAM.beta1 * (first[place] as number) + (1 - ADAM.beta1) * slope;
      const square = ADAM.beta2 * (second[place] as number) + (1 - ADAM.beta2) * slope * slope;
      first[place] = mean;
      second[place] = square;
      const step = mean / correction1 / (Math.sqrt(square / correction2) + ADAM.epsilon);
      weights[place] = weight - rate * (step + WEIGHT_DECAY * weight);
    }
  }
}
