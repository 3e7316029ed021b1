import { TASTES_DROPPED_AT_ONCE, type TasteRow, type TasteRun, type TasteStore } from '../../taste-port.ts';
import { plain } from '../copy.ts';
import { type Database, rowsOf } from '../pool.ts';

/** Only of who is a person of the directory and agrees by now: whoever changes that changes the member's row first, and waits for us or we for them. */
const PUT = `INSERT INTO tastes SELECT m.member_id, $1, w.taste FROM unnest($2::text[], $3::bytea[]) AS w (member_id, taste)
  JOIN members m ON m.member_id = w.member_id COLLATE "C"
  WHERE m.into_id IS NULL AND m.person_consents::jsonb @> '[{"purpose":"personalisation","granted":true}]' ORDER BY m.member_id FOR SHARE OF m
  ON CONFLICT (member_id) DO UPDATE SET run = excluded.run, taste = excluded.taste`;
const DROP_OLD = `DELETE FROM tastes WHERE member_id IN (SELECT member_id FROM tastes WHERE run < $1 LIMIT ${TASTES_DROPPED_AT_ONCE}) AND run < $1 RETURNING 1`;
const END = `UPDATE taste_runs SET at = $2, held = (SELECT count(*) FROM tastes WHERE run = $1) WHERE run = $1 RETURNING held`;

export function createTastes(db: Database): TasteStore {
  /** The same member twice in a page: the last. */
  const putPage = (run: number, page: readonly TasteRow[]): Promise<void> =>
    db.transact(async (session) => {
      const rows = new Map(page.map(({ memberId, taste }) => [plain(memberId), taste]));
      await session.query(PUT, [run, [...rows.keys()], [...rows.values()].map((taste) => Buffer.from(taste))]);
    });
  return {
    replaceAll: async (modelId, pages, now) => {
      const [begun] = await db.rows<{ run: number }>(
        'INSERT INTO taste_runs (model, held) VALUES ($1, 0) RETURNING run',
        [plain(modelId)],
      );
      const run = begun?.run ?? 0;
      for await (const page of pages) await putPage(run, page);
      while ((await db.rows(DROP_OLD, [run])).length > 0);
      return db.transact(async (session) => {
        const [ended] = await rowsOf<{ held: number }>(session, END, [run, now()]);
        await session.query('DELETE FROM taste_runs WHERE run < $1', [run]);
        return ended?.held ?? 0;
      });
    },
    of: async (memberIds) => {
      const rows = await db.rows<{ memberId: string; taste: Buffer }>(
        'SELECT member_id AS "memberId", taste FROM tastes WHERE member_id = ANY ($1)',
        [memberIds],
      );
      return new Map(rows.map(({ memberId, taste }) => [memberId, taste]));
    },
    newest: async () =>
      (
        await db.rows<TasteRun>(
          'SELECT model AS "modelId", at, held FROM taste_runs WHERE at IS NOT NULL ORDER BY run DESC LIMIT 1',
        )
      )[0] ?? null,
  };
}
