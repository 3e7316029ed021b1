import { type CatalogueContent, encodeStats, type MemberTaste, type Purchase, toBaskets } from '@tillside/features';
import { ModelManifest, type ModelParts } from '@tillside/inference';
import { knownOf } from './content/known.ts';
import type { ItemContent } from './content/tokens.ts';
import { describeFiles } from './describe.ts';
import { TrainingError } from './errors.ts';
import { beatsBaseline, type Evaluation, evaluate, flatMetrics } from './evaluate.ts';
import { historyOf } from './examples.ts';
import { goldenVectors, type Scorer } from './golden.ts';
import { type Lessons, learnable, measuredQuestions, usualRole } from './lessons.ts';
import {
  BASKETS_MIN,
  GOLDEN_TOLERANCE,
  LEAF_ROWS_MIN,
  QUESTIONS_PER_TREE,
  ROWS_PER_LEAF_ROW,
  TASTES_BLOCK,
  TASTES_MAX,
  TREES,
  TREES_MIN,
} from './limits.ts';
import { type MemberScorer, memberScorer, newestMembers } from './member-scores.ts';
import { type Random, seededRandom } from './random.ts';
import { fitTrees } from './trees/fit-trees.ts';
import { exportTrees } from './trees/onnx.ts';
import { scoreTrees } from './trees/score.ts';
import { type Role, type World, worldOf } from './worlds.ts';

const LIMITS_OF_THE_NUMBERS = [
  'Measured by the newest basket of one member in five, from whom no model learns; what was known before it is told by all other baskets.',
  'Half of the questions come before the first item of a basket, the others at a random point inside it.',
  'Targets that were never sold before count as missed for every case.',
  'No price or stock is known to the model.',
] as const;

export interface TrainOptions {
  readonly seed: number;
  /** SHA-256 of the data, for the manifest. */
  readonly dataHash: string;
  /** ISO 8601; the clock is the caller's. */
  readonly createdAt: string;
  /** Whom to learn from and whom to measure by; usualRole when absent. */
  readonly roleOf?: (memberId: string) => Role;
  /** The catalogue, each SKU once; absent: items are known by their sales only. */
  readonly items?: readonly ItemContent[] | undefined;
  readonly onProgress?: (progress: number, step: TrainingStep) => void;
}

export type TrainingStep = 'read' | 'statistics' | 'examples' | 'fit' | 'evaluate' | 'tastes' | 'export' | 'verify';

/** What was worked out about one member. */
export interface TrainedTaste {
  readonly memberId: string;
  readonly taste: MemberTaste;
}

export interface TrainedModel {
  readonly manifest: ModelManifest;
  readonly evaluation: Evaluation;
  /** The three files of the model, as bytes. */
  readonly parts: ModelParts;
  /** What the catalogue's items are like; undefined without one. */
  readonly catalogue: CatalogueContent | undefined;
  /** Of members with a basket, who bought last first; at most TASTES_MAX. Worked out while they are read, a block at a time: together they may not fit in memory. */
  readonly tastes: Iterable<TrainedTaste>;
}

/**
 * Purchases to a model. Each member's newest basket, and some before it, are told from what was before them; one member in five is only measured
 * by. Then statistics and members' scores are counted again over everything and shipped. The same purchases, seed and createdAt give the same
 * bytes.
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
  const roleOf = options.roleOf ?? usualRole;
  const known = knownOf(options.items ?? [], baskets);
  const catalogue = known?.catalogue;
  const { examples, latest } = learnable(baskets, { roleOf, catalogue, random, report });
  if (examples.questions === 0) throw new TrainingError('TRAINING_TOO_FEW_BASKETS', 'No product was bought twice.');
  const data = examples.data();
  const params = { ...TREES, trees: treesFor(examples.questions), minRowsInLeaf: minRowsInLeaf(data.rows) };
  const trees = fitTrees(data, undefined, params, random, (share) => report(0.35 + 0.4 * share, 'fit'));
  const scorer = (features: Float32Array) => scoreTrees(trees, features);

  report(0.75, 'evaluate');
  const evaluation = evaluateOn(latest, scorer, random);

  report(0.8, 'export');
  const shipped = worldOf(baskets, { back: 0, roleOf, catalogue, anonymous: new Set() });
  const tasteScorer = memberScorer(shipped, random, (share) => report(0.8 + 0.04 * share, 'export'));
  const onnx = exportTrees(trees);
  const { stats } = shipped.index;
  const packed = encodeStats(stats);
  const manifest = ModelManifest.parse({
    ...describeFiles(onnx, packed),
    createdAt: options.createdAt,
    golden: { tolerance: GOLDEN_TOLERANCE, vectors: goldenVectors(scorer, shipped.index, random) },
    training: {
      seed: options.seed,
      dataHash: options.dataHash,
      baskets: baskets.length,
      members: shipped.memberIds.length,
      items: shipped.index.bought,
      itemsInCatalogue: known?.items ?? 0,
      itemsNeverSold: known?.neverSold ?? 0,
      from: new Date(stats.fromMs).toISOString(),
      to: new Date(stats.toMs).toISOString(),
      examples: examples.questions,
      trees: trees.roots.length - 1,
    },
    metrics: flatMetrics(evaluation),
    beatsBaseline: beatsBaseline(evaluation),
    limits: [...LIMITS_OF_THE_NUMBERS],
  } satisfies ModelManifest);
  return {
    manifest,
    evaluation,
    catalogue,
    parts: { manifest: Buffer.from(`${JSON.stringify(manifest, null, 1)}\n`), onnx, stats: packed },
    tastes: tastesOf(shipped, tasteScorer, (share) => report(0.85 + 0.07 * share, 'tastes')),
  };
}

/** A small shop's forest is smaller, and so may be its leaves. */
const treesFor = (questions: number): number =>
  Math.max(TREES_MIN, Math.min(TREES.trees, Math.round(questions / QUESTIONS_PER_TREE)));

const minRowsInLeaf = (rows: number): number =>
  Math.max(LEAF_ROWS_MIN, Math.min(TREES.minRowsInLeaf, Math.floor(rows / ROWS_PER_LEAF_ROW)));

function evaluateOn(lessons: Lessons, scorer: Scorer, random: Random): Evaluation {
  return evaluate(measuredQuestions(lessons, random), scorer, lessons.world);
}

function* tastesOf(world: World, scoresOf: MemberScorer, onProgress: (share: number) => void): Generator<TrainedTaste> {
  const untilMs = world.index.stats.toMs;
  const asked = newestMembers(world, TASTES_MAX);
  for (let from = 0; from < asked.length; from += TASTES_BLOCK) {
    onProgress(from / asked.length);
    const block = asked.subarray(from, from + TASTES_BLOCK);
    const scores = scoresOf(block);
    for (const [row, member] of block.entries()) {
      const taste = { untilMs, history: historyOf(world, member), scores: scores[row] ?? [] };
      yield { memberId: world.memberIds[member] ?? '', taste };
    }
  }
}
