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
/** A log that begins anew keeps no more of its file than this: on a small disk the rest is room that the database needs. */
const KEPT_LOG_BYTES = 16 * 1024 ** 2;
/** A disk that had no room for the copy is tried again by a write so often. */
const RETRY_COPY_MS = 1_000;

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
  /** When the log was last tried to be copied, since the disk had no room for that. */
  #noRoomSince: number | undefined;

  private constructor(db: Database, log: DurableLog<AgentError>) {
    this.#db = db;
    this.#log = log;
    this.#checkpoints = new Checkpoints(db.name, (error) => {
      if (error.code === 'SQLITE_FULL') this.#noRoomSince ??= Number.NEGATIVE_INFINITY;
      else this.#log.fail(error);
    });
  }

  /** For a connection that was just opened: commits don't sync (DurableLog does) and don't copy the log (durable-thread.ts does). */
  static setUp(db: Database): void {
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = NORMAL');
    db.pragma('wal_autocheckpoint = 0');
    db.pragma(`journal_size_limit = ${KEPT_LOG_BYTES}`);
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

  /**
   * To be called before each write. Throws STORAGE_FULL while the disk has no room to copy a log that is due: what is written then would take the room that comes free, and the log
   * would hold the whole disk for good.
   */
  admit(): void {
    if (this.#noRoomSince === undefined) return;
    if (this.#count().log < CHECKPOINT_FRAMES) {
      // Begun anew since, or not due yet.
      this.#noRoomSince = undefined;
      return;
    }
    const now = performance.now();
    if (now - this.#noRoomSince >= RETRY_COPY_MS) {
      this.#noRoomSince = now;
      if (this.#copy()) return;
    }
    throw new AgentError('STORAGE_FULL');
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
    const { log, checkpointed } = this.#count();
    if (checkpointed >= log || log < CHECKPOINT_FRAMES) return;
    if (log < MAX_LOG_FRAMES) {
      this.#checkpoints.ask();
      return;
    }
    this.#copy();
  }

  #count(): LogCount {
    const [{ log = 0, checkpointed = 0 } = {}] = this.#db.pragma('wal_checkpoint(NOOP)') as LogCount[];
    return { log, checkpointed };
  }

  /** Copies the log here and now. True: all of it is in the database, and nothing lacks room. What is committed stays so whatever happens here. */
  #copy(): boolean {
    try {
      const [{ log = 0, checkpointed = 0 } = {}] = this.#db.pragma('wal_checkpoint(PASSIVE)') as LogCount[];
      if (checkpointed < log) return false;
      this.#noRoomSince = undefined;
      return true;
    } catch (error) {
      if ((error as { code?: string }).code === 'SQLITE_FULL') this.#noRoomSince ??= performance.now();
      else this.refused(error);
      return false;
    }
  }
}
