import type { EventAudit, EventReader, HubStorage } from '../port.ts';
import { createArtifactFiles } from './artifacts.ts';
import { createAudit } from './audit.ts';
import { createContent } from './content.ts';
import { createDesired } from './desired.ts';
import { createEventLog, createReading } from './events.ts';
import { createMemberKeys } from './keys.ts';
import { eraseAgain } from './members/erase.ts';
import { createMembers } from './members/index.ts';
import { createOneProcess } from './one-process.ts';
import { openDatabase, openReadOnly, type Sqlite } from './open.ts';
import { createPacks } from './packs.ts';
import { createPartners } from './partners.ts';
import { createReads } from './reads.ts';
import { createRegistry } from './registry.ts';
import { createReturns } from './returns.ts';
import { createSegmentRuns } from './segments.ts';
import { createTakes } from './takes.ts';
import { transactor } from './transact.ts';

/** The embedded adapter. `file` is the database's path; only one process may have it open (see lockDataDir). */
export function openSqliteStorage(file: string): HubStorage {
  return sqliteStorage(openDatabase(file));
}

/** For consumers of the log: writes nothing, and takes no lock from the hub that may be running on it. */
export function openSqliteReader(file: string): {
  events: EventReader;
  audit: EventAudit;
  close(): Promise<void>;
} {
  const db = openReadOnly(file);
  return {
    events: createReading(db),
    audit: createAudit(db),
    close: async () => {
      db.close();
    },
  };
}

/** The adapter over a database that is open and migrated; closing the storage closes it. */
export function sqliteStorage(db: Sqlite): HubStorage {
  // Before commits stop waiting for the disk.
  eraseAgain(db, Date.now());
  const { transact, close } = transactor(db);
  const members = createMembers(db, transact);
  return {
    registry: createRegistry(db, transact),
    events: createEventLog(db, transact, members.writes),
    audit: createAudit(db),
    desired: createDesired(db, transact),
    reads: createReads(db),
    returns: createReturns(db, transact),
    keys: createMemberKeys(db, transact),
    members: members.store,
    partners: createPartners(db, transact),
    packs: createPacks(db, transact),
    segments: createSegmentRuns(db, transact),
    takes: createTakes(db, transact),
    content: createContent(db, transact),
    artifacts: createArtifactFiles(db),
    ...createOneProcess(),
    ping: () => transact(() => undefined),
    close: async () => close(),
  };
}
