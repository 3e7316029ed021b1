import { Lowest } from '../neighbours/lowest.ts';
import { type Metric, type Neighbours, nearest, visitSums } from '../neighbours/neighbours.ts';
import type { Sparse } from '../neighbours/sparse.ts';
import { buildVectors, type VectorParams } from '../neighbours/vectors.ts';
import type { Baskets } from './ranking.ts';

/** TIFU-KNN (Hu et al., SIGIR 2020): a user's own decayed frequencies mixed with the mean of those who buy alike. */
export interface TifuParams extends VectorParams {
  readonly metric: Metric;
  /** Neighbours. */
  readonly k: number;
  /** Weight of the user's own vector; the neighbours' mean has the rest. */
  readonly alpha: number;
}

/** What the authors' successors publish for Ta-Feng: where the search begins. */
const TIFU_START: TifuParams = {
  groups: 7,
  withinDecay: 0.9,
  groupDecay: 0.7,
  metric: 'euclidean',
  k: 300,
  alpha: 0.7,
};

/** Everything that is tried. */
const TIFU_GRID = {
  metric: ['euclidean', 'cosine'],
  groups: [2, 3, 5, 7, 11, 17],
  withinDecay: [0.6, 0.7, 0.8, 0.9, 0.95, 1],
  groupDecay: [0.5, 0.6, 0.7, 0.8, 0.9, 1],
  k: [50, 100, 200, 300, 500, 900],
  alpha: [0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9],
} as const;

/** Each is tried alone with all k and alpha, one after the other, until none of them changes anything. */
const AXES = ['metric', 'groupDecay', 'withinDecay', 'groups'] as const;
const PASSES_MAX = 3;

/** A user whose next basket is known, for tuning. */
interface TuningCase {
  readonly user: number;
  readonly truth: Int32Array;
}

/** Items ranked for one query by one setting; `ranked` holds fewer than the limit when neither user nor neighbours have more. */
type VisitRanking = (query: number, k: number, alpha: number, ranked: Int32Array) => void;

interface Tuned {
  readonly params: TifuParams;
  /** Mean of what `judge` gave. */
  readonly score: number;
  /** Settings of vectors that were tried; each with all k and alpha. */
  readonly tried: number;
}

/**
 * Finds settings on users whose next basket is known.
 *
 * @param histories of all users, who are all possible neighbours
 * @param judge how good a ranking is, higher is better
 */
export function tuneTifu(
  histories: readonly Baskets[],
  items: number,
  cases: readonly TuningCase[],
  options: { limit: number; judge(ranked: Int32Array, truth: Int32Array): number; onTried?(): void },
): Tuned {
  const known = new Map<string, Tuned>();
  const tryOut = (params: TifuParams): Tuned => {
    const key = AXES.map((axis) => params[axis]).join(' ');
    const before = known.get(key);
    if (before !== undefined) return before;
    const best = bestMix(histories, items, cases, params, options);
    const tuned = { ...best, tried: known.size + 1 };
    known.set(key, tuned);
    options.onTried?.();
    return tuned;
  };
  let best = tryOut(TIFU_START);
  for (let pass = 0; pass < PASSES_MAX; pass += 1) {
    const { params } = best;
    for (const axis of AXES) {
      for (const value of TIFU_GRID[axis]) {
        const next = tryOut({ ...best.params, [axis]: value });
        if (next.score > best.score) best = next;
      }
    }
    if (AXES.every((axis) => params[axis] === best.params[axis])) break;
  }
  return { ...best, tried: known.size };
}

/** The best k and alpha for one way of making vectors. */
function bestMix(
  histories: readonly Baskets[],
  items: number,
  cases: readonly TuningCase[],
  params: TifuParams,
  { limit, judge }: { limit: number; judge(ranked: Int32Array, truth: Int32Array): number },
): { params: TifuParams; score: number } {
  const { k: ks, alpha: alphas } = TIFU_GRID;
  const vectors = buildVectors(histories, items, params);
  const queries = Int32Array.from(cases, ({ user }) => user);
  const neighbours = nearest(vectors, queries, Math.max(...ks), params.metric);
  const scores = new Map<string, { k: number; alpha: number; sum: number }>();
  rankAll(vectors, queries, neighbours, { ks, alphas, limit }, (query, k, alpha, ranked) => {
    const name = `${k} ${alpha}`;
    const score = scores.get(name) ?? { k, alpha, sum: 0 };
    scores.set(name, score);
    score.sum += judge(ranked, cases[query]?.truth ?? new Int32Array(0));
  });
  let best = { k: params.k, alpha: params.alpha, sum: Number.NEGATIVE_INFINITY };
  for (const score of scores.values()) if (score.sum > best.sum) best = score;
  const score = cases.length === 0 ? 0 : best.sum / cases.length;
  return { params: { ...params, k: best.k, alpha: best.alpha }, score };
}

/** The first `limit` items for each of `users`. */
export function rankByTifu(
  histories: readonly Baskets[],
  items: number,
  users: Int32Array,
  params: TifuParams,
  limit: number,
): Int32Array[] {
  const vectors = buildVectors(histories, items, params);
  const neighbours = nearest(vectors, users, params.k, params.metric);
  const rankings: Int32Array[] = [];
  rankAll(
    vectors,
    users,
    neighbours,
    { ks: [params.k], alphas: [params.alpha], limit },
    (query, _k, _alpha, ranked) => {
      rankings[query] = ranked;
    },
  );
  return rankings;
}

function rankAll(
  vectors: Sparse,
  queries: Int32Array,
  neighbours: Neighbours,
  { ks, alphas, limit }: { ks: readonly number[]; alphas: readonly number[]; limit: number },
  visit: VisitRanking,
): void {
  const own = new Float64Array(vectors.columns);
  const lowest = new Lowest(limit);
  const theirs = new Lowest(limit);
  visitSums(vectors, neighbours, ks, ({ query, k, used }, sums, touched, many) => {
    const row = queries[query] as number;
    const [from, to] = [vectors.start[row] as number, vectors.start[row + 1] as number];
    const mine = vectors.column.subarray(from, to);
    for (let place = from; place < to; place += 1)
      own[vectors.column[place] as number] = vectors.value[place] as number;
    // Whatever the mix, an item that is not the user's own can only be ranked if it is among the neighbours' first ones.
    for (let at = 0; at < many; at += 1) {
      const item = touched[at] as number;
      if (own[item] === 0) theirs.offer(-(sums[item] as number), item);
    }
    const others = theirs.take();
    for (const alpha of alphas) {
      const share = (1 - alpha) / Math.max(1, used);
      for (const item of mine) lowest.offer(-(alpha * (own[item] as number) + share * (sums[item] as number)), item);
      for (const item of others) lowest.offer(-share * (sums[item] as number), item);
      visit(query, k, alpha, lowest.take());
    }
    for (const item of mine) own[item] = 0;
  });
}
