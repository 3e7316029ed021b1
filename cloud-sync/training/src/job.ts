import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InferenceProcess, MODEL_FILES, packModel, sha256 } from '@tillside/inference';
import { TrainingError } from './errors.ts';
import { readSales } from './read-sales.ts';
import { type TrainingStep, trainModel } from './train.ts';

/** The one file that is pushed to stores. */
export const PACK_FILE = 'model.tillmodel';

export interface JobOptions {
  /** File or directory of sale events. */
  readonly input: string;
  /** Directory that receives the model; made when missing. */
  readonly out: string;
  readonly seed: number;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly onProgress: (progress: number, step: TrainingStep) => void;
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
 * Reads, trains, writes the model's files and its pack to `out`, and lets the inference process accept it as a store would.
 *
 * @throws TrainingError; nothing named PACK_FILE is left behind then
 */
export async function runJob(options: JobOptions): Promise<JobSummary> {
  const { out, onProgress } = options;
  onProgress(0, 'read');
  const { purchases, dataHash } = await readSales(options.input);
  const model = trainModel(purchases, { ...options, dataHash });
  await mkdir(out, { recursive: true });
  for (const part of ['manifest', 'onnx', 'stats'] as const) {
    await writeFile(join(out, MODEL_FILES[part]), model.parts[part]);
  }
  const pack = await packModel(out);
  // Under another name until it is accepted, so that nobody pushes what no store would take.
  const untried = join(out, `${PACK_FILE}.untried`);
  await writeFile(untried, pack);
  onProgress(0.95, 'verify');
  await acceptLikeStore(untried, model.manifest.minAgentVersion);
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

async function acceptLikeStore(path: string, agentVersion: string): Promise<void> {
  const inference = new InferenceProcess({ agentVersion });
  await inference.start();
  try {
    const result = await inference.load(path);
    if (!result.ok) throw new TrainingError('TRAINING_EXPORT_REFUSED', `${result.code}: ${result.message}`);
  } finally {
    await inference.stop();
  }
}
