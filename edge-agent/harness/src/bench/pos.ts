import { type MeasureContext, measure } from '../measure.ts';
import type { Result } from '../output/schema.ts';
import { createChance } from '../random.ts';
import type { MeasuredStore } from '../store/measured-store.ts';
import { labelWork, salesWork } from './background.ts';
import { generateCampaigns } from './generator.ts';
import { BASKET_LINES, fillBaskets, type Load, measureLoad, runLoad } from './pos-load.ts';
import { findSaturation, MAX_STEPS } from './saturation.ts';

const CAMPAIGNS = 40;
const COMPETING = 0.25;
/** Twice a basket: every basket is in the reach of all campaigns, and no two baskets are the same. */
const POOL_ITEMS = 40;
/** A till that waits longer than this, once in a hundred times, is felt by the queue. */
const SATURATED_P99_MS = 50;
/** Answered less than this of what was asked: the rest was still queueing when the step ended. */
const LEAST_ANSWERED = 0.95;
/** Pauses between two steps of the search, so that none begins with the queue of the one before. */
const REST_MS = 500;

export const posBench = measure({
  description: 'the decision call over HTTP at a fixed rate, while the store sells, syncs and changes labels',
  options: {
    seconds: { description: 'measured, a case', default: 60, min: 1, max: 86_400 },
    rate: { description: 'decision calls a second', default: 50, min: 1, max: 5_000 },
    terminals: { description: 'paired terminals that ask', default: 50, min: 1, max: 500 },
    sales: { description: 'sales a second through other terminals meanwhile', default: 2, min: 0, max: 100 },
    labels: {
      description: 'price changes of labelled goods, one in so many seconds; 0: none',
      default: 2,
      min: 0,
      max: 3_600,
    },
    step: {
      description: 'seconds that a rate is tried in the search for saturation; 0: without',
      default: 5,
      min: 0,
      max: 600,
    },
    steps: { description: 'rates that are tried, at most', default: MAX_STEPS, min: 1, max: MAX_STEPS },
    model: { description: '1: a case with a model trained first; 0: without', default: 1, min: 0, max: 1 },
    overlap: { description: 'campaigns that a line is in, on average', default: 1, min: 1, max: 40 },
    seed: { description: 'of baskets, campaigns and arrival times', default: 1, min: 0, max: 2 ** 31 - 1 },
  },
  async run(values, context): Promise<Result[]> {
    const store = await context.store();
    const { progress, signal } = context;
    const chance = createChance(values.seed);
    const pool = store.pool(chance.fork(), POOL_ITEMS);
    const mix = {
      count: CAMPAIGNS,
      perItem: values.overlap,
      broad: 0,
      competing: COMPETING,
      basketLines: BASKET_LINES,
    };
    progress.stage('campaigns');
    await store.pushCampaigns(generateCampaigns(chance.fork(), pool, mix), signal);
    const tills = await fillBaskets(store, context, { pool, count: values.terminals, chance: chance.fork() });
    progress.stage('labels');
    const load = {
      tills,
      store,
      sales: await salesWork(store, pool, values.sales),
      labels: await labelWork(store, {
        pool,
        chance: chance.fork(),
        perSecond: values.labels === 0 ? 0 : 1 / values.labels,
      }),
      seconds: values.seconds,
      rate: values.rate,
    };
    const measured = (name: string, asked: Load['asked']): Promise<Result[]> =>
      measureLoad({ ...load, name, asked, chance: chance.fork() }, context);
    const results = await measured('decision', 'decision');
    if (values.step > 0) {
      const search = { ...load, name: 'saturation', asked: 'decision', seconds: values.step } as const;
      results.push(...(await saturation(search, { chance: () => chance.fork(), steps: values.steps }, context)));
    }
    results.push(...(await measured('change', 'change')));
    if (values.model === 0) return results;
    await train(store, context);
    return [...results, ...(await measured('decision-model', 'decision'))];
  },
});

/** The highest rate at which one call in a hundred takes longer than SATURATED_P99_MS, with the store's other work going on. */
async function saturation(
  of: Omit<Load, 'chance'>,
  { chance, steps: mostSteps }: { chance: () => Load['chance']; steps: number },
  context: MeasureContext,
): Promise<Result[]> {
  context.progress.stage('saturation', mostSteps);
  const silent = { ...context, progress: { ...context.progress, tick: () => undefined } };
  let p99Ms = Number.NaN;
  const tried = async (rate: number): Promise<boolean> => {
    const { report } = await runLoad({ ...of, rate, chance: chance() }, silent);
    const stepP99Ms = report.latency.quantileMs(99);
    const answered = report.answeredPerSecond / (report.latency.count / of.seconds);
    const holds = report.errors === 0 && stepP99Ms <= SATURATED_P99_MS && answered >= LEAST_ANSWERED;
    if (holds) p99Ms = stepP99Ms;
    context.progress.tick();
    await new Promise((resolve) => setTimeout(resolve, REST_MS));
    return holds;
  };
  const { ratePerSecond, steps } = await findSaturation(of.rate, tried, mostSteps);
  return [
    { case: 'saturation', metric: 'requestsPerSecond', value: ratePerSecond, unit: '1/s' },
    ...(Number.isNaN(p99Ms) ? [] : [{ case: 'saturation', metric: 'p99Ms', value: p99Ms, unit: 'ms' } as const]),
    { case: 'saturation', metric: 'steps', value: steps.length, unit: 'count' },
  ];
}

async function train(store: MeasuredStore, { progress, signal }: MeasureContext): Promise<void> {
  progress.stage('training a model', 100);
  let told = 0;
  await store.trainModel(signal, (share) => {
    progress.tick(Math.round(share * 100) - told);
    told = Math.round(share * 100);
  });
}
