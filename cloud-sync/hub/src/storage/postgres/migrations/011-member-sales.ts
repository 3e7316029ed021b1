import type { Migration } from './migration.ts';

const UTC = (instant: string): string =>
  `to_char((${instant})::timestamptz AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
/** Of an envelope's text, which need not be JSON that PostgreSQL takes; inside a string a quote is never bare. */
const FIELD = (name: string): string => `substring(envelope from '"${name}":"([^"]+)"')`;

/** Which sales were a member's, as in SQLite (015-member-sales there). */
export const memberSales: Migration = {
  version: 11,
  name: 'member-sales',
  sql: `
    CREATE TABLE member_sales (
      member_id text COLLATE "C" NOT NULL, at text COLLATE "C" NOT NULL, store text COLLATE "C" NOT NULL, sale_id text COLLATE "C" NOT NULL, is_guest boolean NOT NULL,
      PRIMARY KEY (member_id, at, store, sale_id)
    );
    INSERT INTO member_sales
      SELECT member_id, ${UTC('completed_at')}, store, sale_id, false
      FROM (SELECT ${FIELD('memberId')} AS member_id, ${FIELD('completedAt')} AS completed_at, store, sale_id FROM events
        WHERE type = 'tillside.sale.completed.v1' AND quarantine IS NULL) told
      WHERE member_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM member_erasures e WHERE e.member_id = told.member_id)
      ON CONFLICT DO NOTHING;
    INSERT INTO member_sales
      SELECT member_id, ${UTC(`entry::jsonb ->> 'at'`)}, split_part(entry_id, ':', 2), substring(entry_id from '^earn:[^:]+:(.+)$'), true
      FROM ledger l WHERE store = 'hq' AND entry_id LIKE 'earn:%' AND entry_id NOT LIKE 'earn:hq:%'
        AND NOT EXISTS (SELECT 1 FROM member_erasures e WHERE e.member_id = l.member_id)
      ON CONFLICT DO NOTHING;
    CREATE INDEX member_sales_of_guests ON member_sales (store, sale_id) WHERE is_guest;
  `,
};
