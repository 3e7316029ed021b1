import type { LedgerEntry } from '@tillside/decide';
import type { DuplicateReason } from '@tillside/hub-contract';
import type { ConsentState, IncludedMarks, Sealed } from '@tillside/protocol';
import type { TasteStore } from './taste-port.ts';

/**
 * Members at HQ. All is keyed by member, so that it can be spread over machines. What a member did is heard from stores by events, in any order; what HQ itself
 * changes is written here. Every change that stores must hear of gets a cursor; a reader of cursors never misses one that commits late.
 */
export interface MemberStore {
  readonly directory: MemberDirectory;
  readonly ledger: PointsLedger;
  readonly feed: MemberFeed;
  readonly accesses: AccessLog;
  readonly purchases: PurchaseSums;
  readonly guests: GuestSales;
  readonly secrets: PhoneSecrets;
  readonly sessions: PhoneSessions;
  readonly settings: MemberSettingsStore;
  readonly duplicates: DuplicateStore;
  readonly households: Households;
  readonly tastes: TasteStore;
}

export interface MemberRow {
  readonly memberId: string;
  readonly number: string;
  /** Store id, or `hq`: the online shop, a partner, an import at HQ. */
  readonly home: string;
  readonly channel: string;
  readonly joinedAt: string;
  readonly tier: string;
  readonly tierUntil: string | null;
  /** The newest of each purpose. */
  readonly consents: readonly ConsentState[];
  readonly tags: readonly string[];
  readonly segments: readonly string[];
  readonly household: string | null;
  readonly publicKeys: readonly string[];
  readonly codeHashes: readonly string[];
  readonly profile: Sealed | null;
  /** HMAC of the phone under the hub's index key; null until it was worked out, or there is no phone. */
  readonly phoneIndex: string | null;
  /** Whether a code that went to the phone was shown; null: nobody asked for one. */
  readonly phoneVerified: boolean | null;
  /** The member that this one was merged into; null: none. */
  readonly into: string | null;
  readonly changedAt: string;
}

export type MemberChangeSet = Partial<Omit<MemberRow, 'memberId' | 'number' | 'consents' | 'into' | 'changedAt'>>;

export type MemberKey =
  | { readonly memberId: string }
  | { readonly number: string }
  | { readonly codeHash: string }
  | { readonly keyId: string }
  | { readonly phoneIndex: string };

export interface MergeRecord {
  readonly from: string;
  readonly into: string;
  readonly at: string;
  /** `certain`: one phone; `probable`: a person judged. */
  readonly basis: 'certain' | 'probable';
  readonly by: string;
  readonly undoneAt: string | null;
}

export interface Alias {
  readonly from: string;
  readonly into: string;
}

/** Persons, of whom none is merged into another, with one phone. */
export interface SamePhone {
  readonly phoneIndex: string;
  /** `isAsJoined`: the profile is the one of the sign-up, and was not changed since. */
  readonly people: readonly { readonly memberId: string; readonly isAsJoined: boolean }[];
}

/** A person with what is known of all their ids. */
export interface Person {
  readonly row: MemberRow;
  /** Who joined first comes first. */
  readonly ids: readonly string[];
  /** Where one of them was seen, in no order. */
  readonly stores: readonly { readonly store: string; readonly orders: number }[];
}

export interface MemberDirectory {
  /** Adds a member. The same again is no change; of an erased member nothing is taken: `erased`. */
  add(
    member: Omit<MemberRow, 'number' | 'into' | 'phoneVerified' | 'changedAt'>,
    at: string,
  ): Promise<'added' | 'known' | 'erased'>;
  /** Null when there is none, or it was erased. One that was merged is given as what it was merged into, unless asked for by `memberId`. */
  find(by: MemberKey): Promise<MemberRow | null>;
  /** Which fields are given are put; a consent only where it is newer than what is held of its purpose. False for who is unknown. */
  put(
    memberId: string,
    change: MemberChangeSet & { readonly consents?: readonly ConsentState[] },
    at: string,
  ): Promise<boolean>;
  /** Tiers of many persons in one transaction; who is none any more is left out. Stores that know them hear of it. */
  putTiers(
    tiers: readonly { readonly memberId: string; readonly tier: string; readonly tierUntil: string | null }[],
    at: string,
  ): Promise<void>;
  /** Every consent ever told, oldest first. */
  consentHistory(memberId: string): Promise<ConsentState[]>;
  /** Persons by number; for imports, packs and segments. Who was merged into another is not among them. */
  page(after: string | null, limit: number): Promise<MemberRow[]>;
  count(): Promise<{ members: number; merged: number; erased: number }>;
  /**
   * Who has a sealed profile whose phone was not looked at yet, though a key is here; by member, with each key that a store deposited. `put` with a `phoneIndex`, null for no
   * phone, takes a member off the list; another profile puts it on again.
   */
  unindexed(limit: number): Promise<{ memberId: string; profile: Sealed; key: string }[]>;
  /** Of each of these phones the person who had it first, by the phone's index; none for a phone that nobody has. */
  phoneHolders(phoneIndexes: readonly string[]): Promise<Map<string, string>>;
  /** Phones that several persons have, by their index from `after` on; who joined first comes first. */
  samePhone(after: string | null, limit: number): Promise<SamePhone[]>;
  /** That the member is known in a store, though nothing was sold: looked up, signed up. */
  seen(memberId: string, store: string, at: string): Promise<void>;
  /** Spends the one-time word of a sign-up, by its hash, and registers the phone's key. Null: unknown, spent or too late. */
  redeemClaim(claim: { claimHash: string; publicKey: string; at: string }): Promise<string | null>;
  /** Makes `from` an alias of `into` (and all that were merged into `from`). Refuses circles, oneself, who is an alias already, and more than 16 aliases: `refused`. */
  merge(merge: Omit<MergeRecord, 'undoneAt'>): Promise<'merged' | 'refused' | 'unknown'>;
  /** Undoes a merge: entries and consents are by their own ids again. */
  unmerge(from: string, at: string, by: string): Promise<boolean>;
  merges(memberId: string): Promise<MergeRecord[]>;
  /** Ids that are aliases now, from `after` on, each with the person it is of in the end; of merges that were undone, and of who was erased, none. */
  aliases(after: string | null, limit: number): Promise<Alias[]>;
  /** Ids of the same person, this one included. */
  same(memberId: string): Promise<string[]>;
  /** Persons of these ids, many at once, in no order. Who is unknown, erased or merged into another is left out. */
  persons(memberIds: readonly string[]): Promise<Person[]>;
  /** Stores a member was seen in, newest first. */
  storesOf(memberId: string): Promise<{ store: string; lastAt: string; orders: number }[]>;
  /** Who was seen in one of these stores, newest first, with no name twice. */
  seenIn(
    stores: readonly string[],
    page: { after: { lastAt: string; memberId: string } | null; limit: number },
  ): Promise<{ memberId: string; lastAt: string }[]>;
  /** What is personal goes: row, indexes, keys of every store; aliases too. Ledger entries stay, of nobody. Returns the ids and the stores that knew them. */
  erase(
    memberId: string,
    erasure: { at: string; by: 'member' | 'staff' | 'hq'; reason: string },
  ): Promise<{ memberIds: string[]; stores: string[] } | null>;
  /** Where an erasure has got to: every id of the person, and when each store that knew one of them confirmed by its own event. Null: not erased. */
  erasure(memberId: string): Promise<{
    at: string;
    by: 'member' | 'staff' | 'hq';
    memberIds: string[];
    stores: { store: string; confirmedAt: string | null }[];
  } | null>;
}

/** Facts of the points ledger; balances are worked out by decide's fold. Append-only. */
export interface PointsLedger {
  /** Adds entries: an entry id that is held is not taken twice. `conflicts`: held with other content, of which the one with the lower hash counts everywhere. */
  add(
    entries: readonly LedgerEntry[],
    heard: { readonly store: string; readonly at: string },
  ): Promise<{ added: number; conflicts: number }>;
  /** Of all these ids, in no order that matters. */
  entriesOf(memberIds: readonly string[]): Promise<LedgerEntry[]>;
  /** A person's entries, and which events of a store they take into account, of one moment. */
  withMarks(memberIds: readonly string[], store: string): Promise<{ entries: LedgerEntry[]; included: IncludedMarks }>;
  /** All members with entries, by id, for rebuilds and audits. */
  members(after: string | null, limit: number): Promise<string[]>;
  /**
   * Holds points for one store until they lapse, under the person's lock. `work` is given the person's entries and what is held already, and says how many. The same `holdId`
   * again is the same answer, and `work` is not asked.
   */
  hold(
    hold: { holdId: string; memberId: string; store: string; at: string; until: string },
    work: (entries: LedgerEntry[], held: number) => number,
  ): Promise<{ points: number; until: string }>;
  releaseHold(holdId: string): Promise<void>;
}

/**
 * The first cursor after a storage was put back: microseconds since 1970, for no hub makes a million changes a second. Where the clock is behind, more than a
 * hub makes between two backups.
 */
export const skippedCursor = (newest: number, nowMs: number): number =>
  nowMs * 1_000 > newest ? nowMs * 1_000 : newest + 1_000_000_000;

export interface MemberFeed {
  /** After the storage was put back to an earlier time: from now on changes have cursors that no store has seen, also where it was put back to the same copy before. */
  skip(nowMs: number): Promise<void>;
  /** The newest cursor that nothing older can still come before. */
  newest(): Promise<number>;
  /**
   * Ids that changed after `after`: of whom one of these stores knows (the asking store, and those that its pack is made of), and of everybody where a consent was withdrawn, a
   * member erased or merged. Each id once, ascending by its last cursor.
   */
  since(
    stores: readonly string[],
    after: number,
    limit: number,
  ): Promise<{ cursor: number; more: boolean; changes: { memberId: string; erasedAt: string | null }[] }>;
  /** Tells stores of a change that no method here made. */
  touch(memberIds: readonly string[], scope: 'known' | 'all', at: string): Promise<void>;
}

/** Who looked at a person's data, when and why. Kept when the person is erased. */
export interface AccessLog {
  add(access: { memberId: string; by: string; what: string; reason: string; at: string }): Promise<void>;
  of(memberId: string, limit: number): Promise<{ by: string; what: string; reason: string; at: string }[]>;
  list(
    before: number | null,
    limit: number,
  ): Promise<{ id: number; memberId: string; by: string; what: string; reason: string; at: string }[]>;
}

/** What a person bought, over all stores and ids. Instants in UTC; money in fen, with what came back taken away. */
export interface PurchaseSummary {
  readonly memberId: string;
  readonly joinedAt: string;
  readonly firstAt: string | null;
  readonly lastAt: string | null;
  /** The one before the last. */
  readonly priorAt: string | null;
  readonly orders: number;
  readonly spentFen: number;
}

export interface PurchaseSums {
  of(memberId: string): Promise<PurchaseSummary | null>;
  /** Persons by number, also those who bought nothing; `number` of the last goes into the next `after`. */
  page(after: string | null, limit: number): Promise<(PurchaseSummary & { readonly number: string })[]>;
  /** By month of business (YYYY-MM), from `from` on, ascending. */
  months(memberId: string, from: string): Promise<{ month: string; orders: number; spentFen: number }[]>;
  /** Sales of these ids, the newest first; those of a guest that HQ gave to the member among them. */
  sales(memberIds: readonly string[], limit: number): Promise<{ store: string; saleId: string }[]>;
}

/** A sale whose shopper showed a code that its store could not ask about. */
export interface GuestSale {
  readonly cursor: number;
  readonly store: string;
  readonly saleId: string;
  readonly codeHash: string | null;
  /** A rotating or numeric code as it was shown. */
  readonly shown: string | null;
  readonly at: string;
  readonly points: number;
  readonly businessDate: string;
  readonly payableFen: number;
}

export interface GuestSales {
  /** Those that wait for their member, oldest first. At most `MAX_GUEST_SALES` wait; a newer one then takes the place of the oldest. */
  waiting(after: number, limit: number): Promise<GuestSale[]>;
  /** Gives the sale to its member, once: the entry (null: no points), and what it adds to the purchases; what comes back of it is that member's. False when it does not wait any more. */
  settle(sale: GuestSale, memberId: string, entry: LedgerEntry | null, at: string): Promise<boolean>;
  /** A code that can never be right. */
  drop(store: string, saleId: string): Promise<void>;
}
export const MAX_GUEST_SALES = 100_000;

/** The secret of a phone's numeric code (RFC 6238), base64url; beside the sealing keys, in no backup, gone with an erasure. */
export interface PhoneSecrets {
  put(memberId: string, secret: string): Promise<boolean>;
  get(memberId: string): Promise<string | null>;
  /** True for the first use of a time step, and for none that is older than one used. */
  use(memberId: string, step: number): Promise<boolean>;
}

/** What phones signed to open sessions, so that no hub on this storage takes one twice. */
export interface PhoneSessions {
  /** True for the first use of an instant (ms) by a key, and while fewer than `most` of that key are remembered. What is older than `oldestMs` is forgotten. */
  take(keyId: string, atMs: number, within: { oldestMs: number; most: number }): Promise<boolean>;
}

/** One document that people at HQ change: points rules, tiers, zone. `body` is JSON that its reader checks. */
export interface MemberSettingsStore {
  get(): Promise<{ version: number; body: unknown; at: string; by: string } | null>;
  /** Bodies of the versions that are kept, the newest first. */
  kept(): Promise<unknown[]>;
  /** The new version, one above `was` (0: there is none yet); null when somebody else was first. */
  put(body: unknown, was: number, by: string, at: string): Promise<number | null>;
}

/** Two persons who may be one, as a run found them. */
export interface DuplicatePair {
  /** Who joined later. */
  readonly from: string;
  readonly into: string;
  readonly reasons: readonly DuplicateReason[];
}
/** A run over all persons. */
export interface DuplicateRun {
  /** When it began. */
  readonly at: string;
  readonly tookMs: number;
  readonly compared: number;
  /** There were more pairs than are kept: the best are. */
  readonly isCut: boolean;
}
/** A person's word that two members are two people. */
export interface TwoPeople {
  readonly one: string;
  readonly other: string;
  readonly at: string;
  readonly by: string;
  readonly reason: string;
}

/** Who may be there twice, and of whom somebody said that they are not. What was said counts for all ids of the two persons, and goes with an erasure of either. */
export interface DuplicateStore {
  /** In place of what the run before found; the best pair first. */
  put(run: DuplicateRun, pairs: readonly DuplicatePair[]): Promise<void>;
  run(): Promise<DuplicateRun | null>;
  /** Pairs with a rank above `after`, best first: those that are still two persons of whom nobody said so. */
  page(after: number, limit: number): Promise<(DuplicatePair & { readonly rank: number })[]>;
  count(): Promise<number>;
  /** `refused`: they are one person now. The same again is no change. */
  saySeparate(said: TwoPeople): Promise<'said' | 'refused' | 'unknown'>;
  /** Everything that was said of the two persons; false: nothing was. */
  takeBack(one: string, other: string): Promise<boolean>;
  /** `said`: as above; `undone`: a merge of the two was undone, and that counts as much where nobody is asked. */
  apart(one: string, other: string): Promise<'said' | 'undone' | null>;
  /** Newest first. */
  separate(limit: number): Promise<TwoPeople[]>;
}

/** What was said when somebody at HQ linked a member to a household; gone with an erasure, as the link is. */
export interface HouseholdLink {
  readonly memberId: string;
  readonly at: string;
  readonly by: string;
  readonly reason: string;
}
export interface Households {
  /** Links both, and notes that both agreed: who names the household is in it. */
  link(memberId: string, head: string, said: Omit<HouseholdLink, 'memberId'>): Promise<void>;
  /** Out of it; when one is left in it, there is no household any more. */
  leave(memberId: string, at: string): Promise<void>;
  /** Null: nobody at HQ linked them. */
  said(memberId: string): Promise<Omit<HouseholdLink, 'memberId'> | null>;
  /** Persons of a household, who joined first first; `said` is null for who came with it from a store. */
  members(
    household: string,
    limit: number,
  ): Promise<{ memberId: string; said: Omit<HouseholdLink, 'memberId'> | null }[]>;
}
