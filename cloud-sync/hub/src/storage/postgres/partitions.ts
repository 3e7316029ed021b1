import { LOCK_CLASS } from './migrate.ts';
import type { Database } from './pool.ts';

/**
 * How far from the instant of receipt a month may lie to get a partition of its own; what a wrong clock dates elsewhere goes to `events_odd`. So no store can make the hub
 * keep partitions without end.
 */
export const PARTITION_REACH = { monthsBack: 120, monthsAhead: 2 } as const;
const PARTITION_LOCK = 1;

const IN_UTC = /^(\d{4}-\d{2}-\d{2})T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?Z$/u;
/** The last date that was asked for in UTC: most events of a transaction are of one day. */
let known: { readonly date: string; readonly day: string | undefined } = { date: '', day: undefined };

/** The UTC date of an instant with any offset, e.g. 2024-03-02; years that the database has no date for are moved to the nearest that it has. */
export function dayOf(instant: string, otherwise: string): string {
  const date = IN_UTC.exec(instant)?.[1];
  if (date === undefined) return calculated(instant, otherwise);
  if (date !== known.date) {
    const midnight = `${date}T00:00:00Z`;
    known = { date, day: Number.isNaN(Date.parse(midnight)) ? undefined : calculated(midnight, otherwise) };
  }
  return known.day ?? calculated(instant, otherwise);
}

function calculated(instant: string, otherwise: string): string {
  const ms = Date.parse(instant);
  if (Number.isNaN(ms)) return calculated(otherwise, '2000-01-01T00:00:00Z');
  return new Date(Math.min(Math.max(ms, 0), Date.UTC(9999, 11, 31))).toISOString().slice(0, 10);
}

const indexOf = (day: string): number => Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7)) - 1;
const monthAt = (index: number): string =>
  `${String(Math.floor(index / 12)).padStart(4, '0')}-${String((index % 12) + 1).padStart(2, '0')}`;

/** Months, e.g. 2024-03, that the days of events need and that may have a partition, and those around the instant of receipt. */
export function monthsFor(days: Iterable<string>, today: string): string[] {
  const now = indexOf(today);
  const wanted = new Set([now, now + 1]);
  for (const day of days) {
    const index = indexOf(day);
    if (index >= now - PARTITION_REACH.monthsBack && index <= now + PARTITION_REACH.monthsAhead) wanted.add(index);
  }
  return [...wanted].sort((a, b) => a - b).map(monthAt);
}

export interface Partitions {
  /** Makes what is missing; what already lay in `events_odd` moves. Call it before the transaction that inserts. */
  ensure(months: readonly string[]): Promise<void>;
}

export function createPartitions(db: Database): Partitions {
  const known = new Set<string>();
  const make = async (month: string): Promise<void> => {
    const [from, to] = [`${month}-01`, `${monthAt(indexOf(`${month}-01`) + 1)}-01`];
    const name = `events_${month.replace('-', '_')}`;
    await db.transact(async (session) => {
      await session.query('SELECT pg_advisory_xact_lock($1, $2)', [LOCK_CLASS, PARTITION_LOCK]);
      const { rows } = await session.query('SELECT to_regclass($1) AS held', [name]);
      if (rows[0]?.held !== null) return;
      // Attached when it is whole: so others read and insert meanwhile.
      await session.query(
        `CREATE TABLE ${name} (LIKE events INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING STORAGE)`,
      );
      await session.query('LOCK TABLE events_odd IN ACCESS EXCLUSIVE MODE');
      await session.query(
        `WITH moved AS (DELETE FROM events_odd WHERE day >= '${from}' AND day < '${to}' RETURNING *) INSERT INTO ${name} SELECT * FROM moved`,
      );
      await session.query(`ALTER TABLE events ATTACH PARTITION ${name} FOR VALUES FROM ('${from}') TO ('${to}')`);
    });
  };
  return {
    ensure: async (months) => {
      for (const month of months) {
        if (known.has(month)) continue;
        await make(month);
        known.add(month);
      }
    },
  };
}
