import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { HubFault } from '../../fault.ts';
import { isLost, isRetryable, postgresFault } from './faults.ts';

export const POSTGRES_LIMITS = {
  /** PostgreSQL that the schema and the tests are for. */
  oldestVersion: 150_000,
  connectTimeoutMs: 10_000,
  /** A statement, or the wait for a lock, that takes longer is ended. */
  statementTimeoutMs: 30_000,
  /** A transaction that does nothing for so long belongs to a hub that hangs: its locks are given to the others. */
  idleInTransactionMs: 60_000,
  idleConnectionMs: 60_000,
  /** Of transactions that got into each other's way. */
  tries: 8,
  retryBaseMs: 5,
  keepAliveMs: 10_000,
} as const;

const INT8 = 20;

export interface PostgresOptions {
  /** `postgres://user:password@host:port/database`, with `sslmode` and the like as parameters. Holds a secret: never log it. */
  readonly url: string;
  /** Sessions that this hub holds at most. */
  readonly connections: number;
}

export type Session = Pick<pg.ClientBase, 'query'>;

/** A bounded pool of sessions whose commits are durable. */
export interface Database {
  /** One statement on any session. */
  rows<T extends object>(text: string, values?: readonly unknown[]): Promise<T[]>;
  /** One transaction; run again, a bounded number of times, where it got into another's way. `work` must therefore change nothing but the database. */
  transact<T>(work: (session: Session) => Promise<T>): Promise<T>;
  /** A session outside the pool that its user ends. `waitMs`: how long one of its statements may take. */
  connect(waitMs?: number): Promise<pg.Client>;
  close(): Promise<void>;
}

export const rowsOf = async <T extends object>(
  session: Pick<pg.ClientBase, 'query'>,
  text: string,
  values: readonly unknown[] = [],
): Promise<T[]> => (await session.query(text, [...values])).rows as T[];

/**
 * Sets and asserts what a commit stands for. A stronger setting of the operator's (`remote_apply`) is left; `fsync` and `full_page_writes` are the server's own, and without
 * them it may lose what it committed.
 */
async function makeDurable(session: Pick<pg.ClientBase, 'query'>): Promise<void> {
  const [held] = await rowsOf<{ commit: string; fsync: string; pages: string; version: string }>(
    session,
    `SELECT set_config('synchronous_commit', CASE WHEN current_setting('synchronous_commit') = 'remote_apply' THEN 'remote_apply' ELSE 'on' END, false) AS commit,
       current_setting('fsync') AS fsync, current_setting('full_page_writes') AS pages, current_setting('server_version_num') AS version`,
  );
  if (held === undefined) throw new HubFault('HUB_INTERNAL');
  if (Number(held.version) < POSTGRES_LIMITS.oldestVersion) throw new HubFault('HUB_STORAGE_TOO_OLD', held.version);
  if (held.fsync !== 'on' || held.pages !== 'on' || !['on', 'remote_apply'].includes(held.commit)) {
    throw new HubFault('HUB_DURABILITY_REFUSED', `fsync=${held.fsync}, full_page_writes=${held.pages}`);
  }
}

const settings = ({ url }: PostgresOptions, waitMs: number): pg.ClientConfig => ({
  connectionString: url,
  connectionTimeoutMillis: POSTGRES_LIMITS.connectTimeoutMs,
  statement_timeout: waitMs,
  idle_in_transaction_session_timeout: POSTGRES_LIMITS.idleInTransactionMs,
  // The server ends a statement first; this is for a server that says nothing any more.
  query_timeout: waitMs + POSTGRES_LIMITS.connectTimeoutMs,
  keepAlive: true,
  keepAliveInitialDelayMillis: POSTGRES_LIMITS.keepAliveMs,
  application_name: 'tillside-hub',
  // All our numbers stay below 2^53.
  types: {
    getTypeParser: (oid: number, format?: 'text' | 'binary') =>
      oid === INT8 ? Number : pg.types.getTypeParser(oid, format as 'text'),
  } as pg.CustomTypesConfig,
});

async function roundOf<T>(pool: pg.Pool, work: (session: Session) => Promise<T>): Promise<T> {
  const session = await pool.connect();
  let broken: boolean | undefined;
  try {
    await session.query('BEGIN');
    const done = await work(session);
    await session.query('COMMIT');
    return done;
  } catch (error) {
    broken = isLost(error);
    if (!broken)
      broken = await session.query('ROLLBACK').then(
        () => false,
        () => true,
      );
    throw error;
  } finally {
    // A broken one is thrown away; the pool makes another when it is wanted.
    session.release(broken === true);
  }
}

export function openPool(options: PostgresOptions): Database {
  const pool = new pg.Pool({
    ...settings(options, POSTGRES_LIMITS.statementTimeoutMs),
    max: options.connections,
    idleTimeoutMillis: POSTGRES_LIMITS.idleConnectionMs,
    // The pool waits for it, though its types promise less.
    onConnect: makeDurable as (session: pg.ClientBase) => void,
  });
  // A session that is lost while nobody uses it: the pool has dropped it, and the next use connects anew.
  pool.on('error', () => undefined);

  const connect = async (waitMs: number = POSTGRES_LIMITS.statementTimeoutMs): Promise<pg.Client> => {
    const session = new pg.Client(settings(options, waitMs));
    session.on('error', () => undefined);
    try {
      await session.connect();
      await makeDurable(session);
      return session;
    } catch (error) {
      await session.end().catch(() => undefined);
      throw postgresFault(error);
    }
  };
  return {
    rows: async <T extends object>(text: string, values: readonly unknown[] = []) => {
      try {
        return await rowsOf<T>(pool, text, values);
      } catch (error) {
        throw postgresFault(error);
      }
    },
    transact: async (work) => {
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await roundOf(pool, work);
        } catch (error) {
          if (!isRetryable(error) || attempt >= POSTGRES_LIMITS.tries) throw postgresFault(error);
          await sleep(Math.random() * POSTGRES_LIMITS.retryBaseMs * 2 ** attempt);
        }
      }
    },
    connect,
    close: async () => {
      if (!pool.ended) await pool.end();
    },
  };
}
