import { createCipheriv, createDecipheriv, createHash, createHmac, hkdfSync } from 'node:crypto';
import { constants, deflateRawSync, inflateRawSync } from 'node:zlib';
import { MemberRecord, PackHeader } from './members.ts';
import { keyIdOf } from './phone-key.ts';

/**
 * A member pack (`members.tillmembers`): the members whom one store should know without asking, in a SQLite file that nobody changes. In clear is only the header. A
 * member is found by a keyed hash of what was shown, and the record behind is encrypted under a key of this pack alone, which a store fetches by its own credential.
 *
 * `header(one, json, box)`: the PackHeader as JSON, and an empty box by which key and header are proved before anything is read.
 * `lookup(k, id)`: the first 10 bytes of HMAC-SHA256(index key, "<kind>:<value>") and the record's number, from 1.
 * `record(id, box)`: AES-256-GCM of the deflated JSON of a MemberRecord: ciphertext, then 16 bytes of tag. The nonce is the number, 12 bytes big-endian; the additional data
 * name format, store, version and number. Both keys come by HKDF-SHA256 (RFC 5869) from the pack's key.
 */
export const PACK_SCHEMA = `
  CREATE TABLE header (one INTEGER PRIMARY KEY, json TEXT NOT NULL, box BLOB NOT NULL) STRICT;
  CREATE TABLE lookup (k BLOB PRIMARY KEY, id INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE record (id INTEGER PRIMARY KEY, box BLOB NOT NULL) STRICT;
`;
/** In the file's own header, so that a pack is told from any other SQLite file. */
export const PACK_APPLICATION_ID = 0x544d_5041;
const PACK_PAGE_BYTES = 4096;
/** What a writer sets before anything is in the file. */
export const PACK_PRAGMAS = `PRAGMA page_size = ${PACK_PAGE_BYTES}; PRAGMA application_id = ${PACK_APPLICATION_ID}; PRAGMA user_version = 1;`;

export const PACK_LIMITS = {
  keyBytes: 32,
  headerChars: 256 * 1024,
  /** Of one record, as JSON. */
  recordBytes: 64 * 1024,
} as const;

const LOOKUP_BYTES = 10;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const HEADER_NUMBER = 0;
/** More than most records. */
const INFLATE_CHUNK_BYTES = 2048;
const DEFLATE = { level: 6, windowBits: 12, memLevel: 5 } as const;

/** What most records say in the same words: deflate finds it here and writes a few bits. Part of the format. */
const DICTIONARY = Buffer.from(
  'newactiveat-risklostwon-backgoldsilverbasic},{"lotId":"points":"availableAtMs":null,"expiresAtMs":null' +
    '{"purpose":"marketing","granted":false,"textVersion":"","at":"2026-01-01T00:00:00.000+08:00"},' +
    '{"purpose":"personalisation","granted":true,"textVersion":"","at":"2026-01-01T00:00:00.000Z"},' +
    '{"memberId":"m","number":"","joinedAt":"2026-01-01T00:00:00.000Z","tier":"basic","tierUntil":"2026-12-31","consents":' +
    '[{"purpose":"membership","granted":true,"textVersion":"","at":"2026-01-01T00:00:00.000Z"}],"tags":[],"segments":[],' +
    '"publicKeys":[""],"codeHashes":[""],"birthday":"01-01","orders":1,"points":{"lots":[{"lotId":"earn:s1:","points":1' +
    ',"availableAtMs":null,"expiresAtMs":17}],"debt":0},"aliases":[]}',
);

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
  createHmac('sha256', keys.index).update(`${kind}:${value}`).digest().subarray(0, LOOKUP_BYTES);

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

const nonceOf = (id: number): Buffer => {
  const nonce = Buffer.alloc(NONCE_BYTES);
  nonce.writeBigUInt64BE(BigInt(id), NONCE_BYTES - 8);
  return nonce;
};
const aboutOf = ({ store, version }: PackName, id: number, rest = ''): Buffer =>
  Buffer.from(`tillside-members/1 ${store} ${version} ${id} ${rest}`);

function sealBox(key: Buffer, id: number, about: Buffer, content: Uint8Array): Buffer {
  const cipher = createCipheriv('aes-256-gcm', key, nonceOf(id)).setAAD(about);
  return Buffer.concat([cipher.update(content), cipher.final(), cipher.getAuthTag()]);
}

/** Undefined where key, place or bytes are others. */
function openBox(key: Buffer, id: number, about: Buffer, box: Uint8Array): Buffer | undefined {
  if (box.length < TAG_BYTES) return undefined;
  const decipher = createDecipheriv('aes-256-gcm', key, nonceOf(id), { authTagLength: TAG_BYTES }).setAAD(about);
  decipher.setAuthTag(box.subarray(box.length - TAG_BYTES));
  try {
    return Buffer.concat([decipher.update(box.subarray(0, box.length - TAG_BYTES)), decipher.final()]);
  } catch {
    return undefined;
  }
}

export function sealRecord(keys: PackKeys, pack: PackName, id: number, record: MemberRecord): Buffer {
  const content = deflateRawSync(JSON.stringify(record), { ...DEFLATE, dictionary: DICTIONARY });
  return sealBox(keys.record, id, aboutOf(pack, id), content);
}

/** Undefined for what was not written under this number of this pack. */
export function openRecord(keys: PackKeys, pack: PackName, id: number, box: Uint8Array): MemberRecord | undefined {
  const content = openBox(keys.record, id, aboutOf(pack, id), box);
  if (content === undefined) return undefined;
  try {
    const json = inflateRawSync(content, {
      dictionary: DICTIONARY,
      windowBits: DEFLATE.windowBits,
      chunkSize: INFLATE_CHUNK_BYTES,
      maxOutputLength: PACK_LIMITS.recordBytes,
      finishFlush: constants.Z_SYNC_FLUSH,
    });
    return MemberRecord.safeParse(JSON.parse(json.toString('utf8'))).data;
  } catch {
    return undefined;
  }
}

const headerAbout = (pack: PackName, json: string): Buffer =>
  aboutOf(pack, HEADER_NUMBER, createHash('sha256').update(json).digest('hex'));

/** The header's row, to be written once the counts are known. */
export function sealHeader(keys: PackKeys, header: PackHeader): { json: string; box: Buffer } {
  const json = JSON.stringify(header);
  return { json, box: sealBox(keys.record, HEADER_NUMBER, headerAbout(header, json), Buffer.alloc(0)) };
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

/** Is this the key of the pack, and the header as it was written? */
export const isHeaderSealed = (keys: PackKeys, header: PackHeader, json: string, box: Uint8Array): boolean =>
  openBox(keys.record, HEADER_NUMBER, headerAbout(header, json), box)?.length === 0;
