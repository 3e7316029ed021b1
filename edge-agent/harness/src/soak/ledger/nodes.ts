import { randomBytes, randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { LedgerEntry } from '@tillside/decide';
import { Journal } from '@tillside/edge-agent/journal';
import { ownEntries, postPoints } from '@tillside/edge-agent/points';
import { openSqliteStorage } from '@tillside/hub/storage';

const STORE_AT_ONCE = 500;
const HUB_AT_ONCE = 5_000;

/** Something that keeps entries on disk and gives a person's back. */
export interface LedgerNode {
  readonly name: string;
  take(entries: readonly LedgerEntry[]): Promise<void>;
  entriesOf(memberIds: readonly string[]): Promise<LedgerEntry[]>;
  close(): Promise<void>;
}

export interface StoreNode extends LedgerNode {
  /** What it told HQ by its events. */
  told(): LedgerEntry[];
}

const chunks = <T>(all: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, n) => all.slice(n * size, (n + 1) * size));

/** A store's journal, with the points room of the agent. */
export function storeNode(dir: string): StoreNode {
  const dataDir = join(dir, 'store');
  mkdirSync(dataDir, { recursive: true });
  const random = { bytes: randomBytes, uuid: () => randomUUID() };
  const journal = Journal.open({ dataDir, store: 's-north', clock: { now: () => Date.now() }, random });
  return {
    name: 'store',
    take: async (entries) => {
      for (const some of chunks(entries, STORE_AT_ONCE)) {
        journal.write((tx) => postPoints(tx, some));
        await journal.durable();
      }
    },
    told: () =>
      journal
        .all<{ envelope: string }>(`SELECT envelope FROM event WHERE type = 'tillside.points.moved.v1' ORDER BY seq`)
        .flatMap(({ envelope }) => (JSON.parse(envelope) as { data: { entries: LedgerEntry[] } }).data.entries),
    entriesOf: async (memberIds) => ownEntries(journal, memberIds).map(({ entry }) => entry),
    close: async () => journal.close(),
  };
}

/** HQ's ledger in SQLite. */
export function hubNode(dir: string, name: string): LedgerNode {
  mkdirSync(dir, { recursive: true });
  const storage = openSqliteStorage(join(dir, `${name}.db`));
  const { ledger } = storage.members;
  return {
    name,
    take: async (entries) => {
      for (const some of chunks(entries, HUB_AT_ONCE))
        await ledger.add(some, { store: 's-north', at: new Date().toISOString() });
    },
    entriesOf: (memberIds) => ledger.entriesOf(memberIds),
    close: () => storage.close(),
  };
}
