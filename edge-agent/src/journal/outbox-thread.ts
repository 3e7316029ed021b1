import { setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';
import { gzipSync } from 'node:zlib';
import { batchText, fitBatch } from '@tillside/protocol';
import Sqlite, { type Database } from 'better-sqlite3';
import { type BatchOrder, type BatchReply, READING } from './outbox-reader.ts';

/** Tills go first, also where two cores have to do. Linux gives each thread a priority of its own; elsewhere it would be the whole agent's. */
const NICE = 10;
/** Hashes and ids hardly shrink, and the names of members shrink at any level. */
const GZIP_LEVEL = 1;

if (process.platform === 'linux') setPriority(NICE);

const ROWS = 'SELECT seq, envelope FROM event WHERE epoch = ? AND stream = ? AND seq BETWEEN ? AND ? ORDER BY seq';

parentPort?.on('message', (order: BatchOrder) => {
  const { phase } = order;
  let reply: BatchReply = { id: order.id, error: 'the journal is closed' };
  if (Atomics.compareExchange(phase, 0, READING.idle, READING.working) !== READING.idle) {
    parentPort?.postMessage(reply);
    return;
  }
  try {
    reply = readBatch(order);
  } catch (error) {
    reply = { id: order.id, error: String(error) };
  }
  // Before the word of it: whoever closes the journal hears no words.
  Atomics.compareExchange(phase, 0, READING.working, READING.idle);
  Atomics.compareExchange(phase, 0, READING.ending, READING.closed);
  Atomics.notify(phase, 0);
  const { body } = reply as { body?: Uint8Array<ArrayBuffer> };
  parentPort?.postMessage(reply, body === undefined ? [] : [body.buffer]);
});

/** The connection lives as long as its work: the agent may close the database at any time between. */
function readBatch(order: BatchOrder): BatchReply {
  const db = new Sqlite(order.path, { readonly: true, fileMustExist: true, timeout: 2_000 });
  let rows: { part: number; seq: number; text: string }[];
  try {
    rows = rowsOf(db, order);
  } finally {
    db.close();
  }
  const { id, batchId, store, limit, parts } = order;
  const texts = rows.map(({ text }) => text);
  // What probes add is little and comes last.
  const lines = fitBatch(texts, { events: texts.length, bytes: limit.bytes });
  const seqs: number[][] = parts.map(() => []);
  for (const { part, seq } of rows.slice(0, lines)) seqs[part]?.push(seq);
  if (lines === 0) return { id, seqs, body: undefined };
  const packed = gzipSync(batchText({ batchId, store }, texts.slice(0, lines)), { level: GZIP_LEVEL });
  // A buffer of its own can be handed over without a copy.
  return { id, seqs, body: new Uint8Array(packed) };
}

function rowsOf(db: Database, { parts }: BatchOrder): { part: number; seq: number; text: string }[] {
  const rows = db.prepare(ROWS).raw();
  return parts.flatMap(({ epoch, stream, range: [from, to], isNewest }, part) => {
    const found = (rows.all(epoch, stream, from, to) as [number, string][]).map(([seq, text]) => ({ part, seq, text }));
    return isNewest ? found.reverse() : found;
  });
}
