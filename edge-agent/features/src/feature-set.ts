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
  ['personal_count', "log(1 + member's baskets with item)"],
  ['personal_share', "member's baskets with item / member's baskets"],
  ['personal_decayed', "age-weighted member's baskets with item, at the time of asking"],
  ['personal_recency', 'exp(-days since last bought / half-life), 0 if never'],
  ['personal_due', 'min(3, days since last bought / mean days between), 0 if bought fewer than 2 times'],
  ['personal_in_last', "1 if in the member's newest basket"],
  ['category_affinity', "share of member's age-weighted purchases in the item's category"],
  ['department_affinity', "share of member's age-weighted purchases in the item's department"],
  ['together_max', 'max over basket of pairs / (baskets with basket item + smoothing)'],
  ['together_sum', 'log(1 + sum over basket of pairs / (sqrt(product of baskets) + smoothing))'],
  ['following_max', 'max over newest basket of transitions / (baskets with its item + smoothing)'],
  ['following_sum', 'log(1 + sum over newest basket of transitions / (sqrt(product of baskets) + smoothing))'],
  ['category_in_basket', "1 if the basket holds an item of the candidate's category"],
  ['basket_size', 'log(1 + known items in the basket)'],
  ['history_size', "log(1 + member's baskets)"],
] as const satisfies readonly (readonly [string, string])[];

const CONSTANTS = {
  HISTORY_HALF_LIFE_DAYS,
  FAST_DECAY,
  SLOW_DECAY,
  POPULARITY_HALF_LIFE_DAYS,
  PAIR_SMOOTHING,
  CONTEXT_BASKET_MAX_ITEMS,
};

const FEATURE_SET_ID = 'tillside-f1';

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

const WITH_OFFSET = /T.*(?:Z|[+-]\d{2}:?\d{2})$/;

/** Epoch milliseconds of an ISO 8601 time, or NaN. Without an offset it would mean another moment on every machine, so: NaN. */
export function timeMs(at: string): number {
  return WITH_OFFSET.test(at) ? Date.parse(at) : Number.NaN;
}
