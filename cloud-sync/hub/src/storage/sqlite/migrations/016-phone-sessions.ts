import type { Migration } from './migration.ts';

/** Instants that phones signed to open a session, in ms; kept for the minute in which one could be shown again. */
export const phoneSessions: Migration = {
  version: 16,
  name: 'phone-sessions',
  sql: `
    CREATE TABLE phone_sessions (key_id TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (key_id, at)) STRICT, WITHOUT ROWID;
    CREATE INDEX phone_sessions_by_age ON phone_sessions (at);
  `,
};
