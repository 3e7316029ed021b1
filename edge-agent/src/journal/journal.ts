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

const BUSY_TIMEOUT_MS = 2_000;

/** Maps SQLite's own failures to codes that a cashier's screen can explain; anything else passes through. */
export function storageError(error: unknown): unknown {
  const code = (error as { code?: string }).code ?? '';
  if (code.startsWith('SQLITE_FULL') || code === 'ENOSPC') return new AgentError('STORAGE_FULL', { cause: error });
  if (/^SQLITE_(READONLY|CANTOPEN|IOERR|PERM)/.test(code) || code === 'EROFS' || code === 'EACCES')
    return new AgentError('STORAGE_READ_ONLY', { cause: error });
  return error;
}

/**
 * The store's record: SQLite in WAL mode with `synchronous=FULL` (set and asserted, since NORMAL may lose committed sales at power loss).
 * The only owner of the database; a reply is sent only after `write` returned.
 */
export class Journal implements Reader {
  readonly store: string;
  #db: Database;
  #lock: { release(): void };
  #clock: Clock;
  #random: Random;
  #epoch: string;
  #heads = new Map<Stream, Head>();
  #statements = new Map<string, Statement>();
  #listeners = new Set<(streams: ReadonlySet<Stream>) => void>();

  private constructor(options: {
    db: Database;
    lock: { release(): void };
    store: string;
    epoch: string;
    clock: Clock;
    random: Random;
  }) {
    this.#db = options.db;
    this.#lock = options.lock;
    this.store = options.store;
    this.#epoch = options.epoch;
    this.#clock = options.clock;
    this.#random = options.random;
  }

  static open(options: { dataDir: string; store: string; clock: Clock; random: Random }): Journal {
    const { dataDir, store, clock, random } = options;
    let lock: { release(): void } | undefined;
    try {
      mkdirSync(dataDir, { recursive: true, mode: 0o700 });
      lock = lockDataDir(join(dataDir, 'agent.lock'));
      const db = new Sqlite(join(dataDir, 'journal.db'), { timeout: BUSY_TIMEOUT_MS });
      db.pragma('journal_mode = WAL');
      db.pragma('synchronous = FULL');
      db.pragma('foreign_keys = ON');
      if (db.pragma('journal_mode', { simple: true }) !== 'wal' || db.pragma('synchronous', { simple: true }) !== 2) {
        throw new Error('the journal needs WAL with synchronous=FULL');
      }
      migrate(db);
      const epoch = openEpoch(db, store, random);
      return new Journal({ db, lock, store, epoch, clock, random });
    } catch (error) {
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

  /** Runs `work` in one immediate transaction and returns when it is durable. Throws STORAGE_FULL or STORAGE_READ_ONLY with nothing stored. */
  write<T>(work: (tx: Tx) => T): T {
    const heads = new Map<Stream, Head>();
    const tx: Tx = {
      get: (sql, ...values) => this.get(sql, ...values),
      all: (sql, ...values) => this.all(sql, ...values),
      run: (sql, ...values) => this.#prepare(sql).run(...values).changes,
      append: (type, body) => this.#append(heads, type, body),
    };
    let result: T;
    try {
      this.#db.exec('BEGIN IMMEDIATE');
      result = work(tx);
      this.#db.exec('COMMIT');
    } catch (error) {
      if (this.#db.inTransaction) this.#db.exec('ROLLBACK');
      throw storageError(error);
    }
    for (const [stream, head] of heads) this.#heads.set(stream, head);
    if (heads.size > 0) for (const listener of this.#listeners) listener(new Set(heads.keys()));
    return result;
  }

  /** Called after a commit with the streams that grew. */
  onAppend(listener: (streams: ReadonlySet<Stream>) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The hub holds other events under our numbers: this disk was restored. Events that still wait are kept and renumbered in a new epoch. */
  openNewEpoch(): string {
    const epoch = this.#random.uuid();
    this.write((tx) => {
      tx.run(`UPDATE meta SET value = ? WHERE key = 'epoch'`, epoch);
      const waiting = tx.all<{ envelope: string }>(
        'SELECT e.envelope FROM outbox o JOIN event e USING (epoch, stream, seq) ORDER BY e.time, o.stream, o.seq',
      );
      tx.run('DELETE FROM outbox');
      this.#heads.clear();
      this.#epoch = epoch;
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

  #append<T extends EventType>(heads: Map<Stream, Head>, type: T, body: EventBody<T>): void {
    const { stream, body: schema } = EVENT_TYPES[type];
    const head = heads.get(stream) ?? this.#head(stream);
    const envelope: Envelope = {
      specversion: '1.0',
      id: this.#random.uuid(),
      source: `/stores/${this.store}`,
      type,
      time: instantOf(this.#clock.now()),
      datacontenttype: 'application/json',
      store: this.store,
      epoch: this.#epoch,
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
    heads.set(stream, { seq: envelope.seq, hash });
  }

  #head(stream: Stream): Head {
    const known = this.#heads.get(stream);
    if (known !== undefined) return known;
    const row = this.get<Head>(
      'SELECT seq, hash FROM event WHERE epoch = ? AND stream = ? ORDER BY seq DESC LIMIT 1',
      this.#epoch,
      stream,
    );
    return row ?? { seq: 0, hash: genesisHash(this.store, this.#epoch, stream) };
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

/** The journal's epoch and owner; a journal of another store is refused rather than mixed. */
function openEpoch(db: Database, store: string, random: Random): string {
  const owner = db.prepare(`SELECT value FROM meta WHERE key = 'store'`).get() as { value: string } | undefined;
  if (owner === undefined) {
    const epoch = random.uuid();
    const insert = db.prepare('INSERT INTO meta (key, value) VALUES (?, ?)');
    db.transaction(() => {
      insert.run('store', store);
      insert.run('epoch', epoch);
    })();
    return epoch;
  }
  if (owner.value !== store)
    throw new AgentError('CONFIG_REFUSED', {
      detail: `storeId is ${store}, but the data folder belongs to ${owner.value}`,
    });
  return (db.prepare(`SELECT value FROM meta WHERE key = 'epoch'`).get() as { value: string }).value;
}
