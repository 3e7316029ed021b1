import { z } from 'zod';
import { Envelope } from './envelope.ts';
import { Epoch, StoreId, Stream } from './stream.ts';

export const MAX_BATCH_EVENTS = 500;
export const MAX_BATCH_BYTES = 4 * 1024 * 1024;

/** `POST /v1/sync/batches`. The hub answers after the batch is durable. Envelopes may be of several streams and in any order. */
export const Batch = z.strictObject({
  batchId: z.uuid(),
  store: StoreId,
  envelopes: z.array(Envelope).min(1).max(MAX_BATCH_EVENTS),
});
export type Batch = z.infer<typeof Batch>;

/** What the hub holds of one stream: all up to `contiguousSeq`, and the closed ranges above it. The store deletes only this. */
export const StreamAck = z.strictObject({
  epoch: Epoch,
  stream: Stream,
  contiguousSeq: z.number().int().nonnegative(),
  ranges: z.array(z.tuple([z.number().int().positive(), z.number().int().positive()])).max(1000),
});
export type StreamAck = z.infer<typeof StreamAck>;

/** `POST /v1/sync/keys` answers with how many keys it now holds of those deposited. */
export const KeysStored = z.strictObject({ stored: z.number().int().nonnegative() });

export const BatchAck = z.strictObject({
  batchId: z.uuid(),
  acks: z.array(StreamAck),
  /** Well-formed envelopes whose body the hub could not read; kept aside, to be read again later. */
  quarantined: z.number().int().nonnegative(),
  /** The same seq with another hash: this store was restored, and must open a new epoch. */
  conflicts: z.array(z.strictObject({ epoch: Epoch, stream: Stream, seq: z.number().int().positive() })),
  /** Places in `envelopes` that are no envelope at all: not stored and not acknowledged. Absent when there are none. */
  refused: z
    .array(z.strictObject({ index: z.number().int().nonnegative(), message: z.string() }))
    .max(MAX_BATCH_EVENTS)
    .optional(),
  /** The hub asks the store to wait this long before the next batch. */
  retryAfterMs: z.number().int().nonnegative().optional(),
});
export type BatchAck = z.infer<typeof BatchAck>;

/** `POST /v1/sync/keys`: per-member sealing keys (base64url, 32 bytes), kept apart from events. Idempotent. */
export const KeyDeposit = z.strictObject({
  store: StoreId,
  keys: z
    .array(z.strictObject({ memberId: z.string(), key: z.string().length(43) }))
    .min(1)
    .max(500),
});
export type KeyDeposit = z.infer<typeof KeyDeposit>;
