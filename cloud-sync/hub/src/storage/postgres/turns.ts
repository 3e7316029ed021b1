import { TrainingJob } from '@tillside/hub-contract';
import type pg from 'pg';
import type { JobRecords, TurnName, Turns } from '../port.ts';
import { createOrder } from '../turns.ts';
import { postgresFault } from './faults.ts';
import { LOCK_CLASS } from './migrate.ts';
import type { Database } from './pool.ts';

const KEY: Readonly<Record<TurnName, number>> = {
  signing: 2,
  training: 3,
  segments: 4,
  webhooks: 5,
  packs: 6,
  members: 7,
  terms: 8,
  duplicates: 9,
  takes: 10,
};
/** A catalogue of many stores is signed for minutes; who waits longer is told so. */
const WAIT_MS = 10 * 60_000;

/** Advisory locks, each held by a session of its own: when its hub dies the session does, and the turn is free. */
export function createTurns(db: Database): Turns {
  const order = createOrder();
  const withLock = async <T>(name: TurnName, work: () => Promise<T>): Promise<T> => {
    const session = await db.connect(WAIT_MS);
    try {
      await session.query('SELECT pg_advisory_lock($1, $2)', [LOCK_CLASS, KEY[name]]).catch((error: unknown) => {
        throw postgresFault(error);
      });
      return await work();
    } finally {
      await session.end().catch(() => undefined);
    }
  };
  return {
    // One session for all of this hub that wait.
    alone: (name, work) => order.run(name, () => withLock(name, work)),
    take: async (name) => {
      const session: pg.Client = await db.connect();
      try {
        const { rows } = await session.query('SELECT pg_try_advisory_lock($1, $2) AS got', [LOCK_CLASS, KEY[name]]);
        if (rows[0]?.got === true) {
          return async () => {
            // The end of a session is not waited for by the server.
            await session.query('SELECT pg_advisory_unlock($1, $2)', [LOCK_CLASS, KEY[name]]).catch(() => undefined);
            await session.end().catch(() => undefined);
          };
        }
      } catch (error) {
        await session.end().catch(() => undefined);
        throw postgresFault(error);
      }
      await session.end().catch(() => undefined);
      return null;
    },
  };
}

/** Jobs that are remembered, over all hubs. */
const MAX_JOBS = 50;

/** A job of an older hub has fewer members; one that nobody can read any more counts as forgotten. */
const readJob = (body: string | undefined): TrainingJob | null =>
  body === undefined ? null : (TrainingJob.safeParse(JSON.parse(body)).data ?? null);

export function createJobs(db: Database): JobRecords {
  return {
    put: (job) =>
      db.transact(async (session) => {
        await session.query(
          `INSERT INTO jobs AS held VALUES ($1, $2, $3) ON CONFLICT (id) DO UPDATE SET updated_at = excluded.updated_at, body = excluded.body`,
          [job.id, job.startedAt, JSON.stringify(job)],
        );
        await session.query(
          `DELETE FROM jobs WHERE id IN (SELECT id FROM jobs ORDER BY updated_at DESC OFFSET ${MAX_JOBS})`,
        );
      }),
    get: async (id) => {
      const [row] = await db.rows<{ body: string }>('SELECT body FROM jobs WHERE id = $1', [id]);
      return readJob(row?.body);
    },
    newest: async () => {
      const [row] = await db.rows<{ body: string }>('SELECT body FROM jobs ORDER BY updated_at DESC LIMIT 1');
      return readJob(row?.body);
    },
  };
}
