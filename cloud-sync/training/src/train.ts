import {
  buildStatsFromBaskets,
  encodeStats,
  FEATURE_COUNT,
  FEATURE_SET,
  indexStats,
  type Purchase,
  toBaskets,
} from '@tillside/features';
import {
  INPUT_NAME,
  MODEL_FORMAT,
  MODEL_TASK,
  ModelManifest,
  type ModelParts,
  OUTPUT_NAME,
  scanOnnx,
  sha256,
} from '@tillside/inference';
import { TrainingError } from './errors.ts';
import { beatsBaseline, type Evaluation, evaluate, flatMetrics } from './evaluate.ts';
import { questions, toExample } from './examples.ts';
import { fit } from './fit.ts';
import { goldenVectors } from './golden.ts';
import { BASKETS_MIN, EXAMPLES_MAX, EXAMPLES_SHARE, GOLDEN_TOLERANCE, STATS_SHARE, VALIDATION_MAX } from './limits.ts';
import { exportOnnx } from './onnx-export.ts';
import { seededRandom } from './random.ts';

/** Oldest agent that knows this format of the model contract. */
const MIN_AGENT_VERSION = '0.1.0';

const LIMITS_OF_THE_NUMBERS = [
  'Measured once, on the newest fifth of the baskets, with the statistics of the time before; the shipped statistics include that fifth.',
  'Half of the questions come before the first item of a basket, the others at a random point inside it.',
  'Targets that were never sold before count as missed for every case.',
  'No daypart, season, price or stock is known to the model.',
] as const;

export interface TrainOptions {
  readonly seed: number;
  /** SHA-256 of the data, for the manifest. */
  readonly dataHash: string;
  /** ISO 8601; the clock is the caller's. */
  readonly createdAt: string;
  readonly onProgress?: (progress: number, step: TrainingStep) => void;
}

export type TrainingStep = 'read' | 'statistics' | 'examples' | 'fit' | 'evaluate' | 'export' | 'verify';

export interface TrainedModel {
  readonly manifest: ModelManifest;
  readonly evaluation: Evaluation;
  /** The three files of the model, as bytes. */
  readonly parts: ModelParts;
}

/**
 * Purchases to a model. Time splits them: statistics from the first half, examples up to four fifths, numbers from the rest; then the
 * statistics are counted again over everything and shipped. The same purchases, seed and createdAt give the same bytes.
 *
 * @throws TrainingError TRAINING_TOO_FEW_BASKETS, TRAINING_DIVERGED
 */
export function trainModel(purchases: Iterable<Purchase>, options: TrainOptions): TrainedModel {
  const report = options.onProgress ?? (() => undefined);
  const random = seededRandom(options.seed);
  const baskets = toBaskets(purchases);
  if (baskets.length < BASKETS_MIN) {
    throw new TrainingError('TRAINING_TOO_FEW_BASKETS', `${baskets.length} of at least ${BASKETS_MIN}.`);
  }
  const statsEnd = Math.floor(baskets.length * STATS_SHARE);
  const examplesEnd = Math.floor(baskets.length * EXAMPLES_SHARE);

  report(0.1, 'statistics');
  const early = indexStats(buildStatsFromBaskets(baskets.slice(0, statsEnd)));
  report(0.15, 'examples');
  const lessons = questions(baskets.slice(0, examplesEnd), statsEnd, random).slice(-EXAMPLES_MAX);
  const examples = lessons.flatMap((lesson) => toExample(lesson, early, random) ?? []);
  if (examples.length === 0) throw new TrainingError('TRAINING_TOO_FEW_BASKETS', 'No product was bought twice.');
  const fitted = fit(examples, random, (share) => report(0.2 + 0.6 * share, 'fit'));

  report(0.8, 'evaluate');
  const before = indexStats(buildStatsFromBaskets(baskets.slice(0, examplesEnd)));
  const heldOut = questions(baskets, examplesEnd, random).slice(-VALIDATION_MAX);
  const evaluation = evaluate(heldOut, fitted.network, before);

  report(0.9, 'export');
  const all = indexStats(buildStatsFromBaskets(baskets));
  const onnx = exportOnnx(fitted.network);
  const stats = encodeStats(all.stats);
  const manifest = ModelManifest.parse({
    ...describeFiles(onnx, stats),
    createdAt: options.createdAt,
    golden: { tolerance: GOLDEN_TOLERANCE, vectors: goldenVectors(fitted.network, all, random) },
    training: {
      seed: options.seed,
      dataHash: options.dataHash,
      baskets: baskets.length,
      members: new Set(baskets.flatMap((basket) => basket.memberId ?? [])).size,
      items: all.stats.skus.length,
      from: new Date(all.stats.fromMs).toISOString(),
      to: new Date(all.stats.toMs).toISOString(),
      // What came later chose no weight: a comparison asks about it (compare.ts).
      learntTo: new Date(baskets[examplesEnd - 1]?.atMs ?? all.stats.toMs).toISOString(),
      examples: examples.length,
      epochs: fitted.epochs,
      loss: Math.round(fitted.loss * 1e6) / 1e6,
    },
    metrics: flatMetrics(evaluation),
    beatsBaseline: beatsBaseline(evaluation),
    limits: [...LIMITS_OF_THE_NUMBERS],
  } satisfies ModelManifest);
  return {
    manifest,
    evaluation,
    parts: { manifest: Buffer.from(`${JSON.stringify(manifest, null, 1)}\n`), onnx, stats },
  };
}

function describeFiles(onnx: Uint8Array, stats: Uint8Array) {
  const [onnxSha256, statsSha256] = [sha256(onnx), sha256(stats)];
  const { irVersion, opsets, operators } = scanOnnx(onnx);
  return {
    format: MODEL_FORMAT,
    task: MODEL_TASK,
    // The content names the model: weights and statistics.
    modelId: `${MODEL_TASK}-${sha256(Buffer.from(onnxSha256 + statsSha256)).slice(0, 12)}`,
    minAgentVersion: MIN_AGENT_VERSION,
    featureSet: { id: FEATURE_SET.id, hash: FEATURE_SET.hash },
    onnx: {
      sha256: onnxSha256,
      bytes: onnx.length,
      irVersion,
      opsets: { ...opsets },
      operators: [...operators],
      inputs: [{ name: INPUT_NAME, type: 'float32', shape: ['n', FEATURE_COUNT] }],
      outputs: [{ name: OUTPUT_NAME, type: 'float32', shape: ['n'] }],
    },
    stats: { sha256: statsSha256, bytes: stats.length },
    fallback: 'co-occurrence',
  } satisfies Partial<ModelManifest>;
}
