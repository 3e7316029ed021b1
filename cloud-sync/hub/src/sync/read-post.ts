import { gunzipSync } from 'node:zlib';
import { MAX_BATCH_BYTES, splitBatch } from '@tillside/protocol';
import { readLine } from './incoming.ts';
import { type PackedBatch, Packer } from './packed.ts';
import { readQuickLine } from './quick-line.ts';

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

/** What is inflated in one go: most batches at once. */
const INFLATED_BYTES = 1024 * 1024;
/** Of one batch. A store has as many as it was restored while it still had older ones to send. */
const MAX_BATCH_EPOCHS = 64;

const no = (code: PostRefusal['code'], detail = ''): PostRead => ({ ok: false, code, detail });

/** Reads a batch as `store` posted it. Never throws; costs no more memory than the limits allow, whatever the bytes are. */
export function readPost(bytes: Uint8Array, gzipped: boolean, store: string): PostRead {
  const plain = gzipped ? inflated(bytes) : bytes;
  if (!(plain instanceof Uint8Array)) return plain;
  if (plain.length > MAX_BATCH_BYTES) return no('HUB_BODY_TOO_LARGE');
  const batch = splitBatch(plain);
  if (!batch.ok) return no('HUB_REQUEST_INVALID', batch.message);
  if (batch.head.store !== store) return no('HUB_STORE_FOREIGN');
  const { head, latin1, starts } = batch;
  const packer = new Packer(store, plain, head.events);
  const refused: { index: number; message: string }[] = [];
  for (let index = 0; index < head.events; index += 1) {
    const [begin, end] = [starts[index] ?? 0, (starts[index + 1] ?? 0) - 1];
    const quick = readQuickLine(latin1, begin, end);
    if (quick !== null) {
      if (quick.store !== store) return no('HUB_STORE_FOREIGN');
      packer.addQuick(quick, begin, end);
      continue;
    }
    const read = readLine(textOf(plain, begin, end));
    if (!read.ok) {
      refused.push({ index, message: read.message });
      continue;
    }
    if (read.event.store !== store) return no('HUB_STORE_FOREIGN');
    packer.add(read.event, begin, end);
  }
  if (packer.count === 0) return no('HUB_REQUEST_INVALID', `envelopes.0: ${refused[0]?.message ?? ''}`);
  if (packer.epochs > MAX_BATCH_EPOCHS)
    return no('HUB_REQUEST_INVALID', `envelopes: of more than ${MAX_BATCH_EPOCHS} epochs`);
  return { ok: true, batchId: head.batchId, packed: packer.done(), refused };
}

const textOf = (bytes: Uint8Array, begin: number, end: number): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset + begin, end - begin).toString('utf8');

function inflated(bytes: Uint8Array): Uint8Array | PostRead {
  try {
    return gunzipSync(bytes, { maxOutputLength: MAX_BATCH_BYTES, chunkSize: INFLATED_BYTES });
  } catch (error) {
    const isBomb = error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
    return no(isBomb ? 'HUB_BODY_TOO_LARGE' : 'HUB_BODY_UNREADABLE');
  }
}
