import {
  LIFECYCLE_STATES,
  type LifecycleState,
  RFM_SEGMENTS,
  type RfmSegment,
  type SegmentRules,
} from '@tillside/hub-contract';
import { daysSince, type MemberActivity } from './activity.ts';
import { type Clusters, clustersOf, type Group, groupOf } from './clusters.ts';
import { lifecycleOf } from './lifecycle.ts';
import type { Population } from './population.ts';
import { type RfmCuts, type RfmScore, rfmCuts, scoreOf, segmentOf } from './rfm.ts';

/** Measures that a population gave, by which each of its members is then told apart. */
export interface Yardstick {
  readonly asOfMs: number;
  readonly rules: SegmentRules;
  readonly cuts: RfmCuts | null;
  readonly clusters: Clusters | null;
}

export interface MemberSegments {
  readonly lifecycle: LifecycleState;
  readonly rfm: (RfmScore & { readonly segment: RfmSegment }) | null;
  readonly group: Group | null;
}

const numbersOf = ({ lastAt, orders, spentFen }: MemberActivity, asOfMs: number) => ({
  recencyDays: Math.floor(daysSince(lastAt, asOfMs)),
  orders,
  spentFen,
});

export const addTo = (population: Population, activity: MemberActivity, asOfMs: number): void => {
  const { recencyDays, orders, spentFen } = numbersOf(activity, asOfMs);
  population.add(recencyDays, orders, spentFen);
};

/** `before`: the groups of the run before, whose ids go on. */
export async function yardstickOf(
  population: Population,
  { asOfMs, rules, before }: { asOfMs: number; rules: SegmentRules; before: readonly Group[] },
): Promise<Yardstick> {
  return { asOfMs, rules, cuts: await rfmCuts(population), clusters: await clustersOf(population, rules, before) };
}

/** Pure. */
export function segmentsOf(activity: MemberActivity, { asOfMs, rules, cuts, clusters }: Yardstick): MemberSegments {
  const numbers = numbersOf(activity, asOfMs);
  const score = cuts === null ? null : scoreOf(numbers, cuts);
  return {
    lifecycle: lifecycleOf(activity, rules, asOfMs),
    rfm: score === null ? null : { ...score, segment: segmentOf(score) },
    group: clusters === null ? null : groupOf(numbers, clusters),
  };
}

/** Stable: coupons are given by these. `life-…`, `rfm-…`, `group-…`. */
export const labelsOf = ({ lifecycle, rfm, group }: MemberSegments): string[] => [
  `life-${lifecycle}`,
  ...(rfm === null ? [] : [`rfm-${rfm.segment}`]),
  ...(group === null ? [] : [group.id]),
];

const OURS = new Set([...LIFECYCLE_STATES.map((state) => `life-${state}`), ...RFM_SEGMENTS.map((id) => `rfm-${id}`)]);
const GROUP = /^group-[1-9]\d{0,3}$/u;
/** Made here, not by a partner or by hand: only these are put and taken by a run. */
export const isOurs = (label: string): boolean => OURS.has(label) || GROUP.test(label);
