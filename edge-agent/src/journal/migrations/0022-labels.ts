/**
 * What a label's state is explained by: times, signal and when its next try is due; and the pictures that were handed over for a
 * tag, since an older one may come back (a tag that roams, an access point that restarts) and its price then binds the till.
 */
export const migration0022 = {
  version: 22,
  sql: `
ALTER TABLE label ADD COLUMN rssi_dbm INTEGER;
ALTER TABLE label ADD COLUMN lqi INTEGER;
ALTER TABLE label ADD COLUMN seen_at TEXT;
ALTER TABLE label ADD COLUMN wanted_at TEXT;
ALTER TABLE label ADD COLUMN sent_at TEXT;
ALTER TABLE label ADD COLUMN queued_at TEXT;
ALTER TABLE label ADD COLUMN failed_at TEXT;
ALTER TABLE label ADD COLUMN tries INTEGER NOT NULL DEFAULT 0;
ALTER TABLE label ADD COLUMN next_try_ms INTEGER NOT NULL DEFAULT 0;
CREATE INDEX label_due ON label (next_try_ms) WHERE sku IS NOT NULL AND state IN ('failed', 'sending');
CREATE TABLE label_picture (
  tag_id TEXT NOT NULL, image_hash TEXT NOT NULL, price_fen INTEGER NOT NULL, at_ms INTEGER NOT NULL,
  PRIMARY KEY (tag_id, image_hash)
) STRICT, WITHOUT ROWID;
`,
} as const;
