import { createHash } from 'node:crypto';
import type { PackRow } from '@tillside/hub/storage';
import type { MemberRecord } from '@tillside/protocol';
import { createChance } from '../../random.ts';

const FIRST_NUMBER = 100_000_000;
const FIRST_PHONE = 13_000_000_000;
const DAY_MS = 86_400_000;
const JOINED_FROM = Date.UTC(2022, 0, 1);
const SEGMENTS = ['new', 'active', 'at-risk', 'lost', 'won-back'];
const hash = (text: string): Buffer => createHash('sha256').update(text).digest();

const KEY = hash('bench');
export const PACK = { store: 'bench', version: 1, key: KEY } as const;
/** A pack of the bench as a store opens it. */
export const packAt = (file: string, sha256: string) => ({ file, sha256, ...PACK });

export const memberIdOf = (place: number): string => `m${hash(`member ${place}`).toString('hex').slice(0, 24)}`;
export const codeHashOf = (place: number): string => hash(`card ${place}`).toString('hex');
export const phoneOf = (place: number): string => `+86${FIRST_PHONE + place}`;
export const publicKeyOf = (place: number): string => hash(`phone ${place}`).toString('base64url');
export const numberOf = (place: number): string => String(FIRST_NUMBER + place);
/** Every third member's phone has a key. */
export const hasPhoneKey = (place: number): boolean => place % 3 === 0;

/** The member of a place, always the same: what members have is drawn by chances that a chain would find likely. */
export function memberAt(place: number): PackRow {
  const chance = createChance(place);
  const instant = (from: number, days: number): string =>
    new Date(from + Math.floor(chance.next() * days * DAY_MS)).toISOString();
  const joinedAt = instant(JOINED_FROM, 1_500);
  const consent = (purpose: MemberRecord['consents'][number]['purpose'], granted: boolean) => ({
    purpose,
    granted,
    textVersion: '2026-11-23.2',
    at: joinedAt,
  });
  const lots = Array.from({ length: chance.between(0, 3) }, () => ({
    lotId: `earn:s${chance.between(1, 400)}:${hash(`sale ${chance.next()}`).toString('hex').slice(0, 32)}`,
    points: chance.between(1, 400),
    availableAtMs: null,
    expiresAtMs: JOINED_FROM + chance.between(1_500, 2_200) * DAY_MS,
  }));
  const record: MemberRecord = {
    memberId: memberIdOf(place),
    number: numberOf(place),
    joinedAt,
    tier: chance.pick(['basic', 'basic', 'basic', 'silver', 'gold']),
    consents: [
      consent('membership', true),
      consent('personalisation', chance.happens(0.7)),
      ...(chance.happens(0.4) ? [consent('marketing', true)] : []),
    ],
    tags: chance.happens(0.1) ? ['tea-club'] : [],
    segments: [chance.pick(SEGMENTS)],
    publicKeys: hasPhoneKey(place) ? [publicKeyOf(place)] : [],
    codeHashes: [codeHashOf(place)],
    orders: chance.between(0, 200),
    points: { lots, debt: 0 },
    aliases: [],
  };
  return { record, phone: phoneOf(place) };
}
