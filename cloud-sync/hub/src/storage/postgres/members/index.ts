import type { MemberSettingsStore, MemberStore, PhoneSecrets } from '../../member-port.ts';
import { type Database, rowsOf } from '../pool.ts';
import { createDirectoryChanges } from './changes.ts';
import { createDuplicates } from './duplicates.ts';
import { createErasures } from './erase.ts';
import { createAccessLog, createFeed } from './feed.ts';
import { createHouseholds } from './households.ts';
import { createLedger } from './ledger.ts';
import { createPhoneSessions } from './phone-sessions.ts';
import { createGuestSales, createPurchaseSums } from './purchases.ts';
import { createDirectoryReads } from './reads.ts';
import { createTastes } from './tastes.ts';

function createSecrets(db: Database): PhoneSecrets {
  return {
    put: async (memberId, secret) =>
      (
        await db.rows(
          `INSERT INTO member_secrets SELECT $1, $2, -1 WHERE EXISTS (SELECT 1 FROM members WHERE member_id = $1)
           ON CONFLICT (member_id) DO UPDATE SET secret = excluded.secret, used_step = -1 RETURNING 1`,
          [memberId, secret],
        )
      ).length === 1,
    get: async (memberId) =>
      (await db.rows<{ secret: string }>('SELECT secret FROM member_secrets WHERE member_id = $1', [memberId]))[0]
        ?.secret ?? null,
    use: async (memberId, step) =>
      (
        await db.rows('UPDATE member_secrets SET used_step = $2 WHERE member_id = $1 AND used_step < $2 RETURNING 1', [
          memberId,
          step,
        ])
      ).length === 1,
  };
}

/** Versions that are kept, so that what was in force before can be looked up. */
const KEPT_VERSIONS = 100;
const NEWEST = 'SELECT version, body, at, by FROM member_settings ORDER BY version DESC LIMIT 1';
type SettingsRow = { version: number; body: string; at: string; by: string };

function createMemberSettings(db: Database): MemberSettingsStore {
  return {
    get: async () => {
      const [held] = await db.rows<SettingsRow>(NEWEST);
      return held === undefined ? null : { ...held, body: JSON.parse(held.body) as unknown };
    },
    kept: async () => {
      const rows = await db.rows<Pick<SettingsRow, 'body'>>('SELECT body FROM member_settings ORDER BY version DESC');
      return rows.map(({ body }) => JSON.parse(body) as unknown);
    },
    put: (body, was, by, at) =>
      db.transact(async (session) => {
        const [held] = await rowsOf<SettingsRow>(session, NEWEST);
        if ((held?.version ?? 0) !== was) return null;
        const put = await session.query('INSERT INTO member_settings VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING', [
          was + 1,
          JSON.stringify(body),
          at,
          by,
        ]);
        if (put.rowCount === 0) return null;
        await session.query('DELETE FROM member_settings WHERE version <= $1', [was + 1 - KEPT_VERSIONS]);
        return was + 1;
      }),
  };
}

export function createMembers(db: Database): MemberStore {
  return {
    directory: { ...createDirectoryReads(db), ...createDirectoryChanges(db), ...createErasures(db) },
    ledger: createLedger(db),
    feed: createFeed(db),
    accesses: createAccessLog(db),
    purchases: createPurchaseSums(db),
    guests: createGuestSales(db),
    secrets: createSecrets(db),
    sessions: createPhoneSessions(db),
    settings: createMemberSettings(db),
    duplicates: createDuplicates(db),
    households: createHouseholds(db),
    tastes: createTastes(db),
  };
}
