import { createHash } from 'node:crypto';

/** Half-life of a member's own purchases, in days. */
export const HISTORY_HALF_LIFE_DAYS = 30;
/** Weight of a member's basket for each basket that came after it. */
export const FAST_DECAY = 0.6;
export const SLOW_DECAY = 0.9;
/** Products with a score of HQ's that one member has at most. */
export const MEMBER_SCORES_MAX = 100;
/** Half-life of an item's popularity, in days. */
export const POPULARITY_HALF_LIFE_DAYS = 28;
/** Added to a denominator so that one lucky pair does not count as certain. */
export const PAIR_SMOOTHING = 3;
/** Items of the live basket that are looked at, newest last. */
export const CONTEXT_BASKET_MAX_ITEMS = 50;
export const DAY_MS = 86_400_000;

/**
 * Every feature and how it is computed. The order is the model's input order. The definitions are part of the hash, so
 * that a change of formula without a change of name is a different feature set; golden vectors catch what the text misses.
 */
export const FEATURE_DEFINITIONS = [
  ['popularity', 'log(1 + 1000 * baskets with item / baskets)'],
  ['recent_popularity', 'log(1 + 1000 * age-weighted baskets with item / age-weighted baskets)'],
  ['repeat_rate', "share of members' baskets with item that are repeats"],
  ['item_gap', 'log(1 + mean baskets between two purchases by the same member, smoothed)'],
  ['daypart_lift', "share of the item's baskets in this quarter of the day / share of all baskets, smoothed"],
  ['season_lift', "share of the item's baskets in this quarter of the year / share of all baskets, smoothed"],
  ['personal_count', "log(1 + member's baskets with item)"],
  ['personal_share', "member's baskets with item / member's baskets"],
  ['personal_tenure', "member's baskets with item / member's baskets since the first with it"],
  ['personal_decayed', "age-weighted member's baskets with item, at the time of asking"],
  ['personal_fast', 'weighted share of baskets with item, each basket counting FAST_DECAY of the next'],
  ['personal_slow', 'weighted share of baskets with item, each basket counting SLOW_DECAY of the next'],
  ['personal_recency', 'exp(-days since last bought / half-life), 0 if never'],
  ['personal_since', 'log(1 + baskets since last bought), NEVER_SINCE if never'],
  ['personal_due', 'min(3, days since last bought / mean days between), 0 if bought fewer than 2 times'],
  [
    'personal_due_baskets',
    "min(3, baskets since last bought / mean baskets between, the item's when bought once), 0 if never",
  ],
  ['personal_in_last', "1 if in the member's newest basket"],
  ['category_affinity', "share of member's age-weighted purchases in the item's category"],
  ['department_affinity', "share of member's age-weighted purchases in the item's department"],
  ['category_in_last', "1 if the member's newest basket holds an item of the category"],
  ['neighbours', "HQ's score by neighbours"],
  ['factors', "HQ's score by factors"],
  ['mix', 'OWN_SHARE_OF_MIX * personal_slow + (1 - OWN_SHARE_OF_MIX) * neighbours'],
  ['mix_rank', "log(1 + place of the item among the member's by mix), NO_RANK without one"],
  ['neighbours_rank', "log(1 + place by neighbours among HQ's), NO_RANK without one"],
  ['factors_rank', "log(1 + place by factors among HQ's), NO_RANK without one"],
  ['alike_sum', "sum over member's items of personal_slow * pairs / (sqrt(product of baskets) + smoothing)"],
  ['together_max', 'max over basket of pairs / (baskets with basket item + smoothing)'],
  ['together_sum', 'log(1 + sum over basket of pairs / (sqrt(product of baskets) + smoothing))'],
  ['following_max', 'max over newest basket of transitions / (baskets with its item + smoothing)'],
  ['following_sum', 'log(1 + sum over newest basket of transitions / (sqrt(product of baskets) + smoothing))'],
  ['category_in_basket', "1 if the basket holds an item of the candidate's category"],
  ['basket_size', 'log(1 + known items in the basket)'],
  ['history_size', "log(1 + member's baskets)"],
  ['history_items', 'log(1 + different items of the member)'],
  ['history_repeats', "share of the member's purchases that were repeats"],
  ['history_basket', "log(1 + member's mean items a basket)"],
  ['history_recency', "log(1 + days since the member's newest basket), 0 without one"],
  ['content_basket', 'max over basket of likeness by content'],
  ['content_history', "sum over member's CONTENT_FROM_MAX heaviest items of personal_slow * likeness by content"],
  [
    'store_lift',
    "the item's baskets in this store lately / those to be expected by all stores' share, smoothed, 1 where unknown",
  ],
] as const satisfies readonly (readonly [string, string])[];

/** What an item has that the member never bought, or that has no place. */
export const NEVER_SINCE = 8;
export const NO_RANK = 8;
/** Of a mix of own habit and neighbours: how much is the own. */
export const OWN_SHARE_OF_MIX = 0.1;
/** Items of a history that others are sought by: those that weigh most. */
export const ALIKE_FROM_MAX = 40;
/** Of those, how many say by content what is like them. */
export const CONTENT_FROM_MAX = 16;
/** Baskets added to an item's own before it may differ from all items in its times. */
export const LIFT_SMOOTHING = 10;
/** No item sells more often in a store than this many times what is usual, nor more seldom than its inverse. */
export const STORE_LIFT_MAX = 20;

const CONSTANTS = {
  HISTORY_HALF_LIFE_DAYS,
  FAST_DECAY,
  SLOW_DECAY,
  POPULARITY_HALF_LIFE_DAYS,
  PAIR_SMOOTHING,
  CONTEXT_BASKET_MAX_ITEMS,
  NEVER_SINCE,
  NO_RANK,
  OWN_SHARE_OF_MIX,
  ALIKE_FROM_MAX,
  CONTENT_FROM_MAX,
  LIFT_SMOOTHING,
  STORE_LIFT_MAX,
};

const FEATURE_SET_ID = 'tillside-f3';

/** Identity of the features that a model was trained on; a device refuses a model of another set. */
export const FEATURE_SET: { readonly id: string; readonly names: readonly string[]; readonly hash: string } = {
  id: FEATURE_SET_ID,
  names: FEATURE_DEFINITIONS.map(([name]) => name),
  hash: createHash('sha256')
    .update(JSON.stringify([FEATURE_SET_ID, FEATURE_DEFINITIONS, CONSTANTS]))
    .digest('hex'),
};

export const FEATURE_COUNT: number = FEATURE_DEFINITIONS.length;

/** exp2 decay: 1 at age 0, 0.5 at one half-life; ages below zero (clock jumps) count as 0. */
export function decay(ageMs: number, halfLifeDays: number): number {
  return 2 ** (-Math.max(0, ageMs) / (halfLifeDays * DAY_MS));
}

/**
 * The quarter of the day, 0 to 3: from 22:00, 04:00, 10:00 and 16:00 UTC, which in China is 6, 12, 18 and 24 o'clock. Another zone has other
 * quarters, the same ones in training and in its stores.
 */
export const daypartOf = (atMs: number): number =>
  Math.floor(((((atMs + 2 * 3_600_000) % DAY_MS) + DAY_MS) % DAY_MS) / (DAY_MS / 4));
/** The quarter of the year, 0 to 3, in UTC. */
export const seasonOf = (atMs: number): number => Math.floor(new Date(atMs).getUTCMonth() / 3);

const WITH_OFFSET = /T.*(?:Z|[+-]\d{2}:?\d{2})$/;

/** Epoch milliseconds of an ISO 8601 time, or NaN. Without an offset it would mean another moment on every machine, so: NaN. */
export function timeMs(at: string): number {
  return WITH_OFFSET.test(at) ? Date.parse(at) : Number.NaN;
}
