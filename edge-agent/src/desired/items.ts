import type { ImportReport } from '@tillside/agent-contract';
import type { ApplyOutcome } from '@tillside/link';
import { AgentError } from '../errors.ts';
import { type Clock, instantOf } from '../ports.ts';
import type { ItemImports } from '../prices/import/item-imports.ts';
import { type Artifact, type Refusal, recordApplied } from './record.ts';

/** The file itself is wrong for this store; all else passes, and is tried again. */
const REFUSING: ReadonlySet<string> = new Set([
  'IMPORT_TOO_BAD',
  'IMPORT_REFUSED',
  'IMPORT_ENCODING',
  'IMPORT_TOO_LARGE',
]);

/**
 * HQ's catalogue goes the way of every item file: staged beside the journal between sales, then in force with its record in one transaction. A crash before that leaves nothing,
 * and it is handed over again; the same catalogue again changes nothing.
 */
export async function applyItems(imports: ItemImports, clock: Clock, artifact: Artifact): Promise<ApplyOutcome> {
  try {
    await imports.catalogue(artifact.file, artifact.sha256, (tx, report) => {
      const left = leftOut(report);
      recordApplied(tx, 'items', artifact, {
        content: artifact.file,
        at: instantOf(clock.now()),
        ...(left === undefined ? {} : { left }),
      });
    });
    return { outcome: 'applied' };
  } catch (error) {
    if (!(error instanceof AgentError) || !REFUSING.has(error.code)) throw error;
    return { outcome: 'refused', code: error.code, message: error.words('en').message };
  }
}

/** Rows that this store could not take; they lie in its quarantine. */
function leftOut({ rejected: [first], rejectedCount }: ImportReport): Refusal | undefined {
  if (first === undefined) return undefined;
  return { code: first.code, message: `${rejectedCount} rows left out; row ${first.row}: ${first.message}` };
}
