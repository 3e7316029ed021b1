/** The public key of a member's phone, which signs the codes that it shows; found by the id that a code carries. */
export const migration0009 = {
  version: 9,
  sql: `
ALTER TABLE member ADD COLUMN public_key TEXT;
ALTER TABLE member ADD COLUMN key_id TEXT;
CREATE UNIQUE INDEX member_key_id ON member (key_id) WHERE key_id IS NOT NULL;
`,
} as const;
