/** What adapters of other POS systems remember: what was posted under which key. */
export const migration0008 = {
  version: 8,
  sql: '',
} as const;
