import type { Reader, Tx } from '../journal/index.ts';

const STALE = 'members-stale';

/**
 * HQ is there again and has not told yet what changed of members: nothing personal is answered until it has, since a consent may be past. In the journal, so that whoever reads a
 * member reads this with it.
 */
export function keepFreshness(tx: Tx, mayPersonalise: boolean): void {
  if (mayPersonalise) tx.run('DELETE FROM meta WHERE key = ?', STALE);
  else tx.run('INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT DO NOTHING', STALE, '1');
}

export const isFreshHere = (reader: Reader): boolean =>
  reader.get('SELECT 1 AS yes FROM meta WHERE key = ?', STALE) === undefined;
