import type { Migration } from './migration.ts';

/** Instants that phones signed to open a session, as in SQLite (016-phone-sessions there). */
export const phoneSessions: Migration = {
  version: 12,
  name: 'phone-sessions',
  sql: `
    CREATE TABLE phone_sessions (key_id text COLLATE "C" NOT NULL, at bigint NOT NULL, PRIMARY KEY (key_id, at));
    CREATE INDEX phone_sessions_by_age ON phone_sessions (at);
  `,
};
