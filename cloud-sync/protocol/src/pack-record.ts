import { MemberRecord } from './members.ts';
import { PackCursor, type PackWords, PackWriter } from './pack-bytes.ts';

/**
 * A MemberRecord as a pack has it: fields in one order, without names. Hashes of cards are not in it, for they are the half of a record and are of use only to find it: who is
 * found by a card is given with that card's hash.
 */

const [HAS_NUMBER, HAS_TIER_END, HAS_BIRTHDAY] = [1, 2, 4] as const;
/** Say it all: nothing follows for them, so that a reader of before, who passes over them, reads the rest. */
const [IS_PROVEN, IS_UNPROVEN] = [8, 16] as const;
const NUMBER_BASE = 1;
/** Of an instant: its text follows, for ms would not give the same. Else the number less one is ms from another instant. */
const AS_WRITTEN = 0;
/** Of the end of a lot: there is none. Else the number less one is a multiple of four units, and the unit's place. */
const NO_END = 0;
const UNITS_MS = [3_600_000, 60_000, 1_000, 1] as const;
const KEY_BYTES = 32;
const BASE64URL = 'base64url';

/** With its length before it. */
export function encodeRecord(record: MemberRecord, words: PackWords): Buffer {
  const bytes = bytesOf(record, words);
  const length = new PackWriter(words);
  length.number(bytes.length);
  return Buffer.concat([length.bytes(), bytes]);
}

function bytesOf(record: MemberRecord, words: PackWords): Buffer {
  const out = new PackWriter(words);
  const { number, tierUntil, birthday, consents, points } = record;
  const has = (flag: number, value: unknown): number => (value === undefined ? 0 : flag);
  const proof = record.phoneVerified === undefined ? 0 : record.phoneVerified ? IS_PROVEN : IS_UNPROVEN;
  out.number(has(HAS_NUMBER, number) + has(HAS_TIER_END, tierUntil) + has(HAS_BIRTHDAY, birthday) + proof);
  out.name(record.memberId);
  // With a digit before it, so that zeros at its head stay.
  if (number !== undefined) out.number(Number(`${NUMBER_BASE}${number}`));
  const joinedMs = putInstant(out, record.joinedAt, 0);
  out.word(record.tier);
  if (tierUntil !== undefined) out.word(tierUntil);
  if (birthday !== undefined) out.word(birthday);
  list(out, consents, (consent) => {
    out.word(`${consent.granted ? '+' : '-'}${consent.purpose} ${consent.textVersion}`);
    putInstant(out, consent.at, joinedMs);
  });
  list(out, record.tags, (tag) => out.word(tag));
  list(out, record.segments, (segment) => out.word(segment));
  list(out, record.publicKeys, (key) => out.raw(Buffer.from(key, BASE64URL)));
  list(out, record.aliases, (alias) => out.name(alias));
  out.number(record.orders);
  out.number(points.debt);
  list(out, points.lots, (lot) => {
    out.name(lot.lotId);
    out.number(lot.points);
    putEnd(out, lot.availableAtMs);
    putEnd(out, lot.expiresAtMs);
  });
  return out.bytes();
}

/** Of what follows that length; undefined for what no writer wrote. */
export function decodeRecord(bytes: Buffer, words: readonly string[]): MemberRecord | undefined {
  try {
    const from = new PackCursor(bytes, words);
    const record = readRecord(from);
    return from.at === bytes.length ? MemberRecord.safeParse(record).data : undefined;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function readRecord(from: PackCursor): unknown {
  const flags = from.number();
  const memberId = from.text();
  const number = flags & HAS_NUMBER ? { number: String(from.number()).slice(1) } : {};
  const joinedAt = readInstant(from, 0);
  const joinedMs = msOf(joinedAt);
  const tier = from.text();
  const tierUntil = flags & HAS_TIER_END ? { tierUntil: from.text() } : {};
  const birthday = flags & HAS_BIRTHDAY ? { birthday: from.text() } : {};
  const proof = flags & (IS_PROVEN | IS_UNPROVEN) ? { phoneVerified: (flags & IS_PROVEN) !== 0 } : {};
  const consents = read(from, () => {
    const [, sign, purpose, textVersion] = /^([+-])(\S+) (.*)$/su.exec(from.text()) ?? [];
    return { purpose, granted: sign === '+', textVersion, at: readInstant(from, joinedMs) };
  });
  const tags = read(from, () => from.text());
  const segments = read(from, () => from.text());
  const publicKeys = read(from, () => from.raw(KEY_BYTES).toString(BASE64URL));
  const aliases = read(from, () => from.text());
  const [orders, debt] = [from.number(), from.number()];
  const lots = read(from, () => ({
    lotId: from.text(),
    points: from.number(),
    availableAtMs: readEnd(from),
    expiresAtMs: readEnd(from),
  }));
  const ways = { publicKeys, codeHashes: [], aliases };
  const state = { tier, ...tierUntil, ...birthday, ...proof, consents, tags, segments, orders, points: { lots, debt } };
  return { memberId, ...number, joinedAt, ...state, ...ways };
}

function list<T>(out: PackWriter, items: readonly T[], put: (item: T) => void): void {
  out.number(items.length);
  for (const item of items) put(item);
}
/** Its schema refuses a list that is too long; here it ends where the bytes do. */
const read = <T>(from: PackCursor, one: () => T): T[] => {
  const items: T[] = [];
  for (let left = from.number(); left > 0; left -= 1) items.push(one());
  return items;
};

/** In ms; of what is no date for this machine, 0. */
const msOf = (instant: string): number => Date.parse(instant) || 0;

/** Returns the instant in ms. */
function putInstant(out: PackWriter, instant: string, baseMs: number): number {
  const ms = msOf(instant);
  if (new Date(ms).toISOString() === instant) {
    out.number(unsignedOf(ms - baseMs) + 1);
  } else {
    out.number(AS_WRITTEN);
    out.name(instant);
  }
  return ms;
}
function readInstant(from: PackCursor, baseMs: number): string {
  const head = from.number();
  if (head === AS_WRITTEN) return from.text();
  return new Date(baseMs + signedOf(head - 1)).toISOString();
}

function putEnd(out: PackWriter, ms: number | null): void {
  const unit = UNITS_MS.findIndex((unitMs) => (ms ?? 0) % unitMs === 0);
  if (ms === null) out.number(NO_END);
  else out.number(unsignedOf(ms / (UNITS_MS[unit] ?? 1)) * UNITS_MS.length + unit + 1);
}
function readEnd(from: PackCursor): number | null {
  const head = from.number();
  if (head === NO_END) return null;
  const unitMs = UNITS_MS[(head - 1) % UNITS_MS.length] ?? 1;
  return signedOf(Math.floor((head - 1) / UNITS_MS.length)) * unitMs;
}

/** Numbers below zero between those above. */
const unsignedOf = (value: number): number => (value < 0 ? -value * 2 - 1 : value * 2);
const signedOf = (value: number): number => (value % 2 === 1 ? -(value + 1) / 2 : value / 2);
