import { countedFor, type HeldTier, type MonthOfMember, type TierRule, type TierRules } from './tiers.ts';

/** One way into a tier: so much of what it asks is there. Fen for `spend`. */
export interface TierWay {
  readonly by: 'spend' | 'points' | 'orders';
  /** Never below 0, also where more came back than was bought. */
  readonly have: number;
  readonly need: number;
}

/** The tier above the held one, and how far a member is on each way into it; any one is enough. */
export interface TierProgress {
  readonly next: TierRule;
  readonly ways: readonly TierWay[];
}

/**
 * What a member still lacks for the tier above the one they hold, on a day (YYYY-MM-DD by the chain's zone); null for the highest. A held tier that the rules do not know counts as none.
 * Pure, and of the same sums as `evaluateTier`: a way that is full is one by which the next evaluation raises the member.
 */
export function tierProgress(
  held: Pick<HeldTier, 'tier'>,
  months: readonly MonthOfMember[],
  rules: TierRules,
  today: string,
): TierProgress | null {
  const next = rules.tiers[rules.tiers.findIndex(({ id }) => id === held.tier) + 1];
  if (next === undefined) return null;
  const { spentFen, points, orders } = countedFor(next, months, today);
  const way = (by: TierWay['by'], have: number, need: number | undefined): TierWay[] =>
    need === undefined ? [] : [{ by, have: Math.max(0, have), need }];
  const ways = [
    ...way('spend', spentFen, next.spendFen),
    ...way('points', points, next.points),
    ...way('orders', orders, next.orders),
  ];
  return { next, ways };
}
