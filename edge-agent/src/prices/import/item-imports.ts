import { createHash, type Hash } from 'node:crypto';
import { createReadStream, createWriteStream, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setImmediate } from 'node:timers/promises';
import type { ImportMode, ImportReport, ImportRun, Locale, Quarantine } from '@tillside/agent-contract';
import { freeBytes } from '../../conditions.ts';
import { AgentError } from '../../errors.ts';
import type { Journal, Tx } from '../../journal/index.ts';
import { storageError } from '../../journal/journal.ts';
import { type Clock, instantOf, type Random } from '../../ports.ts';
import type { ItemOwner } from '../item.ts';
import { decodeText, type Encoding } from './decode.ts';
import { IMPORT_LIMITS } from './limits.ts';
import { csvRows, jsonRow, jsonRows } from './rows.ts';
import { ItemImportRun } from './run.ts';
import { interruptRuns, listRuns, quarantineOf, runOf } from './runs.ts';

interface ItemImportsDeps {
  journal: Journal;
  clock: Clock;
  random: Random;
  /** Files are kept below it while they are read. */
  dataDir: string;
  /** The store's zone, IANA. */
  zone: string;
  /** Items or staged prices are others than before: called once that is committed. */
  changed(): void;
}

export interface FileOptions {
  readonly format: 'csv' | 'json-lines';
  readonly mode: ImportMode;
  readonly force: boolean;
  readonly effectiveFrom: string | undefined;
  readonly effectiveTo: string | undefined;
}

/** Imports of the item master, one at a time: files of any length that are worked off between sales, and small batches at once. */
export class ItemImports {
  #deps: ItemImportsDeps;
  #folder: string;
  #busy = false;
  #stopping = false;
  #running: Promise<unknown> = Promise.resolve();

  constructor(deps: ItemImportsDeps) {
    this.#deps = deps;
    this.#folder = join(deps.dataDir, 'imports');
  }

  /** Forgets what an earlier process left half read. */
  start(): void {
    const { journal, clock } = this.#deps;
    rmSync(this.#folder, { recursive: true, force: true });
    journal.write((tx) => interruptRuns(tx, instantOf(clock.now())));
  }

  /** Ends a running import without a trace in the master. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#running.catch(() => {});
  }

  /**
   * Takes a file's bytes to disk as fast as they come, then reads it in slices between which the store works. Throws IMPORT_BUSY, IMPORT_REFUSED,
   * IMPORT_ENCODING, IMPORT_TOO_LARGE, DISK_LOW, IMPORT_TOO_SMALL, IMPORT_TOO_BAD, IMPORT_INTERRUPTED: then nothing of it was taken.
   */
  async file(body: AsyncIterable<Uint8Array>, options: FileOptions): Promise<ImportReport> {
    const release = this.#take();
    const importId = this.#deps.random.uuid();
    const path = join(this.#folder, `${importId}.part`);
    const work = this.#spool(body, path)
      .then((sha256) => this.#read(importId, path, sha256, { ...options, owner: 'store' }))
      .finally(() => {
        rmSync(path, { force: true });
        release();
      });
    this.#running = work;
    return work;
  }

  /**
   * HQ's whole catalogue, from a verified file that stays where it is; waits for an import of the store's own. `applied` is part of the transaction that puts it in
   * force. Throws as `file` does.
   */
  async catalogue(
    path: string,
    sha256: string,
    applied: (tx: Tx, report: ImportReport) => void,
  ): Promise<ImportReport> {
    while (this.#busy) await this.#running.catch(() => {});
    const release = this.#take();
    const options = { ...CATALOGUE, applied };
    const work = this.#read(this.#deps.random.uuid(), path, sha256, options).finally(release);
    this.#running = work;
    return work;
  }

  /** A few rows at once, each with what changes. Throws IMPORT_BUSY. */
  put(rows: readonly unknown[], times: Pick<FileOptions, 'effectiveFrom' | 'effectiveTo'>): ImportReport {
    const release = this.#take();
    const run = this.#run(this.#deps.random.uuid(), { ...times, mode: 'delta', owner: 'store', force: false });
    try {
      run.begin();
      run.take(rows.map((row, index) => jsonRow(index + 1, row, JSON.stringify(row))));
      run.end();
      return run.finish(READ_AT_ONCE);
    } catch (error) {
      throw refused(run, error, READ_AT_ONCE);
    } finally {
      run.close();
      release();
      this.#deps.changed();
    }
  }

  list(locale: Locale): ImportRun[] {
    return listRuns(this.#deps.journal, locale);
  }

  get(importId: string, locale: Locale): ImportRun {
    return runOf(this.#deps.journal, importId, locale);
  }

  quarantine(importId: string): Quarantine {
    return quarantineOf(this.#deps.journal, importId);
  }

  #take(): () => void {
    if (this.#busy) throw new AgentError('IMPORT_BUSY');
    this.#busy = true;
    return () => {
      this.#busy = false;
    };
  }

  #run(importId: string, options: Omit<ReadOptions, 'format'>): ItemImportRun {
    const { journal, clock, zone } = this.#deps;
    return new ItemImportRun(journal, clock, { ...options, importId, zone });
  }

  async #spool(body: AsyncIterable<Uint8Array>, path: string): Promise<string> {
    const hash = createHash('sha256');
    try {
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
      await pipeline(body, meter(hash, this.#folder), createWriteStream(path, { mode: 0o600 }));
    } catch (error) {
      const known = storageError(error);
      throw known instanceof AgentError ? known : new AgentError('IMPORT_INTERRUPTED', { cause: error });
    }
    return hash.digest('hex');
  }

  async #read(importId: string, path: string, sha256: string, options: ReadOptions): Promise<ImportReport> {
    let encoding: Encoding = 'utf-8';
    const run = this.#run(importId, options);
    try {
      run.begin();
      // Not before: a file that nobody reads to its end would be opened for nobody to hear that it is gone.
      const text = decodeText(createReadStream(path), (found) => {
        encoding = found;
      });
      const rows = options.format === 'csv' ? csvRows(text, options.mode === 'full' ? 'all' : 'sku') : jsonRows(text);
      let looked = 0;
      for await (const batch of rows) {
        if (this.#stopping) throw new AgentError('IMPORT_INTERRUPTED');
        run.take(batch);
        looked += batch.length;
        if (looked >= IMPORT_LIMITS.rowsPerLook) {
          looked = 0;
          checkRoom(this.#folder);
        }
        await setImmediate();
      }
      run.end();
      await setImmediate();
      return run.finish({ encoding, sha256 }, options.applied);
    } catch (error) {
      throw refused(run, error, { encoding, sha256 });
    } finally {
      run.close();
      if (!this.#stopping) this.#deps.changed();
    }
  }
}

interface ReadOptions extends FileOptions {
  readonly owner: ItemOwner;
  readonly applied?: (tx: Tx, report: ImportReport) => void;
}

const CATALOGUE = {
  format: 'json-lines',
  mode: 'full',
  owner: 'hq',
  force: false,
  effectiveFrom: undefined,
  effectiveTo: undefined,
} as const satisfies ReadOptions;

const READ_AT_ONCE = { encoding: 'utf-8', sha256: undefined } as const;

/** Notes why an import was not taken. Where even that can't be stored, the next start notes that it was interrupted. */
function refused(
  run: ItemImportRun,
  error: unknown,
  read: { encoding: Encoding; sha256: string | undefined },
): unknown {
  try {
    run.refuse(error instanceof AgentError ? error : new AgentError('IMPORT_INTERRUPTED'), read);
  } catch {}
  return error;
}

/** A file must not take the room that sales need. Throws DISK_LOW. */
function checkRoom(folder: string): void {
  const free = freeBytes(folder);
  if (free !== undefined && free < IMPORT_LIMITS.keptFreeBytes)
    throw new AgentError('DISK_LOW', { detail: `(${Math.floor(free / 1024 ** 2)} MiB)` });
}

/** Counts and hashes what passes. */
function meter(hash: Hash, folder: string): Transform {
  let bytes = 0;
  let looked = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      hash.update(chunk);
      try {
        if (bytes - looked >= IMPORT_LIMITS.bytesPerLook) {
          looked = bytes;
          checkRoom(folder);
        }
      } catch (error) {
        done(error as AgentError);
        return;
      }
      if (bytes > IMPORT_LIMITS.maxBytes)
        done(new AgentError('IMPORT_TOO_LARGE', { detail: `(> ${IMPORT_LIMITS.maxBytes} bytes)` }));
      else done(null, chunk);
    },
  });
}
