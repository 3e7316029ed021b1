import { createCipheriv, createDecipheriv } from 'node:crypto';
import type { Sealed } from './sealed.ts';

export const SEAL_KEY_BYTES = 32;
export const SEAL_IV_BYTES = 12;
const TAG_BYTES = 16;

/** Seals personal fields (sealed.ts has the layout). An `iv` is random, and used once with a key. */
export function sealFields(key: Buffer, iv: Buffer, memberId: string, fields: Record<string, string>): Sealed {
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  cipher.setAAD(Buffer.from(memberId, 'utf8'));
  const box = Buffer.concat([cipher.update(JSON.stringify(fields), 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return { alg: 'A256GCM', iv: iv.toString('base64url'), box: box.toString('base64url') };
}

/** The reverse; throws when the key, the member or the bytes are others. */
export function openFields(key: Buffer, memberId: string, sealed: Sealed): Record<string, string> {
  const box = Buffer.from(sealed.box, 'base64url');
  const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(sealed.iv, 'base64url'));
  decipher.setAAD(Buffer.from(memberId, 'utf8'));
  decipher.setAuthTag(box.subarray(box.length - TAG_BYTES));
  return JSON.parse(
    Buffer.concat([decipher.update(box.subarray(0, -TAG_BYTES)), decipher.final()]).toString('utf8'),
  ) as Record<string, string>;
}
