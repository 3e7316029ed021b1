import { createWriteStream } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type Basket, type CatalogueContent, encodeTaste, type Purchase, toBaskets } from '@tillside/features';
import { InferenceProcess, MODEL_FILES, packModel, readPack, sha256 } from '@tillside/inference';
import { modelCard } from './card.ts';
import { type Comparison, compareModels } from './compare.ts';
import { knownOf } from './content/known.ts';
import { readItems } from './content/read-items.ts';
import type { ItemContent } from './content/tokens.ts';
import { messageOf, TrainingError } from './errors.ts';
import { UNHURRIED_MS } from './limits.ts';
import { readSales } from './read-sales.ts';
import { associationRules } from './rules.ts';
import { type TrainedTaste, type TrainingStep, trainModel } from './train.ts';

/** The one file that is pushed to stores. */
export const PACK_FILE = 'model.tillmodel';
/** What is left beside it. */
export const NOTE_FILES = {
  card: 'card.md',
  rules: 'rules.json',
  comparison: 'comparison.json',
  tastes: 'tastes.ndjson',
} as const;

export type JobStep = TrainingStep | 'rules' | 'compare';

export interface JobOptions {
  /** Directory of a Parquet export, or file or directory of sale events. */
  readonly input: string;
  /** Directory that receives the model; made when missing. */
  readonly out: string;
  readonly seed: number;
  /** ISO 8601. */
  readonly createdAt: string;
  /** Sales of these stores only; absent: of all. */
  readonly stores?: readonly string[] | undefined;
  /** Whose ids were merged, one {from, into} a line; absent: nobody's. */
  readonly merged?: string | undefined;
  /** File of what the catalogue says of its items; see readItems. */
  readonly items?: string | undefined;
  /** Pack of the model that runs now, to be compared with. */
  readonly running?: string | undefined;
  /** Pack to compare, instead of training one. */
  readonly evaluate?: string | undefined;
  readonly onProgress: (progress: number, step: JobStep) => void;
  /** Something that a person should know, and that does not end the job. */
  readonly onNotice?: (text: string) => void;
}

export interface JobSummary {
  readonly modelId: string;
  /** Path of the pack. */
  readonly pack: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly beatsBaseline: boolean;
  readonly metrics: Readonly<Record<string, number>>;
  readonly baskets: number;
}

/**
 * Reads, trains, writes the model's files and its pack to `out`, lets the inference process accept it as a store would, and holds it against the running one.
 *
 * @throws TrainingError; nothing named PACK_FILE is left behind then
 */
export async function runJob(options: JobOptions): Promise<JobSummary> {
  const { out, onProgress } = options;
  onProgress(0, 'read');
  const { purchases, items, dataHash } = await readData(options);
  const model = trainModel(purchases, { ...options, items, dataHash });
  await mkdir(out, { recursive: true });
  for (const part of ['manifest', 'onnx', 'stats'] as const) {
    await writeFile(join(out, MODEL_FILES[part]), model.parts[part]);
  }
  await pipeline(linesOf(model.tastes), createWriteStream(join(out, NOTE_FILES.tastes)));
  const pack = await packModel(out);
  // Under another name until it is accepted, so that nobody pushes what no store would take.
  const untried = join(out, `${PACK_FILE}.untried`);
  await writeFile(untried, pack);
  onProgress(0.92, 'verify');
  await acceptLikeStore(untried, model.manifest.minAgentVersion);
  const past = { baskets: toBaskets(purchases), catalogue: model.catalogue };
  const comparison = await leaveNotes(options, past, pack);
  await writeFile(join(out, NOTE_FILES.card), modelCard(model.manifest, comparison));
  await rename(untried, join(out, PACK_FILE));
  return {
    modelId: model.manifest.modelId,
    pack: join(out, PACK_FILE),
    sha256: sha256(pack),
    bytes: pack.length,
    beatsBaseline: model.manifest.beatsBaseline,
    metrics: model.manifest.metrics,
    baskets: Number(model.manifest.training.baskets),
  };
}

function* linesOf(tastes: Iterable<TrainedTaste>): Generator<string> {
  for (const { memberId, taste } of tastes)
    yield `${JSON.stringify({ memberId, taste: encodeTaste(taste).toString('base64') })}\n`;
}

/**
 * Holds the pack `evaluate` against `running` and the simple rules on the newest sales of `input`, and writes what came out.
 *
 * @throws TrainingError TRAINING_TOO_FEW_BASKETS when no basket is newer than what the models learnt from
 */
export async function runEvaluation(options: JobOptions & { readonly evaluate: string }): Promise<Comparison> {
  options.onProgress(0, 'read');
  const { purchases, items } = await readData(options);
  await mkdir(options.out, { recursive: true });
  options.onProgress(0.2, 'compare');
  const baskets = toBaskets(purchases);
  const past = { baskets, catalogue: knownOf(items, baskets)?.catalogue };
  const comparison = await compare(options, past, await readFile(options.evaluate));
  if (comparison === null)
    throw new TrainingError('TRAINING_TOO_FEW_BASKETS', 'No sale is newer than what the models learnt from.');
  return comparison;
}

/** What is learnt from. */
interface Data {
  readonly purchases: readonly Purchase[];
  readonly items: readonly ItemContent[];
}

/** What models are compared by; likeness takes a while to work out, so what the training found is used again. */
interface Past {
  readonly baskets: readonly Basket[];
  readonly catalogue: CatalogueContent | undefined;
}

/** Without a file of items the hash is that of the sales alone. */
async function readData(options: JobOptions): Promise<Data & { readonly dataHash: string }> {
  const { purchases, dataHash } = await readSales(options.input, options);
  if (options.items === undefined) return { purchases, items: [], dataHash };
  const { items, hash } = await readItems(options.items);
  return { purchases, items, dataHash: sha256(Buffer.from(dataHash + hash)) };
}

async function leaveNotes(options: JobOptions, past: Past, pack: Buffer): Promise<Comparison | null> {
  options.onProgress(0.94, 'rules');
  const rules = associationRules(past.baskets);
  await writeFile(join(options.out, NOTE_FILES.rules), JSON.stringify(rules));
  options.onProgress(0.95, 'compare');
  return compare(options, past, pack);
}

async function compare(
  { out, seed, running, onNotice }: JobOptions,
  { baskets, catalogue }: Past,
  candidate: Buffer,
): Promise<Comparison | null> {
  const wish = { candidate, baskets, catalogue, seed, workDir: join(out, 'compared') };
  await mkdir(wish.workDir, { recursive: true });
  try {
    const comparison = await compareModels({ ...wish, running: await usable(running, onNotice) });
    if (comparison !== null) await writeFile(join(out, NOTE_FILES.comparison), JSON.stringify(comparison));
    return comparison;
  } finally {
    await rm(wish.workDir, { recursive: true, force: true });
  }
}

/** A running model of another feature set can't be asked by this program; a new one is trained all the same. */
async function usable(path: string | undefined, onNotice: JobOptions['onNotice']): Promise<Buffer | undefined> {
  if (path === undefined) return undefined;
  try {
    await acceptLikeStore(path);
    return await readPack(path);
  } catch (error) {
    onNotice?.(`the running model can't be compared: ${messageOf(error)}`);
    return undefined;
  }
}

/** @param agentVersion absent: any that the pack asks for */
async function acceptLikeStore(path: string, agentVersion = ANY_VERSION): Promise<void> {
  const inference = new InferenceProcess({ agentVersion, timeoutMs: UNHURRIED_MS });
  await inference.start();
  try {
    const result = await inference.load(path);
    if (!result.ok) throw new TrainingError('TRAINING_EXPORT_REFUSED', `${result.code}: ${result.message}`);
  } finally {
    await inference.stop();
  }
}

const ANY_VERSION = '9999.0.0';
