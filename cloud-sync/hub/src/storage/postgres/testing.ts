import pg from 'pg';
import { testService, uniqueName } from '../../testing/services.ts';

export interface TestDatabase {
  readonly url: string;
  query(text: string): Promise<Record<string, unknown>[]>;
  /** Empties every table; what is in `hub_schema` stays. */
  empty(): Promise<void>;
  drop(): Promise<void>;
}

const run = async (url: string, text: string): Promise<Record<string, unknown>[]> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text)).rows as Record<string, unknown>[];
  } finally {
    await client.end();
  }
};

const EMPTY = `DO $$ DECLARE name text; BEGIN
  SET LOCAL session_replication_role = replica;
  FOR name IN SELECT oid::regclass::text FROM pg_class WHERE relkind IN ('r', 'p') AND NOT relispartition AND relnamespace = current_schema::regnamespace AND relname <> 'hub_schema'
  LOOP EXECUTE 'DELETE FROM ' || name; END LOOP; END $$`;

/** A database of its own on the test run's PostgreSQL; null where the run goes without. */
export async function testDatabase(): Promise<TestDatabase | null> {
  const service = await testService('postgres');
  if (service === null) return null;
  const name = uniqueName('tillside_test');
  await run(service.url, `CREATE DATABASE ${name}`);
  const url = new URL(service.url);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    query: (text) => run(url.href, text),
    empty: async () => {
      await run(url.href, EMPTY);
    },
    drop: async () => {
      await run(service.url, `DROP DATABASE ${name} WITH (FORCE)`);
    },
  };
}
