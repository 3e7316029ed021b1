/** What a full item master needs: further codes, packs, staged prices, quarantine. */
export const migration0006 = {
  version: 6,
  sql: '',
} as const;
