/**
 * Points are entries of a ledger, each with the place of the event that told HQ of it (none: not told yet), and for a burn by a card the store's date. What HQ tells of a member
 * stands beside them, with the marks of what of ours it takes into account. A balance that was kept here before becomes an entry of its own.
 */
export const migration0014 = {
  version: 14,
  sql: `
CREATE TABLE points_entry (
  entry_id TEXT PRIMARY KEY, member_id TEXT NOT NULL, entry TEXT NOT NULL, epoch TEXT, seq INTEGER, card_date TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX points_entry_member ON points_entry (member_id);
CREATE INDEX points_entry_place ON points_entry (epoch, seq);
CREATE TABLE points_carried (
  member_id TEXT PRIMARY KEY, points TEXT NOT NULL, included TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE points_alias (alias TEXT PRIMARY KEY, member_id TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX points_alias_member ON points_alias (member_id);
CREATE TABLE points_hold (
  hold_id TEXT PRIMARY KEY, member_id TEXT NOT NULL, points INTEGER NOT NULL, until_ms INTEGER NOT NULL, burn_id TEXT,
  released INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX points_hold_member ON points_hold (member_id);
CREATE INDEX points_hold_until ON points_hold (until_ms);
CREATE INDEX points_hold_spent ON points_hold (burn_id) WHERE burn_id IS NOT NULL AND released = 0;
INSERT INTO points_entry (entry_id, member_id, entry)
  SELECT kind || ':' || store || ':' || member_id, member_id,
    CASE kind WHEN 'open'
      THEN json_object('entryId', 'open:' || store || ':' || member_id, 'memberId', member_id, 'kind', 'open', 'points', points, 'at', joined_at)
      ELSE json_object('entryId', 'adjust:' || store || ':' || member_id, 'memberId', member_id, 'kind', 'adjust', 'points', points, 'at', joined_at,
        'reason', 'balance of before')
    END
  FROM (SELECT member_id, points, joined_at, iif(points > 0, 'open', 'adjust') AS kind, (SELECT value FROM meta WHERE key = 'store') AS store
    FROM member WHERE points <> 0);
ALTER TABLE member DROP COLUMN points;
`,
} as const;
