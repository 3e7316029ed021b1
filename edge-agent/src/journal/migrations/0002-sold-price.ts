/** What each item was sold for, by SKU and time: a "was" price is asked for every label, and reading whole sales for it does not scale. */
export const migration0002 = {
  version: 2,
  sql: `
CREATE TABLE sold_price (sku TEXT NOT NULL, at INTEGER NOT NULL, fen INTEGER NOT NULL) STRICT;
CREATE INDEX sold_price_sku ON sold_price (sku, at);
INSERT INTO sold_price (sku, at, fen)
  SELECT json_extract(line.value, '$.sku'), unixepoch(json_extract(sale.body, '$.completedAt')) * 1000,
    CASE WHEN json_extract(line.value, '$.weightGrams') IS NULL
      THEN CAST(round(1.0 * json_extract(line.value, '$.payableFen') / json_extract(line.value, '$.quantity')) AS INTEGER)
      ELSE CAST(round(1000.0 * json_extract(line.value, '$.payableFen') / json_extract(line.value, '$.weightGrams')) AS INTEGER)
    END
  FROM sale, json_each(sale.body, '$.lines') AS line;
`,
} as const;
