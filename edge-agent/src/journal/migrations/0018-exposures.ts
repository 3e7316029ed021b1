/**
 * What was recommended: so that nobody is shown the same again and again, and that a sale tells which of it was bought. `told`: its event is in a stream. And what staff keep from being
 * recommended for a while.
 */
export const migration0018 = {
  version: 18,
  sql: `
CREATE TABLE exposure (
  recommendation_id TEXT PRIMARY KEY, visit TEXT NOT NULL, member_id TEXT, at INTEGER NOT NULL, asked TEXT NOT NULL,
  skus TEXT NOT NULL, body TEXT NOT NULL, told INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX exposure_visit ON exposure (visit, at);
CREATE INDEX exposure_member ON exposure (member_id, at) WHERE member_id IS NOT NULL;
CREATE INDEX exposure_age ON exposure (at);
CREATE INDEX exposure_untold ON exposure (at) WHERE told = 0;

CREATE TABLE held_back (sku TEXT PRIMARY KEY, until TEXT NOT NULL, staff_id TEXT NOT NULL) STRICT, WITHOUT ROWID;
`,
} as const;
