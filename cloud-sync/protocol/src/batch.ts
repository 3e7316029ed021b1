import { isUtf8 } from 'node:buffer';
import { z } from 'zod';
import { Epoch, StoreId, Stream } from './stream.ts';

export const MAX_BATCH_EVENTS = 1000;
/** Of a batch once it is inflated, line ends included. */
export const MAX_BATCH_BYTES = 4 * 1024 * 1024;
/** The media type of a batch; its content coding is gzip. */
export const BATCH_TYPE = 'application/x-ndjson';

/**
 * The first line of `POST /v1/sync/batches`; `events` lines follow, each the bytes of one envelope as its store wrote them, of several streams and in any
 * order. The hub answers once they are durable.
 */
export const BatchHead = z.strictObject({
  batchId: z.uuid(),
  store: StoreId,
  events: z.number().int().min(1).max(MAX_BATCH_EVENTS),
});
export type BatchHead = z.infer<typeof BatchHead>;

/** A batch as text, before compression. `envelopes` are JSON texts without line breaks. */
export function batchText(head: Omit<BatchHead, 'events'>, envelopes: readonly string[]): string {
  return `${JSON.stringify({ ...head, events: envelopes.length })}\n${envelopes.join('\n')}\n`;
}

/** Room for the head line. */
const HEAD_BYTES = 256;

/** How many of the first envelopes fit one batch; always at least one, so that the hub refuses an oversized event with a code instead of nothing being sent. */
export function fitBatch(envelopes: readonly string[], limit: { events: number; bytes: number }): number {
  let bytes = HEAD_BYTES;
  let count = 0;
  for (const text of envelopes.slice(0, limit.events)) {
    bytes += Buffer.byteLength(text) + 1;
    if (bytes > limit.bytes && count > 0) break;
    count += 1;
  }
  return count;
}

export type ReadBatch = { ok: true; head: BatchHead; lines: string[] } | { ok: false; message: string };

export interface BatchLines {
  readonly ok: true;
  readonly head: BatchHead;
  /** The batch with one character for each of its bytes. */
  readonly latin1: string;
  /** Where each line begins, and behind the last one's end and line feed. */
  readonly starts: Int32Array;
}

/** Splits an inflated batch. What the lines hold is not looked at. Refuses invalid UTF-8, whose bytes would hash otherwise than its text. */
export function splitBatch(batch: Uint8Array): BatchLines | { ok: false; message: string } {
  if (!isUtf8(batch)) return { ok: false, message: 'not UTF-8' };
  const bytes = Buffer.from(batch.buffer, batch.byteOffset, batch.byteLength);
  const latin1 = bytes.toString('latin1');
  const headEnd = latin1.indexOf('\n');
  let json: unknown;
  try {
    json = JSON.parse(bytes.toString('utf8', 0, headEnd === -1 ? bytes.length : headEnd));
  } catch {
    return { ok: false, message: 'the first line is not JSON' };
  }
  const head = BatchHead.safeParse(json);
  if (!head.success) {
    const issue = head.error.issues[0];
    return { ok: false, message: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}` };
  }
  const { events } = head.data;
  const starts = new Int32Array(events + 1);
  let lines = 0;
  let at = headEnd === -1 ? bytes.length : headEnd + 1;
  while (at < bytes.length) {
    if (lines < events) starts[lines] = at;
    lines += 1;
    const end = latin1.indexOf('\n', at);
    // The last line may do without its line feed.
    at = end === -1 ? bytes.length + 1 : end + 1;
  }
  if (events !== lines) return { ok: false, message: `events: ${events} announced, ${lines} lines` };
  starts[lines] = at;
  return { ok: true, head: head.data, latin1, starts };
}

/** `splitBatch` with the lines as texts. */
export function readBatch(bytes: Uint8Array): ReadBatch {
  const batch = splitBatch(bytes);
  if (!batch.ok) return batch;
  const { head, starts } = batch;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const lines = Array.from({ length: head.events }, (_, place) =>
    text.toString('utf8', starts[place], (starts[place + 1] ?? 0) - 1),
  );
  return { ok: true, head, lines };
}

/** As many ranges as one acknowledgement can name. A number that would open one more waits at the store until holes are filled. */
export const MAX_ACK_RANGES = 1000;

/** What the hub holds of one stream: all up to `contiguousSeq`, and the closed ranges above it. The store deletes only this. */
export const StreamAck = z.strictObject({
  epoch: Epoch,
  stream: Stream,
  contiguousSeq: z.number().int().nonnegative(),
  ranges: z.array(z.tuple([z.number().int().positive(), z.number().int().positive()])).max(MAX_ACK_RANGES),
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
  /** Lines (from 0, the head not counted) that are no envelope at all: not stored and not acknowledged. Absent when there are none. */
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
