/** Receipts: how often each was printed, and invoices that were handed over. */
export const migration0007 = {
  version: 7,
  sql: '',
} as const;
