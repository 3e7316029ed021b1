import type { Reader, Tx } from '../journal/index.ts';

const WINDOW_MS = 7 * 86_400_000;
/** Sales older than this no longer matter as "the last transaction". */
const KEPT_MS = 120 * 86_400_000;

/** Notes what a line was sold for, in the sale's own transaction. Fen per piece, or per kg when weighed. */
export function noteSoldPrice(
  tx: Tx,
  atMs: number,
  line: { sku: string; quantity: number; weightGrams?: number | undefined; payableFen: number },
): void {
  const fen =
    line.weightGrams === undefined
      ? Math.round(line.payableFen / line.quantity)
      : Math.round((line.payableFen * 1000) / line.weightGrams);
  tx.run('INSERT INTO sold_price (sku, at, fen) VALUES (?, ?, ?)', line.sku, atMs, fen);
}

/**
 * The price a "was" may be compared with under China's rules on price promotions (Provisions on Regulating Price Promotion Practices, 2020, article 13):
 * with no stated basis, the lowest price transacted in the same premises in the seven days before the promotion, or else the last transaction before it.
 * Derived from sales, never from what labels showed. `startMs` is when the promotion began: its own sales are no basis. Fen per piece or per kg;
 * undefined when the item was never sold here.
 */
export function referencePriceFen(reader: Reader, sku: string, startMs: number): number | undefined {
  const recent = reader.get<{ fen: number | null }>(
    'SELECT min(fen) AS fen FROM sold_price WHERE sku = ? AND at >= ? AND at < ?',
    sku,
    startMs - WINDOW_MS,
    startMs,
  )?.fen;
  if (recent != null) return recent;
  return reader.get<{ fen: number }>(
    'SELECT fen FROM sold_price WHERE sku = ? AND at < ? ORDER BY at DESC LIMIT 1',
    sku,
    startMs,
  )?.fen;
}

/** Forgets sales that no reference price can come from any more. */
export function pruneSoldPrices(tx: Tx, nowMs: number): void {
  tx.run('DELETE FROM sold_price WHERE at < ?', nowMs - KEPT_MS);
}
