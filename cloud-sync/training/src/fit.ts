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
  const work: Activations[] = [];
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
function backward(network: Network, example: Example, gradient: Gradient, work: Activations[]): number {
  const { features, rows, positives } = example;
  while (work.length < rows) work.push(newActivations());
  const scores = new Float64Array(rows);
  let highest = Number.NEGATIVE_INFINITY;
  for (let row = 0; row < rows; row += 1) {
    const score = forward(network, features, row * FEATURE_COUNT, work[row] as Activations);
    scores[row] = score;
    highest = Math.max(highest, score);
  }
  let total = 0;
  for (let row = 0; row < rows; row += 1) total += Math.exp((scores[row] as number) - highest);
  let loss = highest + Math.log(total);
  for (let row = 0; row < rows; row += 1) {
    const score = scores[row] as number;
    const wanted = row < positives ? 1 / positives : 0;
    loss -= wanted * score;
    addRow(network.w2, Math.exp(score - highest) / total - wanted, gradient, work[row] as Activations);
  }
  return loss;
}

/** @param slope change of the loss with this row's score */
function addRow(w2: Float64Array, slope: number, gradient: Gradient, { input, hidden, below }: Activations): void {
  for (let unit = 0; unit < HIDDEN_UNITS; unit += 1) {
    const active = hidden[unit] as number;
    const back = active > 0 ? slope * (w2[unit] as number) : 0;
    below[unit] = back;
    gradient.w2[unit] = (gradient.w2[unit] as number) + slope * active;
    gradient.b1[unit] = (gradient.b1[unit] as number) + back;
  }
  const table = gradient.w1;
  for (let column = 0; column < FEATURE_COUNT; column += 1) {
    const value = input[column] as number;
    const from = column * HIDDEN_UNITS;
    for (let unit = 0; unit < HIDDEN_UNITS; unit += 1) {
      table[from + unit] = (table[from + unit] as number) + value * (below[unit] as number);
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
