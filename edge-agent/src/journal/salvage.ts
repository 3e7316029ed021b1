import { type Envelope, type EventBody, envelopeHash, genesisHash, type Stream } from '@tillside/protocol';
import Sqlite, { type Database } from 'better-sqlite3';
import { OPEN_LANE } from './lanes.ts';
import { migrate } from './migrate.ts';

/** Numbers of receipts that may have been given out since a backup: no receipt is ever numbered twice. */
const SKIPPED_RECEIPTS = 1_000;

interface EventRow {
  readonly seq: number;
  readonly type: string;
  readonly time: string;
  readonly hash: string;
  readonly envelope: string;
}

/**
 * Makes a copy of a journal fit to go on from: new events begin a new epoch, since the old one's numbers may be taken at the hub by events that this copy lacks. What
 * waits keeps its numbers, so the hub knows again what it holds already.
 */
export function startAfresh(file: string, epoch: string): void {
  const db = new Sqlite(file, { fileMustExist: true });
  try {
    migrate(db);
    db.transaction(() => {
      db.prepare(`UPDATE meta SET value = ? WHERE key = 'epoch'`).run(epoch);
      db.prepare('UPDATE receipt_series SET next = next + ?').run(SKIPPED_RECEIPTS);
    })();
  } finally {
    db.close();
  }
}

/**
 * Takes over events that a backup lacks from the journal that was set aside, as far as they can be read and their chain holds; they keep epoch and number. Returns how
 * many. What a damaged file does not give is left there.
 */
export function salvage({ from, into, store }: { from: string; into: string; store: string }): number {
  let old: Database;
  try {
    old = new Sqlite(from, { readonly: true, fileMustExist: true });
  } catch {
    return 0;
  }
  const db = new Sqlite(into, { fileMustExist: true });
  try {
    let found = 0;
    for (const { epoch, stream } of lanesOf(old)) {
      const head = headOf(db, store, epoch, stream);
      const rows = following(old, epoch, stream, head);
      db.transaction(() => takeOver(db, epoch, stream, rows))();
      found += rows.length;
    }
    return found;
  } finally {
    db.close();
    old.close();
  }
}

function lanesOf(db: Database): { epoch: string; stream: Stream }[] {
  try {
    return db.prepare<[], { epoch: string; stream: Stream }>('SELECT epoch, stream FROM outbox_lane').all();
  } catch {
    return [];
  }
}

function headOf(db: Database, store: string, epoch: string, stream: Stream): { seq: number; hash: string } {
  const row = db
    .prepare<[string, string], { seq: number; hash: string }>(
      'SELECT seq, hash FROM event WHERE epoch = ? AND stream = ? ORDER BY seq DESC LIMIT 1',
    )
    .get(epoch, stream);
  return row ?? { seq: 0, hash: genesisHash(store, epoch, stream) };
}

/** The events after a head, in order, up to the first that is missing, can't be read or does not chain. */
function following(db: Database, epoch: string, stream: Stream, head: { seq: number; hash: string }): EventRow[] {
  const rows: EventRow[] = [];
  let [seq, prevhash] = [head.seq, head.hash];
  try {
    const all = db
      .prepare<[string, string, number], EventRow>(
        'SELECT seq, type, time, hash, envelope FROM event WHERE epoch = ? AND stream = ? AND seq > ? ORDER BY seq',
      )
      .iterate(epoch, stream, head.seq);
    for (const row of all) {
      if (row.seq !== seq + 1 || envelopeHash(row.envelope) !== row.hash) break;
      if ((JSON.parse(row.envelope) as Envelope).prevhash !== prevhash) break;
      rows.push(row);
      [seq, prevhash] = [row.seq, row.hash];
    }
  } catch {
    // A page that can't be read ends what can be taken from this stream.
  }
  return rows;
}

function takeOver(db: Database, epoch: string, stream: Stream, rows: readonly EventRow[]): void {
  if (rows.length === 0) return;
  const insert = db.prepare(
    'INSERT INTO event (epoch, stream, seq, type, time, hash, envelope, total) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const before = db
    .prepare<[string, string], number>('SELECT max(total) FROM event WHERE epoch = ? AND stream = ?')
    .pluck();
  let total = before.get(epoch, stream) ?? 0;
  const spend = db.prepare('UPDATE coupon SET spent_sale_id = ? WHERE coupon_id = ? AND spent_sale_id IS NULL');
  // What a card spent on that day (`card_date`) is not in the event: its limit begins anew.
  const move = db.prepare(
    `INSERT INTO points_entry (entry_id, member_id, entry, epoch, seq) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (entry_id) DO UPDATE SET epoch = excluded.epoch, seq = excluded.seq WHERE epoch IS NULL`,
  );
  db.prepare(OPEN_LANE).run(epoch, stream);
  for (const { seq, type, time, hash, envelope } of rows) {
    total += Buffer.byteLength(envelope);
    insert.run(epoch, stream, seq, type, time, hash, envelope, total);
    const { data } = JSON.parse(envelope) as Envelope;
    if (type === 'tillside.coupon.redeemed.v1') {
      const { saleId, couponId } = data as EventBody<'tillside.coupon.redeemed.v1'>;
      spend.run(saleId, couponId);
    } else if (type === 'tillside.points.moved.v1') {
      for (const entry of (data as EventBody<'tillside.points.moved.v1'>).entries)
        move.run(entry.entryId, entry.memberId, JSON.stringify(entry), epoch, seq);
    }
  }
}
