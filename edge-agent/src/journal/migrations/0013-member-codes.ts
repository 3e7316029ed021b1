/**
 * A member may have several phones, each with a key, and a number that laser scanners read. A code is good for one basket or one visit to a kiosk: what was shown is remembered for as long
 * as it could be shown again.
 */
export const migration0013 = {
  version: 13,
  sql: `
CREATE TABLE member_phone (key_id TEXT PRIMARY KEY, member_id TEXT NOT NULL, public_key TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX member_phone_member ON member_phone (member_id);
INSERT INTO member_phone (key_id, member_id, public_key) SELECT key_id, member_id, public_key FROM member WHERE key_id IS NOT NULL;
DROP INDEX member_key_id;
ALTER TABLE member DROP COLUMN key_id;
ALTER TABLE member DROP COLUMN public_key;
ALTER TABLE member ADD COLUMN number TEXT;
CREATE UNIQUE INDEX member_number ON member (number) WHERE number IS NOT NULL;
CREATE TABLE member_code_use (
  key_id TEXT NOT NULL, step INTEGER NOT NULL, used_for TEXT NOT NULL, PRIMARY KEY (key_id, step)
) STRICT, WITHOUT ROWID;
CREATE INDEX member_code_use_step ON member_code_use (step);
`,
} as const;
