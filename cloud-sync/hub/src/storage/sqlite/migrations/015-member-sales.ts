import type { Migration } from './migration.ts';

/**
 * Which sales were a member's, by the id that they were told of; `at` in UTC. A sale of a guest that HQ gave to its member (`is_guest`) is found by its own name too, since its store
 * never says whose it is. What is in the log is taken over; of settled sales those that earned points, as no other told whose they were.
 */
export const memberSales: Migration = {
  version: 15,
  name: 'member-sales',
  sql: `
    CREATE TABLE member_sales (
      member_id TEXT NOT NULL, at TEXT NOT NULL, store TEXT NOT NULL, sale_id TEXT NOT NULL, is_guest INTEGER NOT NULL, PRIMARY KEY (member_id, at, store, sale_id)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO member_sales
      SELECT e.envelope ->> '$.data.memberId', strftime('%Y-%m-%dT%H:%M:%fZ', e.envelope ->> '$.data.completedAt'), s.store, e.sale_id, 0
      FROM events e JOIN streams s ON s.id = e.stream_id
      WHERE e.type = 'tillside.sale.completed.v1' AND e.quarantine IS NULL AND e.envelope ->> '$.data.memberId' IS NOT NULL
        AND e.envelope ->> '$.data.memberId' NOT IN (SELECT member_id FROM member_erasures)
      ON CONFLICT DO NOTHING;
    INSERT INTO member_sales
      SELECT member_id, strftime('%Y-%m-%dT%H:%M:%fZ', entry ->> '$.at'), substr(cause, 1, instr(cause, ':') - 1), substr(cause, instr(cause, ':') + 1), 1
      FROM (SELECT member_id, entry, substr(entry_id, length('earn:') + 1) AS cause FROM ledger
        WHERE store = 'hq' AND entry_id LIKE 'earn:%' AND entry_id NOT LIKE 'earn:hq:%' AND member_id NOT IN (SELECT member_id FROM member_erasures))
      WHERE true ON CONFLICT DO NOTHING;
    CREATE INDEX member_sales_of_guests ON member_sales (store, sale_id) WHERE is_guest = 1;
  `,
};
