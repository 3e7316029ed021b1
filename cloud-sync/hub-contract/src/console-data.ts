import { z } from 'zod';
import { StoreState } from './state.ts';
import { BusinessDate, Count, Instant, JsonObject, SignedFen, StoreId, Stream, Text } from './text.ts';

export const StoreSummary = z.strictObject({
  id: StoreId,
  name: z.string(),
  /** `waiting`: no credential yet. `paired`: nothing heard in the last ten minutes. `live`: heard of since. */
  state: z.enum(['waiting', 'paired', 'live']),
  createdAt: Instant,
  lastSeenAt: Instant.nullable(),
  events: Count,
  quarantined: Count,
  /** The newest published version of each kind, null when nothing was ever pushed. */
  campaigns: StoreState.nullable(),
  items: StoreState.nullable(),
  model: StoreState.nullable(),
  devices: StoreState.nullable(),
  members: StoreState.nullable(),
  /** Points rules and consent texts. */
  terms: StoreState.nullable(),
  /** Campaign pictures and texts of the kiosks. */
  content: StoreState.nullable(),
});
export type StoreSummary = z.infer<typeof StoreSummary>;

export const StreamSummary = z.strictObject({
  stream: Stream,
  events: Count,
  quarantined: Count,
  lastReceivedAt: Instant.nullable(),
});

export type StreamSummary = z.infer<typeof StreamSummary>;

/** One store's business day. Money in fen; `items` counts units, a weighed line being one. */
export const SalesDay = z.strictObject({
  businessDate: BusinessDate,
  store: StoreId,
  sales: Count,
  returns: Count,
  items: Count,
  memberSales: Count,
  listFen: SignedFen,
  savingsFen: SignedFen,
  payableFen: SignedFen,
  refundFen: SignedFen,
});
export type SalesDay = z.infer<typeof SalesDay>;

/** A headline: `code` is stable, `values` are what the sentence was made of. */
export const Fact = z.strictObject({
  code: z.string(),
  text: Text,
  values: z.record(z.string(), z.union([z.string(), z.number()])),
});
export type Fact = z.infer<typeof Fact>;

export const Overview = z.strictObject({
  at: Instant,
  /** The newest business date any store has reported, to which `today` and `facts` belong; null before the first sale. */
  businessDate: BusinessDate.nullable(),
  today: z.strictObject({ sales: Count, payableFen: SignedFen, savingsFen: SignedFen }),
  events: Count,
  quarantined: Count,
  streams: z.array(StreamSummary),
  stores: z.array(StoreSummary),
  facts: z.array(Fact),
});
export type Overview = z.infer<typeof Overview>;

export const Position = z.strictObject({
  epoch: z.uuid(),
  stream: Stream,
  contiguousSeq: Count,
  ranges: z.array(z.tuple([Count, Count])),
  /** Numbers that the store gave up for want of room, and said so. */
  givenUp: Count,
  lastReceivedAt: Instant,
});

export const StoreDetail = StoreSummary.extend({
  positions: z.array(Position),
  conflicts: Count,
  days: z.array(SalesDay),
});
export type StoreDetail = z.infer<typeof StoreDetail>;

export const EventRow = z.strictObject({
  /** Grows with arrival; pass the last one as `before` for the next page. */
  cursor: z.number().int().positive(),
  receivedAt: Instant,
  store: StoreId,
  stream: Stream,
  epoch: z.uuid(),
  seq: z.number().int().positive(),
  type: z.string(),
  time: Instant,
  data: JsonObject,
  /** Why the body could not be read; null for a good one. */
  quarantine: z.string().nullable(),
});
export type EventRow = z.infer<typeof EventRow>;

export const EventsQuery = z.strictObject({
  store: StoreId.optional(),
  stream: Stream.optional(),
  quarantined: z.enum(['true', 'false']).optional(),
  before: z.coerce.number().int().positive().optional(),
  limit: z.coerce.number().int().min(1).max(500).default(50),
});

export const SalesDailyQuery = z.strictObject({
  store: StoreId.optional(),
  from: BusinessDate.optional(),
  to: BusinessDate.optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(60),
});
