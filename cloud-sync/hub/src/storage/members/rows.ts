import { createHash, randomInt } from 'node:crypto';
import { entryContent, type LedgerEntry } from '@tillside/decide';
import { type ConsentState, keyIdOf } from '@tillside/protocol';
import type { MemberDirectory, MemberRow, Person, PurchaseSummary } from '../member-port.ts';

/** Ids of one person, the person included, at most. */
export const MAX_GROUP = 17;
/** Phones and cards of a person that are told of, the newest. */
export const MAX_KEYS = 4;
export const MAX_CODES = 8;
/** Numbers that are tried before it is a fault. */
export const NUMBER_TRIES = 50;

/** What each storage reads of the directory in a file of its own. */
export type DirectoryReads = Pick<
  MemberDirectory,
  | 'find'
  | 'consentHistory'
  | 'page'
  | 'count'
  | 'unindexed'
  | 'phoneHolders'
  | 'samePhone'
  | 'same'
  | 'aliases'
  | 'persons'
  | 'storesOf'
  | 'seenIn'
>;

export type MarkKind = 'key' | 'code' | 'claim' | 'proof';
/** Of kind `proof`: whether the phone is proven from then on; the newest counts. */
export const proofMark = (isProven: boolean): string => (isProven ? 'proven' : 'unproven');
/** Who has a phone, best first: who proved it, of whom nobody asked, who did not. `member`: the table's alias, or its name. */
export const byProof = (
  member: string,
): string => `CASE (SELECT p.value FROM member_marks p WHERE p.member_id = ${member}.member_id
  AND p.kind = 'proof' ORDER BY p.at_ms DESC, p.value LIMIT 1) WHEN 'proven' THEN 0 WHEN 'unproven' THEN 2 ELSE 1 END`;

/** A member's row as it lies in a table. */
export interface RawMember
  extends Omit<
    MemberRow,
    'consents' | 'tags' | 'segments' | 'publicKeys' | 'codeHashes' | 'profile' | 'phoneVerified'
  > {
  readonly root: string;
  /** JSON. */
  readonly consents: string;
  readonly tags: string;
  readonly segments: string;
  readonly profile: string | null;
}
/** A member among those of its person. */
export interface GroupMember {
  readonly memberId: string;
  readonly root: string;
  readonly tags: string;
}
/** A store where an id of a person was seen. */
export interface SeenStore {
  readonly root: string;
  readonly store: string;
  readonly orders: number;
}
/** `ids`: of all of them, who joined first first. */
export function personsOf(
  rows: readonly MemberRow[],
  ids: readonly Pick<GroupMember, 'memberId' | 'root'>[],
  seen: readonly SeenStore[],
): Person[] {
  const persons = new Map(rows.map((row) => [row.memberId, { row, ids: [] as string[], stores: [] as SeenStore[] }]));
  for (const { memberId, root } of ids) persons.get(root)?.ids.push(memberId);
  for (const each of seen) persons.get(each.root)?.stores.push(each);
  return [...persons.values()];
}
export interface Mark {
  readonly memberId: string;
  readonly kind: string;
  readonly value: string;
  readonly atMs: number;
}
/** A consent as it was told of one id. */
export interface HeldConsent extends ConsentState {
  readonly atMs: number;
}

/** 100000000 to 999999999; the first digit is no zero, so that no spreadsheet eats it. */
export const newNumber = (): string => String(randomInt(100_000_000, 1_000_000_000));

export const msOf = (instant: string): number => {
  const ms = Date.parse(instant);
  return Number.isNaN(ms) ? 0 : ms;
};
/** The same instant in UTC, so that texts compare as times do. */
export const utcOf = (instant: string): string => new Date(msOf(instant)).toISOString();

/** Of two contents under one id the one with the lower hash counts. */
export const entryHash = (entry: LedgerEntry): string => createHash('sha256').update(entryContent(entry)).digest('hex');

/** By what a mark is looked up. */
export const lookupOf = (kind: MarkKind, value: string): string =>
  kind === 'key' ? keyIdOf(Buffer.from(value, 'base64url')) : value;

const beats = (one: HeldConsent, other: HeldConsent): boolean => {
  if (one.atMs !== other.atMs) return one.atMs > other.atMs;
  // Two statements of one instant: the one that allows less.
  if (one.granted !== other.granted) return !one.granted;
  return one.textVersion > other.textVersion;
};

/** Of each purpose the later statement, whoever told it and in whatever order. */
export function newestConsents(all: readonly HeldConsent[]): ConsentState[] {
  const newest = new Map<string, HeldConsent>();
  for (const each of all) {
    const held = newest.get(each.purpose);
    if (held === undefined || beats(each, held)) newest.set(each.purpose, each);
  }
  return [...newest.values()]
    .sort((a, b) => (a.purpose < b.purpose ? -1 : 1))
    .map(({ purpose, granted, textVersion, at }) => ({ purpose, granted, textVersion, at }));
}

/** Is something no longer allowed that was? */
export const isWithdrawn = (before: readonly ConsentState[], after: readonly ConsentState[]): boolean =>
  before.some(({ purpose, granted }) => granted && !after.some((each) => each.purpose === purpose && each.granted));

/** Personal offers, and what is kept to make them. */
export const agreesToOffers = (consents: readonly ConsentState[]): boolean =>
  consents.some(({ purpose, granted }) => purpose === 'personalisation' && granted);

/** Rows with what belongs to the whole person: its cards, phones and tags, whichever id has them. */
export function assemble(
  raws: readonly RawMember[],
  groups: readonly GroupMember[],
  marks: readonly Mark[],
): MemberRow[] {
  const idsOf = new Map<string, GroupMember[]>();
  for (const each of groups) idsOf.set(each.root, [...(idsOf.get(each.root) ?? []), each]);
  const marksOf = new Map<string, Mark[]>();
  for (const each of marks) marksOf.set(each.memberId, [...(marksOf.get(each.memberId) ?? []), each]);
  return raws.map(({ root: _root, consents, tags, segments, profile, ...raw }) => {
    const group = raw.into === null ? (idsOf.get(raw.memberId) ?? []) : [{ memberId: raw.memberId, tags }];
    const held = group.flatMap(({ memberId }) => marksOf.get(memberId) ?? []).sort((a, b) => b.atMs - a.atMs);
    const of = (kind: MarkKind, most: number): string[] =>
      [...new Set(held.filter((mark) => mark.kind === kind).map(({ value }) => value))].slice(0, most);
    const allTags = group.flatMap((each) => JSON.parse(each.tags) as string[]);
    return {
      ...raw,
      consents: JSON.parse(consents) as ConsentState[],
      tags: [...new Set([...(JSON.parse(tags) as string[]), ...allTags])],
      segments: JSON.parse(segments) as string[],
      publicKeys: of('key', MAX_KEYS),
      codeHashes: of('code', MAX_CODES),
      phoneVerified: proofOf(marksOf.get(raw.memberId) ?? []),
      profile: profile === null ? null : (JSON.parse(profile) as MemberRow['profile']),
    };
  });
}

/** Of the id itself: an alias said so of its own phone. */
function proofOf(marks: readonly Mark[]): boolean | null {
  const newest = marks
    .filter(({ kind }) => kind === 'proof')
    .sort((a, b) => b.atMs - a.atMs || (a.value < b.value ? -1 : 1))[0];
  return newest === undefined ? null : newest.value === proofMark(true);
}

/** Who has a phone: id, when they joined in ms, whether the profile is still the one of the sign-up. */
export type PhoneHolder = [memberId: string, joinedMs: number, isAsJoined: boolean | 0 | 1];

export const byJoining = (holders: readonly PhoneHolder[]): { memberId: string; isAsJoined: boolean }[] =>
  holders
    .toSorted(([one, early], [other, late]) => early - late || (one < other ? -1 : 1))
    .map(([memberId, , isAsJoined]) => ({ memberId, isAsJoined: Boolean(isAsJoined) }));

/** Purchases of one id, with the person it is of. */
export type SummaryRow = PurchaseSummary & { number: string; root: string };

/** The sums of a person's ids together. */
export function together(rows: readonly SummaryRow[]): PurchaseSummary & { number: string } {
  const own = rows.find(({ memberId, root }) => memberId === root) ?? rows[0];
  if (own === undefined) throw new Error('a person has an id');
  const firsts = rows.flatMap(({ firstAt }) => (firstAt === null ? [] : [firstAt])).sort();
  const lasts = rows.flatMap(({ lastAt, priorAt }) => [lastAt, priorAt].filter((at) => at !== null)).sort();
  return {
    memberId: own.root,
    number: own.number,
    joinedAt: own.joinedAt,
    firstAt: firsts[0] ?? null,
    lastAt: lasts.at(-1) ?? null,
    priorAt: lasts.at(-2) ?? null,
    orders: rows.reduce((sum, { orders }) => sum + orders, 0),
    spentFen: rows.reduce((sum, { spentFen }) => sum + spentFen, 0),
  };
}
