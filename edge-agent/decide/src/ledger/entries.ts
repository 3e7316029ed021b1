import { lotEnds } from './ends.ts';
import type { LedgerEntry } from './entry.ts';
import type { PointsRules } from './rules.ts';

/** Who, where and when something was sold or came back. `at` is an ISO instant. */
export interface Cause {
  readonly storeId: string;
  readonly memberId: string;
  readonly at: string;
}

export interface SoldPoints extends Cause {
  readonly saleId: string;
  readonly earned: number;
  readonly spent: number;
}

export interface ReturnedPoints extends Cause {
  readonly returnId: string;
  /** Where the sale was and its id; null: no sale is known that earned them, or its points are older than the ledger. */
  readonly sale: { readonly storeId: string; readonly saleId: string } | null;
  readonly takenBack: number;
  readonly givenBack: number;
}

export const earnId = (storeId: string, saleId: string): string => `earn:${storeId}:${saleId}`;
export const burnId = (storeId: string, saleId: string): string => `burn:${storeId}:${saleId}`;

/** What a sale moved: what paid for it, and what it earned. */
export function entriesOfSale(
  { storeId, memberId, at, saleId, earned, spent }: SoldPoints,
  rules: PointsRules,
  zone: string,
): LedgerEntry[] {
  const burn: LedgerEntry = { entryId: burnId(storeId, saleId), memberId, kind: 'burn', points: spent, at };
  const earn: LedgerEntry = {
    entryId: earnId(storeId, saleId),
    memberId,
    kind: 'earn',
    points: earned,
    at,
    ...lotEnds(rules, Date.parse(at), zone),
  };
  return [...(spent > 0 ? [burn] : []), ...(earned > 0 ? [earn] : [])];
}

/** What a return moved: what the sale had earned is taken back, what it was paid with is given back. */
export function entriesOfReturn(
  { storeId, memberId, at, returnId, sale, takenBack, givenBack }: ReturnedPoints,
  rules: PointsRules,
  zone: string,
): LedgerEntry[] {
  const reverse = (part: 'earn' | 'burn', points: number): LedgerEntry[] => {
    if (points === 0) return [];
    const cause = `${storeId}:${returnId}/${part}`;
    if (sale !== null)
      return [
        {
          entryId: `reverse:${cause}`,
          memberId,
          kind: 'reverse',
          points,
          at,
          of: `${part}:${sale.storeId}:${sale.saleId}`,
        },
      ];
    const entryId = `adjust:${cause}`;
    const reason = 'return';
    if (part === 'earn') return [{ entryId, memberId, kind: 'adjust', points: -points, at, reason }];
    const { expiresAt } = lotEnds(rules, Date.parse(at), zone);
    const ends = expiresAt === undefined ? {} : { expiresAt };
    return [{ entryId, memberId, kind: 'adjust', points, at, reason, ...ends }];
  };
  return [...reverse('earn', takenBack), ...reverse('burn', givenBack)];
}
