/**
 * Members whom HQ told of stand among the store's own: where the word comes from and of when, how many orders HQ knows of, further cards, and into whom somebody was merged. News of
 * members who are only in the pack wait beside it until the next pack.
 */
export const migration0015 = {
  version: 15,
  sql: `
ALTER TABLE member ADD COLUMN source TEXT NOT NULL DEFAULT 'own';
ALTER TABLE member ADD COLUMN as_of TEXT;
ALTER TABLE member ADD COLUMN orders INTEGER;
ALTER TABLE member ADD COLUMN into_id TEXT;
CREATE INDEX member_into ON member (into_id) WHERE into_id IS NOT NULL;
CREATE TABLE member_card (code_hash TEXT PRIMARY KEY, member_id TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX member_card_member ON member_card (member_id);
CREATE TABLE member_news (
  member_id TEXT PRIMARY KEY, record TEXT, into_id TEXT, cursor INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
`,
} as const;
