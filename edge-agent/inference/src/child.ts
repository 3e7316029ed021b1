/**
 * The inference child: one process, one model, for its whole life. A new model gets a new process, so that a model that aborts or hangs
 * while being tried takes nothing else with it. The only place that imports onnxruntime-node.
 */
import { writeFileSync } from 'node:fs';
import {
  CANDIDATES_MAX,
  candidates,
  encodeStats,
  FEATURE_COUNT,
  featurizeAll,
  indexStats,
  indexStore,
  prepareContext,
  type RankedItem,
  type RecommendationContext,
  type StatsIndex,
  type StoreIndex,
  type StoreSales,
  topRanked,
  topStats,
} from '@tillside/features';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { checkContract, checkGoldenScores, INPUT_NAME, OUTPUT_NAME } from './contract-check.ts';
import { ModelError, messageOf } from './errors.ts';
import { ANSWER_MAX_ITEMS, TIDY_AFTER_MS, TOP_STATS_ITEMS } from './limits.ts';
import type { FromChild, Measured, ProbeLimits, ToChild } from './messages.ts';
import { readPack, sha256, type UnpackedModel, unpackModel } from './pack.ts';
import { madeUpQuestions, probe } from './probe.ts';
import { fromWire } from './wire.ts';

interface Loaded {
  readonly session: InferenceSession;
  readonly index: StatsIndex;
  readonly store?: StoreIndex | undefined;
}

let loaded: Loaded | undefined;
/** May come before the model has. */
let storeSales: StoreSales | undefined;

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

async function load({ path, agentVersion, probe }: Extract<ToChild, { type: 'load' }>): Promise<FromChild> {
  try {
    const pack = await readPack(path);
    const model = unpackModel(pack);
    checkContract(model, agentVersion);
    const session = await openSession(model.onnx);
    await tryGolden(session, model);
    const index = indexStats(model.stats);
    const measured = probe === undefined ? undefined : await measure(session, index, probe);
    loaded = inStore({ session, index });
    // Once the pack is out of reach.
    setTimeout(() => globalThis.gc?.(), TIDY_AFTER_MS);
    const top = encodeStats(topStats(model.stats, TOP_STATS_ITEMS));
    return { type: 'loaded', modelId: model.manifest.modelId, packSha256: sha256(pack), topStats: top, measured };
  } catch (error) {
    const code = error instanceof ModelError ? error.code : 'MODEL_LOAD_FAILED';
    return { type: 'refused', code, message: messageOf(error) };
  }
}

/** The same model, with what this store sells worked out beside its statistics. */
const inStore = ({ session, index }: Loaded): Loaded => ({
  session,
  index,
  store: storeSales && indexStore(storeSales, index),
});

/** Milliseconds since, less those in which other programs had the processor: a busy machine is no fault of a model. Nothing that a model may hold can wait. */
function stopwatch(): () => number {
  const [from, cpuFrom] = [performance.now(), process.cpuUsage()];
  return () => {
    const { user, system } = process.cpuUsage(cpuFrom);
    return Math.min(performance.now() - from, (user + system) / 1_000);
  };
}

/** @throws ModelError MODEL_TOO_SLOW, and why a question could not be answered */
async function measure(session: InferenceSession, index: StatsIndex, limits: ProbeLimits): Promise<Measured> {
  const times = await probe(
    limits,
    async (question) => {
      const tookMs = stopwatch();
      let bareMs = 0;
      await recommend({ session, index }, question, ANSWER_MAX_ITEMS, (ms) => {
        bareMs = ms;
      });
      return { wholeMs: tookMs(), bareMs };
    },
    madeUpQuestions(index),
  );
  return { ...times, peakBytes: process.resourceUsage().maxRSS * 1024 };
}

async function recommend(
  model: Loaded,
  context: RecommendationContext,
  limit: number,
  tellBareMs?: (ms: number) => void,
): Promise<RankedItem[]> {
  const prepared = prepareContext(context, model.index, model.store);
  const skus = candidates(model.index, prepared, CANDIDATES_MAX);
  if (skus.length === 0) return [];
  const features = featurizeAll(prepared, skus, model.index);
  const bareMs = tellBareMs && stopwatch();
  const scores = await score(model.session, features, skus.length);
  if (bareMs !== undefined) tellBareMs?.(bareMs());
  const scored = skus.map((sku, row) => ({ sku, score: scores[row] ?? Number.NEGATIVE_INFINITY }));
  return topRanked(model.index, prepared, scored, limit);
}

async function answer(message: Extract<ToChild, { type: 'recommend' }>): Promise<FromChild> {
  const { id, context, limit } = message;
  if (loaded === undefined) return { type: 'failed', id, code: 'NO_MODEL', message: 'nothing is loaded' };
  try {
    return { type: 'answer', id, items: await recommend(loaded, fromWire(context), limit) };
  } catch (error) {
    const code = error instanceof ModelError ? error.code : 'RECOMMEND_FAILED';
    return { type: 'failed', id, code, message: messageOf(error) };
  }
}

// Where memory runs out, this process goes before the till does.
try {
  writeFileSync('/proc/self/oom_score_adj', '1000');
} catch {
  // Another system than Linux.
}

process.on('message', (message: ToChild) => {
  if (message.type === 'store') {
    storeSales = message.sales;
    loaded = loaded && inStore(loaded);
    return;
  }
  const reply = message.type === 'load' ? load(message) : answer(message);
  // Neither rejects: both turn every error into a message.
  void reply.then(send);
});
// The parent is gone or wants us gone; a till must never leave orphans behind. A signal to the terminal's group is the parent's to act on.
process.on('disconnect', () => process.exit(0));
process.on('SIGINT', () => undefined);
