import { packItems, unpackItems } from '../answer-items.ts';
import type { ShownAnswer, TakeChange, TakeStore, TakeSum } from '../take-port.ts';
import { plain } from './copy.ts';
import { type Database, rowsOf, type Session } from './pool.ts';

type AnswerRow = Omit<ShownAnswer, 'isTold' | 'items'> & { told: boolean; items: string };

const MOVE = `INSERT INTO take_cursors AS held VALUES ($1, $2, $4) ON CONFLICT (store, epoch) DO UPDATE SET seq = excluded.seq
  WHERE held.seq = $3 RETURNING seq`;
const PUT_ANSWERS = `INSERT INTO shown_answers SELECT $1, w.*, $8
  FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::boolean[], $7::text[]) AS w (recommendation_id, day, source, model_id, told, items)
  ON CONFLICT (store, recommendation_id) DO UPDATE SET day = excluded.day, source = excluded.source, model_id = excluded.model_id, told = excluded.told,
  items = excluded.items, touched_at = excluded.touched_at`;
const ADD = `INSERT INTO take_days AS held SELECT $1, w.*
  FROM unnest($2::text[], $3::text[], $4::text[], $5::boolean[], $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[])
  AS w (day, source, model_id, explored, answers, shown, added, bought)
  ON CONFLICT (store, day, source, model_id, explored) DO UPDATE SET answers = held.answers + excluded.answers, shown = held.shown + excluded.shown,
  added = held.added + excluded.added, bought = held.bought + excluded.bought`;
const ANSWERS = `SELECT recommendation_id AS "recommendationId", day, source, model_id AS "modelId", told, items FROM shown_answers
  WHERE store = $1 AND recommendation_id = ANY ($2)`;
const FORGET = `DELETE FROM shown_answers WHERE (store, recommendation_id) IN
  (SELECT store, recommendation_id FROM shown_answers WHERE touched_at < $1 ORDER BY touched_at LIMIT $2) RETURNING 1`;
const DAYS = `SELECT day, source, model_id AS "modelId", explored, sum(answers)::bigint AS answers, sum(shown)::bigint AS shown, sum(added)::bigint AS added,
  sum(bought)::bigint AS bought FROM take_days WHERE day BETWEEN $1 AND $2 AND ($3::text IS NULL OR store = $3)
  GROUP BY day, source, model_id, explored ORDER BY day DESC, source, model_id, explored LIMIT $4`;

async function put(session: Session, { store, moved, answers, sums, at }: TakeChange): Promise<boolean> {
  if (moved !== null) {
    const { epoch, fromSeq, toSeq } = moved;
    if ((await rowsOf(session, MOVE, [store, epoch, fromSeq, toSeq])).length === 0) return false;
  }
  if (answers.length > 0)
    await session.query(PUT_ANSWERS, [
      store,
      answers.map(({ recommendationId }) => plain(recommendationId)),
      answers.map(({ day }) => day),
      answers.map(({ source }) => source),
      answers.map(({ modelId }) => plain(modelId)),
      answers.map(({ isTold }) => isTold),
      answers.map(({ items }) => packItems(items)),
      at,
    ]);
  if (sums.length === 0) return true;
  const column = (name: 'answers' | 'shown' | 'added' | 'bought') => sums.map((sum) => sum[name]);
  await session.query(ADD, [
    store,
    sums.map(({ day }) => day),
    sums.map(({ source }) => source),
    sums.map(({ modelId }) => plain(modelId)),
    sums.map(({ explored }) => explored),
    column('answers'),
    column('shown'),
    column('added'),
    column('bought'),
  ]);
  return true;
}

export function createTakes(db: Database): TakeStore {
  return {
    cursors: async (store) =>
      new Map(
        (
          await db.rows<{ epoch: string; seq: number }>('SELECT epoch, seq FROM take_cursors WHERE store = $1', [store])
        ).map(({ epoch, seq }) => [epoch, seq]),
      ),
    answers: async (store, ids) =>
      (await db.rows<AnswerRow>(ANSWERS, [store, ids.map(plain)])).map(({ told, items, ...row }) => ({
        ...row,
        isTold: told,
        items: unpackItems(items),
      })),
    put: (change) => db.transact((session) => put(session, change)),
    forget: async (before, limit) => (await db.rows(FORGET, [before, limit])).length,
    days: ({ store, from, to, limit }) => db.rows<TakeSum>(DAYS, [from, to, store ?? null, limit]),
  };
}
