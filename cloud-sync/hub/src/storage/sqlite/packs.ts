import type { PackStore } from '../pack-port.ts';
import type { Sqlite } from './open.ts';
import type { Transact } from './transact.ts';

/** In the file of the sealing keys; see keys.ts. */
const KEYS_TABLE = `CREATE TABLE IF NOT EXISTS keys.pack_keys (
  store TEXT NOT NULL, version INTEGER NOT NULL, key TEXT NOT NULL, PRIMARY KEY (store, version)) STRICT`;

export function createPacks(db: Sqlite, transact: Transact): PackStore {
  db.exec(KEYS_TABLE);
  const put = db.prepare('INSERT OR REPLACE INTO keys.pack_keys VALUES (?, ?, ?)');
  const forget = db.prepare(
    `DELETE FROM keys.pack_keys WHERE store = @store AND version < (SELECT max(version) FROM keys.pack_keys WHERE store = @store AND version < @version)`,
  );
  const key = db
    .prepare<[string, number], string>('SELECT key FROM keys.pack_keys WHERE store = ? AND version = ?')
    .pluck();
  const near = db.prepare<[string], string>('SELECT near FROM nearby_stores WHERE store = ?').pluck();
  const putNear = db.prepare('INSERT OR REPLACE INTO nearby_stores VALUES (?, ?)');
  return {
    putKey: (store, version, bytes) =>
      transact(() => {
        put.run(store, version, bytes);
        forget.run({ store, version });
      }),
    key: async (store, version) => key.get(store, version) ?? null,
    near: async (store) => JSON.parse(near.get(store) ?? '[]') as string[],
    putNear: (store, stores) =>
      transact(() => {
        putNear.run(store, JSON.stringify(stores));
      }),
  };
}
