import { TASTES_DROPPED_AT_ONCE, type TasteRow, type TasteRun, type TasteStore } from '../../taste-port.ts';
import type { Sqlite } from '../open.ts';
import type { Transact } from '../transact.ts';

/** Only of who is a person of the directory and agrees by now. */
const PUT = `INSERT INTO tastes SELECT member_id, @run, @taste FROM members WHERE member_id = @memberId AND into_id IS NULL
  AND EXISTS (SELECT 1 FROM json_each(person_consents) WHERE value ->> '$.purpose' = 'personalisation' AND value ->> '$.granted')
  ON CONFLICT DO UPDATE SET run = excluded.run, taste = excluded.taste`;

export function createTastes(db: Sqlite, transact: Transact): TasteStore {
  const begin = db
    .prepare<[string], number>('INSERT INTO taste_runs (model, held) VALUES (?, 0) RETURNING run')
    .pluck();
  const put = db.prepare(PUT);
  const dropOld = db.prepare('DELETE FROM tastes WHERE rowid IN (SELECT rowid FROM tastes WHERE run < ? LIMIT ?)');
  const count = db.prepare<[number], number>('SELECT count(*) FROM tastes WHERE run = ?').pluck();
  const end = db.prepare('UPDATE taste_runs SET at = ?, held = ? WHERE run = ?');
  const dropRuns = db.prepare('DELETE FROM taste_runs WHERE run < ?');
  const newest = db.prepare<[], TasteRun>(
    'SELECT model AS modelId, at, held FROM taste_runs WHERE at IS NOT NULL ORDER BY run DESC LIMIT 1',
  );
  const of = db.prepare<[string], { memberId: string; taste: Buffer }>(
    'SELECT member_id AS memberId, taste FROM tastes WHERE member_id IN (SELECT value FROM json_each(?))',
  );
  const putPage = (run: number, page: readonly TasteRow[]) => (): void => {
    for (const { memberId, taste } of page) put.run({ memberId, taste, run });
  };
  return {
    replaceAll: async (modelId, pages, now) => {
      const run = await transact(() => begin.get(modelId) ?? 0);
      for await (const page of pages) await transact(putPage(run, page));
      while ((await transact(() => dropOld.run(run, TASTES_DROPPED_AT_ONCE).changes)) > 0);
      return transact(() => {
        const held = count.get(run) ?? 0;
        end.run(now(), held, run);
        dropRuns.run(run);
        return held;
      });
    },
    of: async (memberIds) => new Map(of.all(JSON.stringify(memberIds)).map(({ memberId, taste }) => [memberId, taste])),
    newest: async () => newest.get() ?? null,
  };
}
