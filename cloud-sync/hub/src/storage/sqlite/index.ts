import type { HubStorage } from '../port.ts';
import { createDesired } from './desired.ts';
import { createEventLog } from './events.ts';
import { createMemberKeys } from './keys.ts';
import { openDatabase, type Sqlite } from './open.ts';
import { createReads } from './reads.ts';
import { createRegistry } from './registry.ts';
import { createReturns } from './returns.ts';
import { transactor } from './transact.ts';

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
    returns: createReturns(db, transact),
    keys: createMemberKeys(db, transact),
    ping: () => transact(() => undefined),
    close: async () => {
      db.close();
    },
  };
}
