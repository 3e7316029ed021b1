/** A model of the retailer's own: what it is trained on, and the pack that is made of it. docs/models.md tells its story. */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeStats, FEATURE_COUNT, FEATURE_SET, toBaskets } from '@tillside/features';
import {
  checkContract,
  InferenceProcess,
  type LoadResult,
  MODEL_ERRORS,
  MODEL_FILES,
  ModelError,
  type ModelManifest,
  ONNX_MAX_BYTES,
  packParts,
  readLimited,
  readPack,
  STATS_MAX_BYTES,
  unpackModel,
} from '@tillside/inference';
import { knownOf } from './content/known.ts';
import { readItems } from './content/read-items.ts';
import { describeFiles } from './describe.ts';
import { messageOf, TrainingError } from './errors.ts';
import { goldenVectors } from './golden.ts';
import { PACK_FILE } from './job.ts';
import { learnable, usualRole } from './lessons.ts';
import { BASKETS_MIN } from './limits.ts';
import { npy } from './npy.ts';
import { seededRandom } from './random.ts';
import { readSales } from './read-sales.ts';
import { worldOf } from './worlds.ts';

/** What `writeExamples` leaves in its directory. */
export const EXAMPLE_FILES = {
  /** float32 [rows, F] */
  features: 'features.npy',
  /** float32 [rows]: 1 for what was bought, 0 for what was not. */
  labels: 'labels.npy',
  /** int32 [questions + 1]: where each question's rows begin, and the end. */
  groups: 'groups.npy',
  /** Made-up questions with their features; the model's scores are to be filled in. */
  golden: 'golden.json',
  featureSet: 'feature-set.json',
} as const;

export interface ExamplesSummary {
  readonly rows: number;
  readonly questions: number;
  readonly features: number;
}

/**
 * The examples that the built-in ranker learns from, as arrays, with the statistics and the golden questions of a pack. Members are in none of them.
 *
 * @throws TrainingError TRAINING_TOO_FEW_BASKETS, TRAINING_INPUT_MISSING, TRAINING_INPUT_INVALID, TRAINING_ITEMS_MISSING, TRAINING_ITEMS_INVALID
 */
export async function writeExamples(options: {
  readonly input: string;
  readonly out: string;
  readonly seed: number;
  /** File of what the catalogue says of its items. */
  readonly items?: string | undefined;
}): Promise<ExamplesSummary> {
  const { purchases } = await readSales(options.input, {});
  const items = options.items === undefined ? [] : (await readItems(options.items)).items;
  const random = seededRandom(options.seed);
  const baskets = toBaskets(purchases);
  if (baskets.length < BASKETS_MIN) {
    throw new TrainingError('TRAINING_TOO_FEW_BASKETS', `${baskets.length} of at least ${BASKETS_MIN}.`);
  }
  const catalogue = knownOf(items, baskets)?.catalogue;
  const { examples } = learnable(baskets, { roleOf: usualRole, catalogue, random, report: () => undefined });
  const { features, rows, labels, groupOffsets } = examples.data();
  const { index } = worldOf(baskets, { back: 0, roleOf: usualRole, catalogue, anonymous: new Set() });
  const golden = goldenVectors(() => new Float32Array([0]), index, random);
  const files = {
    [EXAMPLE_FILES.features]: npy(features, [rows, FEATURE_COUNT]),
    [EXAMPLE_FILES.labels]: npy(labels, [rows]),
    [EXAMPLE_FILES.groups]: npy(Int32Array.from(groupOffsets), [groupOffsets.length]),
    [EXAMPLE_FILES.golden]: JSON.stringify(golden.map(({ features, asked }) => ({ features, asked }))),
    [EXAMPLE_FILES.featureSet]: `${JSON.stringify(FEATURE_SET, null, 1)}\n`,
    [MODEL_FILES.stats]: encodeStats(index.stats),
  };
  await mkdir(options.out, { recursive: true });
  for (const [name, content] of Object.entries(files)) await writeFile(join(options.out, name), content);
  return { rows, questions: examples.questions, features: FEATURE_COUNT };
}

export interface Checked {
  readonly file: string;
  readonly bytes: number;
  readonly manifest: ModelManifest;
  readonly accepted: Extract<LoadResult, { ok: true }>;
}

/** Lets a pack be tried as a store tries it. @param agentVersion the one it must fit; absent: the oldest that it says it fits @throws ModelError */
export async function checkPack(file: string, agentVersion?: string): Promise<Checked> {
  const pack = await readPack(file);
  const model = unpackModel(pack);
  const { manifest } = model;
  const version = agentVersion ?? manifest.minAgentVersion;
  // What needs no engine is said at once.
  checkContract(model, version);
  const inference = new InferenceProcess({ agentVersion: version });
  await inference.start();
  try {
    const accepted = await inference.load(file);
    if (!accepted.ok) {
      const { code, message } = accepted;
      throw new ModelError(code, message.replace(MODEL_ERRORS[code].cause.en, '').trim());
    }
    return { file, bytes: pack.length, manifest, accepted };
  } finally {
    await inference.stop();
  }
}

/** What HQ asks of a pack before it registers it: a store would take it. Leaves its manifest in `out`. @throws ModelError */
export async function tryBrought(pack: string, out: string): Promise<{ modelId: string; sha256: string }> {
  const { manifest, accepted } = await checkPack(pack);
  await writeFile(join(out, MODEL_FILES.manifest), JSON.stringify(manifest));
  return { modelId: manifest.modelId, sha256: accepted.sha256 };
}

/**
 * Packs the MODEL_FILES of a directory into its PACK_FILE. What of the manifest follows from the other files (format, task, feature set, hashes, operators, opsets, shapes) may be
 * left out; what is there is taken at its word, and refused when it is wrong.
 *
 * @throws ModelError; nothing named PACK_FILE is left then
 */
export async function packBrought(directory: string, createdAt: string, agentVersion?: string): Promise<Checked> {
  const onnx = await readLimited(join(directory, MODEL_FILES.onnx), ONNX_MAX_BYTES);
  const stats = await readLimited(join(directory, MODEL_FILES.stats), STATS_MAX_BYTES);
  const told = await readTold(join(directory, MODEL_FILES.manifest));
  const manifest = Buffer.from(JSON.stringify({ ...describeFiles(onnx, stats), createdAt, ...told }));
  const file = join(directory, PACK_FILE);
  await writeFile(file, packParts({ manifest, onnx, stats }));
  try {
    return await checkPack(file, agentVersion);
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  }
}

async function readTold(path: string): Promise<object> {
  try {
    const told: unknown = JSON.parse(await readFile(path, 'utf8'));
    if (typeof told === 'object' && told !== null && !Array.isArray(told)) return told;
  } catch (error) {
    throw new ModelError('MODEL_MANIFEST_INVALID', messageOf(error));
  }
  throw new ModelError('MODEL_MANIFEST_INVALID', 'It is not an object.');
}
