import {
  type Basket,
  type Campaign,
  type CompiledCampaigns,
  compileCampaigns,
  decide,
  parseCampaignSet,
} from '@tillside/decide';
import type { MeasureContext } from '../measure.ts';
import type { Result } from '../output/schema.ts';
import { Durations } from '../quantiles.ts';
import { type Chance, createChance } from '../random.ts';
import { breathe, CONTEXT, checked, collectGarbage, drawScene } from './decide-scenes.ts';
import { generateCampaigns, generatePool } from './generator.ts';

/** The basket, and the campaigns that touch it, however many are live. */
const SIZE = { lines: 20, campaigns: 40 };
/** Live campaigns. With the fewest not all of the forty that touch can be there: it is shown and not compared. */
const LIVE = [10, SIZE.campaigns, 400, 4_000, 10_000] as const;
const MOST_LIVE = 10_000;
/** Other shelves of the store: each has items of its own, and as many campaigns on them as the basket's. */
const SHELF = { count: SIZE.campaigns, basketLines: SIZE.lines, perItem: 3.5, broad: 0, competing: 0.25 };
/** Baskets, each with its forty; the rounds go round among them. Odd, so that the median is of one basket and not between two. */
const SCENES = 7;
const WARM_UP_ROUNDS = 30;
const ROUNDS_A_BREATH = 5;

/** One basket and the same store at each of the sizes. */
interface Grown {
  readonly basket: Basket;
  readonly compiled: ReadonlyMap<number, CompiledCampaigns>;
}

/**
 * One basket, forty campaigns that touch it, and more and more that don't. Each round decides a basket at every size, beginning with
 * another one each time, so that whatever else the machine does falls on all of them alike. `p50Ratio`: p50 at the most over p50 at forty.
 */
export async function measureGrowth(
  { count, seed }: { count: number; seed: number },
  { progress, signal }: MeasureContext,
): Promise<Result[]> {
  progress.stage('growth', count);
  const chance = createChance(seed);
  const others = otherShelves(chance.fork(), MOST_LIVE - SIZE.campaigns);
  const scenes = Array.from({ length: Math.min(SCENES, count) }, () => grow(chance, others));
  collectGarbage();
  const durations = new Map(LIVE.map((live) => [live, new Durations()]));
  for (let round = -Math.min(WARM_UP_ROUNDS, count); round < count; round++) {
    if (round % ROUNDS_A_BREATH === 0) await breathe();
    signal.throwIfAborted();
    const paidFen = new Set<number>();
    for (let turn = 0; turn < LIVE.length; turn++) {
      const live = LIVE[(turn + round + WARM_UP_ROUNDS) % LIVE.length] as (typeof LIVE)[number];
      const { basket, compiled } = scenes[(round + WARM_UP_ROUNDS) % scenes.length] as Grown;
      const campaigns = compiled.get(live) as CompiledCampaigns;
      const startedMs = performance.now();
      const { payableFen } = decide(CONTEXT, campaigns, basket);
      const tookMs = performance.now() - startedMs;
      if (live >= SIZE.campaigns) paidFen.add(payableFen);
      if (round >= 0) durations.get(live)?.record(tookMs);
    }
    if (paidFen.size !== 1) throw new Error(`campaigns that do not touch a basket changed it: ${[...paidFen]} fen`);
    if (round >= 0) progress.tick();
  }
  return resultsOf(durations, count);
}

function resultsOf(durations: ReadonlyMap<number, Durations>, count: number): Result[] {
  const quantile = (live: number, percentage: number): number =>
    durations.get(live)?.quantileMs(percentage) ?? Number.NaN;
  const ms = (metric: string, value: number): Result => ({ case: 'growth', metric, value, unit: 'ms' });
  return [
    {
      case: 'growth',
      metric: 'p50Ratio',
      value: quantile(MOST_LIVE, 50) / quantile(SIZE.campaigns, 50),
      unit: 'ratio',
    },
    ...LIVE.flatMap((live) => [ms(`p50MsAt${live}`, quantile(live, 50)), ms(`p99MsAt${live}`, quantile(live, 99))]),
    { case: 'growth', metric: 'decisions', value: count, unit: 'count' },
  ];
}

/** Campaigns on items that no basket here has, as a till would accept them. */
function otherShelves(chance: Chance, count: number): readonly Campaign[] {
  const campaigns: Campaign[] = [];
  for (let shelf = 1; campaigns.length < count; shelf++) {
    const pool = generatePool(chance, SHELF.basketLines).map((item) => ({
      ...item,
      sku: `shelf-${shelf}-${item.sku}`,
    }));
    const set = generateCampaigns(chance, pool, { ...SHELF, idPrefix: `shelf-${shelf}` });
    campaigns.push(...checked(parseCampaignSet(set)).campaigns);
  }
  return campaigns.slice(0, count);
}

function grow(chance: Chance, others: readonly Campaign[]): Grown {
  const { compiled, basket } = drawScene(chance, SIZE);
  const touching = compiled.set.campaigns;
  const sets = LIVE.map((live): [number, CompiledCampaigns] => {
    const here = touching.filter((_, place) => place % Math.ceil(touching.length / live) === 0);
    const campaigns = spread(here, others.slice(0, live - here.length));
    return [live, compileCampaigns({ ...compiled.set, campaigns })];
  });
  return { basket, compiled: new Map(sets) };
}

/** Few among many, at equal distances, both in their own order. */
function spread<T>(few: readonly T[], many: readonly T[]): T[] {
  const merged: T[] = [];
  few.forEach((one, place) => {
    const [from, to] = [place, place + 1].map((at) => Math.floor((at * many.length) / few.length));
    merged.push(one, ...many.slice(from, to));
  });
  return merged;
}
