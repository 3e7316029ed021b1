import { ExportError } from './errors.ts';
import type { Manifest } from './manifest.ts';
import { type StagedFile, tableSchemas } from './stage.ts';

/** The next manifest: files added and removed, one version on. */
export function withFiles(
  manifest: Manifest,
  staged: readonly StagedFile[],
  removed: readonly string[],
  writtenAt: string,
): Manifest {
  const gone = new Set(removed);
  const files = [...manifest.files.filter(({ path }) => !gone.has(path)), ...staged.map(({ entry }) => entry)];
  const add = staged.map(({ from, entry }) => ({ from, to: entry.path }));
  return { ...manifest, version: manifest.version + 1, writtenAt, files, swap: { add, remove: [...removed] } };
}

/**
 * New tables, and new columns at the top of a table, can join files that are there: what is missing is null, as it is in an old event. Anything else would make two
 * truths.
 *
 * @throws ExportError EXPORT_SCHEMA_CHANGED
 */
export function withSchemas(manifest: Manifest, ours: Manifest['tables'] = tableSchemas()): Manifest {
  for (const [table, columns] of Object.entries(manifest.tables)) {
    const now = ours[table];
    if (now === undefined) throw new ExportError('EXPORT_SCHEMA_CHANGED', table);
    for (const [column, type] of Object.entries(columns)) {
      if (now[column] !== type) throw new ExportError('EXPORT_SCHEMA_CHANGED', `${table}.${column}`);
    }
  }
  return { ...manifest, tables: ours };
}
