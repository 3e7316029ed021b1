import type { ImportReport } from '@tillside/agent-contract';
import type { Journal } from '../journal/index.ts';
import { type Clock, systemRandom } from '../ports.ts';
import { csvRowsOf } from './import/rows.ts';
import { ItemImportRun } from './import/run.ts';

const ZONE = 'Asia/Shanghai';

/** Imports a small delta file that is in memory, at once: what files and batches go through as well, without the waiting. Throws IMPORT_REFUSED. */
export function importItems(journal: Journal, clock: Clock, csv: string): ImportReport {
  const rows = csvRowsOf(csv, 'sku');
  const run = new ItemImportRun(journal, clock, {
    importId: systemRandom.uuid(),
    mode: 'delta',
    owner: 'store',
    force: false,
    effectiveFrom: undefined,
    effectiveTo: undefined,
    zone: ZONE,
  });
  run.begin();
  try {
    run.take(rows);
    run.end();
    return run.finish({ encoding: 'utf-8', sha256: undefined });
  } finally {
    run.close();
  }
}
