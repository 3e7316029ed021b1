import type { SegmentRuns } from '../port.ts';
import { MAX_SEGMENT_RUNS, readRun } from '../segment-runs.ts';
import type { Sqlite } from './open.ts';
import type { Transact } from './transact.ts';

export function createSegmentRuns(db: Sqlite, transact: Transact): SegmentRuns {
  const put = db.prepare('INSERT OR REPLACE INTO segment_runs VALUES (?, ?, ?)');
  const trim = db.prepare(
    `DELETE FROM segment_runs WHERE id NOT IN (SELECT id FROM segment_runs ORDER BY started_at DESC LIMIT ${MAX_SEGMENT_RUNS})`,
  );
  const newest = db.prepare<[], { body: string }>('SELECT body FROM segment_runs ORDER BY started_at DESC LIMIT 1');
  return {
    put: (run) =>
      transact(() => {
        put.run(run.id, run.startedAt, JSON.stringify(run));
        trim.run();
      }),
    newest: async () => readRun(newest.get()?.body),
  };
}
