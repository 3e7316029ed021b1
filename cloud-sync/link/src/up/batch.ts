import { type Batch, type Envelope, MAX_BATCH_BYTES } from '@tillside/protocol';
import type { Random } from '../ports.ts';

/** Room for the batch's own members around the envelopes. */
const FRAME_BYTES = 512;

/**
 * The longest prefix that fits the protocol's bounds; always at least one envelope, so that one oversized event is refused by the hub
 * with a code instead of blocking in silence.
 */
export function fitBatch(envelopes: readonly Envelope[], maxEvents: number, maxBytes = MAX_BATCH_BYTES): Envelope[] {
  const chosen: Envelope[] = [];
  let bytes = FRAME_BYTES;
  for (const envelope of envelopes.slice(0, maxEvents)) {
    bytes += Buffer.byteLength(JSON.stringify(envelope)) + 1;
    if (bytes > maxBytes && chosen.length > 0) break;
    chosen.push(envelope);
  }
  return chosen;
}

export function makeBatch(store: string, envelopes: Envelope[], random: Random): Batch {
  return { batchId: uuidFrom(random), store, envelopes };
}

/** A version 4 UUID (RFC 9562, section 5.4) from the random port, so that a seeded run repeats itself. */
export function uuidFrom(random: Random): string {
  const bytes = Uint8Array.from({ length: 16 }, () => Math.floor(random() * 256));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Buffer.from(bytes).toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
