import { z } from 'zod';
import { Count, Instant, SignedFen, StoreId, Text } from './text.ts';

/** Where a member stands with us, by when they bought. docs/segments.md says each in words and numbers. */
export const LIFECYCLE_STATES = ['new', 'active', 'won-back', 'at-risk', 'lost'] as const;
export const LifecycleState = z.enum(LIFECYCLE_STATES);
export type LifecycleState = z.infer<typeof LifecycleState>;

/** Named parts of the grid of recency (1 to 5) and of frequency and money (1 to 5). */
export const RFM_SEGMENTS = [
  'champions',
  'loyal',
  'promising',
  'recent',
  'attention',
  'fading',
  'must-keep',
  'slipping',
  'dormant',
] as const;
export const RfmSegment = z.enum(RFM_SEGMENTS);
export type RfmSegment = z.infer<typeof RfmSegment>;

const Days = z.number().int().min(1).max(3650);

/** How members are told apart; `segments` of the hub's config. */
export const SegmentRules = z
  .strictObject({
    /** `own-rhythm`: who bought often enough is measured by their own gaps, all others by the chain's days. `chain-days`: all by the chain's. */
    mode: z.enum(['own-rhythm', 'chain-days']).default('own-rhythm'),
    /** New: the first purchase is no older. */
    newDays: Days.default(30),
    /** At risk: the last purchase is older. */
    riskDays: Days.default(90),
    /** Lost: the last purchase is older. */
    lostDays: Days.default(180),
    /** Won back: for so long after the purchase by which a lost member returned. */
    wonBackDays: Days.default(60),
    rhythm: z
      .strictObject({
        /** From so many orders on a member has a rhythm: the mean gap between orders. */
        orders: z.number().int().min(2).max(100).default(4),
        /** At risk after so many gaps, lost after so many. */
        riskTimes: z.number().min(1).max(20).default(3),
        lostTimes: z.number().min(1).max(50).default(6),
        /** A gap shorter or longer than these counts as these. */
        leastDays: Days.default(7),
        mostDays: Days.default(60),
      })
      .prefault({}),
    /** How many groups are tried. */
    clusters: z
      .strictObject({
        least: z.number().int().min(2).max(12).default(3),
        most: z.number().int().min(2).max(12).default(8),
      })
      .prefault({}),
    seed: z.number().int().min(0).max(2_147_483_647).default(7),
  })
  .refine(({ newDays, riskDays, lostDays }) => newDays <= riskDays && riskDays < lostDays, {
    error: 'newDays <= riskDays < lostDays',
    path: ['riskDays'],
  })
  .refine(({ rhythm }) => rhythm.riskTimes < rhythm.lostTimes && rhythm.leastDays <= rhythm.mostDays, {
    error: 'riskTimes < lostTimes and leastDays <= mostDays',
    path: ['rhythm'],
  })
  .refine(({ clusters }) => clusters.least <= clusters.most, { error: 'least <= most', path: ['clusters'] });
export type SegmentRules = z.output<typeof SegmentRules>;

/** How many, and what they bought since they joined. Members without consent to personalisation are counted too: here nobody is named. */
const Share = { members: Count, orders: Count, spentFen: SignedFen };
const Score = z.number().int().min(1).max(5);
const Cuts = z.array(z.number()).length(4);

export const RfmResult = z.strictObject({
  /** From these values on a score is 2, 3, 4, 5; of recency: up to so many days since the last purchase. */
  cuts: z.strictObject({ recencyDays: Cuts, orders: Cuts, spentFen: Cuts }),
  /** All 25 cells, the newest and best first. */
  grid: z.array(z.strictObject({ recency: Score, value: Score, segment: RfmSegment, ...Share })).length(25),
  segments: z.array(z.strictObject({ segment: RfmSegment, ...Share })),
});
export type RfmResult = z.infer<typeof RfmResult>;

export const ClusterGroup = z.strictObject({
  /** Stays with the group that is most like it from run to run. */
  id: z.string().regex(/^group-[1-9]\d{0,3}$/),
  /** The middle of the group. */
  centre: z.strictObject({ recencyDays: z.number(), orders: z.number(), basketFen: z.number() }),
  words: Text,
  ...Share,
});
export const ClusterResult = z.strictObject({
  /** Mean silhouette of each number of groups that was tried; the best is taken. */
  tried: z.array(z.strictObject({ k: z.number().int(), silhouette: z.number() })),
  k: z.number().int().min(2),
  /** Members by whom the groups were found. */
  sample: Count,
  groups: z.array(ClusterGroup),
});
export type ClusterResult = z.infer<typeof ClusterResult>;

export const StoreLifecycle = z.strictObject({
  /** Where the members joined; `hq` for online shop, partners and imports at HQ. */
  store: z.union([StoreId, z.literal('hq')]),
  members: Count,
  states: z.record(LifecycleState, Count),
});
export type StoreLifecycle = z.infer<typeof StoreLifecycle>;

export const SegmentRun = z.strictObject({
  id: z.uuid(),
  startedAt: Instant,
  endedAt: Instant,
  /** Days are counted back from here. */
  asOf: Instant,
  rules: SegmentRules,
  /** Persons who bought at least once; those who never did are counted aside. */
  ...Share,
  withoutPurchase: Count,
  /** Who agreed to personalisation and so carries labels, and whose labels this run changed. */
  labelled: Count,
  relabelled: Count,
  lifecycle: z.array(z.strictObject({ state: LifecycleState, ...Share })).length(LIFECYCLE_STATES.length),
  /** Null: too few members for fifths to mean anything. */
  rfm: RfmResult.nullable(),
  clusters: ClusterResult.nullable(),
  /** Those with most members first. */
  stores: z.array(StoreLifecycle),
  /** Stores beyond the ones listed. */
  moreStores: Count,
});
export type SegmentRun = z.infer<typeof SegmentRun>;

/** A run that is under way. */
export const SegmentProgress = z.strictObject({
  startedAt: Instant,
  /** `reading`: what members bought. `grouping`: fifths and groups. `labelling`: telling the directory. */
  stage: z.enum(['reading', 'grouping', 'labelling']),
  members: Count,
  progress: z.number().min(0).max(1),
});
export type SegmentProgress = z.infer<typeof SegmentProgress>;

export const SegmentsAnswer = z.strictObject({
  /** The newest run that ended well; null before the first. */
  run: SegmentRun.nullable(),
  /** Of this hub. */
  running: SegmentProgress.nullable(),
  /** Why this hub's last run ended badly; null: it did not. */
  failed: z.strictObject({ at: Instant, code: z.string(), message: z.string() }).nullable(),
  rules: SegmentRules,
});
export type SegmentsAnswer = z.infer<typeof SegmentsAnswer>;
