import type {
  CredentialKind,
  EventRow,
  ModelNotes,
  ModelStage,
  PartnerScope,
  SalesDay,
  SegmentRun,
  TrainingJob,
} from '@tillside/hub-contract';
import type {
  DesiredKind,
  FoundSale,
  ReturnClaim,
  SaleLookup,
  Stream,
  StreamAck,
  TargetDelta,
} from '@tillside/protocol';
import type { Sums } from '../sync/effects.ts';
import type { IncomingEvent } from '../sync/incoming.ts';
import type { StreamState } from '../sync/position.ts';
import type { ContentStore } from './content-port.ts';
import type { MemberStore } from './member-port.ts';
import type { PackStore } from './pack-port.ts';
import type { PartnerStore } from './partner-port.ts';
import type { TakeStore } from './take-port.ts';

/**
 * What the hub needs from a database. One conformance suite (conformance.ts) holds every adapter to it. Each method is one transaction,
 * durable when its promise resolves; none leaves half of its work behind.
 */
export interface HubStorage {
  readonly registry: Registry;
  readonly events: EventLog;
  readonly audit: EventAudit;
  readonly desired: DesiredStore;
  readonly reads: ReadModels;
  readonly returns: ReturnDesk;
  readonly keys: MemberKeys;
  readonly members: MemberStore;
  readonly partners: PartnerStore;
  readonly packs: PackStore;
  readonly segments: SegmentRuns;
  readonly takes: TakeStore;
  readonly content: ContentStore;
  readonly artifacts: ArtifactStore;
  readonly signals: Signals;
  readonly turns: Turns;
  readonly jobs: JobRecords;
  /** Rejects when the database cannot be written to. */
  ping(): Promise<void>;
  /** Idempotent. */
  close(): Promise<void>;
}

/** Signed artifacts by their SHA-256 (lower-case hex). What is put under a name never changes, so that many may read while one writes. */
export interface ArtifactStore {
  /** Durable when it resolves. The same again is no change; what a failing disk spoilt is written again. */
  put(sha256: string, content: Uint8Array): Promise<void>;
  /** The same for what is too large for memory; the file is read once, and stays. Its hash was worked out by who wrote it. */
  putFile(sha256: string, file: string): Promise<void>;
  /** In bytes; null when it is not held. */
  length(sha256: string): Promise<number | null>;
  /** The bytes `from` to `to`, both included, in pieces. */
  read(sha256: string, range: { readonly from: number; readonly to: number }): AsyncIterable<Uint8Array>;
}

/** What hubs on one storage tell each other. A signal may be lost: each only hastens what happens anyway. */
export type Signal =
  | { readonly kind: 'wake'; readonly store: string; readonly version: number }
  | { readonly kind: 'revoked'; readonly credentialId: string }
  /** Signals of other hubs may have been missed before this one. */
  | { readonly kind: 'gap' };

export interface Signals {
  /** To every hub, this one included. Never rejects; resolves when the hub's own listeners have heard it and it was handed to the storage. */
  publish(signal: Exclude<Signal, { kind: 'gap' }>): Promise<void>;
  /** Returns what ends it. */
  subscribe(listener: (signal: Signal) => Promise<void> | void): () => void;
}

export type TurnName =
  | 'signing'
  | 'training'
  | 'segments'
  | 'webhooks'
  | 'packs'
  | 'members'
  | 'terms'
  | 'duplicates'
  | 'takes';

/** Work that only one hub of a storage does at a time. A turn ends with the process that has it. */
export interface Turns {
  /** Waits for the turn; others wait meanwhile. Not to be asked for by work that has it. */
  alone<T>(name: TurnName, work: () => Promise<T>): Promise<T>;
  /** Takes the turn when nobody has it: what gives it back, else null. */
  take(name: TurnName): Promise<(() => Promise<void>) | null>;
}

/** Training jobs as the hub that runs them last told, so that each hub can say how far they are. */
export interface JobRecords {
  put(job: TrainingJob): Promise<void>;
  get(id: string): Promise<TrainingJob | null>;
  /** The one that began last, of those that are remembered. */
  newest(): Promise<TrainingJob | null>;
}

/** What segments runs found; the newest few are kept. */
export interface SegmentRuns {
  put(run: SegmentRun): Promise<void>;
  /** The run that began last; null before the first. */
  newest(): Promise<SegmentRun | null>;
}

export interface StoreRecord {
  readonly id: string;
  readonly name: string;
  readonly createdAt: string;
  readonly lastSeenAt: string | null;
}

export interface StoreSeen {
  readonly id: string;
  readonly at: string;
}

export interface CredentialRecord {
  readonly id: string;
  readonly kind: CredentialKind;
  readonly name: string;
  readonly store: string | null;
  /** Of a partner; empty for the others. */
  readonly scopes: PartnerScope[];
  readonly createdAt: string;
  readonly revokedAt: string | null;
}

export interface PairingCodeRecord {
  /** SHA-256 of the code, hex. */
  readonly codeHash: string;
  readonly kind: CredentialKind;
  readonly store: string | null;
  readonly scopes: PartnerScope[];
  readonly expiresAt: string;
}

export interface Registry {
  /** Adds a store, or renames it. */
  putStore(store: { id: string; name: string; createdAt: string }): Promise<void>;
  stores(): Promise<StoreRecord[]>;
  /** When stores were last heard of: the newest instant of each stays, a store that is not known is passed over. */
  touchStores(seen: readonly StoreSeen[]): Promise<void>;
  /** Keeps the code and forgets the expired ones and older codes for the same store. */
  putPairingCode(code: PairingCodeRecord, now: string): Promise<void>;
  /**
   * Spends the code and creates the credential in one transaction: true when the code was good for `kind` at `now`. A wrong kind counts
   * as an attempt; after `maxAttempts` of them the code is dead.
   */
  redeemPairingCode(request: {
    codeHash: string;
    kind: CredentialKind;
    now: string;
    maxAttempts: number;
    credential: { id: string; hash: string; name: string };
  }): Promise<CredentialRecord | null>;
  /** A credential made without a code, for the hub's own command line. */
  putCredential(credential: CredentialRecord & { hash: string }): Promise<void>;
  /** By SHA-256 of the credential, hex; revoked ones are not found. */
  credentialByHash(hash: string): Promise<CredentialRecord | null>;
  credentials(): Promise<CredentialRecord[]>;
  /** Idempotent; null when there is none with this id. */
  revokeCredential(id: string, at: string): Promise<CredentialRecord | null>;
}

/**
 * Sealing keys of members, kept apart from events and from the backups of events: erasing a key makes what was sealed with it unreadable wherever it is. Freed bytes are
 * overwritten as far as the storage can; who was erased stays erased, also when the keys come back from an older copy.
 */
export interface MemberKeys {
  /** Returns how many are held of those given; a key once held is never replaced, one of an erased member never taken. */
  put(store: string, keys: readonly { memberId: string; key: string }[]): Promise<number>;
  /** Those that are held of the members asked for. */
  held(store: string, memberIds: readonly string[]): Promise<{ memberId: string; key: string }[]>;
  /** Every store that deposited a key of the member, with it; `hq` is HQ itself. */
  holders(memberId: string): Promise<{ store: string; key: string }[]>;
  /** The same of many, in no order. */
  holdersOf(memberIds: readonly string[]): Promise<{ memberId: string; key: string }[]>;
  /** Erases a member's keys for good, whichever stores deposited them. Returns those stores. A `tillside.member.erased` event does the same for its own store. */
  erase(memberId: string, at: string): Promise<string[]>;
  erasures(store: string): Promise<{ memberId: string; at: string }[]>;
}

/** Events of one store that came together. */
export interface IncomingBatch {
  readonly store: string;
  readonly receivedAt: string;
  readonly events: readonly IncomingEvent[];
  /** Of all the events, where they were worked out already; see `sumsOf` (sync/effects.ts). */
  readonly sums?: Sums | undefined;
}

export interface IngestResult {
  readonly acks: StreamAck[];
  readonly stored: readonly IncomingEvent[];
  readonly duplicates: number;
  readonly conflicts: { epoch: string; stream: Stream; seq: number }[];
}

/** One stream of one store's epoch. */
export interface StreamKey {
  readonly store: string;
  readonly epoch: string;
  readonly stream: Stream;
}

export interface PositionRecord extends StreamAck {
  readonly store: string;
  /** Of the event at `contiguousSeq`; the genesis for none. */
  readonly contiguousHash: string;
  readonly lastReceivedAt: string;
}

/** An event as it is held. */
export interface StoredEvent {
  readonly seq: number;
  readonly type: string;
  readonly time: string;
  readonly prevhash: string;
  readonly hash: string;
  readonly receivedAt: string;
  readonly quarantine: string | null;
  /** The envelope's bytes as its store wrote them. */
  readonly text: string;
}

export interface QuarantinedEvent extends StreamKey {
  readonly cursor: number;
  readonly seq: number;
  readonly text: string;
}

export interface EventLog {
  /**
   * Stores batches of one or several stores in one transaction (group commit); the answers are in their order. Under the lock of each stream's state: what is
   * held with the same hash is a duplicate, with another hash (or a broken chain) a conflict that is kept aside; the rest is stored, and takes effect. What
   * becomes of each event is decided by `planEpoch` (sync/plan.ts).
   */
  ingest(batches: readonly IncomingBatch[]): Promise<IngestResult[]>;
  /** Of one store, newest first; at most 100. */
  positions(store: string): Promise<PositionRecord[]>;
  /** Every stream of every store that grew since an instant, by store, epoch and stream, a page at a time. */
  streamsSince(since: string, page: { after: StreamKey | null; limit: number }): Promise<PositionRecord[]>;
  /**
   * What a consumer is given: one stream in the order of its numbers after `afterSeq`, each event once, never past the contiguous mark (`readableTo` of
   * sync/position.ts: a forked stream that will never be whole is read to its end). Numbers that the store gave up are left out.
   */
  read(key: StreamKey, afterSeq: number, limit: number): Promise<StoredEvent[]>;
  /** Holes that the store declared, ascending. */
  sheds(key: StreamKey): Promise<{ fromSeq: number; toSeq: number; prevhash: string; lastHash: string }[]>;
  /** Events whose body could not be read, oldest first. */
  quarantined(after: number, limit: number): Promise<QuarantinedEvent[]>;
  /**
   * A body that could not be read once can be read now: clears its mark and lets it take effect, once; a hole that it declares is stepped across. False when it
   * is not in quarantine, or there is no room for the hole yet.
   */
  release(cursor: number, event: IncomingEvent): Promise<boolean>;
  conflictCount(store: string): Promise<number>;
  /** Newest first. */
  list(query: EventQuery): Promise<EventRow[]>;
  /** Readable completed sales. */
  saleCount(stores: readonly string[]): Promise<number>;
  /** Bodies of these completed sales, of those that were told and are readable; in no order. */
  salesBy(sales: readonly { store: string; saleId: string }[]): Promise<{ store: string; body: string }[]>;
}

/** What a consumer of the log needs of it. Storage can be opened for that alone, beside a hub that runs. */
export type EventReader = Pick<EventLog, 'streamsSince' | 'read' | 'sheds'>;

export interface AuditedStream extends StreamKey {
  readonly state: StreamState;
  /** Up to here hashes are those of an older form of the event, so that only the links can be checked; 0 for none. */
  readonly olderHashesTo: number;
  /** Events that were kept aside. */
  readonly conflicts: number;
}

/** What an audit walks: all that is held, also beyond the contiguous mark. Can be opened for reading alone, beside a hub that runs. */
export interface EventAudit {
  /** Of one store, by epoch and stream. */
  streams(store: string, page: { after: StreamKey | null; limit: number }): Promise<AuditedStream[]>;
  /** By number; all rows that there are of each number, so that a page may be a little longer than `limit`. */
  events(key: StreamKey, afterSeq: number, limit: number): Promise<StoredEvent[]>;
  sheds: EventLog['sheds'];
}

export interface EventQuery {
  readonly store?: string | undefined;
  readonly stream?: Stream | undefined;
  readonly quarantined?: boolean | undefined;
  readonly before?: number | undefined;
  readonly limit: number;
}

/** A sale of one store, and what another store may still take back of it. */
export interface ReturnDesk {
  /** Null where no store told of such a sale; of several with one number the newest. */
  find(sale: SaleLookup): Promise<FoundSale | null>;
  /**
   * Takes units for a return in the store `claimedBy`, in one transaction: no unit is given out twice. `since`: older claims that no return followed no longer count. The
   * answer's `returned` is what came back before this claim. `unknown`: no such sale; `too-many`: not so many units left; `taken`: the id is of another claim.
   */
  claim(
    claim: ReturnClaim,
    by: { readonly claimedBy: string; readonly at: string; readonly since: string },
  ): Promise<FoundSale | 'unknown' | 'too-many' | 'taken'>;
  /** False when there is none of this store, or its return was heard of. */
  release(returnId: string, claimedBy: string): Promise<boolean>;
}

/** One published version for one store. */
export interface DesiredRecord {
  readonly store: string;
  readonly kind: DesiredKind;
  readonly version: number;
  readonly sha256: string;
  readonly lengthBytes: number;
  /** Ways to come from an older version with fewer bytes. */
  readonly deltas?: readonly TargetDelta[] | undefined;
  /** The campaign release, item file or model that this version came from. */
  readonly origin: string;
  readonly publishedAt: string;
}

/** What the store said about a version. */
export interface AppliedRecord {
  readonly store: string;
  readonly kind: DesiredKind;
  readonly version: number;
  readonly outcome: 'applied' | 'refused';
  readonly code: string | null;
  readonly message: string | null;
  readonly at: string;
}

/** How far a store is with a version of its model. */
export interface StageRecord extends ModelStage {
  readonly store: string;
}

export interface ReleaseRecord {
  readonly id: string;
  readonly publishedAt: string;
  readonly publishedBy: string;
  readonly set: Record<string, unknown>;
}

export interface ModelRecord {
  readonly id: string;
  readonly createdAt: string;
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly manifest: Record<string, unknown>;
}

/** A top-level TUF role, a kind that targets delegates to, or a hash bin of a kind, e.g. `campaigns-3f`. */
export type MetadataRole = string;
export interface MetadataDoc {
  readonly role: MetadataRole;
  readonly version: number;
  /** The signed JSON, as served. */
  readonly body: string;
}

export interface DesiredStore {
  /** The newest version of each store and kind. */
  current(): Promise<DesiredRecord[]>;
  byOrigin(origin: string): Promise<DesiredRecord[]>;
  /** What a store was given of a kind, newest first. */
  history(store: string, kind: DesiredKind, limit: number): Promise<DesiredRecord[]>;
  /** Was this artifact ever published to this store? */
  wasPublished(store: string, kind: DesiredKind, sha256: string): Promise<boolean>;
  applied(): Promise<AppliedRecord[]>;
  /** What stores told last of their models: of each store the newest version that it told of, and the newest that came to serve. */
  stages(): Promise<StageRecord[]>;
  /** Signed metadata, new versions and the release become visible together, or not at all. */
  publish(change: {
    docs: readonly MetadataDoc[];
    desired: readonly DesiredRecord[];
    release?: ReleaseRecord | undefined;
  }): Promise<void>;
  /** Signed numbers and versions begin above this one: set after a restore, since stores may have seen newer ones. 0 when never set. */
  versionFloor(): Promise<number>;
  /** Only ever raises it. */
  raiseVersionFloor(version: number): Promise<void>;
  metadata(role: MetadataRole, version?: number): Promise<MetadataDoc | null>;
  releases(limit: number): Promise<ReleaseRecord[]>;
  putModel(model: ModelRecord): Promise<void>;
  models(limit: number): Promise<ModelRecord[]>;
  model(id: string): Promise<ModelRecord | null>;
  /** What is known of a model beside its files; in place of what was noted before. */
  putModelNotes(id: string, notes: ModelNotes): Promise<void>;
  /** Null for none, and for notes of an older hub that nobody can read any more. */
  modelNotes(id: string): Promise<ModelNotes | null>;
}

export type DayDimension = 'category' | 'campaign' | 'hour';

export interface ReadModels {
  /** Newest business date first, then by store. */
  salesDays(query: {
    store?: string | undefined;
    from?: string | undefined;
    to?: string | undefined;
    limit: number;
  }): Promise<SalesDay[]>;
  /** At most `upTo`: one store's clock that is years ahead must not hide the day of all others. */
  newestBusinessDate(upTo: string): Promise<string | null>;
  /** The largest of a business day over all stores, by amount. */
  dayTop(
    businessDate: string,
    dimension: DayDimension,
    limit: number,
  ): Promise<{ key: string; amountFen: number; count: number }[]>;
  streamCounts(): Promise<
    { store: string; stream: Stream; events: number; quarantined: number; lastReceivedAt: string }[]
  >;
}
