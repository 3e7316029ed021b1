/**
 * Whether a member's phone was proven (1), is yet to be (0), or nobody ever asked (NULL), as of all of before; and the codes that were sent to phones, with their messages while they are
 * needed: `sealed` is under a key of this machine.
 */
export const migration0021 = {
  version: 21,
  sql: `
ALTER TABLE member ADD COLUMN phone_verified INTEGER;
CREATE TABLE phone_code (
  request_id TEXT PRIMARY KEY, device_id TEXT NOT NULL, phone_index TEXT NOT NULL, member_id TEXT, code_hash TEXT NOT NULL, sealed TEXT,
  made_ms INTEGER NOT NULL, until_ms INTEGER NOT NULL, tries INTEGER NOT NULL, is_late INTEGER NOT NULL,
  is_waiting INTEGER NOT NULL, sends INTEGER NOT NULL, next_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX phone_code_phone ON phone_code (phone_index, made_ms);
CREATE INDEX phone_code_made ON phone_code (made_ms);
CREATE INDEX phone_code_member ON phone_code (member_id) WHERE member_id IS NOT NULL;
CREATE INDEX phone_code_waiting ON phone_code (made_ms) WHERE is_waiting = 1;
`,
} as const;
