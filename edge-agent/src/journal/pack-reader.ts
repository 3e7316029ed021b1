import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import {
  isHeaderSealed,
  lookupOf,
  type MemberRecord,
  openRecord,
  PACK_APPLICATION_ID,
  PACK_LIMITS,
  type PackHeader,
  type PackKeys,
  type PackLookup,
  packKeys,
  readHeader,
} from '@tillside/protocol';
import Sqlite, { type Database, type Statement } from 'better-sqlite3';
import { AgentError } from '../errors.ts';

export interface PackSource {
  readonly file: string;
  /** As HQ signed it. */
  readonly sha256: string;
  readonly version: number;
  readonly store: string;
  readonly key: Buffer;
}

/** Kept of the file's pages in memory; more would be the system's to keep. */
const CACHE_KIB = 2048;

const refuse = (code: 'MEMBERS_PACK_DAMAGED' | 'MEMBERS_PACK_FOREIGN', detail: string): never => {
  throw new AgentError(code, { detail: `(${detail})` });
};

/**
 * A member pack that HQ signed for this store (protocol/member-pack.ts), open for reading alone. Here because the journal's room alone opens SQLite files. What is looked up
 * costs a few pages, however many members there are.
 */
export class PackReader {
  readonly header: PackHeader;
  #db: Database;
  #keys: PackKeys;
  #find: Statement<[Buffer], number>;
  #read: Statement<[number], Buffer>;

  private constructor(db: Database, header: PackHeader, keys: PackKeys) {
    this.#db = db;
    this.header = header;
    this.#keys = keys;
    this.#find = db.prepare<[Buffer], number>('SELECT id FROM lookup WHERE k = ?').pluck();
    this.#read = db.prepare<[number], Buffer>('SELECT box FROM record WHERE id = ?').pluck();
  }

  /**
   * Reads the whole file once: a disk may have spoilt what was right when it came. Throws MEMBERS_PACK_DAMAGED for a file that is not what was signed or no pack, and
   * MEMBERS_PACK_FOREIGN for one of another store, version or key.
   */
  static async open(source: PackSource): Promise<PackReader> {
    const { file, sha256, store, version, key } = source;
    if (key.length !== PACK_LIMITS.keyBytes) refuse('MEMBERS_PACK_FOREIGN', 'key');
    const found = await hashOf(file).catch(() => refuse('MEMBERS_PACK_DAMAGED', 'no file'));
    if (found !== sha256) refuse('MEMBERS_PACK_DAMAGED', 'hash');
    let db: Database | undefined;
    try {
      db = new Sqlite(file, { readonly: true, fileMustExist: true });
      db.pragma('trusted_schema = OFF');
      db.pragma('cell_size_check = ON');
      db.pragma(`cache_size = -${CACHE_KIB}`);
      if (db.pragma('application_id', { simple: true }) !== PACK_APPLICATION_ID) refuse('MEMBERS_PACK_DAMAGED', 'type');
      const keys = packKeys(key);
      const header = headerOf(db, keys);
      if (header.store !== store || header.version !== version) refuse('MEMBERS_PACK_FOREIGN', 'store or version');
      return new PackReader(db, header, keys);
    } catch (error) {
      db?.close();
      if (error instanceof AgentError) throw error;
      return refuse('MEMBERS_PACK_DAMAGED', String((error as { code?: unknown }).code ?? 'no pack'));
    }
  }

  /** `value` as `PackLookup` says. Undefined for who is not in it. Throws MEMBERS_PACK_DAMAGED where the disk has spoilt what lies there. */
  find(kind: PackLookup, value: string): MemberRecord | undefined {
    try {
      const id = this.#find.get(lookupOf(this.#keys, kind, value));
      if (id === undefined) return undefined;
      const box = this.#read.get(id);
      const record = box === undefined ? undefined : openRecord(this.#keys, this.header, id, box);
      return record ?? refuse('MEMBERS_PACK_DAMAGED', 'record');
    } catch (error) {
      if (error instanceof AgentError) throw error;
      return refuse('MEMBERS_PACK_DAMAGED', String((error as { code?: unknown }).code ?? 'unreadable'));
    }
  }

  close(): void {
    if (this.#db.open) this.#db.close();
  }
}

function headerOf(db: Database, keys: PackKeys): PackHeader {
  const row = db.prepare('SELECT json, box FROM header WHERE one = 1').get() as
    | { json: string; box: Buffer }
    | undefined;
  const header = row === undefined ? undefined : readHeader(row.json);
  if (row === undefined || header === undefined) return refuse('MEMBERS_PACK_DAMAGED', 'header');
  if (!isHeaderSealed(keys, header, row.json, row.box)) return refuse('MEMBERS_PACK_FOREIGN', 'key or header');
  return header;
}

async function hashOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk);
  return hash.digest('hex');
}
