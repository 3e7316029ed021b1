import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Envelope,
  EVENT_TYPES,
  type EventBody,
  type EventType,
  envelopeHash,
  genesisHash,
  type Stream,
} from '@tillside/protocol';
import Sqlite, { type Database, type Statement } from 'better-sqlite3';
import { AgentError } from '../errors.ts';
import { type Clock, instantOf, type Random } from '../ports.ts';
import { lockDataDir } from './lock.ts';
import { migrate } from './migrate.ts';
import { limitSize, openEpoch } from './owner.ts';
import { attachScratch, type Scratch } from './scratch.ts';

export type Row = Record<string, string | number | null>;
type Value = string | number | null;

/** Reading only: what pages, decisions and reports are given. */
export interface Reader {
  get<T = Row>(sql: string, ...values: Value[]): T | undefined;
  all<T = Row>(sql: string, ...values: Value[]): T[];
}

/** Inside one transaction: rows, events and their outbox rows become durable together or not at all. */
export interface Tx extends Reader {
  run(sql: string, ...values: Value[]): number;
  append<T extends EventType>(type: T, body: EventBody<T>): void;
}

interface Head {
  seq: number;
  hash: string;
}

/** What a running transaction will leave in memory once it is committed. */
interface Draft {
  readonly epoch: string;
  readonly heads: Map<Stream, Head>;
}

const BUSY_TIMEOUT_MS = 2_000;

/** Maps SQLite's own failures to codes that a cashier's screen can explain; anything else passes through. */
export function storageError(error: unknown): unknown {
  const code = (error as { code?: string }).code ?? '';
  if (code.startsWith('SQLITE_FULL') || code === 'ENOSPC') return new AgentError('STORAGE_FULL', { cause: error });
  if (/^SQLITE_(READONLY|CANTOPEN|IOERR|PERM)/.test(code) || code === 'EROFS' || code === 'EACCES')
    return new AgentError('STORAGE_READ_ONLY', { cause: error });
  return error;
}

export interface JournalOptions {
  dataDir: string;
  store: string;
  clock: Clock;
  random: Random;
  /** The journal never grows beyond this; a write that would answers STORAGE_FULL. Absent: the disk alone limits it. */
  maxBytes?: number | undefined;
}

/**
 * The store's record: SQLite in WAL mode with `synchronous=FULL` (set and asserted, since NORMAL may lose committed sales at power loss).
 * The only owner of the database; a reply is sent only after `write` returned.
 */
export class Journal implements Reader {
  readonly store: string;
  #db: Database;
  #dataDir: string;
  #lock: { release(): void };
  #clock: Clock;
  #random: Random;
  #epoch: string;
  #heads = new Map<Stream, Head>();
  #statements = new Map<string, Statement>();
  #listeners = new Set<(streams: ReadonlySet<Stream>) => void>();
  #failure: AgentError | undefined;

  private constructor(options: {
    db: Database;
    dataDir: string;
    lock: { release(): void };
    store: string;
    epoch: string;
    clock: Clock;
    random: Random;
  }) {
    this.#db = options.db;
    this.#dataDir = options.dataDir;
    this.#lock = options.lock;
    this.store = options.store;
    this.#epoch = options.epoch;
    this.#clock = options.clock;
    this.#random = options.random;
  }

  /** Throws DATABASE_IN_USE, DATABASE_NEWER, STORAGE_FULL, STORAGE_READ_ONLY, CONFIG_REFUSED. */
  static open(options: JournalOptions): Journal {
    const { dataDir, store, clock, random, maxBytes } = options;
    let lock: { release(): void } | undefined;
    let db: Database | undefined;
    try {
      mkdirSync(dataDir, { recursive: true, mode: 0o700 });
      lock = lockDataDir(join(dataDir, 'agent.lock'));
      db = new Sqlite(join(dataDir, 'journal.db'), { timeout: BUSY_TIMEOUT_MS });
      db.pragma('journal_mode = WAL');
      db.pragma('synchronous = FULL');
      db.pragma('foreign_keys = ON');
      if (db.pragma('journal_mode', { simple: true }) !== 'wal' || db.pragma('synchronous', { simple: true }) !== 2) {
        throw new Error('the journal needs WAL with synchronous=FULL');
      }
      migrate(db);
      if (maxBytes !== undefined) limitSize(db, maxBytes);
      const epoch = openEpoch(db, store, random);
      return new Journal({ db, dataDir, lock, store, epoch, clock, random });
    } catch (error) {
      db?.close();
      lock?.release();
      throw storageError(error);
    }
  }

  get epoch(): string {
    return this.#epoch;
  }

  get<T = Row>(sql: string, ...values: Value[]): T | undefined {
    return this.#prepare(sql).get(...values) as T | undefined;
  }

  all<T = Row>(sql: string, ...values: Value[]): T[] {
    return this.#prepare(sql).all(...values) as T[];
  }

  /**
   * Runs `work` in one immediate transaction and returns when it is durable. Throws STORAGE_FULL or STORAGE_READ_ONLY with nothing stored. `work` must not
   * be asynchronous and must not call `write`.
   */
  write<T>(work: (tx: Tx) => T): T {
    return this.#transact({ epoch: this.#epoch, heads: new Map() }, work);
  }

  /**
   * Like `write`, without waiting for the disk: what is written outlives a `kill -9` at once and a power cut from the next `write` on. For rows that may fall
   * back to an earlier state, never for events.
   */
  writeUnsynced<T>(work: (tx: Omit<Tx, 'append'>) => T): T {
    this.#db.pragma('synchronous = NORMAL');
    try {
      return this.write(work);
    } finally {
      this.#db.pragma('synchronous = FULL');
    }
  }

  /** Tables for work that does not count yet, in a file of their own; see attachScratch. Throws STORAGE_FULL, STORAGE_READ_ONLY. */
  openScratch(schema: string): Scratch {
    try {
      return attachScratch(this.#db, this.#dataDir, schema);
    } catch (error) {
      throw storageError(error);
    }
  }

  #transact<T>(draft: Draft, work: (tx: Tx) => T): T {
    if (this.#db.inTransaction) throw new Error('a write inside a write would commit half of the outer one');
    const tx: Tx = {
      get: (sql, ...values) => this.get(sql, ...values),
      all: (sql, ...values) => this.all(sql, ...values),
      run: (sql, ...values) => this.#prepare(sql).run(...values).changes,
      append: (type, body) => this.#append(draft, type, body),
    };
    let result: T;
    try {
      this.#db.exec('BEGIN IMMEDIATE');
      result = work(tx);
      this.#db.exec('COMMIT');
    } catch (error) {
      if (this.#db.inTransaction) this.#db.exec('ROLLBACK');
      throw this.#noted(storageError(error));
    }
    this.#failure = undefined;
    this.#committed(draft);
    return result;
  }

  /** Memory follows the disk, never the other way round. */
  #committed({ epoch, heads }: Draft): void {
    if (epoch !== this.#epoch) {
      this.#heads.clear();
      this.#epoch = epoch;
    }
    for (const [stream, head] of heads) this.#heads.set(stream, head);
    if (heads.size > 0) for (const listener of this.#listeners) listener(new Set(heads.keys()));
  }

  #noted(error: unknown): unknown {
    if (error instanceof AgentError && error.code.startsWith('STORAGE_')) this.#failure = error;
    return error;
  }

  /** Why the last write was not stored; undefined when it was. */
  get failure(): AgentError | undefined {
    return this.#failure;
  }

  /** Called after a commit with the streams that grew. */
  onAppend(listener: (streams: ReadonlySet<Stream>) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The hub holds other events under our numbers: this disk was restored. Events that still wait are kept and renumbered in a new epoch. */
  openNewEpoch(): string {
    const epoch = this.#random.uuid();
    this.#transact({ epoch, heads: new Map() }, (tx) => {
      tx.run(`UPDATE meta SET value = ? WHERE key = 'epoch'`, epoch);
      const waiting = tx.all<{ envelope: string }>(
        'SELECT e.envelope FROM outbox o JOIN event e USING (epoch, stream, seq) ORDER BY o.stream, o.epoch, o.seq',
      );
      tx.run('DELETE FROM outbox');
      for (const row of waiting) {
        const old = JSON.parse(row.envelope) as Envelope;
        tx.append(old.type as EventType, old.data as EventBody<EventType>);
      }
    });
    return epoch;
  }

  close(): void {
    if (this.#db.open) this.#db.close();
    this.#lock.release();
  }

  #append<T extends EventType>(draft: Draft, type: T, body: EventBody<T>): void {
    const { stream, body: schema } = EVENT_TYPES[type];
    const head = draft.heads.get(stream) ?? this.#head(draft.epoch, stream);
    const envelope: Envelope = {
      specversion: '1.0',
      id: this.#random.uuid(),
      source: `/stores/${this.store}`,
      type,
      time: instantOf(this.#clock.now()),
      datacontenttype: 'application/json',
      store: this.store,
      epoch: draft.epoch,
      stream,
      seq: head.seq + 1,
      prevhash: head.hash,
      data: schema.parse(body) as Record<string, unknown>,
    };
    const hash = envelopeHash(envelope);
    const text = JSON.stringify(envelope);
    this.#prepare(
      'INSERT INTO event (epoch, stream, seq, type, time, hash, envelope) VALUES (?, ?, ?, ?, ?, ?, ?)',
    ).run(envelope.epoch, stream, envelope.seq, type, envelope.time, hash, text);
    this.#prepare('INSERT INTO outbox (epoch, stream, seq, bytes) VALUES (?, ?, ?, ?)').run(
      envelope.epoch,
      stream,
      envelope.seq,
      Buffer.byteLength(text),
    );
    draft.heads.set(stream, { seq: envelope.seq, hash });
  }

  #head(epoch: string, stream: Stream): Head {
    const known = epoch === this.#epoch ? this.#heads.get(stream) : undefined;
    if (known !== undefined) return known;
    const row = this.get<Head>(
      'SELECT seq, hash FROM event WHERE epoch = ? AND stream = ? ORDER BY seq DESC LIMIT 1',
      epoch,
      stream,
    );
    return row ?? { seq: 0, hash: genesisHash(this.store, epoch, stream) };
  }

  #prepare(sql: string): Statement {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#db.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}
