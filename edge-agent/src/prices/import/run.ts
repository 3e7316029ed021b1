import type { ImportMode, ImportReport } from '@tillside/agent-contract';
import { AgentError } from '../../errors.ts';
import type { Journal, Tx } from '../../journal/index.ts';
import { type Clock, instantOf } from '../../ports.ts';
import type { ItemOwner } from '../item.ts';
import { localTimes } from '../local-time.ts';
import { newestVersion } from '../price-version.ts';
import { applyStaged, findSilent, missingItems, movedCodes } from './apply.ts';
import type { Encoding } from './decode.ts';
import { IMPORT_LIMITS } from './limits.ts';
import type { RawRow } from './rows.ts';
import { beginRun, endRun } from './runs.ts';
import { ItemStage } from './stage.ts';
import { STAGE_SCHEMA } from './stage-tables.ts';

export interface RunOptions {
  readonly importId: string;
  readonly mode: ImportMode;
  readonly owner: ItemOwner;
  readonly force: boolean;
  readonly effectiveFrom: string | undefined;
  readonly effectiveTo: string | undefined;
  /** The store's zone, IANA. */
  readonly zone: string;
}

/**
 * One import from its first row to its report. Rows are staged batch by batch beside the journal, and applied together in one transaction at the end: until then nobody
 * sees anything of them, and what ends early leaves nothing behind but its record.
 */
export class ItemImportRun {
  #journal: Journal;
  #clock: Clock;
  #options: RunOptions;
  #stage: ItemStage;
  #timeOf: (text: string) => number | undefined;
  #scratch: { close(): void } | undefined;

  constructor(journal: Journal, clock: Clock, options: RunOptions) {
    this.#journal = journal;
    this.#clock = clock;
    this.#options = options;
    this.#timeOf = localTimes(options.zone);
    this.#stage = new ItemStage({ ...options, nowMs: clock.now(), timeOf: this.#timeOf });
  }

  begin(): void {
    const { importId, mode } = this.#options;
    this.#scratch = this.#journal.openScratch(STAGE_SCHEMA);
    this.#journal.write((tx) => beginRun(tx, { importId, mode, at: instantOf(this.#clock.now()) }));
  }

  take(batch: readonly RawRow[]): void {
    this.#journal.write((tx) => this.#stage.take(tx, batch));
  }

  /** All rows are staged. Apart from `finish`, so that the store has its turn between them. */
  end(): void {
    this.#journal.write((tx) => findSilent(tx, this.#options));
  }

  /** `also` is part of the same transaction. Throws IMPORT_TOO_SMALL, IMPORT_TOO_BAD. */
  finish(
    read: { encoding: Encoding; sha256: string | undefined },
    also: (tx: Tx, report: ImportReport) => void = () => {},
  ): ImportReport {
    const { mode, owner, force, importId, effectiveFrom } = this.#options;
    const stage = this.#stage;
    if (read.encoding === 'gb18030')
      stage.warnings.add(1, 'ENCODING_GB18030', 'the file is not UTF-8 and was read as GB18030');
    const fileMs = effectiveFrom === undefined ? undefined : this.#timeOf(effectiveFrom);
    const at = instantOf(this.#clock.now());
    return this.#journal.write((tx) => {
      if (mode === 'full' && !force) this.#checkFull(missingItems(tx, owner));
      for (const { row, code, sku, old } of movedCodes(tx, IMPORT_LIMITS.maxReported))
        stage.warnings.add(row, 'CODE_MOVED', `${code} was ${old}'s and is ${sku}'s now`);
      const later = fileMs !== undefined && fileMs > this.#clock.now() ? fileMs : undefined;
      const { priceVersion, discontinued } = applyStaged(tx, {
        importId,
        owner,
        full: mode === 'full',
        discontinueAtMs: later,
        at,
      });
      const report = this.#report(priceVersion ?? newestVersion(tx), read.encoding, discontinued);
      endRun(tx, importId, { at, state: 'applied', sha256: read.sha256, report });
      if (priceVersion !== undefined || stage.staged + stage.rejected.count > 0)
        tx.append('tillside.items.imported.v1', {
          priceVersion: report.priceVersion,
          accepted: report.accepted,
          rejected: report.rejectedCount,
          at,
        });
      also(tx, report);
      return report;
    });
  }

  /** Keeps what is known of an import that was not taken: why, and its bad rows. */
  refuse(error: AgentError, read: { encoding: Encoding; sha256: string | undefined }): void {
    const state = error.code === 'IMPORT_INTERRUPTED' ? 'interrupted' : 'refused';
    this.#journal.write((tx) =>
      endRun(tx, this.#options.importId, {
        at: instantOf(this.#clock.now()),
        state,
        sha256: read.sha256,
        refusal: error,
        report: this.#report(newestVersion(tx), read.encoding, 0),
      }),
    );
  }

  close(): void {
    this.#scratch?.close();
    this.#scratch = undefined;
  }

  #checkFull({ missing, of }: { missing: number; of: number }): void {
    const { rejected, rows } = this.#stage;
    const refused = (code: 'IMPORT_TOO_BAD' | 'IMPORT_TOO_SMALL', part: number, whole: number): AgentError =>
      new AgentError(code, { detail: `(${part} / ${whole}, ${this.#options.importId})` });
    if (rejected.count * 10_000 > rows * IMPORT_LIMITS.maxRejectedBp)
      throw refused('IMPORT_TOO_BAD', rejected.count, rows);
    // What HQ takes off sale was asked of the person who pushed it.
    if (this.#options.owner === 'store' && missing * 10_000 > of * IMPORT_LIMITS.maxDiscontinuedBp)
      throw refused('IMPORT_TOO_SMALL', missing, of);
  }

  #report(priceVersion: number, encoding: Encoding, missing: number): ImportReport {
    const { rejected, warnings, rows, accepted, items, created, changed, staged, discontinued } = this.#stage;
    return {
      priceVersion,
      accepted,
      rejected: rejected.named,
      rejectedCount: rejected.count,
      items: {
        importId: this.#options.importId,
        mode: this.#options.mode,
        encoding,
        rows,
        created,
        changed,
        unchanged: items - created - changed,
        discontinued: discontinued + missing,
        staged,
        warnings: warnings.named,
        warningCount: warnings.count,
      },
    };
  }
}
