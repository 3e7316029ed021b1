import type { RowNote } from '@tillside/agent-contract';
import { IMPORT_LIMITS } from './limits.ts';

/** Notes on rows of which the first are named and all are counted. */
export class Notes {
  readonly named: RowNote[] = [];
  count = 0;

  add(row: number, code: string, message: string): void {
    this.count += 1;
    if (this.named.length < IMPORT_LIMITS.maxReported) this.named.push({ row, code, message });
  }
}
