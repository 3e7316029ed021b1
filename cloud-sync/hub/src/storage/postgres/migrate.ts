import { HubFault } from '../../fault.ts';
import { MIGRATIONS } from './migrations/index.ts';
import { type Database, rowsOf } from './pool.ts';

/** Names of our advisory locks; hubs on one database agree on them. */
export const LOCK_CLASS = 0x7115;

/** Runs the steps that are missing, alone among all hubs of the database. `upTo` is for tests of one step. */
export function migrate(db: Database, upTo = Number.POSITIVE_INFINITY): Promise<void> {
  return db.transact(async (session) => {
    await session.query('SET LOCAL statement_timeout = 0');
    await session.query('SELECT pg_advisory_xact_lock($1, 0)', [LOCK_CLASS]);
    await session.query('CREATE TABLE IF NOT EXISTS hub_schema (version integer PRIMARY KEY, name text NOT NULL)');
    const [held] = await rowsOf<{ version: number | null }>(session, 'SELECT max(version) AS version FROM hub_schema');
    const at = held?.version ?? 0;
    const newest = MIGRATIONS.at(-1)?.version ?? 0;
    if (at > newest) throw new HubFault('HUB_DATA_NEWER', `schema ${at}, this hub knows ${newest}`);
    for (const { version, name, sql } of MIGRATIONS) {
      if (version <= at || version > upTo) continue;
      await session.query(sql);
      await session.query('INSERT INTO hub_schema VALUES ($1, $2)', [version, name]);
    }
  });
}
