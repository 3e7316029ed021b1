import type { Database } from 'better-sqlite3';
import { AgentError } from '../errors.ts';
import type { Random } from '../ports.ts';

/** The file never grows beyond `maxBytes`. */
export function limitSize(db: Database, maxBytes: number): void {
  const pageBytes = db.pragma('page_size', { simple: true }) as number;
  db.pragma(`max_page_count = ${Math.max(1, Math.floor(maxBytes / pageBytes))}`);
}

/** The journal's epoch and owner; a journal of another store is refused rather than mixed. */
export function openEpoch(db: Database, store: string, random: Random): string {
  const owner = db.prepare(`SELECT value FROM meta WHERE key = 'store'`).get() as { value: string } | undefined;
  if (owner === undefined) {
    const epoch = random.uuid();
    const insert = db.prepare('INSERT INTO meta (key, value) VALUES (?, ?)');
    db.transaction(() => {
      insert.run('store', store);
      insert.run('epoch', epoch);
    })();
    return epoch;
  }
  if (owner.value !== store)
    throw new AgentError('CONFIG_REFUSED', {
      detail: `storeId is ${store}, but the data folder belongs to ${owner.value}`,
    });
  return (db.prepare(`SELECT value FROM meta WHERE key = 'epoch'`).get() as { value: string }).value;
}
