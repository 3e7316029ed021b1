import { rmSync } from 'node:fs';
import {
  lookupsOf,
  type MemberRecord,
  PACK_PRAGMAS,
  PACK_SCHEMA,
  type PackHeader,
  type PackKeys,
  type PackName,
  packKeys,
  sealHeader,
  sealRecord,
} from '@tillside/protocol';
import Sqlite, { type Database, type Statement } from 'better-sqlite3';

export interface PackRow {
  readonly record: MemberRecord;
  /** E.164; by it the member is found, and it is nowhere in the file. */
  readonly phone?: string | undefined;
}

/** SQLite's own memory while a pack is written; what is sorted beyond it lies in a file. */
const CACHE_KIB = 16 * 1024;
/** B-tree pages are not quite full; the estimate is a little above what comes out. */
const LOOKUP_COST_BYTES = 22;
const RECORD_COST_BYTES = 14;
const FILE_COST_BYTES = 32 * 1024;

/**
 * Writes a member pack (protocol/member-pack.ts) row by row: in memory is never more than a page of rows. The same key, header and rows give the same file. Lookups are
 * collected as they come and put in by their order at the end, so that the tree is compact and its pages are written once.
 */
export class PackFile {
  #db: Database;
  #keys: PackKeys;
  #pack: PackName;
  #maxBytes: number;
  #bytes = FILE_COST_BYTES;
  #members = 0;
  #addRecord: Statement<[number, Buffer]>;
  #addLookup: Statement<[Buffer, number]>;

  private constructor(db: Database, pack: PackName, key: Buffer, maxBytes: number) {
    this.#db = db;
    this.#keys = packKeys(key);
    this.#pack = pack;
    this.#maxBytes = maxBytes;
    this.#addRecord = db.prepare('INSERT INTO record VALUES (?, ?)');
    this.#addLookup = db.prepare('INSERT INTO temp.found VALUES (?, ?)');
  }

  /** `file` is written anew; a file of a hub that was killed meanwhile is nobody's. */
  static create(file: string, about: PackName & { key: Buffer; maxBytes: number }): PackFile {
    rmSync(file, { force: true });
    const db = new Sqlite(file);
    db.exec(PACK_PRAGMAS);
    // Nobody reads it before it is whole, and what a crash leaves is thrown away.
    db.pragma('journal_mode = OFF');
    db.pragma('synchronous = OFF');
    db.pragma('temp_store = FILE');
    db.pragma(`cache_size = -${CACHE_KIB}`);
    db.exec(PACK_SCHEMA);
    db.exec('CREATE TEMP TABLE found (k BLOB NOT NULL, id INTEGER NOT NULL)');
    db.exec('BEGIN');
    return new PackFile(db, about, about.key, about.maxBytes);
  }

  get members(): number {
    return this.#members;
  }

  /** False where there is no room left for it: it is left out. */
  add({ record, phone }: PackRow): boolean {
    const id = this.#members + 1;
    const box = sealRecord(this.#keys, this.#pack, id, record);
    const lookups = lookupsOf(this.#keys, record, phone);
    const cost = box.length + RECORD_COST_BYTES + lookups.length * LOOKUP_COST_BYTES;
    if (this.#bytes + cost > this.#maxBytes) return false;
    this.#bytes += cost;
    this.#members = id;
    this.#addRecord.run(id, box);
    for (const k of lookups) this.#addLookup.run(k, id);
    return true;
  }

  /** Writes lookups and header; the file is whole when it returns. A way that leads to two members leads to the one who was added first. */
  finish(header: Omit<PackHeader, 'members' | 'store' | 'version' | 'format'>): PackHeader {
    const { store, version } = this.#pack;
    const whole: PackHeader = { format: 1, store, version, ...header, members: this.#members };
    this.#db.exec('INSERT OR IGNORE INTO lookup SELECT k, id FROM temp.found ORDER BY k, id; DROP TABLE temp.found');
    const { json, box } = sealHeader(this.#keys, whole);
    this.#db.prepare('INSERT INTO header VALUES (1, ?, ?)').run(json, box);
    this.#db.exec('COMMIT');
    this.#db.close();
    return whole;
  }

  /** Gives it up. Idempotent. */
  close(): void {
    if (this.#db.open) this.#db.close();
  }
}
