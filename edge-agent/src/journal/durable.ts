import { DurableLog } from '@tillside/protocol';
import type { Database } from 'better-sqlite3';
import { AgentError } from '../errors.ts';
import { Checkpoints } from './durable-checkpoint.ts';

/** The log's frames (4 KiB each) are counted after so many commits. */
const COUNT_EVERY_COMMITS = 32;
/** A log of this many frames (16 MiB) is copied into the database, so that it can begin anew. */
const CHECKPOINT_FRAMES = 4_096;
/** A log that grew to this (64 MiB) although its thread copies is copied here and now, while nobody can write: it must not fill the disk. */
const MAX_LOG_FRAMES = 16_384;
const MAX_LOG_BYTES = 64 * 1024 ** 2;

/** Frames of SQLite's log, and how many of them are in the database. */
interface LogCount {
  readonly log: number;
  readonly checkpointed: number;
}

/** A sync within SQLite failed: what the system could not write it may have forgotten. */
const isSyncFailure = (error: unknown): boolean =>
  /^SQLITE_IOERR_(DIR_)?FSYNC$/.test((error as { code?: string }).code ?? '');

const storageFailed = (cause: unknown): AgentError =>
  new AgentError('STORAGE_FAILED', { detail: `(${(cause as { code?: string }).code ?? 'unknown'})`, cause });

/** When what the journal commits is on the disk, and how long its log gets. */
export class Durability {
  readonly #db: Database;
  readonly #log: DurableLog<AgentError>;
  readonly #checkpoints: Checkpoints;
  #sinceCount = 0;

  private constructor(db: Database, log: DurableLog<AgentError>) {
    this.#db = db;
    this.#log = log;
    this.#checkpoints = new Checkpoints(db.name, (error) => this.#log.fail(error));
  }

  /** For a connection that was just opened: commits don't sync (DurableLog does) and don't copy the log (durable-thread.ts does). */
  static setUp(db: Database): void {
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = NORMAL');
    db.pragma('wal_autocheckpoint = 0');
    db.pragma(`journal_size_limit = ${MAX_LOG_BYTES}`);
    // OFF would not even sync the log before it is copied.
    if (db.pragma('journal_mode', { simple: true }) !== 'wal' || db.pragma('synchronous', { simple: true }) !== 1)
      throw new Error('the journal needs WAL with synchronous=NORMAL');
  }

  /** All that the database holds by now is durable when this returns. Throws what the system says. */
  static open(db: Database): Durability {
    return new Durability(db, DurableLog.open(`${db.name}-wal`, storageFailed));
  }

  /** Resolves when no power cut can take back what was committed before this call. Rejects with STORAGE_FAILED. */
  durable(): Promise<void> {
    return this.#log.durable();
  }

  get isPending(): boolean {
    return this.#log.isPending;
  }

  /** STORAGE_FAILED once a sync failed: nothing may be written any more. */
  get failure(): AgentError | undefined {
    return this.#log.failure;
  }

  /** To be called after each commit. What is not awaited becomes durable with the next that is. */
  committed(isAwaited: boolean): void {
    if (isAwaited) this.#log.committed();
    this.#sinceCount += 1;
    if (this.#sinceCount >= COUNT_EVERY_COMMITS) this.#shorten();
  }

  /** To be called with what SQLite threw; STORAGE_FAILED where that was a sync. */
  refused(error: unknown): AgentError | undefined {
    if (isSyncFailure(error)) return this.#log.fail(error);
    // A full disk may have room enough to copy the log, which then begins anew.
    if ((error as { code?: string }).code === 'SQLITE_FULL') this.#checkpoints.ask();
    return undefined;
  }

  /** Closes the database too; all that was committed is then in it and durable. */
  close(): void {
    this.#checkpoints.close();
    if (this.#db.open) this.#db.close();
    this.#log.close();
  }

  #shorten(): void {
    this.#sinceCount = 0;
    const [{ log = 0, checkpointed = 0 } = {}] = this.#db.pragma('wal_checkpoint(NOOP)') as LogCount[];
    if (checkpointed >= log || log < CHECKPOINT_FRAMES) return;
    if (log < MAX_LOG_FRAMES) {
      this.#checkpoints.ask();
      return;
    }
    try {
      this.#db.pragma('wal_checkpoint(PASSIVE)');
    } catch (error) {
      // The transaction is committed whatever happens here; a disk too full for the copy is met by the next write.
      this.refused(error);
    }
  }
}
