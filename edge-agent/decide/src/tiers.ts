import { z } from 'zod';
import { DECIDE_LIMITS } from './limits.ts';
import { Id, Names } from './schema/common.ts';

/**
 * A published tier of the membership, and what brings a member into it: any of the three within the last `months` calendar months, the running one included. Money in fen.
 */
export const TierRule = z
  .strictObject({
    id: Id,
    name: Names,
    months: z.int().min(1).max(36),
    /** Spent, less what came back. */
    spendFen: z.int().min(1).max(DECIDE_LIMITS.maxFen).optional(),
    /** Earned, less what was taken back. */
    points: z.int().min(1).optional(),
    orders: z.int().min(1).optional(),
  })
  .refine(
    ({ spendFen, points, orders }) => spendFen !== undefined || points !== undefined || orders !== undefined,
    'one of spendFen, points and orders is asked for',
  );
export type TierRule = z.infer<typeof TierRule>;

/** The tiers of a chain, the lowest first. */
export const TierRules = z
  .strictObject({
    /** The tier of who has reached none. */
    base: z.strictObject({ id: Id, name: Names }),
    tiers: z.array(TierRule).max(16),
    /** A tier that was reached is kept to the end of the month that comes so many months later. */
    keepMonths: z.int().min(0).max(36).default(12),
    /** And so many months more, before a lower one takes its place. */
    graceMonths: z.int().min(0).max(12).default(1),
  })
  .refine(
    ({ base, tiers }) => new Set([base.id, ...tiers.map(({ id }) => id)]).size === tiers.length + 1,
    'each tier has an id of its own',
  );
export type TierRules = z.infer<typeof TierRules>;

/** What a member did in a month (YYYY-MM). */
export interface MonthOfMember {
  readonly month: string;
  readonly orders: number;
  readonly spentFen: number;
  readonly points: number;
}

export interface HeldTier {
  readonly tier: string;
  /** The last day (YYYY-MM-DD) on which it is sure, grace included; null: no end was set. */
  readonly tierUntil: string | null;
}

const MONTHS_A_YEAR = 12;
/** Counted from the year 0. */
const monthIndex = (date: string): number => Number(date.slice(0, 4)) * MONTHS_A_YEAR + Number(date.slice(5, 7)) - 1;
const lastDay = (month: number): string =>
  new Date(Date.UTC(Math.floor(month / MONTHS_A_YEAR), (month % MONTHS_A_YEAR) + 1, 0)).toISOString().slice(0, 10);

/** Months before the running one that the rules look at. */
export const monthsLookedAt = ({ tiers }: TierRules): number => Math.max(0, ...tiers.map(({ months }) => months - 1));

/** The month (YYYY-MM) that lies so many before a day's. */
export function monthBefore(today: string, months: number): string {
  const month = monthIndex(today) - months;
  const [year, of] = [Math.floor(month / MONTHS_A_YEAR), (month % MONTHS_A_YEAR) + 1];
  return `${String(year).padStart(4, '0')}-${String(of).padStart(2, '0')}`;
}

/** What counts towards a rule on a day: the sums of its months. */
export function countedFor(
  rule: TierRule,
  months: readonly MonthOfMember[],
  today: string,
): Omit<MonthOfMember, 'month'> {
  const [from, to] = [monthBefore(today, rule.months - 1), today.slice(0, 7)];
  const within = months.filter(({ month }) => month >= from && month <= to);
  const sum = (name: 'spentFen' | 'points' | 'orders'): number => within.reduce((all, each) => all + each[name], 0);
  return { spentFen: sum('spentFen'), points: sum('points'), orders: sum('orders') };
}

function isReached(rule: TierRule, months: readonly MonthOfMember[], today: string): boolean {
  const { spentFen, points, orders } = countedFor(rule, months, today);
  return (
    (rule.spendFen !== undefined && spentFen >= rule.spendFen) ||
    (rule.points !== undefined && points >= rule.points) ||
    (rule.orders !== undefined && orders >= rule.orders)
  );
}

/**
 * The tier of a member on a day (YYYY-MM-DD by the chain's zone). Up at once; the same tier reached again is kept longer; down only when the held one's period and grace are
 * over, and then to what is reached by now. A tier that was given with no end gets its grace first; one that the rules do not know counts as none. Pure; asked twice on one day it says
 * the same.
 */
export function evaluateTier(
  held: HeldTier,
  months: readonly MonthOfMember[],
  rules: TierRules,
  today: string,
): HeldTier {
  const heldRank = rules.tiers.findIndex(({ id }) => id === held.tier);
  const rank = rules.tiers.findLastIndex((rule) => isReached(rule, months, today));
  const now = monthIndex(today);
  const reached = rules.tiers[rank];
  if (reached !== undefined && rank >= heldRank) {
    const until = lastDay(now + rules.keepMonths + rules.graceMonths);
    const isLonger = rank > heldRank || held.tierUntil === null || until > held.tierUntil;
    return { tier: reached.id, tierUntil: isLonger ? until : held.tierUntil };
  }
  if (heldRank === -1) return { tier: rules.base.id, tierUntil: null };
  if (held.tierUntil === null) return { tier: held.tier, tierUntil: lastDay(now + rules.graceMonths) };
  if (today <= held.tierUntil) return held;
  if (reached === undefined) return { tier: rules.base.id, tierUntil: null };
  return { tier: reached.id, tierUntil: lastDay(now + rules.keepMonths + rules.graceMonths) };
}
