/**
 * `child make DIR EVENTS STORE...`: writes the batches of each store, so that none of it is timed. `child raw sqlite|postgres DIR STORE...`: what the database
 * can do at most with the same rows. One line of JSON on stdout at the end.
 */
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { rawPostgres, rawSqlite } from '@tillside/hub/bench';
import { batchText, MAX_BATCH_EVENTS } from '@tillside/protocol';
import { readBatches, writeBatches } from './batches.ts';
import { storeEvents } from './events.ts';

/** As the agent compresses. */
const LEVEL = 1;

function make(dir: string, eventsEach: number, stores: readonly string[]): { bytes: number; inflated: number } {
  let [bytes, inflated] = [0, 0];
  for (const [place, store] of stores.entries()) {
    const events = storeEvents(store, place + 1);
    const batches: Buffer[] = [];
    for (let left = eventsEach; left > 0; left -= MAX_BATCH_EVENTS) {
      const texts = Array.from({ length: Math.min(left, MAX_BATCH_EVENTS) }, () => events.next().value as string);
      const text = batchText({ batchId: randomUUID(), store }, texts);
      inflated += Buffer.byteLength(text);
      batches.push(gzipSync(text, { level: LEVEL }));
    }
    bytes += batches.reduce((sum, { length }) => sum + length, 0);
    writeBatches(dir, store, batches);
  }
  return { bytes, inflated };
}

async function raw(storage: string, dir: string, names: readonly string[]): Promise<unknown> {
  const stores = names.map((store) => ({ store, batches: readBatches(dir, store) }));
  if (storage === 'postgres') return rawPostgres(process.env.TILLSIDE_HUB_STORAGE_URL ?? '', stores);
  const file = join(dir, 'raw.db');
  const limit = rawSqlite(file, stores);
  for (const name of [file, `${file}-wal`, `${file}-shm`]) rmSync(name, { force: true });
  return limit;
}

const [what, first = '', second = '', ...names] = process.argv.slice(2);
const answer = what === 'make' ? make(first, Number(second), names) : await raw(first, second, names);
process.stdout.write(`${JSON.stringify(answer)}\n`);
