import type { LedgerEntry } from '@tillside/decide';

/** What came back of a guest's sale whose points HQ gave to a member: the store, which knew no member, moved none. Money in fen. */
export interface GuestRefund {
  readonly store: string;
  /** The return, or what else tells several of one sale apart. */
  readonly returnId: string;
  readonly at: string;
  readonly fen: number;
  readonly payableFen: number;
}

/**
 * Takes back of an earning what belongs to the money that came back, rounded down, so that parts never come to more than the whole. Empty where that is no point. The fold of the ledger lets no more
 * come back than there was.
 */
export function guestPointsBack(
  { entryId: of, memberId, points: earned }: LedgerEntry,
  { store, returnId, at, fen, payableFen }: GuestRefund,
): LedgerEntry[] {
  const points = payableFen <= 0 ? 0 : Math.min(earned, Math.floor((earned * fen) / payableFen));
  if (points <= 0) return [];
  return [{ entryId: `reverse:${store}:${returnId}/earn`, memberId, kind: 'reverse', points, at, of }];
}
