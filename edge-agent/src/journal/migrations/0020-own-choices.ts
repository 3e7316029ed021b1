/**
 * What a member chose at a kiosk, and how far they are on the way to the next tier: the end of the tier beside it, what HQ told last when it was asked, and the gift of a campaign that a
 * basket of theirs takes unless the till says another.
 */
export const migration0020 = {
  version: 20,
  sql: `
ALTER TABLE member ADD COLUMN tier_until TEXT;
CREATE TABLE tier_told (member_id TEXT PRIMARY KEY, standing TEXT NOT NULL, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE gift_choice (
  member_id TEXT NOT NULL, campaign_id TEXT NOT NULL, sku TEXT NOT NULL, at INTEGER NOT NULL,
  PRIMARY KEY (member_id, campaign_id)
) STRICT, WITHOUT ROWID;
`,
} as const;
