import type { LedgerEntry } from '@tillside/decide';
import type { ConsentState, IncludedMarks, Sealed } from '@tillside/protocol';

/**
 * Members at HQ. All is keyed by member, so that it can be spread over machines. What a member did is heard from stores by events, in any order; what HQ itself
 * changes is written here. Every change that stores must hear of gets a cursor; a reader of cursors never misses one that commits late.
 */
export interface MemberStore {
  readonly directory: MemberDirectory;
  readonly ledger: PointsLedger;
  readonly feed: MemberFeed;
  readonly accesses: AccessLog;
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

export interface MemberDirectory {
  /** Adds a member. The same again is no change; of an erased member nothing is taken: `erased`. */
  add(member: Omit<MemberRow, 'number' | 'into' | 'changedAt'>, at: string): Promise<'added' | 'known' | 'erased'>;
  /** Null when there is none, or it was erased. One that was merged is given as what it was merged into, unless asked for by `memberId`. */
  find(by: MemberKey): Promise<MemberRow | null>;
  /** Which fields are given are put; a consent only where it is newer than what is held of its purpose. False for who is unknown. */
  put(
    memberId: string,
    change: MemberChangeSet & { readonly consents?: readonly ConsentState[] },
    at: string,
  ): Promise<boolean>;
  /** Every consent ever told, oldest first. */
  consentHistory(memberId: string): Promise<ConsentState[]>;
  /** By number; for imports, packs and segments. */
  page(after: string | null, limit: number): Promise<MemberRow[]>;
  count(): Promise<{ members: number; merged: number; erased: number }>;
  /** Who has a sealed profile and no phone index yet, though the key is here. */
  unindexed(limit: number): Promise<{ memberId: string; profile: Sealed; key: string }[]>;
  /** Makes `from` an alias of `into` (and all that were merged into `from`). Refuses circles and oneself: `refused`. */
  merge(merge: Omit<MergeRecord, 'undoneAt'>): Promise<'merged' | 'refused' | 'unknown'>;
  /** Undoes a merge: entries and consents are by their own ids again. */
  unmerge(from: string, at: string, by: string): Promise<boolean>;
  merges(memberId: string): Promise<MergeRecord[]>;
  /** Ids of the same person, this one included. */
  same(memberId: string): Promise<string[]>;
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
  /** Where an erasure has got to: keys destroyed at HQ, and what each store confirmed by its own event. */
  erasure(
    memberId: string,
  ): Promise<{ at: string; by: string; stores: { store: string; confirmedAt: string | null }[] } | null>;
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
  /** Holds of points that lapse; null where the balance that `work` reads leaves none. Under the member's lock. */
  hold(
    hold: { holdId: string; memberId: string; store: string; until: string },
    work: (entries: LedgerEntry[], held: number) => number,
  ): Promise<{ points: number; until: string }>;
  releaseHold(holdId: string): Promise<void>;
}

export interface MemberFeed {
  /** The newest cursor that nothing older can still come before. */
  newest(): Promise<number>;
  /**
   * Ids that changed after `after`, for this store: of whom it knows (seen there, or in its pack's neighbourhood), and of everybody where a consent was withdrawn, a member erased or
   * merged. Each id once, ascending by its last cursor.
   */
  since(
    store: string,
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
