/** What a store may give away by itself on a phone: a few round shares, a few plain periods. */
export const SHARES_BASIS_POINTS = [500, 1_000, 1_500, 2_000, 3_000, 5_000] as const;
export const PERIODS = ['today', 'threeDays', 'week'] as const;
export type Period = (typeof PERIODS)[number];

const DAYS: Readonly<Record<Period, number>> = { today: 0, threeDays: 2, week: 6 };

/** The end of the period on this device's clock and zone: the last second of its last day. ISO 8601, UTC. */
export function untilOf(period: Period, now: Date): string {
  const end = new Date(now.getFullYear(), now.getMonth(), now.getDate() + DAYS[period], 23, 59, 59);
  return end.toISOString().replace('.000Z', 'Z');
}

/** The price to expect, half up to a whole fen. Only a preview: the agent decides, with the one rounding rule. */
export function previewFen(priceFen: number, offBasisPoints: number): number {
  return Math.round((priceFen * (10_000 - offBasisPoints)) / 10_000);
}
