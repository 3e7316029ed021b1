/**
 * News of members whom neither this store nor its pack knows is kept too, found by what they show, and all news is sealed: what was kept of it in clear goes, and the feed begins
 * again where the pack was made.
 */
export const migration0016 = {
  version: 16,
  sql: `
DROP TABLE member_news;
CREATE TABLE member_news (
  member_id TEXT PRIMARY KEY, sealed TEXT, into_id TEXT, cursor INTEGER NOT NULL, is_stranger INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX member_news_stranger ON member_news (cursor) WHERE is_stranger = 1;
CREATE INDEX member_news_into ON member_news (into_id) WHERE into_id IS NOT NULL;
CREATE TABLE member_news_way (way TEXT PRIMARY KEY, member_id TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX member_news_way_member ON member_news_way (member_id);
DELETE FROM meta WHERE key = 'members-cursor';
`,
} as const;
