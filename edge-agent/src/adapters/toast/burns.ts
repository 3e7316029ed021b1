import type { LedgerEntry } from '@tillside/decide';
import type { Tx } from '../../journal/index.ts';
import { limitedTo } from '../../lanes/points.ts';
import { allowanceOf } from '../../points/balance.ts';
import { postPoints } from '../../points/entries.ts';
import { storeDate, storeOf } from '../../points/rules.ts';
import { instantOf } from '../../ports.ts';

interface Burn {
  readonly redemptionId: string;
  readonly memberId: string;
  readonly points: number;
  readonly atMs: number;
}

const idOf = (tx: Tx, kind: 'burn' | 'reverse', { redemptionId }: Burn): string =>
  `${kind}:${storeOf(tx)}:toast/${redemptionId}`;

/** Points that a redemption spends, before its sale is told. Whoever names an account at a POS is no surer than a card. Throws POINTS_SPENT, POINTS_*_LIMIT. */
export function burnPoints(tx: Tx, burn: Burn): void {
  const { memberId, points, atMs } = burn;
  const allowance = allowanceOf(tx, { memberId, trust: 'card', atMs });
  if (points > allowance.points) throw limitedTo(allowance);
  const entry: LedgerEntry = { entryId: idOf(tx, 'burn', burn), memberId, kind: 'burn', points, at: instantOf(atMs) };
  postPoints(tx, [entry], { cardDate: storeDate(tx, atMs) });
}

/** The redemption was taken back. */
export function unburnPoints(tx: Tx, burn: Burn): void {
  const { memberId, points, atMs } = burn;
  const entryId = idOf(tx, 'reverse', burn);
  postPoints(tx, [{ entryId, memberId, kind: 'reverse', points, at: instantOf(atMs), of: idOf(tx, 'burn', burn) }]);
}
