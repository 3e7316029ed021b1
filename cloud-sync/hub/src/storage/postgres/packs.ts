import type { PackStore } from '../pack-port.ts';
import { type Database, rowsOf } from './pool.ts';

/** In the same database, in a table of its own: leave `pack_keys` out of backups, as `member_keys`. */
export function createPacks(db: Database): PackStore {
  return {
    putKey: (store, version, key) =>
      db.transact(async (session) => {
        await rowsOf(
          session,
          'INSERT INTO pack_keys VALUES ($1, $2, $3) ON CONFLICT (store, version) DO UPDATE SET key = excluded.key',
          [store, version, key],
        );
        await rowsOf(
          session,
          'DELETE FROM pack_keys WHERE store = $1 AND version < (SELECT max(version) FROM pack_keys WHERE store = $1 AND version < $2)',
          [store, version],
        );
      }),
    key: async (store, version) =>
      (
        await db.rows<{ key: string }>('SELECT key FROM pack_keys WHERE store = $1 AND version = $2', [store, version])
      )[0]?.key ?? null,
    near: async (store) => {
      const [row] = await db.rows<{ near: string }>('SELECT near FROM nearby_stores WHERE store = $1', [store]);
      return JSON.parse(row?.near ?? '[]') as string[];
    },
    putNear: async (store, near) => {
      await db.rows(
        'INSERT INTO nearby_stores VALUES ($1, $2) ON CONFLICT (store) DO UPDATE SET near = excluded.near',
        [store, JSON.stringify(near)],
      );
    },
  };
}
