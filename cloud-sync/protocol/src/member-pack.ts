import { createCipheriv, createDecipheriv, createHash, createHmac, hkdfSync } from 'node:crypto';
import { z } from 'zod';
import { type MemberRecord, PackHeader } from './members.ts';
import { MAX_PACK_WORDS, PackCursor, PackWords, PackWriter } from './pack-bytes.ts';
import { decodeRecord } from './pack-record.ts';
import { keyIdOf } from './phone-key.ts';

/**
 * A member pack (`members.tillmembers`): the members whom one store should know without asking, in a SQLite file that nobody changes. In clear is only the header. A
 * member is found by a keyed hash of what was shown, and all else is encrypted under a key of this pack alone, which a store fetches by its own credential.
 *
 * `header(one, json, box)`: the PackHeader as JSON, and a box by which key and header are proved before anything is read: in it are the words of this pack, as a JSON list.
 * `ways(id, box)`: ways to members, in buckets from 1 on. A way is the first 10 bytes of HMAC-SHA256(index key, "<kind>:<value>"). Its first 4 bytes, as a share of 2^32, say
 * its bucket; the other 6 stand there, and after them the member's place in 3 bytes. Where two are alike the first counts.
 * `members(id, box)`: 8 members each, from 1 on, in their order: each a varint of its length, then the record (pack-record.ts).
 * `tastes(id, box)`: what HQ knows of the habits of the member at that place, for who agrees to personal offers; to a pack the bytes are opaque. Row 0 is a varint of how many
 * there are. A row each, for several would leave much of a page empty.
 *
 * `user_version` 2 says that there are tastes; a pack of 1 has none. Tables are only ever added: who does not know one leaves it alone, and what is above the version that one
 * knows is read like that one. What changes the meaning of a table that is there already is another `format` in the header, which is refused.
 *
 * A box is AES-256-GCM: ciphertext, then 12 bytes of tag. The nonce is the table's number (4 bytes) and the row's (8 bytes), both big-endian; the additional data name
 * format, store, version, table and row. Both keys come by HKDF-SHA256 (RFC 5869) from the pack's key. Nothing is deflated: what is left of a record is mostly random.
 *
 * That somebody else is found by what a stranger showed takes 48 equal bits within a bucket of about 32 ways: once in 9e12 times, whatever the size; and a number, an id or a
 * phone's key is compared with the record besides. That any two of the 5 million ways of a million members are alike happens to 3 packs in ten million.
 */
export const PACK_SCHEMA = `
  CREATE TABLE header (one INTEGER PRIMARY KEY, json TEXT NOT NULL, box BLOB NOT NULL) STRICT;
  CREATE TABLE ways (id INTEGER PRIMARY KEY, box BLOB NOT NULL) STRICT;
  CREATE TABLE members (id INTEGER PRIMARY KEY, box BLOB NOT NULL) STRICT;
  CREATE TABLE tastes (id INTEGER PRIMARY KEY, box BLOB NOT NULL) STRICT;
`;
/** In the file's own header, so that a pack is told from any other SQLite file. */
export const PACK_APPLICATION_ID = 0x544d_5041;
/** Large, so that little is left empty at a page's end. */
export const PACK_PAGE_BYTES = 16_384;
/** From this `user_version` on there are tastes. */
export const PACK_WITH_TASTES = 2;
/** What a writer sets before anything is in the file. */
export const PACK_PRAGMAS = `PRAGMA page_size = ${PACK_PAGE_BYTES}; PRAGMA application_id = ${PACK_APPLICATION_ID}; PRAGMA user_version = ${PACK_WITH_TASTES};`;

export const PACK_LIMITS = {
  keyBytes: 32,
  headerChars: 256 * 1024,
  /** Of one record, as it stands in the pack. */
  recordBytes: 64 * 1024,
  /** Of one taste. */
  tasteBytes: 16 * 1024,
  /** A place has three bytes. */
  members: 2 ** 24,
} as const;
export const MEMBERS_PER_ROW = 8;
export const WAYS_PER_BUCKET = 32;

const WAY_BYTES = 10;
const BUCKET_BYTES = 4;
const REST_BYTES = WAY_BYTES - BUCKET_BYTES;
const PLACE_BYTES = 3;
export const PACK_WAY_BYTES = REST_BYTES + PLACE_BYTES;
const NONCE_BYTES = 12;
/** As short as NIST SP 800-38D lets it be for any use; the whole file is signed besides. */
export const PACK_TAG_BYTES = 12;
const HEADER_ROW = 1;

export interface PackKeys {
  readonly index: Buffer;
  readonly record: Buffer;
}

/** `key`: 32 bytes. */
export function packKeys(key: Buffer): PackKeys {
  const derive = (what: string): Buffer =>
    Buffer.from(hkdfSync('sha256', key, Buffer.alloc(0), `tillside-members/1 ${what}`, PACK_LIMITS.keyBytes));
  return { index: derive('index'), record: derive('record') };
}

/** `code`: SHA-256 of a card's code, hex. `phone`: E.164. `key`: a phone key's id, 16 hex digits. `number`: nine digits. `id`: the member's, or one merged into it. */
export type PackLookup = 'code' | 'phone' | 'key' | 'number' | 'id';

export const lookupOf = (keys: PackKeys, kind: PackLookup, value: string): Buffer =>
  createHmac('sha256', keys.index).update(`${kind}:${value}`).digest().subarray(0, WAY_BYTES);

/** Whether a record is what was looked for, as far as it says so itself: neither phones nor hashes of cards are in it. */
export function isMeant(record: MemberRecord, kind: PackLookup, value: string): boolean {
  const { memberId, aliases, number, publicKeys } = record;
  if (kind === 'id') return memberId === value || aliases.includes(value);
  if (kind === 'number') return number === value;
  if (kind === 'key') return publicKeys.some((key) => keyIdOf(Buffer.from(key, 'base64url')) === value);
  return true;
}

/** The ways by which a record is found; `phone` is no part of it. */
export function lookupsOf(keys: PackKeys, record: MemberRecord, phone: string | undefined): Buffer[] {
  const { memberId, aliases, number, codeHashes, publicKeys } = record;
  return [
    ...[memberId, ...aliases].map((id) => lookupOf(keys, 'id', id)),
    ...(number === undefined ? [] : [lookupOf(keys, 'number', number)]),
    ...codeHashes.map((hash) => lookupOf(keys, 'code', hash)),
    ...publicKeys.map((key) => lookupOf(keys, 'key', keyIdOf(Buffer.from(key, 'base64url')))),
    ...(phone === undefined ? [] : [lookupOf(keys, 'phone', phone)]),
  ];
}

/** Which pack a record is of. */
export type PackName = Pick<PackHeader, 'store' | 'version'>;

type PackTable = 'header' | 'ways' | 'members' | 'tastes';
const TABLE_NUMBERS: Readonly<Record<PackTable, number>> = { header: 0, ways: 1, members: 2, tastes: 3 };

interface Place {
  readonly table: PackTable;
  /** Of the row, from 1. */
  readonly id: number;
}

const nonceOf = ({ table, id }: Place): Buffer => {
  const nonce = Buffer.alloc(NONCE_BYTES);
  nonce.writeUInt32BE(TABLE_NUMBERS[table]);
  nonce.writeBigUInt64BE(BigInt(id), NONCE_BYTES - 8);
  return nonce;
};
const aboutOf = ({ store, version }: PackName, { table, id }: Place, rest = ''): Buffer =>
  Buffer.from(`tillside-members/1 ${store} ${version} ${table} ${id} ${rest}`);

function sealBox(key: Buffer, place: Place, about: Buffer, content: Uint8Array): Buffer {
  const cipher = createCipheriv('aes-256-gcm', key, nonceOf(place), { authTagLength: PACK_TAG_BYTES }).setAAD(about);
  return Buffer.concat([cipher.update(content), cipher.final(), cipher.getAuthTag()]);
}

/** Undefined where key, place or bytes are others. */
function openBox(key: Buffer, place: Place, about: Buffer, box: Uint8Array): Buffer | undefined {
  if (box.length < PACK_TAG_BYTES) return undefined;
  const decipher = createDecipheriv('aes-256-gcm', key, nonceOf(place), { authTagLength: PACK_TAG_BYTES }).setAAD(
    about,
  );
  decipher.setAuthTag(box.subarray(box.length - PACK_TAG_BYTES));
  try {
    return Buffer.concat([decipher.update(box.subarray(0, box.length - PACK_TAG_BYTES)), decipher.final()]);
  } catch {
    return undefined;
  }
}

/** One row of members or ways, encrypted for its place. */
export const sealRow = (keys: PackKeys, pack: PackName, place: Place, content: Uint8Array): Buffer =>
  sealBox(keys.record, place, aboutOf(pack, place), content);
/** Undefined for what was not written at this place of this pack. */
export const openRow = (keys: PackKeys, pack: PackName, place: Place, box: Uint8Array): Buffer | undefined =>
  openBox(keys.record, place, aboutOf(pack, place), box);

/** Of so many buckets, the one of a way: from 1. */
export const bucketOf = (way: Buffer, buckets: number): number =>
  Math.floor((way.readUInt32BE() * buckets) / 2 ** 32) + 1;

/** As a way stands in its bucket. `place`: the member's, from 1. */
export function wayEntry(way: Buffer, place: number): Buffer {
  const entry = Buffer.alloc(PACK_WAY_BYTES);
  way.copy(entry, 0, BUCKET_BYTES, WAY_BYTES);
  entry.writeUIntBE(place, REST_BYTES, PLACE_BYTES);
  return entry;
}

/** The member's place, or undefined. */
export function placeIn(bucket: Buffer, way: Buffer): number | undefined {
  for (let at = 0; at + PACK_WAY_BYTES <= bucket.length; at += PACK_WAY_BYTES)
    if (bucket.compare(way, BUCKET_BYTES, WAY_BYTES, at, at + REST_BYTES) === 0)
      return bucket.readUIntBE(at + REST_BYTES, PLACE_BYTES);
  return undefined;
}

/** Where a member lies: the row, and how many stand before it there. */
export const rowOf = (place: number): { id: number; before: number } => ({
  id: Math.floor((place - 1) / MEMBERS_PER_ROW) + 1,
  before: (place - 1) % MEMBERS_PER_ROW,
});

/** The record that has so many before it in an opened row; undefined for what no writer wrote. */
export const recordIn = (row: Buffer, before: number, words: readonly string[]): MemberRecord | undefined =>
  readOrNot(() => {
    const from = new PackCursor(row, words);
    for (let left = before; left > 0; left -= 1) from.raw(from.number());
    return decodeRecord(from.raw(from.number()), words);
  });

/** The row of the tastes that says how many there are. */
export const TASTES_HEAD: Place = { table: 'tastes', id: 0 };
export function sealTastes(keys: PackKeys, pack: PackName, count: number): Buffer {
  const writer = new PackWriter(new PackWords());
  writer.number(count);
  return sealRow(keys, pack, TASTES_HEAD, writer.bytes());
}
/** Undefined for what no writer wrote. */
export function openTastes(keys: PackKeys, pack: PackName, box: Uint8Array): number | undefined {
  const head = openRow(keys, pack, TASTES_HEAD, box);
  return head && readOrNot(() => new PackCursor(head, []).number());
}

function readOrNot<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

const headerAbout = (pack: PackName, json: string): Buffer =>
  aboutOf(pack, HEADER, createHash('sha256').update(json).digest('hex'));
const HEADER: Place = { table: 'header', id: HEADER_ROW };

/** The header's row, to be written once counts and words are known. */
export function sealHeader(
  keys: PackKeys,
  header: PackHeader,
  words: readonly string[],
): { json: string; box: Buffer } {
  const json = JSON.stringify(header);
  return { json, box: sealBox(keys.record, HEADER, headerAbout(header, json), Buffer.from(JSON.stringify(words))) };
}

/** The header as it stands in a file, not proved; undefined when it is none. */
export function readHeader(json: string): PackHeader | undefined {
  if (json.length > PACK_LIMITS.headerChars) return undefined;
  try {
    return PackHeader.safeParse(JSON.parse(json)).data;
  } catch {
    return undefined;
  }
}

/** The words of a pack whose key this is and whose header is as it was written; else undefined. */
export function openHeader(keys: PackKeys, header: PackHeader, json: string, box: Uint8Array): string[] | undefined {
  const words = openBox(keys.record, HEADER, headerAbout(header, json), box);
  return words === undefined ? undefined : PackWordList.safeParse(JSON.parse(words.toString('utf8'))).data;
}
const PackWordList = z.array(z.string()).max(MAX_PACK_WORDS);
