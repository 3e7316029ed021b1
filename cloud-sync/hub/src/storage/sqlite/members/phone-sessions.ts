import type { PhoneSessions } from '../../member-port.ts';
import type { Sqlite } from '../open.ts';
import type { Transact } from '../transact.ts';

export function createPhoneSessions(db: Sqlite, transact: Transact): PhoneSessions {
  const forget = db.prepare('DELETE FROM phone_sessions WHERE at < ?');
  const count = db.prepare<[string], number>('SELECT count(*) FROM phone_sessions WHERE key_id = ?').pluck();
  const insert = db.prepare('INSERT INTO phone_sessions VALUES (?, ?) ON CONFLICT DO NOTHING');
  return {
    take: (keyId, atMs, { oldestMs, most }) =>
      transact(() => {
        forget.run(oldestMs);
        return (count.get(keyId) ?? 0) < most && insert.run(keyId, atMs).changes === 1;
      }),
  };
}
