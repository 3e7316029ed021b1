/**
 * The inference child: one process, one model, for its whole life. A new model gets a new process, so that a model that aborts or hangs
 * while being tried takes nothing else with it. The only place that imports onnxruntime-node.
 */
import {
  CANDIDATES_MAX,
  candidates,
  FEATURE_COUNT,
  featurizeAll,
  indexStats,
  prepareContext,
  type RankedItem,
  type RecommendationContext,
  type StatsIndex,
  topRanked,
} from '@tillside/features';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { checkContract, checkGoldenScores, INPUT_NAME, OUTPUT_NAME } from './contract-check.ts';
import { ModelError, messageOf } from './errors.ts';
import type { FromChild, ToChild } from './messages.ts';
import { readPack, sha256, type UnpackedModel, unpackModel } from './pack.ts';

interface Loaded {
  readonly session: InferenceSession;
  readonly index: StatsIndex;
}

let loaded: Loaded | undefined;

function send(message: FromChild): void {
  // Without a parent there is nobody to answer; 'disconnect' ends the process.
  if (process.connected) process.send?.(message);
}

async function openSession(onnx: Uint8Array): Promise<InferenceSession> {
  try {
    return await InferenceSession.create(onnx, {
      executionProviders: ['cpu'],
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      logSeverityLevel: 4,
    });
  } catch (error) {
    throw new ModelError('MODEL_LOAD_FAILED', messageOf(error));
  }
}

/** @param features row-major float32[rows, FEATURE_COUNT] @returns float32[rows] */
async function score(session: InferenceSession, features: Float32Array, rows: number): Promise<Float32Array> {
  const output = await session.run({ [INPUT_NAME]: new Tensor('float32', features, [rows, FEATURE_COUNT]) });
  const scores = output[OUTPUT_NAME]?.data;
  if (!(scores instanceof Float32Array) || scores.length !== rows) {
    throw new ModelError('MODEL_SHAPE_MISMATCH', `${OUTPUT_NAME} is not float32[${rows}]`);
  }
  if (!scores.every(Number.isFinite)) throw new ModelError('MODEL_OUTPUT_NOT_FINITE', '');
  return scores;
}

async function tryGolden(session: InferenceSession, { manifest }: UnpackedModel): Promise<void> {
  const { vectors } = manifest.golden;
  const block = new Float32Array(vectors.flatMap((vector) => vector.features));
  let scores: Float32Array;
  try {
    scores = await score(session, block, vectors.length);
  } catch (error) {
    throw error instanceof ModelError ? error : new ModelError('MODEL_LOAD_FAILED', messageOf(error));
  }
  checkGoldenScores(manifest.golden, scores);
}

async function load(path: string, agentVersion: string): Promise<FromChild> {
  try {
    const pack = await readPack(path);
    const model = unpackModel(pack);
    checkContract(model, agentVersion);
    const session = await openSession(model.onnx);
    await tryGolden(session, model);
    loaded = { session, index: indexStats(model.stats) };
    return { type: 'loaded', modelId: model.manifest.modelId, packSha256: sha256(pack) };
  } catch (error) {
    const code = error instanceof ModelError ? error.code : 'MODEL_LOAD_FAILED';
    return { type: 'refused', code, message: messageOf(error) };
  }
}

async function recommend(model: Loaded, context: RecommendationContext, limit: number): Promise<RankedItem[]> {
  const prepared = prepareContext(context, model.index);
  const skus = candidates(model.index, prepared, CANDIDATES_MAX);
  if (skus.length === 0) return [];
  const scores = await score(model.session, featurizeAll(prepared, skus, model.index), skus.length);
  const scored = skus.map((sku, row) => ({ sku, score: scores[row] ?? Number.NEGATIVE_INFINITY }));
  return topRanked(model.index, prepared, scored, limit);
}

async function answer(message: Extract<ToChild, { type: 'recommend' }>): Promise<FromChild> {
  const { id, context, limit } = message;
  if (loaded === undefined) return { type: 'failed', id, code: 'NO_MODEL', message: 'nothing is loaded' };
  try {
    return { type: 'answer', id, items: await recommend(loaded, context, limit) };
  } catch (error) {
    const code = error instanceof ModelError ? error.code : 'RECOMMEND_FAILED';
    return { type: 'failed', id, code, message: messageOf(error) };
  }
}

process.on('message', (message: ToChild) => {
  const reply = message.type === 'load' ? load(message.path, message.agentVersion) : answer(message);
  // Neither rejects: both turn every error into a message.
  void reply.then(send);
});
// The parent is gone or wants us gone; a till must never leave orphans behind. A signal to the terminal's group is the parent's to act on.
process.on('disconnect', () => process.exit(0));
process.on('SIGINT', () => undefined);
