import { createHash } from 'node:crypto';
import type { WebhookType } from '@tillside/hub-contract';

/** What HQ's API for partners needs of a database, beside the members themselves. */
export interface PartnerStore {
  readonly claims: DeedClaims;
  readonly destroyed: DestroyedKeys;
  readonly webhooks: WebhookStore;
}

/** Ids that callers gave their deeds, so that a deed that is asked for twice is done once. */
export interface DeedClaims {
  /**
   * Takes the name for this content. `same`: it was taken for the same content before, `at` being that instant; `other`: for another. `memberId` is whose data the deed is
   * of: an erasure forgets the claim's content.
   */
  take(claim: {
    readonly scope: string;
    readonly name: string;
    /** A keyed hash of what was asked for. */
    readonly content: string;
    readonly memberId: string;
    readonly at: string;
  }): Promise<{ readonly state: 'new' | 'same' | 'other'; readonly at: string }>;
  /** Of erased members. */
  forget(memberIds: readonly string[]): Promise<void>;
  /** Those that were made before; returns how many. */
  forgetBefore(at: string): Promise<number>;
}

/** A sealing key that HQ destroyed: the SHA-256 of its text (base64url of 32 random bytes), which says nothing about it but lets who has a copy find it. */
export interface DestroyedKey {
  readonly store: string;
  readonly fingerprint: string;
}
export const fingerprintOf = (key: string): string => createHash('sha256').update(key).digest('hex');

export interface DestroyedKeys {
  /** By store. They are written with the erasure itself. */
  of(memberIds: readonly string[]): Promise<DestroyedKey[]>;
}

export interface WebhookRecord {
  readonly id: string;
  /** Credential id of the partner or operator that made it. */
  readonly owner: string;
  readonly url: string;
  readonly types: readonly WebhookType[];
  /** Of its secret, which is worked out from it and the hub's key. */
  readonly generation: number;
  /** Until when the secret before it signs too. */
  readonly olderUntil: string | null;
  readonly createdAt: string;
  readonly disabledAt: string | null;
  readonly disabledWhy: string | null;
}

/** Something that happened to a member, for those who asked to be told. */
export interface WebhookMessage {
  readonly id: string;
  readonly type: WebhookType;
  readonly memberId: string;
  readonly at: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface Delivery extends WebhookMessage {
  readonly deliveryId: number;
  readonly webhookId: string;
  readonly attempts: number;
  /** When the first attempt was made; null before. */
  readonly firstMs: number | null;
}

export type DeliveryOutcome =
  | { readonly state: 'done' }
  | { readonly state: 'waiting'; readonly nextMs: number; readonly why: string }
  | { readonly state: 'dead'; readonly why: string };

/** What came of one attempt: a status, or none, and how long that took. */
export interface DeliveryAnswer {
  readonly status: number | null;
  readonly tookMs: number;
}

export interface DeliveredMessage {
  readonly messageId: string;
  readonly type: WebhookType;
  readonly memberId: string;
  readonly attempts: number;
  readonly at: string;
  /** Null: delivered before that was noted. */
  readonly status: number | null;
  readonly tookMs: number | null;
}

export interface DeadLetter {
  readonly deliveryId: number;
  readonly messageId: string;
  readonly type: WebhookType;
  readonly memberId: string;
  readonly attempts: number;
  readonly lastAt: string;
  readonly why: string;
}

/**
 * Subscriptions and what waits to be sent to them. Messages are made in the transaction of what they tell of, by triggers of the database, while there is a subscription
 * that is not switched off.
 */
export interface WebhookStore {
  put(webhook: WebhookRecord): Promise<void>;
  get(id: string): Promise<WebhookRecord | null>;
  /** By age. */
  list(): Promise<WebhookRecord[]>;
  /** With all that waits for it; false when there is none. */
  remove(id: string): Promise<boolean>;
  /** Gives messages that nobody looked at yet to the subscriptions of their type, oldest first; returns how many it looked at. */
  spread(nowMs: number, limit: number): Promise<number>;
  /** Of a subscription what is due, the oldest of each member alone: a member's messages come in their order. */
  due(webhookId: string, nowMs: number, limit: number): Promise<Delivery[]>;
  settle(deliveryId: number, nowMs: number, outcome: DeliveryOutcome, answer: DeliveryAnswer): Promise<void>;
  /** What was taken, the newest first; kept until `trim`. */
  delivered(webhookId: string, limit: number): Promise<DeliveredMessage[]>;
  counts(webhookId: string): Promise<{ waiting: number; dead: number }>;
  /** Newest first. */
  dead(webhookId: string, limit: number): Promise<DeadLetter[]>;
  /** Sends what is kept from there on once more, in order, whether it was delivered or not. Null: no such message. At most `limit`; returns how many. */
  replay(
    webhookId: string,
    from: { readonly at: string } | { readonly id: string },
    nowMs: number,
    limit: number,
  ): Promise<number | null>;
  /** Forgets what was sent or given up before, and messages older than that. */
  trim(beforeMs: number): Promise<void>;
}
