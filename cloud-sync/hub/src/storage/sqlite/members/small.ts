import type { MemberSettingsStore, PhoneSecrets } from '../../member-port.ts';
import type { Sqlite } from '../open.ts';
import type { Transact } from '../transact.ts';
import type { DirectoryWrites } from './writes.ts';

export function createSecrets(db: Sqlite, transact: Transact, writes: DirectoryWrites): PhoneSecrets {
  const put = db.prepare(
    'INSERT INTO keys.member_secrets VALUES (?, ?, -1) ON CONFLICT (member_id) DO UPDATE SET secret = excluded.secret, used_step = -1',
  );
  const get = db.prepare<[string], string>('SELECT secret FROM keys.member_secrets WHERE member_id = ?').pluck();
  const use = db.prepare(
    'UPDATE keys.member_secrets SET used_step = @step WHERE member_id = @memberId AND used_step < @step',
  );
  return {
    put: (memberId, secret) =>
      transact(() => {
        if (writes.rootOf(memberId) === undefined) return false;
        put.run(memberId, secret);
        return true;
      }),
    get: async (memberId) => get.get(memberId) ?? null,
    use: (memberId, step) => transact(() => use.run({ memberId, step }).changes === 1),
  };
}

/** Versions that are kept, so that what was in force before can be looked up. */
const KEPT_VERSIONS = 100;

export function createMemberSettings(db: Sqlite, transact: Transact): MemberSettingsStore {
  const newest = db.prepare<[], { version: number; body: string; at: string; by: string }>(
    'SELECT version, body, at, by FROM member_settings ORDER BY version DESC LIMIT 1',
  );
  const kept = db.prepare<[], string>('SELECT body FROM member_settings ORDER BY version DESC').pluck();
  const insert = db.prepare('INSERT INTO member_settings VALUES (@version, @body, @at, @by)');
  const prune = db.prepare('DELETE FROM member_settings WHERE version <= ?');
  return {
    get: async () => {
      const held = newest.get();
      return held === undefined ? null : { ...held, body: JSON.parse(held.body) as unknown };
    },
    kept: async () => kept.all().map((body) => JSON.parse(body) as unknown),
    put: (body, was, by, at) =>
      transact(() => {
        if ((newest.get()?.version ?? 0) !== was) return null;
        insert.run({ version: was + 1, body: JSON.stringify(body), at, by });
        prune.run(was + 1 - KEPT_VERSIONS);
        return was + 1;
      }),
  };
}
