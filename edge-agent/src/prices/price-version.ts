import type { Reader, Tx } from '../journal/index.ts';

/** The newest version of the item master's prices; 0 before the first. */
export const newestVersion = (reader: Reader): number =>
  reader.get<{ v: number | null }>('SELECT max(version) AS v FROM price_version')?.v ?? 0;

/** A new version, by an import or because a staged price's time has come. */
export function startVersion(tx: Tx, cause: 'import' | 'time', at: string, importId: string | null): number {
  const version = newestVersion(tx) + 1;
  tx.run('INSERT INTO price_version (version, at, cause, import_id) VALUES (?, ?, ?, ?)', version, at, cause, importId);
  return version;
}
