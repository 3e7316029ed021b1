import { gunzipSync } from 'node:zlib';
import { MAX_BATCH_BYTES, readBatch } from '@tillside/protocol';
import { type IncomingEvent, readLine } from './incoming.ts';
import { type PackedBatch, pack } from './packed.ts';

export interface PostedBatch {
  readonly batchId: string;
  readonly packed: PackedBatch;
  readonly refused: readonly { index: number; message: string }[];
}

export type PostRefusal = {
  readonly code: 'HUB_REQUEST_INVALID' | 'HUB_BODY_UNREADABLE' | 'HUB_BODY_TOO_LARGE' | 'HUB_STORE_FOREIGN';
  readonly detail: string;
};
export type PostRead = ({ readonly ok: true } & PostedBatch) | ({ readonly ok: false } & PostRefusal);

/** Of one batch. A store has as many as it was restored while it still had older ones to send. */
const MAX_BATCH_EPOCHS = 64;

const no = (code: PostRefusal['code'], detail = ''): PostRead => ({ ok: false, code, detail });

/** Reads a batch as `store` posted it. Never throws; costs no more memory than the limits allow, whatever the bytes are. */
export function readPost(bytes: Uint8Array, gzipped: boolean, store: string): PostRead {
  const plain = gzipped ? inflated(bytes) : bytes;
  if (!(plain instanceof Uint8Array)) return plain;
  if (plain.length > MAX_BATCH_BYTES) return no('HUB_BODY_TOO_LARGE');
  const batch = readBatch(plain);
  if (!batch.ok) return no('HUB_REQUEST_INVALID', batch.message);
  if (batch.head.store !== store) return no('HUB_STORE_FOREIGN');
  const events: IncomingEvent[] = [];
  const refused: { index: number; message: string }[] = [];
  const epochs = new Set<string>();
  for (const [index, line] of batch.lines.entries()) {
    const read = readLine(line);
    if (!read.ok) {
      refused.push({ index, message: read.message });
      continue;
    }
    if (read.event.store !== store) return no('HUB_STORE_FOREIGN');
    epochs.add(read.event.epoch);
    events.push(read.event);
  }
  if (events.length === 0) return no('HUB_REQUEST_INVALID', `envelopes.0: ${refused[0]?.message ?? ''}`);
  if (epochs.size > MAX_BATCH_EPOCHS)
    return no('HUB_REQUEST_INVALID', `envelopes: of more than ${MAX_BATCH_EPOCHS} epochs`);
  return { ok: true, batchId: batch.head.batchId, packed: pack(store, events), refused };
}

function inflated(bytes: Uint8Array): Uint8Array | PostRead {
  try {
    return gunzipSync(bytes, { maxOutputLength: MAX_BATCH_BYTES });
  } catch (error) {
    const isBomb = error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
    return no(isBomb ? 'HUB_BODY_TOO_LARGE' : 'HUB_BODY_UNREADABLE');
  }
}
