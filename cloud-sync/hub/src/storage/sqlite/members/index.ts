import type { MemberStore } from '../../member-port.ts';
import type { Sqlite } from '../open.ts';
import type { Transact } from '../transact.ts';
import { createDuplicates } from './duplicates.ts';
import { createErasures, type Erasures } from './erase.ts';
import { type AccessTake, createAccessLog, createFeed } from './feed.ts';
import { createHouseholds } from './households.ts';
import { createLedger, type Ledger } from './ledger.ts';
import { createDirectoryChanges } from './merges.ts';
import { createPhoneSessions } from './phone-sessions.ts';
import { createGuestSales, createPurchaseSums, createPurchaseWrites, type PurchaseWrites } from './purchases.ts';
import { createDirectoryReads } from './reads.ts';
import { createMemberSettings, createSecrets } from './small.ts';
import { createTastes } from './tastes.ts';
import { createWrites, type DirectoryWrites } from './writes.ts';

/** What ingest does to members, inside its own transaction. */
export interface MemberWrites {
  readonly directory: DirectoryWrites;
  readonly ledger: Pick<Ledger, 'take'>;
  readonly purchases: PurchaseWrites;
  readonly erasures: Pick<Erasures, 'told'>;
  readonly access: AccessTake;
}

export function createMembers(db: Sqlite, transact: Transact): { store: MemberStore; writes: MemberWrites } {
  const directory = createWrites(db);
  const { idsOf, ...reads } = createDirectoryReads(db);
  const ledger = createLedger(db, transact, directory, idsOf);
  const purchases = createPurchaseWrites(db);
  const { told, ...erasures } = createErasures(db, transact, directory, idsOf);
  const { take: access, ...accesses } = createAccessLog(db, transact);
  return {
    writes: { directory, ledger, purchases, erasures: { told }, access },
    store: {
      directory: { ...reads, ...createDirectoryChanges(db, transact, directory), ...erasures },
      ledger,
      feed: createFeed(db, transact, directory),
      accesses,
      purchases: createPurchaseSums(db),
      guests: createGuestSales(db, transact, { purchases, ledger, writes: directory }),
      secrets: createSecrets(db, transact, directory),
      sessions: createPhoneSessions(db, transact),
      settings: createMemberSettings(db, transact),
      duplicates: createDuplicates(db, transact, directory),
      households: createHouseholds(db, transact, directory),
      tastes: createTastes(db, transact),
    },
  };
}
