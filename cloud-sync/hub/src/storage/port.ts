import type { EventRow, SalesDay } from '@tillside/hub-contract';
import type { DesiredKind, Envelope, FoundSale, ReturnClaim, SaleLookup, Stream, StreamAck } from '@tillside/protocol';

/**
 * What the hub needs from a database. One conformance suite (conformance.ts) holds every adapter to it. Each method is one transaction,
 * durable when its promise resolves; none leaves half of its work behind.
 */
export interface HubStorage {
  readonly registry: Registry;
  readonly events: EventLog;
  readonly desired: DesiredStore;
  readonly reads: ReadModels;
  readonly returns: ReturnDesk;
  /** Rejects when the database cannot be written to. */
  ping(): Promise<void>;
  /** Idempotent. */
  close(): Promise<void>;
}

export interface StoreRecord {
  readonly id: string;
  readonly name: string;
  readonly createdAt: string;
  readonly lastSeenAt: string | null;
}

export interface CredentialRecord {
  readonly id: string;
  readonly kind: 'operator' | 'store';
  readonly name: string;
  readonly store: string | null;
  readonly createdAt: string;
  readonly revokedAt: string | null;
}

export interface PairingCodeRecord {
  /** SHA-256 of the code, hex. */
  readonly codeHash: string;
  readonly kind: 'operator' | 'store';
  readonly store: string | null;
  readonly expiresAt: string;
}

export interface Registry {
  /** Adds a store, or renames it. */
  putStore(store: { id: string; name: string; createdAt: string }): Promise<void>;
  stores(): Promise<StoreRecord[]>;
  touchStore(id: string, at: string): Promise<void>;
  /** Keeps the code and forgets the expired ones and older codes for the same store. */
  putPairingCode(code: PairingCodeRecord, now: string): Promise<void>;
  /**
   * Spends the code and creates the credential in one transaction: true when the code was good for `kind` at `now`. A wrong kind counts
   * as an attempt; after `maxAttempts` of them the code is dead.
   */
  redeemPairingCode(request: {
    codeHash: string;
    kind: 'operator' | 'store';
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
  /** Per-member sealing keys, apart from events. Returns how many are held of those given; a key once held is never replaced. */
  putMemberKeys(store: string, keys: readonly { memberId: string; key: string }[]): Promise<number>;
}

export interface IncomingEvent {
  readonly envelope: Envelope;
  readonly hash: string;
  /** Why the body cannot be read; null for a good one. */
  readonly quarantine: string | null;
}

export interface IngestResult {
  readonly acks: StreamAck[];
  readonly stored: readonly IncomingEvent[];
  readonly duplicates: number;
  readonly conflicts: { epoch: string; stream: Stream; seq: number }[];
}

export interface PositionRecord extends StreamAck {
  readonly lastReceivedAt: string;
}

export interface SaleCursor {
  readonly after: number;
  readonly limit: number;
  readonly stores: readonly string[];
}

export interface EventLog {
  /**
   * Stores the events of one store. Under the lock of each stream's position: what is held with the same hash is a duplicate, with another
   * hash (or a broken chain) a conflict that is kept aside; the rest is stored, counted and added to the read models.
   */
  ingest(store: string, events: readonly IncomingEvent[], receivedAt: string): Promise<IngestResult>;
  positions(store: string): Promise<PositionRecord[]>;
  conflictCount(store: string): Promise<number>;
  /** Newest first. */
  list(query: EventQuery): Promise<EventRow[]>;
  /** Bodies of readable completed sales in order of arrival, a page at a time. */
  saleBodies(cursor: SaleCursor): Promise<{ cursor: number; body: string }[]>;
  saleCount(stores: readonly string[]): Promise<number>;
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
  /** The campaign release or the model that this version came from. */
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

export type MetadataRole = 'root' | 'targets' | 'snapshot' | 'timestamp';
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
  /** Was this artifact ever published to this store? */
  wasPublished(store: string, kind: DesiredKind, sha256: string): Promise<boolean>;
  applied(): Promise<AppliedRecord[]>;
  /** Signed metadata, new versions and the release become visible together, or not at all. */
  publish(change: {
    docs: readonly MetadataDoc[];
    desired: readonly DesiredRecord[];
    release?: ReleaseRecord | undefined;
  }): Promise<void>;
  metadata(role: MetadataRole, version?: number): Promise<MetadataDoc | null>;
  releases(limit: number): Promise<ReleaseRecord[]>;
  putModel(model: ModelRecord): Promise<void>;
  models(limit: number): Promise<ModelRecord[]>;
  model(id: string): Promise<ModelRecord | null>;
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
  newestBusinessDate(): Promise<string | null>;
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
