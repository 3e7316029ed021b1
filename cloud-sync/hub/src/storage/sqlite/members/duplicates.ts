import type { DuplicatePair, DuplicateRun, DuplicateStore, TwoPeople } from '../../member-port.ts';
import { inOrder, isSaidApart, OPEN_PAIRS, wasMergeUndone } from '../../members/apart.ts';
import type { Sqlite } from '../open.ts';
import type { Transact } from '../transact.ts';
import type { DirectoryWrites } from './writes.ts';

type RawPair = { rank: number; from: string; into: string; reasons: string };

function statements(db: Sqlite) {
  return {
    forgetPairs: db.prepare('DELETE FROM duplicate_pairs'),
    putRun: db.prepare(
      `INSERT INTO duplicate_runs VALUES (1, @at, @tookMs, @compared, @isCut) ON CONFLICT (id) DO UPDATE SET
       at = excluded.at, took_ms = excluded.took_ms, compared = excluded.compared, is_cut = excluded.is_cut`,
    ),
    putPair: db.prepare('INSERT INTO duplicate_pairs VALUES (@rank, @from, @into, @reasons)'),
    run: db.prepare<[], Omit<DuplicateRun, 'isCut'> & { isCut: number }>(
      'SELECT at, took_ms AS tookMs, compared, is_cut AS isCut FROM duplicate_runs',
    ),
    page: db.prepare<[number, number], RawPair>(
      `SELECT d.rank, d.from_id AS "from", d.into_id AS "into", d.reasons FROM ${OPEN_PAIRS} AND d.rank > ? ORDER BY d.rank LIMIT ?`,
    ),
    count: db.prepare<[], number>(`SELECT count(*) FROM ${OPEN_PAIRS}`).pluck(),
    say: db.prepare('INSERT INTO member_apart VALUES (@one, @other, @at, @by, @reason) ON CONFLICT DO NOTHING'),
    takeBack: db.prepare(
      `DELETE FROM member_apart WHERE (one IN (SELECT member_id FROM members WHERE root = @one) AND other IN (SELECT member_id FROM members WHERE root = @other))
         OR (one IN (SELECT member_id FROM members WHERE root = @other) AND other IN (SELECT member_id FROM members WHERE root = @one))`,
    ),
    apart: db.prepare<object, { isSaid: number; isUndone: number }>(
      `SELECT ${isSaidApart('@one', '@other')} AS isSaid, ${wasMergeUndone('@one', '@other')} AS isUndone`,
    ),
    separate: db.prepare<[number], TwoPeople>(
      'SELECT one, other, at, by, reason FROM member_apart ORDER BY at DESC, one, other LIMIT ?',
    ),
  };
}

export function createDuplicates(db: Sqlite, transact: Transact, writes: DirectoryWrites): DuplicateStore {
  const run = statements(db);
  const persons = (one: string, other: string): { one: string; other: string } | null => {
    const [a, b] = [writes.rootOf(one), writes.rootOf(other)];
    return a === undefined || b === undefined ? null : { one: a, other: b };
  };
  return {
    put: (made, pairs) =>
      transact(() => {
        run.forgetPairs.run();
        run.putRun.run({ ...made, isCut: made.isCut ? 1 : 0 });
        for (const [at, { from, into, reasons }] of pairs.entries())
          run.putPair.run({ rank: at + 1, from, into, reasons: JSON.stringify(reasons) });
      }),
    run: async () => {
      const held = run.run.get();
      return held === undefined ? null : { ...held, isCut: held.isCut === 1 };
    },
    page: async (after, limit) =>
      run.page
        .all(after, limit)
        .map(({ reasons, ...pair }) => ({ ...pair, reasons: JSON.parse(reasons) as DuplicatePair['reasons'] })),
    count: async () => run.count.get() ?? 0,
    saySeparate: (said) =>
      transact(() => {
        const both = persons(said.one, said.other);
        if (both === null) return 'unknown';
        if (both.one === both.other) return 'refused';
        const [one, other] = inOrder(said.one, said.other);
        run.say.run({ ...said, one, other });
        return 'said';
      }),
    takeBack: (one, other) =>
      transact(() => {
        const both = persons(one, other);
        return both !== null && run.takeBack.run(both).changes > 0;
      }),
    apart: async (one, other) => {
      const both = persons(one, other);
      const found = both === null ? undefined : run.apart.get(both);
      return found?.isSaid === 1 ? 'said' : found?.isUndone === 1 ? 'undone' : null;
    },
    separate: async (limit) => run.separate.all(limit),
  };
}
