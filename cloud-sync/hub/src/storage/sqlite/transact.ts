import { type Sqlite, storageFault } from './open.ts';

/** Runs `work` as one IMMEDIATE transaction: the write lock is taken at once, so that two writers never deadlock on upgrading. */
export type Transact = <T>(work: () => T) => Promise<T>;

export function transactor(db: Sqlite): Transact {
  return async (work) => {
    try {
      return db.transaction(work).immediate();
    } catch (error) {
      throw storageFault(error, 'the hub database');
    }
  };
}
