import type { Reader } from '../journal/index.ts';

const WINDOW_MS = 7 * 86_400_000;

/**
 * The price a "was" may be compared with under China's rules on price promotions (Provisions on Regulating Price Promotion Practices, 2020, article 13):
 * with no stated basis, the lowest price transacted in the same premises in the seven days before, or else the last transaction. Derived from sales,
 * never from what labels showed. Fen per piece or per kg; undefined when the item was never sold here.
 */
export function referencePriceFen(reader: Reader, sku: string, atMs: number): number | undefined {
  const sold = reader.all<{ at: string; quantity: number; grams: number | null; fen: number }>(
    `SELECT json_extract(sale.body, '$.completedAt') AS at, json_extract(line.value, '$.quantity') AS quantity,
            json_extract(line.value, '$.weightGrams') AS grams, json_extract(line.value, '$.payableFen') AS fen
     FROM sale, json_each(sale.body, '$.lines') AS line
     WHERE sale.business_date >= ? AND json_extract(line.value, '$.sku') = ? ORDER BY at DESC LIMIT 500`,
    new Date(atMs - 90 * 86_400_000).toISOString().slice(0, 10),
    sku,
  );
  const prices = sold
    .filter((line) => Date.parse(line.at) <= atMs)
    .map((line) => ({
      at: Date.parse(line.at),
      fen: line.grams === null ? Math.round(line.fen / line.quantity) : Math.round((line.fen * 1000) / line.grams),
    }));
  const recent = prices.filter((price) => price.at >= atMs - WINDOW_MS);
  return recent.length > 0 ? Math.min(...recent.map((price) => price.fen)) : prices[0]?.fen;
}
