/** What one person bought in all stores; folded from events. A person who never bought has none. */
export interface MemberActivity {
  readonly memberId: string;
  /** RFC 3339, of the first purchase. */
  readonly firstAt: string;
  readonly lastAt: string;
  /** The purchase before the last one; null after a single one. */
  readonly previousAt: string | null;
  /** At least 1. */
  readonly orders: number;
  /** What was paid, less refunds. */
  readonly spentFen: number;
}

export const DAY_MS = 24 * 60 * 60_000;

/** Days since, in fractions; an instant of a clock that is ahead is now. */
export const daysSince = (at: string, asOfMs: number): number => Math.max(0, (asOfMs - Date.parse(at)) / DAY_MS);
