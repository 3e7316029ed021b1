import { DurableLog } from '@tillside/protocol';
import { HubFault } from '../../fault.ts';
import { type Sqlite, storageFault } from './open.ts';

/**
 * Runs `work` as one IMMEDIATE transaction: the write lock is taken at once, so that two writers never deadlock on upgrading. Resolves when no power cut can take it back; others
 * may commit meanwhile. Once the disk did not take a sync, HUB_DATA_UNWRITABLE for this and all that follow.
 */
export type Transact = <T>(work: () => T) => Promise<T>;

export interface Transactor {
  readonly transact: Transact;
  /** Closes the database too; all that was committed is then in it and durable. */
  close(): void;
}

const WHERE = 'the hub database';
const NORMAL = 1;
const isSyncFailure = (error: unknown): boolean =>
  /^SQLITE_IOERR_(DIR_)?FSYNC$/u.test((error as { code?: string }).code ?? '');
const unwritable = (cause: unknown): HubFault =>
  new HubFault('HUB_DATA_UNWRITABLE', `${WHERE} (${(cause as { code?: string }).code ?? 'unknown'})`);

/**
 * Commits write SQLite's log without waiting for the disk (`synchronous=NORMAL`), and each is waited for off the event loop (docs/adr/0014): batches are read and answered while
 * the disk works. What opened the database, and what it holds by then, is durable when this returns. The keys beside it keep their own `synchronous=FULL`.
 */
export function transactor(db: Sqlite): Transactor {
  // One in memory has no log, and nothing to lose.
  const log = db.memory ? undefined : openLog(db);
  return {
    transact: async (work) => {
      if (log?.failure !== undefined) throw log.failure;
      const done = attempt(db, work, log);
      log?.committed();
      await log?.durable();

      return done;
    },
    close: () => {
      if (db.open) db.close();
      log?.close();
    },
  };
}

function openLog(db: Sqlite): DurableLog<HubFault> {
  try {
    const log = DurableLog.open(`${db.name}-wal`, unwritable);
    db.pragma('main.synchronous = NORMAL');
    // OFF would not even sync the log before it is copied.
    if (db.pragma('main.synchronous', { simple: true }) !== NORMAL)
      throw new HubFault('HUB_DURABILITY_REFUSED', db.name);
    return log;
  } catch (error) {
    throw storageFault(error, WHERE);
  }
}

function attempt<T>(db: Sqlite, work: () => T, log: DurableLog<HubFault> | undefined): T {
  try {
    return db.transaction(work).immediate();
  } catch (error) {
    // What the system could not write it may have forgotten.
    if (log !== undefined && isSyncFailure(error)) throw log.fail(error);
    throw storageFault(error, WHERE);
  }
}
