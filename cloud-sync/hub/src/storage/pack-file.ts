import { rmSync } from 'node:fs';
import {
  bucketOf,
  encodeRecord,
  lookupsOf,
  MEMBERS_PER_ROW,
  type MemberRecord,
  PACK_LIMITS,
  PACK_PAGE_BYTES,
  PACK_PRAGMAS,
  PACK_SCHEMA,
  PACK_TAG_BYTES,
  PACK_WAY_BYTES,
  type PackHeader,
  type PackKeys,
  type PackName,
  PackWords,
  packKeys,
  sealHeader,
  sealRow,
  sealTastes,
  TASTES_HEAD,
  WAYS_PER_BUCKET,
  wayEntry,
} from '@tillside/protocol';
import Sqlite, { type Database, type Statement } from 'better-sqlite3';
import { agreesToOffers } from './members/rows.ts';

export interface PackRow {
  readonly record: MemberRecord;
  /** E.164; by it the member is found, and it is nowhere in the file. */
  readonly phone?: string | undefined;
}

/** SQLite's own memory while a pack is written; what is sorted beyond it lies in a file. */
const CACHE_KIB = 16 * 1024;
/** What SQLite needs for a row, and what stays empty at the end of a page: rows are written in their order, which fills pages. */
const PAGE_LOSS = 1.1;
const ROW_COST_BYTES = 12 + PACK_TAG_BYTES;
const WAYS_A_PAGE = 4_096;
/** Members whose tastes are asked for together. */
const TASTES_A_PAGE = 500;
const WAY_COST_BYTES = PAGE_LOSS * (PACK_WAY_BYTES + ROW_COST_BYTES / WAYS_PER_BUCKET);
/** A record's share of its row. */
const RECORD_COST_BYTES = ROW_COST_BYTES / MEMBERS_PER_ROW;
/** A page that is not full of each level of each table, and the header's. */
const FILE_COST_BYTES = 8 * PACK_PAGE_BYTES;

/**
 * Writes a member pack (protocol/member-pack.ts) row by row: in memory is never more than a page of rows. The same key, header and rows give the same file. Ways are collected
 * as they come and put into their buckets at the end; every table is written in the order of its rows. Members come first; what room they leave is the tastes'.
 */
export class PackFile {
  #db: Database;
  #keys: PackKeys;
  #pack: PackName;
  #maxBytes: number;
  #bytes = FILE_COST_BYTES;
  #members = 0;
  #ways = 0;
  #tastes = 0;
  #words = new PackWords();
  #row: Buffer[] = [];
  #addRow: Statement<[number, Buffer]>;
  #addWay: Statement<[Buffer, number]>;
  #addAgreed: Statement<[number, string]>;

  private constructor(db: Database, pack: PackName, key: Buffer, maxBytes: number) {
    this.#db = db;
    this.#keys = packKeys(key);
    this.#pack = pack;
    this.#maxBytes = maxBytes;
    this.#addRow = db.prepare('INSERT INTO members VALUES (?, ?)');
    this.#addWay = db.prepare('INSERT INTO temp.found VALUES (?, ?)');
    this.#addAgreed = db.prepare('INSERT INTO temp.agreed VALUES (?, ?)');
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
    db.exec('CREATE TEMP TABLE found (way BLOB NOT NULL, place INTEGER NOT NULL)');
    db.exec('CREATE TEMP TABLE agreed (place INTEGER PRIMARY KEY, member TEXT NOT NULL)');
    db.exec('BEGIN');
    return new PackFile(db, about, about.key, about.maxBytes);
  }

  get members(): number {
    return this.#members;
  }

  /** False where there is no room left for it: it is left out. */
  add({ record, phone }: PackRow): boolean {
    const place = this.#members + 1;
    const bytes = encodeRecord(record, this.#words);
    const ways = lookupsOf(this.#keys, record, phone);
    const cost = PAGE_LOSS * (bytes.length + RECORD_COST_BYTES) + ways.length * WAY_COST_BYTES;
    if (place >= PACK_LIMITS.members || this.#bytes + this.#words.bytes + cost > this.#maxBytes) return false;
    this.#bytes += cost;
    this.#members = place;
    this.#ways += ways.length;
    for (const way of ways) this.#addWay.run(way, place);
    if (agreesToOffers(record.consents)) this.#addAgreed.run(place, record.memberId);
    this.#row.push(bytes);
    if (place % MEMBERS_PER_ROW === 0) this.#writeRow();
    return true;
  }

  /**
   * Tastes of those members here who agree to personal offers, in the order in which they were added, until there is no room: to be called after the last of them. `of` is asked for
   * a page at a time, and leaves out whom it has nothing of. Returns how many found room.
   */
  async addTastes(of: (memberIds: readonly string[]) => Promise<ReadonlyMap<string, Uint8Array>>): Promise<number> {
    const next = this.#db.prepare<[number], { place: number; member: string }>(
      `SELECT place, member FROM temp.agreed WHERE place > ? ORDER BY place LIMIT ${TASTES_A_PAGE}`,
    );
    const add = this.#db.prepare('INSERT INTO tastes VALUES (?, ?)');
    for (let page = next.all(0); page.length > 0; page = next.all(page.at(-1)?.place ?? 0)) {
      const tastes = await of(page.map(({ member }) => member));
      for (const { place, member } of page) {
        const taste = tastes.get(member);
        if (taste === undefined || taste.length > PACK_LIMITS.tasteBytes) continue;
        const cost = PAGE_LOSS * (taste.length + ROW_COST_BYTES);
        if (this.#bytes + this.#words.bytes + cost > this.#maxBytes) return this.#tastes;
        this.#bytes += cost;
        this.#tastes += 1;
        add.run(place, sealRow(this.#keys, this.#pack, { table: 'tastes', id: place }, taste));
      }
    }
    return this.#tastes;
  }

  /** Writes ways and header; the file is whole when it returns. A way that leads to two members leads to the one who was added first. */
  finish(header: Omit<PackHeader, 'members' | 'store' | 'version' | 'format'>): PackHeader {
    const { store, version } = this.#pack;
    const whole: PackHeader = { format: 1, store, version, ...header, members: this.#members };
    if (this.#row.length > 0) this.#writeRow();
    this.#writeWays();
    this.#db
      .prepare('INSERT INTO tastes VALUES (?, ?)')
      .run(TASTES_HEAD.id, sealTastes(this.#keys, this.#pack, this.#tastes));
    const { json, box } = sealHeader(this.#keys, whole, this.#words.list());
    this.#db.prepare('INSERT INTO header VALUES (1, ?, ?)').run(json, box);
    this.#db.exec('COMMIT');
    this.#db.close();
    return whole;
  }

  /** Gives it up. Idempotent. */
  close(): void {
    if (this.#db.open) this.#db.close();
  }

  #writeRow(): void {
    const id = Math.ceil(this.#members / MEMBERS_PER_ROW);
    this.#addRow.run(id, sealRow(this.#keys, this.#pack, { table: 'members', id }, Buffer.concat(this.#row)));
    this.#row = [];
  }

  /** Every bucket, also an empty one: their number is that of the last. */
  #writeWays(): void {
    const buckets = Math.max(1, Math.ceil(this.#ways / WAYS_PER_BUCKET));
    const add = this.#db.prepare('INSERT INTO ways VALUES (?, ?)');
    let [id, entries]: [number, Buffer[]] = [1, []];
    const write = (): void => {
      const content = Buffer.concat(entries);
      add.run(id, sealRow(this.#keys, this.#pack, { table: 'ways', id }, content));
      id += 1;
      entries = [];
    };
    this.#db.exec(
      'CREATE TEMP TABLE sorted AS SELECT way, place FROM temp.found ORDER BY way, place; DROP TABLE temp.found',
    );
    const page = this.#db.prepare<[number], { way: Buffer; place: number }>(
      `SELECT way, place FROM temp.sorted WHERE rowid > ? ORDER BY rowid LIMIT ${WAYS_A_PAGE}`,
    );
    for (let after = 0; after < this.#ways; after += WAYS_A_PAGE)
      for (const { way, place } of page.all(after)) {
        while (id < bucketOf(way, buckets)) write();
        entries.push(wayEntry(way, place));
      }
    while (id <= buckets) write();
    this.#db.exec('DROP TABLE temp.sorted');
  }
}
