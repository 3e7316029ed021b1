import pg from 'pg';
import { GROUP_LIMITS } from '../sync/group-writer.ts';
import type { IncomingEvent } from '../sync/incoming.ts';
import { unpack } from '../sync/packed.ts';
import { readPost } from '../sync/read-post.ts';
import { copyIn, copyLine } from './postgres/copy.ts';
import { openDatabase } from './sqlite/open.ts';

/**
 * What the databases can do at most, for the bench: the rows of the same events, ready in memory, written by nothing but the database. No stream is locked, no
 * event is looked up, nothing is summed.
 */
export interface RawLimit {
  readonly events: number;
  readonly seconds: number;
}

/** Gzipped batches of one store, in their order. */
export interface RawStore {
  readonly store: string;
  readonly batches: readonly Uint8Array[];
}

const AT = new Date(0).toISOString();

/** Transactions of the size that the hub makes of its groups at most. */
function* transactions(stores: readonly RawStore[]): Generator<IncomingEvent[]> {
  const seen = new Set<string>();
  let group: IncomingEvent[] = [];
  for (const { store, batches } of stores) {
    for (const batch of batches) {
      const read = readPost(batch, true, store);
      if (!read.ok) throw new Error(`${read.code} ${read.detail}`);
      for (const event of unpack(read.packed)) {
        const key = `${event.store}/${event.stream}/${event.seq}`;
        if (seen.has(key)) continue;
        seen.add(key);
        group.push(event);
        if (group.length < GROUP_LIMITS.events) continue;
        yield group;
        group = [];
      }
    }
  }
  if (group.length > 0) yield group;
}

type Row = (string | number | null)[];

const INSERT = `INSERT INTO events (stream_id, seq, type, time, prevhash, hash, received_at, quarantine, sale_id, receipt_number, business_date, envelope)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

function rowsOf(events: readonly IncomingEvent[], streamOf: (event: IncomingEvent) => number): Row[] {
  return events.map((event) => {
    const { seq, type, time, prevhash, hash, quarantine, effects, text } = event;
    const { saleId = null, receiptNumber = null, businessDate = null } = effects.lookup ?? {};
    // A copy of its own: what is cut out of a larger text is slower to hand over.
    const own = Buffer.from(text).toString();
    const head = [streamOf(event), seq, type, time, prevhash, hash];
    return [...head, AT, quarantine, saleId, receiptNumber, businessDate, own];
  });
}

/** One prepared insert into the hub's own table with its indexes, `synchronous=FULL`. `file`: a database that is not there yet. */
export function rawSqlite(file: string, stores: readonly RawStore[]): RawLimit {
  const db = openDatabase(file);
  const streams = new Map<string, number>();
  const put = db.prepare(
    `INSERT INTO streams (store, epoch, stream, contiguous_seq, contiguous_hash, ranges, last_received_at) VALUES (?, ?, ?, 0, '', '[]', '${AT}')`,
  );
  const streamOf = ({ store, epoch, stream }: IncomingEvent): number => {
    const key = `${store}/${epoch}/${stream}`;
    const known = streams.get(key) ?? Number(put.run(store, epoch, stream).lastInsertRowid);
    streams.set(key, known);
    return known;
  };
  const insert = db.prepare(INSERT);
  const write = db.transaction((rows: readonly Row[]) => {
    for (const row of rows) insert.run(...row);
  });
  let [events, ms] = [0, 0];
  for (const group of transactions(stores)) {
    const rows = rowsOf(group, streamOf);
    const startedMs = performance.now();
    write(rows);
    ms += performance.now() - startedMs;
    events += rows.length;
  }
  db.close();
  return { events, seconds: ms / 1_000 };
}

const BARE = `bare_events (stream_id bigint, seq bigint, type text, time text, prevhash text, hash text, received_at text, quarantine text, sale_id text,
  receipt_number text, business_date text, envelope text)`;

/** COPY into a table without an index or a constraint, committed by the transaction. */
export async function rawPostgres(url: string, stores: readonly RawStore[]): Promise<RawLimit> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(`CREATE TABLE ${BARE}`);
    let [events, ms] = [0, 0];
    for (const group of transactions(stores)) {
      const lines = rowsOf(group, () => 1).map(copyLine);
      const startedMs = performance.now();
      await copyIn(client, 'bare_events', lines);
      ms += performance.now() - startedMs;
      events += lines.length;
    }
    return { events, seconds: ms / 1_000 };
  } finally {
    await client.query('DROP TABLE IF EXISTS bare_events');
    await client.end();
  }
}
