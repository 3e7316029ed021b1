import type { Dialog02Options } from './options.ts';

export type DialogSecret = NonNullable<Dialog02Options['checksum']>;

/** CS and KW of record 10, 16 bits each. */
export interface ChecksumPair {
  readonly cs: number;
  readonly kw: number;
}

const BITS = 16;
const MASK = 0xffff;

/** The answer to a challenge of a Dialog 06 scale: CS turned left by the random byte's high half, KW turned right by its low half. */
export function answerChallenge(random: number, secret: DialogSecret): ChecksumPair {
  const cs = Number.parseInt(secret.software, 16);
  return { cs: rotateLeft(cs, random >> 4), kw: rotateLeft(checkWord(cs, secret), BITS - (random & 0xf)) };
}

/** KW: what is left of CS, sixteen zeros behind it, divided by the polynomial (modulo 2). */
export function checkWord(cs: number, secret: DialogSecret): number {
  const polynomial = Number.parseInt(secret.polynomial, 16) & MASK;
  let rest = cs ^ Number.parseInt(secret.initial, 16);
  for (let bit = 0; bit < BITS; bit += 1) {
    const carry = rest & 0x8000;
    rest = (rest << 1) & MASK;
    if (carry) rest ^= polynomial;
  }
  return rest;
}

export function rotateLeft(word: number, by: number): number {
  const places = by % BITS;
  return ((word << places) | (word >> (BITS - places))) & MASK;
}
