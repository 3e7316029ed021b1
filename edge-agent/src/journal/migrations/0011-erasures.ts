/** Members who asked to be forgotten: whatever copy of the keys is opened, theirs are erased. */
export const migration0011 = {
  version: 11,
  sql: `
CREATE TABLE erasure (member_id TEXT PRIMARY KEY, at TEXT NOT NULL) STRICT;
`,
} as const;
