/**
 * HQ owns the items that its catalogue names. A device configuration of HQ's is on trial until its devices are back; what did not pass is remembered, so that it is not tried
 * again.
 */
export const migration0012 = {
  version: 12,
  sql: `
ALTER TABLE item ADD COLUMN owner TEXT NOT NULL DEFAULT 'store' CHECK (owner IN ('store', 'hq'));
CREATE INDEX item_hq ON item (sku) WHERE owner = 'hq';
CREATE TABLE device_trial (
  one INTEGER PRIMARY KEY CHECK (one = 1), version INTEGER NOT NULL, sha256 TEXT NOT NULL, content TEXT NOT NULL, by_delta INTEGER NOT NULL, expected TEXT NOT NULL,
  until_ms INTEGER NOT NULL
) STRICT;
CREATE TABLE desired_refused (
  kind TEXT PRIMARY KEY, version INTEGER NOT NULL, sha256 TEXT NOT NULL, code TEXT NOT NULL, message TEXT NOT NULL
) STRICT, WITHOUT ROWID;
`,
} as const;
