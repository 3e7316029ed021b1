import { z } from 'zod';
import { Count, Instant } from './text.ts';

/** What HQ tells of members. Bodies are pseudonymous: who needs more asks for it, and is in the access log. */
export const WebhookType = z.enum([
  'member.joined',
  'member.changed',
  'member.merged',
  'member.erased',
  'consent.changed',
  'points.moved',
  'tier.changed',
]);
export type WebhookType = z.infer<typeof WebhookType>;

/** The body of a delivery. Times are of what happened; the time of the attempt is in the header `webhook-timestamp`. */
export const WebhookBody = z.strictObject({
  type: WebhookType,
  timestamp: Instant,
  data: z.looseObject({ memberId: z.string() }),
});
export type WebhookBody = z.infer<typeof WebhookBody>;

export const MAX_URL_CHARS = 500;

export const Webhook = z.strictObject({
  id: z.uuid(),
  url: z.string(),
  types: z.array(WebhookType),
  createdAt: Instant,
  /** Switched off since; by hand, by an answer 410, or because too much waited. */
  disabledAt: Instant.nullable(),
  disabledWhy: z.enum(['gone', 'backlog', 'by-hand']).nullable(),
  waiting: Count,
  /** Given up after 72 hours. */
  dead: Count,
});
export type Webhook = z.infer<typeof Webhook>;

/** `whsec_` and base64 of 32 bytes. It is shown when it is made. */
export const WebhookSecret = z.string().regex(/^whsec_[A-Za-z0-9+/]{43}=$/);
export const NewWebhook = z.strictObject({
  url: z.url().max(MAX_URL_CHARS),
  types: z.array(WebhookType).min(1).max(WebhookType.options.length),
});
export type NewWebhook = z.infer<typeof NewWebhook>;

export const DeadLetter = z.strictObject({
  messageId: z.string(),
  type: WebhookType,
  memberId: z.string(),
  attempts: Count,
  lastAt: Instant,
  /** A status, or why there was none. */
  why: z.string(),
});

export const DeliveredMessage = z.strictObject({
  messageId: z.string(),
  type: WebhookType,
  memberId: z.string(),
  attempts: Count,
  /** When it was taken. */
  at: Instant,
  /** Of the answer, and how long it took; null: delivered before that was noted. */
  status: z.int().nullable(),
  tookMs: Count.nullable(),
});
export type DeliveredMessage = z.infer<typeof DeliveredMessage>;

/** Exactly one of `since` and `id`. `id` is a `webhook-id`: that message and all later ones, or with `only` that one alone. */
export const Replay = z
  .strictObject({ since: Instant.optional(), id: z.string().max(64).optional(), only: z.literal(true).optional() })
  .refine(({ id, only }) => only === undefined || id !== undefined, '`only` belongs to an id')
  .refine(({ since, id }) => (since === undefined) !== (id === undefined), 'either since or id');
export type Replay = z.infer<typeof Replay>;

const Id = z.strictObject({ id: z.uuid() });

/** Subscriptions. A partner sees and changes those that it made; operators all. */
export const webhookRoutes = {
  webhooks: {
    method: 'GET',
    path: '/v1/webhooks',
    auth: 'operator',
    scope: 'webhooks',
    response: z.strictObject({ webhooks: z.array(Webhook) }),
    summary: 'Webhooks, how much waits for them, and which are switched off',
  },
  createWebhook: {
    method: 'POST',
    path: '/v1/webhooks',
    auth: 'operator',
    scope: 'webhooks',
    body: NewWebhook,
    response: z.strictObject({ webhook: Webhook, secret: WebhookSecret }),
    summary: 'Be told of members by signed calls (Standard Webhooks); the secret is shown this once',
  },
  deleteWebhook: {
    method: 'DELETE',
    path: '/v1/webhooks/:id',
    auth: 'operator',
    scope: 'webhooks',
    params: Id,
    response: z.strictObject({ deleted: z.literal(true) }),
    summary: 'Be told no more; what waits is forgotten',
  },
  switchWebhook: {
    method: 'POST',
    path: '/v1/webhooks/:id/switch',
    auth: 'operator',
    scope: 'webhooks',
    params: Id,
    body: z.strictObject({ on: z.boolean() }),
    response: Webhook,
    summary: 'Switch a webhook off, or on again: what waited is then sent',
  },
  rotateWebhookSecret: {
    method: 'POST',
    path: '/v1/webhooks/:id/secret',
    auth: 'operator',
    scope: 'webhooks',
    params: Id,
    response: z.strictObject({ secret: WebhookSecret, olderUntil: Instant }),
    summary: 'A new secret; for a day deliveries carry signatures of both',
  },
  replayWebhook: {
    method: 'POST',
    path: '/v1/webhooks/:id/replay',
    auth: 'operator',
    scope: 'webhooks',
    params: Id,
    body: Replay,
    response: z.strictObject({ messages: Count }),
    summary: 'Send again what is kept, from a time or a message on, under the same ids; thirty days are kept',
  },
  deliveredMessages: {
    method: 'GET',
    path: '/v1/webhooks/:id/delivered',
    auth: 'operator',
    scope: 'webhooks',
    params: Id,
    response: z.strictObject({ delivered: z.array(DeliveredMessage) }),
    summary:
      'The last hundred that were delivered, newest first, with what the receiver answered; thirty days are kept',
  },
  deadLetters: {
    method: 'GET',
    path: '/v1/webhooks/:id/dead',
    auth: 'operator',
    scope: 'webhooks',
    params: Id,
    response: z.strictObject({ dead: z.array(DeadLetter) }),
    summary: 'What was given up, newest first; a replay sends it again',
  },
} as const;
