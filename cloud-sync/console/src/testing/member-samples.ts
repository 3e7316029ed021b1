import { LIFECYCLE_STATES, RFM_SEGMENTS, type RfmSegment, type SegmentRun } from '@tillside/hub-contract';

const RULES: SegmentRun['rules'] = {
  mode: 'own-rhythm',
  newDays: 30,
  riskDays: 90,
  lostDays: 180,
  wonBackDays: 60,
  rhythm: { orders: 4, riskTimes: 3, lostTimes: 6, leastDays: 7, mostDays: 60 },
  clusters: { least: 3, most: 8 },
  seed: 7,
};

/** Members of each cell: rows recency 5 to 1, columns value 1 to 5. */
const CELLS: readonly (readonly [RfmSegment, number][])[] = [
  [
    ['recent', 214],
    ['recent', 305],
    ['promising', 488],
    ['champions', 702],
    ['champions', 1311],
  ],
  [
    ['recent', 260],
    ['recent', 341],
    ['promising', 512],
    ['loyal', 610],
    ['champions', 688],
  ],
  [
    ['fading', 402],
    ['fading', 477],
    ['attention', 530],
    ['loyal', 498],
    ['loyal', 341],
  ],
  [
    ['dormant', 688],
    ['dormant', 612],
    ['slipping', 455],
    ['slipping', 301],
    ['must-keep', 148],
  ],
  [
    ['dormant', 1012],
    ['dormant', 702],
    ['slipping', 377],
    ['slipping', 220],
    ['must-keep', 86],
  ],
];
/** What a member of each column bought. */
const SPENT_FEN = [2_300, 8_900, 22_400, 61_000, 214_000];
const ORDERS = [1, 2, 5, 14, 52];

const grid = CELLS.flatMap((row, down) =>
  row.map(([segment, members], across) => ({
    recency: 5 - down,
    value: across + 1,
    segment,
    members,
    orders: members * (ORDERS[across] ?? 1),
    spentFen: members * (SPENT_FEN[across] ?? 1),
  })),
);
type Share = Pick<SegmentRun, 'members' | 'orders' | 'spentFen'>;
const sumOf = (rows: readonly Share[]): Share => ({
  members: rows.reduce((sum, { members }) => sum + members, 0),
  orders: rows.reduce((sum, { orders }) => sum + orders, 0),
  spentFen: rows.reduce((sum, { spentFen }) => sum + spentFen, 0),
});
const ALL = sumOf(grid);
const shareOf = (part: number): Share => ({
  members: Math.round(ALL.members * part),
  orders: Math.round(ALL.orders * part),
  spentFen: Math.round(ALL.spentFen * part),
});
const LIFE = { new: 0.081, active: 0.433, 'won-back': 0.024, 'at-risk': 0.187, lost: 0.275 };

export const SEGMENT_RULES = RULES;

/** Twelve thousand members of a market on a good day. */
export const SEGMENT_RUN: SegmentRun = {
  id: '5f0f3f61-1d3b-4d7e-9a52-6a1f3c0d2b11',
  startedAt: '2026-11-21T18:00:00Z',
  endedAt: '2026-11-21T18:00:09Z',
  asOf: '2026-11-21T18:00:00Z',
  rules: RULES,
  ...ALL,
  withoutPurchase: 873,
  labelled: 8_204,
  relabelled: 311,
  lifecycle: LIFECYCLE_STATES.map((state) => ({ state, ...shareOf(LIFE[state]) })),
  rfm: {
    cuts: { recencyDays: [201, 96, 41, 12], orders: [2, 4, 9, 24], spentFen: [4_200, 13_800, 39_900, 128_000] },
    grid,
    segments: RFM_SEGMENTS.map((segment) => ({ segment, ...sumOf(grid.filter((cell) => cell.segment === segment)) })),
  },
  clusters: {
    tried: [3, 4, 5, 6, 7, 8].map((k) => ({ k, silhouette: 0.47 - k / 100 })),
    k: 4,
    sample: 10_000,
    groups: [
      {
        id: 'group-1',
        centre: { recencyDays: 211, orders: 1.4, basketFen: 2_480 },
        words: { zh: '很久没来，来得少，每单买得少', en: 'Has not come for long, bought seldom, small baskets' },
        ...shareOf(0.36),
        spentFen: Math.round(ALL.spentFen * 0.06),
      },
      {
        id: 'group-2',
        centre: { recencyDays: 6, orders: 41, basketFen: 3_890 },
        words: { zh: '最近来过，来得勤', en: 'Came lately, buys often' },
        ...shareOf(0.19),
        spentFen: Math.round(ALL.spentFen * 0.55),
      },
      {
        id: 'group-3',
        centre: { recencyDays: 48, orders: 7, basketFen: 11_200 },
        words: { zh: '每单买得多', en: 'Large baskets' },
        ...shareOf(0.18),
        spentFen: Math.round(ALL.spentFen * 0.27),
      },
      {
        id: 'group-5',
        centre: { recencyDays: 33, orders: 5, basketFen: 2_950 },
        words: { zh: '各方面都居中', en: 'In the middle in all things' },
        ...shareOf(0.27),
        spentFen: Math.round(ALL.spentFen * 0.12),
      },
    ],
  },
  stores: [
    {
      store: 'renmin-lu',
      members: 6_120,
      states: { new: 520, active: 2_810, 'won-back': 160, 'at-risk': 1_100, lost: 1_530 },
    },
    {
      store: 'binhe',
      members: 4_003,
      states: { new: 300, active: 1_702, 'won-back': 81, 'at-risk': 790, lost: 1_130 },
    },
    { store: 'harbour', members: 1_411, states: { new: 90, active: 540, 'won-back': 33, 'at-risk': 301, lost: 447 } },
    { store: 'hq', members: 746, states: { new: 85, active: 266, 'won-back': 21, 'at-risk': 106, lost: 268 } },
  ],
  moreStores: 0,
};
