/** Month and day (MM-DD) of a member who agreed to personal offers stands beside the tier, for birthday offers; of who joined here before, it stays in the sealed profile alone. */
export const migration0017 = {
  version: 17,
  sql: `ALTER TABLE member ADD COLUMN birthday TEXT;`,
} as const;
