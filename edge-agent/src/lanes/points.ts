import type { SaleView } from '@tillside/agent-contract';
import type { Decision } from '@tillside/decide';
import type { Tx } from '../journal/index.ts';
import { addPoints, memberById, spendPoints } from '../members/members.ts';

/** Takes what was paid with, then adds what was earned. Throws POINTS_SPENT. */
export function movePoints(
  tx: Tx,
  memberId: string | undefined,
  { earned, spent }: Decision['points'],
): Pick<SaleView, 'pointsEarned' | 'pointsSpent' | 'pointsBalance'> {
  const moved = { pointsEarned: earned, pointsSpent: spent };
  if (memberId === undefined) return moved;
  if (spent > 0) spendPoints(tx, memberId, spent);
  addPoints(tx, memberId, earned);
  return { ...moved, pointsBalance: memberById(tx, memberId)?.points ?? 0 };
}

/** Points earned on what is refunded, by cumulative share, so that the order and the number of returns change nothing. */
export function pointsShare(
  { decision, pointsEarned }: Pick<SaleView, 'decision' | 'pointsEarned'>,
  beforeFen: number,
  refundFen: number,
): number {
  const { payableFen } = decision;
  if (payableFen === 0) return 0;
  const share = (fen: number): number => Math.floor((pointsEarned * Math.min(fen, payableFen)) / payableFen);
  return share(beforeFen + refundFen) - share(beforeFen);
}
