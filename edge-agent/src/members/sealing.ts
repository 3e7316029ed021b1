import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto';
import type { Sealed } from '@tillside/protocol';
import type { Random } from '../ports.ts';

const KEY_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;

export const newMemberKey = (random: Random): Buffer => random.bytes(KEY_BYTES);

/** Seals personal fields (protocol/sealed.ts has the layout). */
export function seal(random: Random, key: Buffer, memberId: string, fields: Record<string, string>): Sealed {
  const iv = random.bytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  cipher.setAAD(Buffer.from(memberId, 'utf8'));
  const box = Buffer.concat([cipher.update(JSON.stringify(fields), 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return { alg: 'A256GCM', iv: iv.toString('base64url'), box: box.toString('base64url') };
}

/** The reverse; throws when the key, the member or the bytes are others. */
export function unseal(key: Buffer, memberId: string, sealed: Sealed): Record<string, string> {
  const box = Buffer.from(sealed.box, 'base64url');
  const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(sealed.iv, 'base64url'));
  decipher.setAAD(Buffer.from(memberId, 'utf8'));
  decipher.setAuthTag(box.subarray(box.length - TAG_BYTES));
  return JSON.parse(
    Buffer.concat([decipher.update(box.subarray(0, -TAG_BYTES)), decipher.final()]).toString('utf8'),
  ) as Record<string, string>;
}

/** A keyed index that finds a phone again without storing it: a plain hash of a phone number can be inverted by trying them all. */
export const phoneIndex = (indexKey: Buffer, phone: string): string =>
  createHmac('sha256', indexKey).update(phone).digest('hex');
