import { createHmac } from 'node:crypto';
import { openFields, SEAL_IV_BYTES, SEAL_KEY_BYTES, type Sealed, sealFields } from '@tillside/protocol';
import type { Random } from '../ports.ts';

export const newMemberKey = (random: Random): Buffer => random.bytes(SEAL_KEY_BYTES);

/** Seals personal fields (protocol/sealed.ts has the layout). */
export const seal = (random: Random, key: Buffer, memberId: string, fields: Record<string, string>): Sealed =>
  sealFields(key, random.bytes(SEAL_IV_BYTES), memberId, fields);

/** The reverse; throws when the key, the member or the bytes are others. */
export const unseal = openFields;

/** A keyed index that finds a phone again without storing it: a plain hash of a phone number can be inverted by trying them all. */
export const phoneIndex = (indexKey: Buffer, phone: string): string =>
  createHmac('sha256', indexKey).update(phone).digest('hex');
