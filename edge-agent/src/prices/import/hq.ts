import type { Tx } from '../../journal/index.ts';

/** A price for later, or for a time, of an item that the catalogue names, and that the catalogue does not have. */
const UNNAMED = `kind = 'price' AND state IN ('pending', 'active') AND EXISTS (SELECT 1 FROM scratch.seen s WHERE s.sku = price_change.sku)
  AND NOT EXISTS (
    SELECT 1 FROM scratch.named n WHERE n.sku = price_change.sku AND n.from_at = price_change.from_at AND n.to_at = coalesce(price_change.to_at, 0)
  )`;

/** A catalogue is all that HQ says of an item: prices that it does not have any more never come, or end now. Returns the items whose running price ends. */
export function endUnnamed(tx: Tx): string[] {
  const running = tx.all<{ sku: string }>(
    `SELECT DISTINCT sku FROM price_change WHERE state = 'active' AND ${UNNAMED}`,
  );
  tx.run(`UPDATE price_change SET state = 'cancelled', due_at = NULL WHERE ${UNNAMED}`);
  return running.map(({ sku }) => sku);
}

export function backToRegular(tx: Tx, priceVersion: number, skus: readonly string[]): void {
  for (const sku of skus)
    tx.run('UPDATE item SET price_fen = base_fen, price_version = ? WHERE sku = ?', priceVersion, sku);
}

/** What the catalogue names is HQ's; what it named before, and does not now, is the store's again. A row that was bad here leaves its item as it was. */
export function takeOver(tx: Tx): void {
  tx.run(`UPDATE item SET owner = 'hq' WHERE owner = 'store' AND sku IN (SELECT sku FROM scratch.seen)`);
  tx.run(
    `UPDATE item SET owner = 'store' WHERE owner = 'hq' AND NOT EXISTS (SELECT 1 FROM scratch.seen s WHERE s.sku = item.sku)
     AND NOT EXISTS (SELECT 1 FROM scratch.kept k WHERE k.sku = item.sku)`,
  );
}
