import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import {
  bucketOf,
  isMeant,
  lookupOf,
  type MemberRecord,
  openHeader,
  openRow,
  openTastes,
  PACK_APPLICATION_ID,
  PACK_LIMITS,
  PACK_WITH_TASTES,
  type PackHeader,
  type PackKeys,
  type PackLookup,
  packKeys,
  placeIn,
  readHeader,
  recordIn,
  rowOf,
  TASTES_HEAD,
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
  #words: readonly string[];
  #buckets: number;
  #ways: Statement<[number], Buffer>;
  #members: Statement<[number], Buffer>;
  /** Absent in a pack from before there were tastes. */
  #tastes: Statement<[number], Buffer> | undefined;

  private constructor(db: Database, { header, words }: PackHead, keys: PackKeys) {
    this.#db = db;
    this.header = header;
    this.#words = words;
    this.#keys = keys;
    this.#buckets = db.prepare<[], number>('SELECT max(id) FROM ways').pluck().get() ?? 0;
    this.#ways = db.prepare<[number], Buffer>('SELECT box FROM ways WHERE id = ?').pluck();
    this.#members = db.prepare<[number], Buffer>('SELECT box FROM members WHERE id = ?').pluck();
    if ((db.pragma('user_version', { simple: true }) as number) >= PACK_WITH_TASTES)
      this.#tastes = db.prepare<[number], Buffer>('SELECT box FROM tastes WHERE id = ?').pluck();
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
      const head = headOf(db, keys);
      const { header } = head;
      if (header.store !== store || header.version !== version) refuse('MEMBERS_PACK_FOREIGN', 'store or version');
      return new PackReader(db, head, keys);
    } catch (error) {
      db?.close();
      if (error instanceof AgentError) throw error;
      return refuse('MEMBERS_PACK_DAMAGED', String((error as { code?: unknown }).code ?? 'no pack'));
    }
  }

  /**
   * `value` as `PackLookup` says. Undefined for who is not in it. Of a member's cards the record names that by which it was found alone. Throws MEMBERS_PACK_DAMAGED where the disk
   * has spoilt what lies there.
   */
  find(kind: PackLookup, value: string): MemberRecord | undefined {
    return readOr(() => {
      const place = this.#placeOf(kind, value);
      if (place === undefined) return undefined;
      const record = this.#record(place);
      if (!isMeant(record, kind, value)) return undefined;
      return kind === 'code' ? { ...record, codeHashes: [value] } : record;
    });
  }

  /** HQ's bytes about the habits of a member, or of who was merged into one; undefined where there are none. Throws as `find`. */
  taste(memberId: string): Buffer | undefined {
    const tastes = this.#tastes;
    return (
      tastes &&
      readOr(() => {
        const place = this.#placeOf('id', memberId);
        const box = place === undefined ? undefined : tastes.get(place);
        if (place === undefined || box === undefined) return undefined;
        if (!isMeant(this.#record(place), 'id', memberId)) return undefined;
        return (
          openRow(this.#keys, this.header, { table: 'tastes', id: place }, box) ??
          refuse('MEMBERS_PACK_DAMAGED', 'taste')
        );
      })
    );
  }

  /** How many members have a taste here. Throws as `find`. */
  tastes(): number {
    const tastes = this.#tastes;
    if (tastes === undefined) return 0;
    return readOr(() => {
      const box = tastes.get(TASTES_HEAD.id);
      return (box && openTastes(this.#keys, this.header, box)) ?? refuse('MEMBERS_PACK_DAMAGED', 'tastes');
    });
  }

  /** What is looked up for a value, hex: whoever has the pack's key gets the same. */
  wayOf(kind: PackLookup, value: string): string {
    return lookupOf(this.#keys, kind, value).toString('hex');
  }

  close(): void {
    if (this.#db.open) this.#db.close();
  }

  #placeOf(kind: PackLookup, value: string): number | undefined {
    const way = lookupOf(this.#keys, kind, value);
    return placeIn(this.#open('ways', bucketOf(way, this.#buckets)), way);
  }

  #record(place: number): MemberRecord {
    const { id, before } = rowOf(place);
    return recordIn(this.#open('members', id), before, this.#words) ?? refuse('MEMBERS_PACK_DAMAGED', 'record');
  }

  #open(table: 'ways' | 'members', id: number): Buffer {
    const box = (table === 'ways' ? this.#ways : this.#members).get(id);
    const content = box && openRow(this.#keys, this.header, { table, id }, box);
    return content ?? refuse('MEMBERS_PACK_DAMAGED', table);
  }
}

/** What SQLite cannot read is damage as well. */
function readOr<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof AgentError) throw error;
    return refuse('MEMBERS_PACK_DAMAGED', String((error as { code?: unknown }).code ?? 'unreadable'));
  }
}

interface PackHead {
  readonly header: PackHeader;
  readonly words: readonly string[];
}

function headOf(db: Database, keys: PackKeys): PackHead {
  const row = db.prepare('SELECT json, box FROM header WHERE one = 1').get() as
    | { json: string; box: Buffer }
    | undefined;
  const header = row === undefined ? undefined : readHeader(row.json);
  if (row === undefined || header === undefined) return refuse('MEMBERS_PACK_DAMAGED', 'header');
  const words = openHeader(keys, header, row.json, row.box);
  return words === undefined ? refuse('MEMBERS_PACK_FOREIGN', 'key or header') : { header, words };
}

async function hashOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk);
  return hash.digest('hex');
}
