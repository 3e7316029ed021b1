import type { PhoneSessions } from '../../member-port.ts';
import type { Database } from '../pool.ts';

/** Of two hubs that take one instant at once the primary key lets one through. Two that count at once may let one more than `most` in. */
export function createPhoneSessions(db: Database): PhoneSessions {
  return {
    take: async (keyId, atMs, { oldestMs, most }) => {
      await db.rows('DELETE FROM phone_sessions WHERE at < $1', [oldestMs]);
      const taken = await db.rows(
        `INSERT INTO phone_sessions SELECT $1, $2 WHERE (SELECT count(*) FROM phone_sessions WHERE key_id = $1) < $3
         ON CONFLICT DO NOTHING RETURNING 1`,
        [keyId, atMs, most],
      );
      return taken.length === 1;
    },
  };
}
