import { setImmediate as nextTurn } from 'node:timers/promises';
import type { SegmentRules } from '@tillside/hub-contract';
import { kmeansGenerator } from 'ml-kmeans';
import {
  numbersOf,
  type Point,
  pointOf,
  type Scale,
  sampleOf,
  scaleOf,
  squaredDistance,
  standardised,
  unstandardised,
} from './features.ts';
import type { Population } from './population.ts';
import { silhouette } from './silhouette.ts';

export const CLUSTER_LIMITS = {
  /** Groups of fewer would be about chance. */
  leastMembers: 200,
  /** Members by whom groups are found; all others join the nearest. */
  sample: 10_000,
  /** Of the sample, for the silhouette, which compares all with all. */
  judged: 800,
  iterations: 60,
  /** A silhouette that is no further below the best counts as good as it. */
  asGood: 0.02,
} as const;

export interface Group {
  readonly id: string;
  readonly centre: { readonly recencyDays: number; readonly orders: number; readonly basketFen: number };
}

export interface Clusters {
  readonly tried: readonly { readonly k: number; readonly silhouette: number }[];
  readonly k: number;
  readonly sample: number;
  readonly scale: Scale;
  /** By id. */
  readonly groups: readonly Group[];
  /** In the order of `groups`, standardised. */
  readonly centres: readonly Point[];
}

const indexOfNearest = (point: Point, centres: readonly Point[]): number => {
  let [best, least] = [0, Number.POSITIVE_INFINITY];
  centres.forEach((centre, index) => {
    const distance = squaredDistance(point, centre);
    if (distance < least) [best, least] = [index, distance];
  });
  return best;
};

/** One k-means run from k-means++ starts under the seed; gives way to other work after each iteration. */
async function centresOf(points: readonly Point[], k: number, seed: number): Promise<Point[]> {
  const data = points.map((point) => [...point]);
  let centres: number[][] = [];
  for (const step of kmeansGenerator(data, k, { seed, maxIterations: CLUSTER_LIMITS.iterations })) {
    centres = step.centroids;
    await nextTurn();
  }
  return centres.map(([a = 0, b = 0, c = 0]): Point => [a, b, c]);
}

/**
 * Groups of members who buy alike: k-means over standardised logarithms. Of each number of groups from `least` to `most` the mean silhouette is taken (how much nearer members are to
 * their own group than to the next); the smallest number that is as good as the best is taken, since each group more is one more to explain. The same members, rules and `before` give the same groups. Null where there are too few
 * members, or too few that differ.
 */
export async function clustersOf(
  population: Population,
  { clusters: { least, most }, seed }: Pick<SegmentRules, 'clusters' | 'seed'>,
  before: readonly Group[],
): Promise<Clusters | null> {
  if (population.size < CLUSTER_LIMITS.leastMembers) return null;
  const raw = sampleOf(population, CLUSTER_LIMITS.sample);
  const scale = scaleOf(raw);
  const points = raw.map((point) => standardised(point, scale));
  const different = new Set(points.map((point) => point.join(' '))).size;
  const step = Math.max(1, Math.floor(points.length / CLUSTER_LIMITS.judged));
  const judged = points.filter((_, index) => index % step === 0).slice(0, CLUSTER_LIMITS.judged);
  const tried: { k: number; silhouette: number; centres: Point[] }[] = [];
  for (let k = least; k <= Math.min(most, different - 1); k += 1) {
    const centres = await centresOf(points, k, seed);
    const value = silhouette(
      judged,
      judged.map((point) => indexOfNearest(point, centres)),
    );
    tried.push({ k, silhouette: value, centres });
    await nextTurn();
  }
  const best = Math.max(...tried.map((each) => each.silhouette));
  const taken = tried.find((each) => each.silhouette >= best - CLUSTER_LIMITS.asGood);
  if (taken === undefined) return null;
  const named = nameGroups(taken.centres, scale, before);
  const judgements = tried.map((each) => ({ k: each.k, silhouette: each.silhouette }));
  return { tried: judgements, k: taken.k, sample: points.length, scale, ...named };
}

/** The group of a member. */
export function groupOf(
  numbers: { recencyDays: number; orders: number; spentFen: number },
  { scale, centres, groups }: Pick<Clusters, 'scale' | 'centres' | 'groups'>,
): Group {
  const group = groups[indexOfNearest(standardised(pointOf(numbers), scale), centres)];
  if (group === undefined) throw new RangeError('there are no groups');
  return group;
}

/** A group further than this from all groups of the run before is a new one. In spreads, squared. */
const SAME_GROUP = 1;

/**
 * Ids stay with the groups that are most alike, nearest pairs first, so that a coupon for `group-2` goes to the same kind of members next week. New groups take numbers above all that the
 * run before had.
 */
function nameGroups(
  centres: readonly Point[],
  scale: Scale,
  before: readonly Group[],
): Pick<Clusters, 'groups' | 'centres'> {
  const pairs = centres
    .flatMap((centre, index) =>
      before.map(({ id, centre: { recencyDays, orders, basketFen } }) => {
        const old = standardised(pointOf({ recencyDays, orders, spentFen: basketFen * orders }), scale);
        return { index, id, distance: squaredDistance(centre, old) };
      }),
    )
    .filter(({ distance }) => distance <= SAME_GROUP)
    .sort((a, b) => a.distance - b.distance);
  const ids = new Map<number, string>();
  const taken = new Set<string>();
  for (const { index, id } of pairs) {
    if (ids.has(index) || taken.has(id)) continue;
    ids.set(index, id);
    taken.add(id);
  }
  let next = 1 + Math.max(0, ...before.map(({ id }) => Number(id.replace('group-', ''))));
  const groups = centres.map((centre, index) => {
    const id = ids.get(index) ?? `group-${next++}`;
    return { id, centre: numbersOf(unstandardised(centre, scale)) };
  });
  return { groups, centres };
}
