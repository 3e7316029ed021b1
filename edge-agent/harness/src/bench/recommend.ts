import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RecommendationContext } from '@tillside/features';
import { InferenceProcess } from '@tillside/inference';
import { type MeasureContext, measure } from '../measure.ts';
import type { Result } from '../output/schema.ts';
import { Durations } from '../quantiles.ts';
import { type Chance, createChance } from '../random.ts';
import type { MeasuredStore } from '../store/measured-store.ts';
import { descendantsOf, residentMemory, startedAs } from '../store/proc.ts';
import { Background, salesWork } from './background.ts';
import { cpuTimesOf } from './ingest/cpu.ts';
import { fillBaskets, measureLoad, warmUpSeconds } from './pos-load.ts';
import { madeUpStats, skusOf } from './recommend/catalogue.ts';
import { madeUpContexts } from './recommend/contexts.ts';
import { madeUpPack } from './recommend/model.ts';
import { sellMore, serveModel } from './recommend/serve.ts';

const CASES = [
  ['2k', 2_000],
  ['20k', 20_000],
  ['200k', 200_000],
] as const;
type Case = (typeof CASES)[number][0];
const POOL_ITEMS = 40;
const CONTEXTS = 100;
/** Asked before what is counted, of each model. */
const WARM_UP_ASKS = 100;
/** Of one answer here; a till would have gone on with the fallback long before. */
const ASK_TIMEOUT_MS = 1_000;
const ASKED = 24;

export const recommendBench = measure({
  description:
    'the decision call with a model, for catalogues of 2k, 20k and 200k items, while the store sells and syncs',
  options: {
    most: { description: 'the largest case, in items', default: 200_000, min: 2_000, max: 200_000 },
    part: {
      description: 'only one in so many of the items that a case says, to try the bench itself',
      default: 1,
      min: 1,
      max: 100,
    },
    seconds: { description: 'measured, a case', default: 30, min: 1, max: 86_400 },
    rate: { description: 'decision calls a second', default: 50, min: 1, max: 5_000 },
    terminals: { description: 'paired terminals that ask', default: 50, min: 1, max: 500 },
    sales: { description: 'sales a second through another terminal meanwhile', default: 2, min: 0, max: 100 },
    asks: { description: 'questions straight to each model', default: 500, min: 10, max: 100_000 },
    seed: { description: 'of catalogues, models, baskets and arrival times', default: 1, min: 0, max: 2 ** 31 - 1 },
  },
  async run(values, context): Promise<Result[]> {
    const store = await context.store();
    const chance = createChance(values.seed);
    const pool = store.pool(chance.fork(), POOL_ITEMS);
    const tills = await fillBaskets(store, context, { pool, count: values.terminals, chance: chance.fork() });
    const sales = await salesWork(store, pool, values.sales);
    const load = {
      tills,
      store,
      sales,
      labels: new Background(0, () => Promise.resolve()),
      asked: 'decision',
    } as const;
    const dir = mkdtempSync(join(tmpdir(), 'tillside-bench-recommend-'));
    try {
      const models: Model[] = [];
      const results: Result[] = [];
      for (const [name, items] of CASES) {
        if (items > values.most) continue;
        const model = await make(name, Math.ceil(items / values.part), { store, dir, chance: chance.fork() }, context);
        await putInForce(store, model, models.at(-1)?.items ?? store.data.items.length, context);
        models.push(model);
        const { seconds, rate } = values;
        const before = cpu(store);
        const measured = await measureLoad({ ...load, name, seconds, rate, chance: chance.fork() }, context);
        const requests = rate * (seconds + warmUpSeconds(seconds));
        results.push(...measured, ...cpuSince(before, { name, store, requests }), ...memory(name, store));
      }
      return [...results, ...growth(results, 'p50Ms'), ...(await askAll(models, values.asks, context))];
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  },
});

interface Model {
  readonly name: Case;
  readonly items: number;
  readonly file: string;
  readonly modelId: string;
  readonly contexts: readonly RecommendationContext[];
}

/** A model with statistics of so many items, and questions for it. */
async function make(
  name: Case,
  items: number,
  { store, dir, chance }: { store: MeasuredStore; dir: string; chance: Chance },
  { progress, signal }: MeasureContext,
): Promise<Model> {
  progress.stage(`${name}: a model`);
  signal.throwIfAborted();
  const nowMs = Date.now();
  const stats = madeUpStats(skusOf(store.data, items), nowMs, chance);
  const contexts = madeUpContexts(stats.skus, { count: CONTEXTS, nowMs, chance });
  const { modelId, pack } = madeUpPack(stats, contexts, chance);
  const file = join(dir, `${name}.tillmodel`);
  writeFileSync(file, pack);
  return { name, items, file, modelId, contexts };
}

/** The store sells as many items as the model knows, and answers with it. */
async function putInForce(
  store: MeasuredStore,
  model: Model,
  sold: number,
  { progress, signal }: MeasureContext,
): Promise<void> {
  const known = store.data.items.length;
  const [from, to] = [Math.max(0, sold - known), Math.max(0, model.items - known)];
  progress.stage(`${model.name}: ${model.items} items`);
  if (to > from) await sellMore(store, from, to - from);
  await serveModel(store, { ...model, version: CASES.findIndex(([name]) => name === model.name) + 1 }, signal);
}

/** The agent and its inference. */
function processesOf(store: MeasuredStore): { readonly agent: number; readonly inference: number } {
  const agent = store.demo.agentPid ?? 0;
  const [inference = 0] = descendantsOf(agent).filter((pid) => startedAs(pid, /inference\/(?:dist|src)\/child\.[jt]s/));
  return { agent, inference };
}

interface Cpu {
  readonly agentMainMs: number;
  readonly inferenceMs: number;
}

function cpu(store: MeasuredStore): Cpu {
  const { agent, inference } = processesOf(store);
  const child = cpuTimesOf(inference);
  return {
    agentMainMs: cpuTimesOf(agent)?.mainMs ?? Number.NaN,
    inferenceMs: child === null ? Number.NaN : child.mainMs + child.othersMs,
  };
}

/** CPU time a request, of all that was sent: what a busy machine changes least. */
function cpuSince(
  before: Cpu,
  { name, store, requests }: { name: Case; store: MeasuredStore; requests: number },
): Result[] {
  const after = cpu(store);
  const ms = (metric: string, value: number): Result => ({ case: name, metric, value: value / requests, unit: 'ms' });
  return [
    ms('agentMainCpuMs', after.agentMainMs - before.agentMainMs),
    ms('inferenceCpuMs', after.inferenceMs - before.inferenceMs),
  ];
}

/** Resident memory of the agent and of its inference, each alone and together. */
function memory(name: Case, store: MeasuredStore): Result[] {
  const { agent, inference } = processesOf(store);
  const [agentMb, inferenceMb] = [residentMemory(agent).aloneMb, residentMemory(inference).aloneMb];
  const mb = (metric: string, value: number): Result => ({ case: name, metric, value, unit: 'MB' });
  return [
    mb('agentRssMb', agentMb),
    mb('inferenceRssMb', inferenceMb),
    mb('rssMb', agentMb + inferenceMb),
    { case: name, metric: 'machineLoad', value: loadavg()[0] ?? 0, unit: 'count' },
  ];
}

/** Questions to the models' own processes, with no agent around: the models take turns, so that whatever else the machine does falls on all of them. */
async function askAll(models: readonly Model[], asks: number, { progress, signal }: MeasureContext): Promise<Result[]> {
  progress.stage('asking the models', asks);
  const asked = await Promise.all(
    models.map(async (model) => {
      const inference = new InferenceProcess({ agentVersion: '0.1.0', timeoutMs: ASK_TIMEOUT_MS });
      await inference.start();
      const loaded = await inference.load(model.file);
      if (!loaded.ok) throw new Error(`${model.name}: ${loaded.code} ${loaded.message}`);
      return { ...model, inference, measured: loaded.measured, took: new Durations() };
    }),
  );
  try {
    for (let round = -Math.min(WARM_UP_ASKS, asks); round < asks; round += 1) {
      signal.throwIfAborted();
      for (const { contexts, inference, took, name } of asked) {
        const context = contexts[(round + asks) % contexts.length];
        if (context === undefined) continue;
        const startedMs = performance.now();
        const { source } = await inference.recommend(context, ASKED);
        if (source !== 'model') throw new Error(`${name}: answered by ${source}`);
        if (round >= 0) took.record(performance.now() - startedMs);
      }
      if (round >= 0) progress.tick();
    }
  } finally {
    await Promise.all(asked.map(({ inference }) => inference.stop()));
  }
  const results = asked.flatMap(({ name, took, measured }): Result[] => [
    { case: name, metric: 'askP50Ms', value: took.quantileMs(50), unit: 'ms' },
    { case: name, metric: 'askP99Ms', value: took.quantileMs(99), unit: 'ms' },
    { case: name, metric: 'asks', value: took.count, unit: 'count' },
    { case: name, metric: 'modelP50Ms', value: measured?.bareP50Ms ?? Number.NaN, unit: 'ms' },
    { case: name, metric: 'modelP99Ms', value: measured?.bareP99Ms ?? Number.NaN, unit: 'ms' },
  ]);
  return [...results, ...growth(results, 'askP50Ms')];
}

/** The largest case over the smallest. */
function growth(results: readonly Result[], metric: string): Result[] {
  const [first, last] = [results, [...results].reverse()].map(
    (from) => from.find((one) => one.metric === metric)?.value ?? Number.NaN,
  ) as [number, number];
  return [{ case: 'growth', metric: metric.replace('Ms', 'Ratio'), value: last / first, unit: 'ratio' }];
}
