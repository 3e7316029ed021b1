import { packItems, unpackItems } from '../answer-items.ts';
import type { ShownAnswer, TakeStore, TakeSum } from '../take-port.ts';
import type { Sqlite } from './open.ts';
import type { Transact } from './transact.ts';

type AnswerRow = Omit<ShownAnswer, 'isTold' | 'items'> & { told: 0 | 1; items: string };
type SumRow = Omit<TakeSum, 'explored'> & { explored: 0 | 1 };

const SEQ = 'SELECT seq FROM take_cursors WHERE store = ? AND epoch = ?';
const PUT_SEQ = 'INSERT INTO take_cursors VALUES (?, ?, ?) ON CONFLICT (store, epoch) DO UPDATE SET seq = excluded.seq';
const PUT_ANSWER = 'INSERT OR REPLACE INTO shown_answers VALUES (?, ?, ?, ?, ?, ?, ?, ?)';
const ADD = `INSERT INTO take_days VALUES (@day, @store, @source, @modelId, @explored, @answers, @shown, @added, @bought)
  ON CONFLICT (day, store, source, model_id, explored) DO UPDATE SET answers = answers + @answers, shown = shown + @shown, added = added + @added,
  bought = bought + @bought`;
const ANSWERS = `SELECT recommendation_id AS recommendationId, day, source, model_id AS modelId, told, items FROM shown_answers
  WHERE store = ? AND recommendation_id IN (SELECT value FROM json_each(?))`;
const FORGET = `DELETE FROM shown_answers WHERE (store, recommendation_id) IN
  (SELECT store, recommendation_id FROM shown_answers WHERE touched_at < ? ORDER BY touched_at LIMIT ?)`;
const DAYS = `SELECT day, source, model_id AS modelId, explored, sum(answers) AS answers, sum(shown) AS shown, sum(added) AS added, sum(bought) AS bought
  FROM take_days WHERE day BETWEEN @from AND @to AND (@store IS NULL OR store = @store)
  GROUP BY day, source, model_id, explored ORDER BY day DESC, source, model_id, explored LIMIT @limit`;

export function createTakes(db: Sqlite, transact: Transact): TakeStore {
  const seqOf = db.prepare<[string, string], number>(SEQ).pluck();
  const putSeq = db.prepare(PUT_SEQ);
  const putAnswer = db.prepare(PUT_ANSWER);
  const add = db.prepare(ADD);
  const cursors = db.prepare<[string], { epoch: string; seq: number }>(
    'SELECT epoch, seq FROM take_cursors WHERE store = ?',
  );
  const answers = db.prepare<[string, string], AnswerRow>(ANSWERS);
  const forget = db.prepare(FORGET);
  const days = db.prepare<object, SumRow>(DAYS);
  return {
    cursors: async (store) => new Map(cursors.all(store).map(({ epoch, seq }) => [epoch, seq])),
    answers: async (store, ids) =>
      answers
        .all(store, JSON.stringify(ids))
        .map(({ told, items, ...row }) => ({ ...row, isTold: told === 1, items: unpackItems(items) })),
    put: ({ store, moved, answers: changed, sums, at }) =>
      transact(() => {
        if (moved !== null) {
          if ((seqOf.get(store, moved.epoch) ?? 0) !== moved.fromSeq) return false;
          putSeq.run(store, moved.epoch, moved.toSeq);
        }
        for (const { recommendationId, day, source, modelId, isTold, items } of changed)
          putAnswer.run(store, recommendationId, day, source, modelId, Number(isTold), packItems(items), at);
        for (const sum of sums) add.run({ ...sum, store, explored: Number(sum.explored) });
        return true;
      }),
    forget: (before, limit) => transact(() => forget.run(before, limit).changes),
    days: async ({ store = null, from, to, limit }) =>
      days.all({ store, from, to, limit }).map((row) => ({ ...row, explored: row.explored === 1 })),
  };
}
