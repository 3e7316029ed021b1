import type { HubStorage } from '../port.ts';
import { createDesired } from './desired.ts';
import { createEventLog } from './events.ts';
import { openDatabase, type Sqlite, storageFault } from './open.ts';
import { createReads } from './reads.ts';
import { createRegistry } from './registry.ts';

/** Runs `work` as one IMMEDIATE transaction: the write lock is taken at once, so that two writers never deadlock on upgrading. */
export type Transact = <T>(work: () => T) => Promise<T>;

function transactor(db: Sqlite): Transact {
  return async (work) => {
    try {
      return db.transaction(work).immediate();
    } catch (error) {
      throw storageFault(error, 'the hub database');
    }
  };
}

/** The embedded adapter. `file` is the database's path; only one process may have it open (see lockDataDir). */
export function openSqliteStorage(file: string): HubStorage {
  return sqliteStorage(openDatabase(file));
}

/** The adapter over a database that is open and migrated; closing the storage closes it. */
export function sqliteStorage(db: Sqlite): HubStorage {
  const transact = transactor(db);
  return {
    registry: createRegistry(db, transact),
    events: createEventLog(db, transact),
    desired: createDesired(db, transact),
    reads: createReads(db),
    ping: () => transact(() => undefined),
    close: async () => {
      db.close();
    },
  };
}
