import type { HubStorage } from '../port.ts';
import { createArtifactRows } from './artifacts.ts';
import { createAudit } from './audit.ts';
import { createContent } from './content.ts';
import { createDesired } from './desired.ts';
import { createEventLog } from './events.ts';
import { createMembers } from './members/index.ts';
import { migrate } from './migrate.ts';
import { createPacks } from './packs.ts';
import { createPartners } from './partners.ts';
import { openPool, type PostgresOptions } from './pool.ts';
import { createReads } from './reads.ts';
import { createMemberKeys, createRegistry } from './registry.ts';
import { createReturns } from './returns.ts';
import { createSegmentRuns } from './segments.ts';
import { createSignals } from './signals.ts';
import { createTakes } from './takes.ts';
import { createJobs, createTurns } from './turns.ts';

export type { PostgresOptions } from './pool.ts';

/** The server's version, once it was found to be one that may be trusted with events; makes no table. Rejects with a HubFault. */
export async function postgresVersion(options: PostgresOptions): Promise<string> {
  const db = openPool(options);
  try {
    const [row] = await db.rows<{ version: string }>(`SELECT current_setting('server_version') AS version`);
    return row?.version ?? '';
  } finally {
    await db.close();
  }
}

/** The adapter for many stores and several hubs on one database (PostgreSQL 15 or newer). Opens, checks what a commit stands for, and migrates. */
export async function openPostgresStorage(options: PostgresOptions): Promise<HubStorage> {
  const db = openPool(options);
  try {
    await migrate(db);
  } catch (error) {
    await db.close();
    throw error;
  }
  const signals = createSignals(db);
  signals.start();
  const events = createEventLog(db);
  return {
    registry: createRegistry(db),
    events,
    audit: createAudit(db, events),
    desired: createDesired(db),
    reads: createReads(db),
    returns: createReturns(db),
    keys: createMemberKeys(db),
    partners: createPartners(db),
    packs: createPacks(db),
    members: createMembers(db),
    segments: createSegmentRuns(db),
    takes: createTakes(db),
    content: createContent(db),
    artifacts: createArtifactRows(db),
    signals,
    turns: createTurns(db),
    jobs: createJobs(db),
    // A write, since a standby answers questions too.
    ping: async () => {
      await db.rows('UPDATE hub_schema SET name = name WHERE version = 1');
    },
    close: async () => {
      await signals.stop();
      await db.close();
    },
  };
}
