import { z } from 'zod';
import { BasketDelta } from './basket.ts';
import { Id, Instant, Names } from './common.ts';

const ConditionView = z.strictObject({ code: z.string(), message: z.string(), hint: z.string() });

const Count = z.number().int().nonnegative();

export const StatusView = z.strictObject({
  storeId: z.string(),
  storeName: Names,
  version: z.string(),
  startedAt: Instant,
  priceVersion: z.number().int(),
  campaignSetVersion: z.number().int(),
  modelId: z.string().optional(),
  /** A new model that is not in service for good yet, and what was counted in its stage. */
  modelTrial: z
    .strictObject({
      modelId: z.string(),
      stage: z.enum(['shadow', 'share', 'watch']),
      /** Of a hundred baskets, those that see its answers. */
      sharePercent: Count,
      questions: Count,
      failed: Count,
      late: Count,
      crashes: Count,
      /** Of its first items, the share that the model before chose too, 0 to 1. */
      overlap: z.number().optional(),
    })
    .optional(),
  sync: z.strictObject({
    paired: z.boolean(),
    online: z.boolean(),
    /** Events in this store's journal, and those of them that the hub has not acknowledged. */
    events: z.number().int(),
    waiting: z.number().int(),
    /** Given up for want of room, each declared to HQ; and such as HQ does not take, which are kept here. */
    shed: Count,
    aside: Count,
    lastAckAt: Instant.optional(),
    condition: ConditionView.optional(),
  }),
  /** What HQ published for this store, by kind, and what became of it here; nothing of a kind that was never published. */
  hq: z.array(
    z.strictObject({
      kind: z.enum(['campaigns', 'items', 'model', 'devices', 'members', 'terms', 'content']),
      version: Count,
      state: z.enum(['applied', 'refused', 'failed', 'fetching', 'on-trial']),
      code: z.string().optional(),
      message: z.string().optional(),
    }),
  ),
  /** Members whom HQ keeps, as far as this store knows of them; absent without HQ. */
  members: z
    .strictObject({
      /** The pack in force; absent: none yet, members are asked for at HQ. */
      pack: z
        .strictObject({
          version: Count,
          members: Count,
          /** Members of this store or near it that found no room. */
          leftOut: Count,
          asOf: Instant,
          ageSeconds: Count,
        })
        .optional(),
      /** Members seen near since that pack: those kept beside it, and those for whom there was no room. */
      strangers: z.strictObject({ kept: Count, dropped: Count }),
      /** When all that HQ had to tell of members was last heard. */
      heardAt: Instant.optional(),
    })
    .optional(),
  devices: z.array(
    z.strictObject({
      deviceId: Id,
      model: z.string(),
      lane: z.string().optional(),
      state: z.string(),
      condition: ConditionView.optional(),
      /** Messages read and dropped, and how often the line was opened, since its host started; absent until the host has told. */
      counters: z.strictObject({ opens: Count, frames: Count, rejects: Count, rejectedBytes: Count }).optional(),
      /** The last thing that went wrong, also when it is over. */
      lastError: z.strictObject({ code: z.string(), at: Instant }).optional(),
    }),
  ),
  conditions: z.array(ConditionView),
});
export type StatusView = z.infer<typeof StatusView>;

/** Server-sent events of `GET /v1/events`. A terminal hears its lane, a kiosk its scanner and offers, staff the labels. */
export const StreamEvent = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('scan'),
    lane: Id,
    kind: z.string(),
    data: z.string(),
    /** When it was scanned, by the clock beside the scanner; one that waited for the agent comes late. */
    at: Instant.optional(),
    gtin: z.string().optional(),
    /** Elements of a GS1 code, e.g. lot (10) and expiry (17). */
    ais: z.array(z.strictObject({ ai: z.string(), value: z.string(), title: z.string() })).optional(),
    /** Of kind `invalid`: why the code is refused. */
    problem: z
      .strictObject({ code: z.string(), message: z.string(), hint: z.string(), position: z.number().int() })
      .optional(),
  }),
  /** A basket of the lane changed: what the display shows. Nobody else's lane hears it. */
  z.strictObject({
    type: z.literal('basket'),
    lane: Id,
    basketId: Id,
    revision: z.number().int(),
    what: z.enum(['changed', 'suspended', 'cancelled', 'completed']),
    delta: BasketDelta.optional(),
  }),
  /** Something was recommended beside a basket of the lane: what its display shows. */
  z.strictObject({ type: z.literal('picks'), lane: Id, basketId: Id }),
  /** Whether the place before the kiosk of this lane is empty, as far as its Wi-Fi sensor tells; a hint, said when it changes. */
  z.strictObject({ type: z.literal('presence'), lane: Id, isEmpty: z.boolean() }),
  z.strictObject({ type: z.literal('offers'), campaignSetVersion: z.number().int() }),
  z.strictObject({ type: z.literal('label'), tagId: z.string(), state: z.string() }),
  z.strictObject({ type: z.literal('device'), deviceId: Id, state: z.string() }),
]);
export type StreamEvent = z.infer<typeof StreamEvent>;
