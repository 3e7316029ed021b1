import type { SegmentRuns } from '../port.ts';
import { MAX_SEGMENT_RUNS, readRun } from '../segment-runs.ts';
import type { Database } from './pool.ts';

export function createSegmentRuns(db: Database): SegmentRuns {
  return {
    put: (run) =>
      db.transact(async (session) => {
        await session.query(
          'INSERT INTO segment_runs VALUES ($1, $2, $3) ON CONFLICT (id) DO UPDATE SET started_at = excluded.started_at, body = excluded.body',
          [run.id, run.startedAt, JSON.stringify(run)],
        );
        await session.query(
          `DELETE FROM segment_runs WHERE id IN (SELECT id FROM segment_runs ORDER BY started_at DESC OFFSET ${MAX_SEGMENT_RUNS})`,
        );
      }),
    newest: async () => {
      const [row] = await db.rows<{ body: string }>('SELECT body FROM segment_runs ORDER BY started_at DESC LIMIT 1');
      return readRun(row?.body);
    },
  };
}
