import { createHash } from 'node:crypto';
import type { DuplicateReason } from '@tillside/hub-contract';

/** What is compared of a person; personal fields are in memory only. */
export interface ComparedPerson {
  readonly household: string | null;
  readonly codeHashes: readonly string[];
  /** E.164. */
  readonly phone?: string | undefined;
  readonly birthday?: string | undefined;
  readonly name?: string | undefined;
}

export type PhoneLikeness = 'same' | 'one-digit' | 'other' | 'unknown';

export function phoneLikeness(one: string | undefined, other: string | undefined): PhoneLikeness {
  if (one === undefined || other === undefined) return 'unknown';
  if (one === other) return 'same';
  if (one.length !== other.length) return 'other';
  return [...one].filter((digit, at) => digit !== other[at]).length === 1 ? 'one-digit' : 'other';
}

const isShared = (one: string | null | undefined, other: string | null | undefined): boolean =>
  one !== null && one !== undefined && one === other;

/** Why two may be one person; none: they may not. One digit of a phone alone is no reason: it must come with the birthday or the name. The same phone is one: nobody verified it. Pure. */
export function reasonsOf(one: ComparedPerson, other: ComparedPerson): DuplicateReason[] {
  const phone = phoneLikeness(one.phone, other.phone);
  const isBirthday = isShared(one.birthday, other.birthday);
  const holds: Record<DuplicateReason, boolean> = {
    'household-birthday': isShared(one.household, other.household) && isBirthday,
    phone: phone === 'same',
    'phone-digit-birthday': phone === 'one-digit' && isBirthday,
    'phone-digit-name': phone === 'one-digit' && isShared(one.name, other.name),
    'same-card': one.codeHashes.some((code) => other.codeHashes.includes(code)),
  };
  return (Object.keys(holds) as DuplicateReason[]).filter((reason) => holds[reason]);
}

/** Something that who is alike shares. Of a phone that may differ in a digit one half is the same, and `rest` is the other. */
export interface LikenessKey {
  /** 48 bits. */
  readonly hash: number;
  /** -1: sharing the key is enough. */
  readonly rest: number;
}

const HASH_BYTES = 6;
const hashOf = (salt: string, kind: string, value: string): number =>
  createHash('sha256').update(`${salt}\n${kind}\n${value}`).digest().readUIntBE(0, HASH_BYTES);

/** Two of whom `reasonsOf` finds a reason share a key, and their rests, if any, differ in one digit. `salt`: of one run, so that a key outlives nothing. */
export function likenessKeys(
  salt: string,
  { household, codeHashes, phone, birthday, name }: ComparedPerson,
): LikenessKey[] {
  const exact = (kind: string, value: string): LikenessKey => ({ hash: hashOf(salt, kind, value), rest: -1 });
  const keys = codeHashes.map((code) => exact('card', code));
  if (household !== null && birthday !== undefined) keys.push(exact('household', `${household}\n${birthday}`));
  if (phone === undefined) return keys;
  keys.push(exact('phone', phone));
  const digits = phone.slice(1);
  const middle = Math.ceil(digits.length / 2);
  const [front, back] = [digits.slice(0, middle), digits.slice(middle)];
  for (const second of [birthday === undefined ? null : `b${birthday}`, name === undefined ? null : `n${name}`]) {
    if (second === null) continue;
    const about = `${digits.length}\n${second}`;
    keys.push({ hash: hashOf(salt, 'front', `${front}\n${about}`), rest: Number(back) });
    keys.push({ hash: hashOf(salt, 'back', `${back}\n${about}`), rest: Number(front) });
  }
  return keys;
}

/** Do two numbers of as many digits differ in exactly one? */
export function differInOneDigit(one: number, other: number): boolean {
  let differing = 0;
  for (let [a, b] = [one, other]; a !== b; [a, b] = [Math.floor(a / 10), Math.floor(b / 10)])
    if (a % 10 !== b % 10) differing += 1;
  return differing === 1;
}
