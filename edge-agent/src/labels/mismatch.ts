import type { PriceMismatch } from '@tillside/agent-contract';
import type { LabelRow } from './content.ts';

/** What a product costs: by its campaigns alone, and at the till with what its labels bind. Fen per piece or per kg. */
export interface Charged {
  listedFen: number;
  tillFen: number;
}

/**
 * How a label differs from the till: it shows less than the price in force (the till is bound, where Tillside prices the basket), it shows more than the till
 * charges, or nothing is proven of it. Undefined: they agree.
 */
export function mismatchKind(row: LabelRow, { listedFen, tillFen }: Charged): PriceMismatch['kind'] | undefined {
  if (row.shown_fen === null) return 'not-proven';
  if (row.shown_fen < listedFen) return 'shows-less';
  return row.shown_fen > tillFen ? 'shows-more' : undefined;
}

const inOrder = new Intl.Collator('en', { numeric: true });

/** Shelf by shelf, as somebody walks; on one shelf those that may cost a shopper trust come first. */
export const byShelf = (a: PriceMismatch, b: PriceMismatch): number =>
  inOrder.compare(a.shelf, b.shelf) || RANK[a.kind] - RANK[b.kind] || a.tagId.localeCompare(b.tagId);

const RANK: Readonly<Record<PriceMismatch['kind'], number>> = { 'shows-less': 0, 'shows-more': 1, 'not-proven': 2 };
