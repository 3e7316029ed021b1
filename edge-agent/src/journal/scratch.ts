import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Database } from 'better-sqlite3';

/** Tables that are open for work; `close` forgets them. */
export interface Scratch {
  close(): void;
}

/**
 * An empty database file beside the journal, whose tables are `scratch.<name>` in any read and write until it is closed. It is for work in bulk that does not count
 * yet (an import that is being read): it neither grows the journal nor waits for the disk, and what a crash leaves of it is thrown away. One at a time.
 */
export function attachScratch(db: Database, dataDir: string, schema: string): Scratch {
  const path = join(dataDir, 'scratch.db');
  rmSync(path, { force: true });
  db.prepare('ATTACH DATABASE ? AS scratch').run(path);
  const close = (): void => {
    if (!db.open) return;
    db.exec('DETACH DATABASE scratch');
    rmSync(path, { force: true });
  };
  try {
    // A failed write must still be rolled back, but nothing here needs to outlive a crash.
    db.pragma('scratch.journal_mode = MEMORY');
    db.pragma('scratch.synchronous = OFF');
    db.exec(schema);
  } catch (error) {
    close();
    throw error;
  }
  return { close };
}
