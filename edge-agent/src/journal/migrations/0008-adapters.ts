/**
 * Of the Toast contract (the adapter in adapters/toast): transactions by the POS's own GUID with the first answer; redemptions by check, spent once while they stand; and which booking of
 * a check its accruals made. `reversed_at` is set once something was taken back.
 */
const TOAST = `
CREATE TABLE toast_transaction (
  restaurant TEXT NOT NULL, guid TEXT NOT NULL, type TEXT NOT NULL, request_hash TEXT NOT NULL, answer TEXT NOT NULL, at INTEGER NOT NULL,
  member_id TEXT, check_guid TEXT, booking INTEGER, reversed_at INTEGER, PRIMARY KEY (restaurant, guid)
) STRICT, WITHOUT ROWID;
CREATE INDEX toast_transaction_check ON toast_transaction (restaurant, check_guid) WHERE check_guid IS NOT NULL;
CREATE INDEX toast_transaction_at ON toast_transaction (at);
CREATE TABLE toast_redemption (
  redemption_id TEXT PRIMARY KEY, restaurant TEXT NOT NULL, check_guid TEXT NOT NULL, identifier TEXT NOT NULL, guid TEXT NOT NULL, member_id TEXT NOT NULL,
  campaign_id TEXT NOT NULL, coupon_id TEXT, points INTEGER NOT NULL, amount_fen INTEGER NOT NULL, content TEXT NOT NULL, at INTEGER NOT NULL,
  reversed_at INTEGER
) STRICT;
CREATE UNIQUE INDEX toast_redemption_standing ON toast_redemption (restaurant, check_guid, identifier) WHERE reversed_at IS NULL;
CREATE INDEX toast_redemption_at ON toast_redemption (at);
CREATE TABLE toast_booking (
  restaurant TEXT NOT NULL, check_guid TEXT NOT NULL, number INTEGER NOT NULL, content_hash TEXT NOT NULL, told TEXT NOT NULL, at INTEGER NOT NULL,
  reversed_at INTEGER, PRIMARY KEY (restaurant, check_guid, number)
) STRICT, WITHOUT ROWID;
`;

/**
 * Of POSLog imports (adapters/poslog): what was booked for a till's transaction, named by store, workstation, sequence and business day, with the hash of what it said; and what waits in
 * quarantine, with what can be tried again (never anything of a transaction that held a card number).
 */
const POSLOG = `
CREATE TABLE poslog_transaction (
  store TEXT NOT NULL, workstation TEXT NOT NULL, sequence TEXT NOT NULL, business_day TEXT NOT NULL, content_hash TEXT NOT NULL, booked TEXT NOT NULL,
  voided_by TEXT, at INTEGER NOT NULL, PRIMARY KEY (store, workstation, sequence, business_day)
) STRICT, WITHOUT ROWID;
CREATE TABLE poslog_quarantine (
  entry_id TEXT PRIMARY KEY, store TEXT NOT NULL, workstation TEXT NOT NULL, sequence TEXT NOT NULL, business_day TEXT NOT NULL, code TEXT NOT NULL,
  detail TEXT, source TEXT NOT NULL, line INTEGER NOT NULL, content_hash TEXT NOT NULL, content TEXT, first_at INTEGER NOT NULL, last_at INTEGER NOT NULL,
  tries INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX poslog_quarantine_key ON poslog_quarantine (store, workstation, sequence, business_day, content_hash);
CREATE INDEX poslog_quarantine_hash ON poslog_quarantine (content_hash);
`;

/** What adapters of other POS systems remember: what was posted under which key. */
export const migration0008 = {
  version: 8,
  sql: `${TOAST}${POSLOG}`,
} as const;
