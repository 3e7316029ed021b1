import type { MemberTrust, SaleView } from '@tillside/agent-contract';
import { burnId, type Decision, earnId, entriesOfReturn, entriesOfSale } from '@tillside/decide';
import { AgentError } from '../errors.ts';
import type { Reader, Tx } from '../journal/index.ts';
import { type Allowance, type AllowanceLimit, allowanceOf, balanceOf, shownBalance } from '../points/balance.ts';
import { knowsEntry, postPoints } from '../points/entries.ts';
import { spendHolds } from '../points/holds.ts';
import { rulesOf, storeDate, storeOf, zoneOf } from '../points/rules.ts';

/** Who pays with points at a till, how sure that is, and with which basket. */
export interface Spending {
  readonly trust: MemberTrust;
  readonly basketId: string;
}

interface Sold {
  readonly saleId: string;
  readonly memberId: string | undefined;
  /** ISO instant with the store's offset. */
  readonly at: string;
  /** The agent's clock. */
  readonly nowMs: number;
  /** Absent where what was sold elsewhere is told: it is a fact, whatever was spent. */
  readonly spending?: Spending;
}

const LIMITED = {
  balance: 'POINTS_SPENT',
  offline: 'POINTS_OFFLINE_LIMIT',
  card: 'POINTS_CARD_LIMIT',
  unverified: 'MEMBER_UNVERIFIED',
} as const satisfies Record<AllowanceLimit, string>;

/** Why no more than an allowance may be spent; only so many is told, never whose. */
export const limitedTo = ({ points, limit }: { points: number; limit: AllowanceLimit }): AgentError =>
  new AgentError(LIMITED[limit], limit === 'balance' || limit === 'unverified' ? {} : { detail: `(${points})` });

/**
 * Writes down what a sale is paid with and what it earns. Of two baskets that would spend the same points only one completes. Throws POINTS_SPENT, POINTS_OFFLINE_LIMIT,
 * POINTS_CARD_LIMIT, MEMBER_UNVERIFIED.
 */
export function movePoints(
  tx: Tx,
  { saleId, memberId, at, nowMs, spending }: Sold,
  { earned, spent }: Decision['points'],
): Pick<SaleView, 'pointsEarned' | 'pointsSpent' | 'pointsBalance'> {
  const moved = { pointsEarned: earned, pointsSpent: spent };
  if (memberId === undefined) return moved;
  const storeId = storeOf(tx);
  const isByCard = spending?.trust === 'card';
  if (spending !== undefined && spent > 0) {
    const allowance = allowanceOf(tx, { memberId, trust: spending.trust, atMs: nowMs });
    if (spent > allowance.points) throw limitedTo(allowance);
    spendHolds(tx, spending.basketId, burnId(storeId, saleId));
  }
  const entries = entriesOfSale({ storeId, saleId, memberId, at, earned, spent }, rulesOf(tx), zoneOf(tx));
  postPoints(tx, entries, isByCard ? { cardDate: storeDate(tx, nowMs) } : {});
  return { ...moved, pointsBalance: shownBalance(balanceOf(tx, memberId, nowMs)) };
}

export interface Short {
  /** As much of the wish as the member has. */
  readonly wished: number;
  readonly allowance: Allowance;
}

/** A wish to pay with points that the member has, and that may not be spent here now; undefined where it may. */
export function shortOf(
  reader: Reader,
  { memberId, memberTrust = 'card' }: { memberId?: string; memberTrust?: MemberTrust },
  points: number,
  atMs: number,
): Short | undefined {
  if (memberId === undefined) return undefined;
  const wished = Math.min(points, balanceOf(reader, memberId, atMs).available);
  const allowance = allowanceOf(reader, { memberId, trust: memberTrust, atMs });
  return wished > allowance.points ? { wished, allowance } : undefined;
}

interface CameBack {
  readonly returnId: string;
  readonly memberId: string | undefined;
  readonly at: string;
  /** Undefined: goods of no sale that is known. */
  readonly sale: { readonly storeId?: string; readonly saleId: string } | undefined;
  readonly takenBack: number;
  readonly givenBack: number;
}

/** Writes down what a return takes back of what its sale earned, and gives back of what it was paid with. */
export function returnPoints(tx: Tx, { sale, memberId, ...moved }: CameBack): void {
  if (memberId === undefined) return;
  const storeId = storeOf(tx);
  const entries = entriesOfReturn(
    { ...moved, memberId, storeId, sale: knownSale(tx, storeId, sale) },
    rulesOf(tx),
    zoneOf(tx),
  );
  postPoints(tx, entries);
}

/** A sale of ours from before there was a ledger is in no entry: what it earned lies in a balance that was taken over. */
function knownSale(reader: Reader, ownId: string, sale: CameBack['sale']): { storeId: string; saleId: string } | null {
  if (sale === undefined) return null;
  const { storeId = ownId, saleId } = sale;
  const isKnown =
    storeId !== ownId || knowsEntry(reader, earnId(storeId, saleId)) || knowsEntry(reader, burnId(storeId, saleId));
  return isKnown ? { storeId, saleId } : null;
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
