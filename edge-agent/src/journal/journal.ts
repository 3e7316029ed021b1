import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  againOf,
  Envelope,
  EVENT_TYPES,
  type EventBody,
  type EventType,
  envelopeHash,
  genesisHash,
  originOf,
  type Stream,
} from '@tillside/protocol';
import Sqlite, { type Database, type Statement } from 'better-sqlite3';
import { AgentError } from '../errors.ts';
import { type Clock, instantOf, type Random } from '../ports.ts';
import { Durability } from './durable.ts';
import { eventAfter, type Head, INSERT_EVENT, NEWEST_EVENT, type Occurrence } from './event-row.ts';
import { type Forgotten, KeyRing } from './key-ring.ts';
import { OPEN_LANE } from './lanes.ts';
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

/** Where an event stands in its stream. */
export interface Place {
  readonly epoch: string;
  readonly seq: number;
}

/** Inside one transaction: rows, events and their outbox rows become durable together or not at all. */
export interface Tx extends Reader {
  run(sql: string, ...values: Value[]): number;
  append<T extends EventType>(type: T, body: EventBody<T>): Place;
  /** An event of an epoch that is dead at the hub, once more: the same occurrence under the next number of the running epoch. */
  again(envelope: string): Place;
}

/** What a running transaction will leave in memory once it is committed. */
interface Draft {
  readonly epoch: string;
  readonly heads: Map<Stream, Head>;
  /** Whether anybody who asks `durable` waits for it; what tells an event is always waited for. */
  readonly isAwaited: boolean;
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
 * The store's record: SQLite in WAL mode, the only owner of its database. A commit is there for every reader at once and outlives a `kill -9`; that a power cut can't take it back
 * is what `durable` waits for, off the event loop (`synchronous=NORMAL` writes the log without a sync, durable.ts syncs it). Nothing that a commit causes may leave the agent
 * before: a reply, an event, a print, a picture, a batch for the hub ([adr/0014](../../../docs/adr/0014-durable-before-it-leaves.md)).
 */
export class Journal implements Reader {
  readonly store: string;
  /** Sealing keys of members: never in the journal itself, so that no copy of it holds one. */
  readonly keys: KeyRing;
  #db: Database;
  #dataDir: string;
  #lock: { release(): void };
  #clock: Clock;
  #random: Random;
  #epoch: string;
  #heads = new Map<Stream, Head>();
  #statements = new Map<string, Statement>();
  #listeners = new Set<(streams: ReadonlySet<Stream>) => void>();
  #durability: Durability;
  #failure: AgentError | undefined;
  #makeRoom: () => boolean = () => false;
  #beforeClose: (() => void)[] = [];

  private constructor(options: {
    db: Database;
    dataDir: string;
    lock: { release(): void };
    store: string;
    epoch: string;
    clock: Clock;
    random: Random;
    durability: Durability;
    keys: KeyRing;
  }) {
    this.#db = options.db;
    this.#dataDir = options.dataDir;
    this.#lock = options.lock;
    this.store = options.store;
    this.#epoch = options.epoch;
    this.#clock = options.clock;
    this.#random = options.random;
    this.#durability = options.durability;
    this.keys = options.keys;
  }

  /** Throws DATABASE_IN_USE, DATABASE_NEWER, STORAGE_FULL, STORAGE_READ_ONLY, CONFIG_REFUSED. */
  static open(options: JournalOptions): Journal {
    const { dataDir, store, clock, random, maxBytes } = options;
    let lock: { release(): void } | undefined;
    let db: Database | undefined;
    let keys: KeyRing | undefined;
    try {
      mkdirSync(dataDir, { recursive: true, mode: 0o700 });
      lock = lockDataDir(join(dataDir, 'agent.lock'));
      db = new Sqlite(join(dataDir, 'journal.db'), { timeout: BUSY_TIMEOUT_MS });
      Durability.setUp(db);
      db.pragma('foreign_keys = ON');
      migrate(db);
      if (maxBytes !== undefined) limitSize(db, maxBytes);
      const epoch = openEpoch(db, store, random);
      keys = KeyRing.open(dataDir);
      keys.takeOver(db);
      // Whatever copy of the keys this is: who was forgotten stays forgotten. By whom matters to nobody who heard it once.
      keys.erase(db.prepare<[], Forgotten>(`SELECT member_id AS memberId, at, 'member' AS by FROM erasure`).all());
      const durability = Durability.open(db);
      return new Journal({ db, dataDir, lock, store, epoch, clock, random, durability, keys });
    } catch (error) {
      keys?.close();
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
   * Runs `work` in one immediate transaction and returns when it is committed: see `durable` for what may then leave the agent. Throws STORAGE_FULL or STORAGE_READ_ONLY with
   * nothing stored, STORAGE_FAILED once the disk lost something. `work` must not be asynchronous and must not call `write`.
   */
  write<T>(work: (tx: Tx) => T): T {
    return this.#attempt(true, work);
  }

  /**
   * The same for what may be forgotten by a power cut, as long as nothing later is kept without it: no till waits for a sync on its account. With an event in it, it is as any other.
   */
  writeMarks<T>(work: (tx: Tx) => T): T {
    return this.#attempt(false, work);
  }

  #attempt<T>(isAwaited: boolean, work: (tx: Tx) => T): T {
    const attempt = (): T => this.#transact({ epoch: this.#epoch, heads: new Map(), isAwaited }, work);
    try {
      return attempt();
    } catch (error) {
      if (!(error instanceof AgentError && error.code === 'STORAGE_FULL' && this.#makeRoom())) throw error;
      return attempt();
    }
  }

  /** The same, and from this transaction on events are of a new epoch: the hub holds others under our numbers, so this disk was restored. */
  writeInNewEpoch<T>(work: (tx: Tx) => T): T {
    const epoch = this.#random.uuid();
    return this.#transact({ epoch, heads: new Map(), isAwaited: true }, (tx) => {
      tx.run(`UPDATE meta SET value = ? WHERE key = 'epoch'`, epoch);
      return work(tx);
    });
  }

  /** `makeRoom` gives up what may be given up when a write finds the disk full; true: the write is worth another try. It may write itself. */
  onFull(makeRoom: () => boolean): void {
    this.#makeRoom = makeRoom;
  }

  /** Whoever reads the file by another connection lets go of it here: who closes last puts the log into the database. */
  beforeClose(work: () => void): void {
    this.#beforeClose.push(work);
  }

  /** Now, as events carry it. */
  instant(): string {
    return instantOf(this.#clock.now());
  }

  /** The database's file. */
  get path(): string {
    return this.#db.name;
  }

  /**
   * Resolves when no power cut can take back what was committed before this call; at once when that is so already. Rejects with STORAGE_FAILED, then and until the journal is
   * opened anew.
   */
  durable(): Promise<void> {
    return this.#durability.durable();
  }

  /** Whether something is committed that a power cut could still take back. */
  get isPending(): boolean {
    return this.#durability.isPending;
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
    if (this.#durability.failure !== undefined) throw this.#durability.failure;
    const tx: Tx = {
      get: (sql, ...values) => this.get(sql, ...values),
      all: (sql, ...values) => this.all(sql, ...values),
      run: (sql, ...values) => this.#prepare(sql).run(...values).changes,
      append: (type, body) => {
        const data = EVENT_TYPES[type].body.parse(body) as Record<string, unknown>;
        return this.#append(draft, EVENT_TYPES[type].stream, { type, time: this.instant(), data });
      },
      again: (text) => {
        const envelope = Envelope.parse(JSON.parse(text));
        // HQ may have heard it in another epoch, if this disk was put back to before that.
        const again = againOf(originOf(envelope, envelopeHash(text)));
        return this.#append(draft, envelope.stream, { ...envelope, again });
      },
    };
    let result: T;
    try {
      this.#durability.admit();
      this.#db.exec('BEGIN IMMEDIATE');
      result = work(tx);
      this.#db.exec('COMMIT');
    } catch (error) {
      if (this.#db.inTransaction) this.#db.exec('ROLLBACK');
      throw this.#noted(this.#durability.refused(error) ?? storageError(error));
    }
    this.#failure = undefined;
    this.#durability.committed(draft.isAwaited || draft.heads.size > 0);
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

  /** Why the last write was not stored, or is not sure to be; undefined when it is. */
  get failure(): AgentError | undefined {
    return this.#durability.failure ?? this.#failure;
  }

  /** Called after a commit with the streams that grew. */
  onAppend(listener: (streams: ReadonlySet<Stream>) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** All that was committed is then in the database and durable. */
  close(): void {
    for (const work of this.#beforeClose) work();
    this.#durability.close();
    this.keys.close();
    this.#lock.release();
  }

  #append(draft: Draft, stream: Stream, occurrence: Occurrence): Place {
    const { epoch } = draft;
    const before = draft.heads.get(stream) ?? this.#head(epoch, stream);
    const { row, head } = eventAfter(before, { store: this.store, epoch, stream, random: this.#random }, occurrence);
    this.#prepare(INSERT_EVENT).run(...row);
    if (before.seq === 0) this.#prepare(OPEN_LANE).run(epoch, stream);
    draft.heads.set(stream, head);
    return { epoch, seq: head.seq };
  }

  #head(epoch: string, stream: Stream): Head {
    const known = epoch === this.#epoch ? this.#heads.get(stream) : undefined;
    if (known !== undefined) return known;
    const row = this.get<Head>(NEWEST_EVENT, epoch, stream);
    return row ?? { seq: 0, hash: genesisHash(this.store, epoch, stream), total: 0 };
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
