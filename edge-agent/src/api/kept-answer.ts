import { hkdfSync } from 'node:crypto';
import { openFields, SEAL_IV_BYTES, SEAL_KEY_BYTES, type Sealed, sealFields } from '@tillside/protocol';
import type { Random } from '../ports.ts';

/** The machine's key for this use; it lies beside the journal and in no backup. */
const keyOf = (machineKey: Buffer): Buffer =>
  Buffer.from(hkdfSync('sha256', machineKey, '', 'tillside kept answers', SEAL_KEY_BYTES));
const placeOf = (deviceId: string, key: string): string => `${deviceId} ${key}`;

/** An answer with personal words in it, as it is kept for retries: JSON, readable on this machine alone and for this key alone. */
export function sealAnswer(
  { indexKey, random }: { indexKey: Buffer; random: Random },
  deviceId: string,
  key: string,
  answer: unknown,
): string {
  const fields = { answer: JSON.stringify(answer) };
  return JSON.stringify({
    sealed: sealFields(keyOf(indexKey), random.bytes(SEAL_IV_BYTES), placeOf(deviceId, key), fields),
  });
}

/** Undoes `sealAnswer`; an answer that was kept as it is comes as it is. */
export function openAnswer(indexKey: Buffer, deviceId: string, key: string, kept: string): unknown {
  const read = JSON.parse(kept) as { sealed?: Sealed };
  if (read.sealed === undefined) return read;
  return JSON.parse(openFields(keyOf(indexKey), placeOf(deviceId, key), read.sealed).answer ?? 'null');
}
