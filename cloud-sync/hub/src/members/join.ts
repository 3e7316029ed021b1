import { createHmac, randomBytes } from 'node:crypto';
import { judgeAge, phoneOf } from '@tillside/decide';
import type { SignUp } from '@tillside/hub-contract';
import { SEAL_IV_BYTES, SEAL_KEY_BYTES, sealFields } from '@tillside/protocol';
import { type Clock, instantOf } from '../clock.ts';
import { HubFault } from '../fault.ts';
import type { MemberRow } from '../storage/member-port.ts';
import type { HubStorage } from '../storage/port.ts';
import { phoneIndexOf } from './phone-index.ts';

/** Whose key it is that seals what HQ itself was told: no store may have this id. */
export const HQ = 'hq';
const MEMBER_ID_BYTES = 12;
const DATE_CHARS = 'YYYY-MM-DD'.length;

export interface JoinPorts {
  readonly storage: Pick<HubStorage, 'members' | 'keys' | 'partners'>;
  readonly clock: Clock;
  /** The hub's `member-index` secret. */
  readonly indexKey: Buffer;
}

export interface Joining extends Omit<SignUp, 'phone' | 'tags'> {
  readonly memberId: string;
  /** E.164. */
  readonly phone?: string | undefined;
  readonly tags: readonly string[];
  readonly channel: 'partner' | 'operator' | 'import';
  readonly at: string;
  readonly tier?: string | undefined;
  readonly consentsAt?: string | undefined;
}

export type JoinOutcome = 'added' | 'known' | 'erased' | 'phone-taken';

export const newMemberId = (): string => `m${randomBytes(MEMBER_ID_BYTES).toString('hex')}`;

/** E.164, or HUB_MEMBER_REFUSED. */
export function phoneAsked(typed: string): string {
  const phone = phoneOf(typed);
  if (phone === undefined) throw new HubFault('HUB_MEMBER_REFUSED', '(phone)');
  return phone;
}

/** A new member at HQ: sealed under a key of its own, and found by its phone at once. */
export async function join({ storage, indexKey }: JoinPorts, joining: Joining): Promise<JoinOutcome> {
  const { memberId, phone, birthday, name, at, channel, tier = 'basic', consentsAt = at } = joining;
  const { directory } = storage.members;
  const phoneIndex = phone === undefined ? null : phoneIndexOf(indexKey, phone);
  const held = phoneIndex === null ? null : await directory.find({ phoneIndex });
  if (held !== null) return held.memberId === memberId ? 'known' : 'phone-taken';
  const fields = Object.fromEntries(
    Object.entries({ phone, birthday, name }).flatMap(([field, value]) =>
      value === undefined ? [] : [[field, value]],
    ),
  );
  const isSealed = Object.keys(fields).length > 0;
  const key = randomBytes(SEAL_KEY_BYTES);
  if (isSealed) await storage.keys.put(HQ, [{ memberId, key: key.toString('base64url') }]);
  // An earlier try may have left a key: what is sealed is sealed under the one that is held.
  const [kept] = isSealed ? await storage.keys.held(HQ, [memberId]) : [];
  const sealKey = kept === undefined ? key : Buffer.from(kept.key, 'base64url');
  return directory.add(
    {
      memberId,
      home: HQ,
      channel,
      joinedAt: at,
      tier,
      tierUntil: null,
      consents: joining.consents.map((consent) => ({ ...consent, at: consentsAt })),
      tags: [...new Set(joining.tags)],
      segments: [],
      household: null,
      publicKeys: [],
      codeHashes: [],
      profile: isSealed ? sealFields(sealKey, randomBytes(SEAL_IV_BYTES), memberId, fields) : null,
      phoneIndex,
    },
    at,
  );
}

/** Throws HUB_MEMBER_REFUSED for who may not join by themselves, and without consent to the membership. */
export function checkJoining(
  { birthday, isOldEnough, consents }: Pick<SignUp, 'birthday' | 'isOldEnough' | 'consents'>,
  today: string,
): void {
  if (!consents.some(({ purpose, granted }) => purpose === 'membership' && granted))
    throw new HubFault('HUB_MEMBER_REFUSED', '(consents: membership)');
  const verdict = judgeAge({ birthday, isOldEnough }, today);
  if (verdict !== 'old-enough') throw new HubFault('HUB_MEMBER_REFUSED', `(${verdict})`);
}

/**
 * A sign-up by a partner or operator under the id that the caller gave it. The member's id follows from that id, so that a sign-up that was cut off is done to its end, and one that is
 * told again is the same member. Throws HUB_MEMBER_REFUSED, HUB_MEMBER_EXISTS, HUB_IDEMPOTENCY_CONFLICT.
 */
export async function signUpAtHq(
  ports: JoinPorts,
  caller: { readonly id: string; readonly kind: 'partner' | 'operator' },
  key: string,
  input: SignUp,
): Promise<MemberRow> {
  const { storage, clock, indexKey } = ports;
  const now = instantOf(clock.now());
  const phone = input.phone === undefined ? undefined : phoneAsked(input.phone);
  checkJoining(input, now.slice(0, DATE_CHARS));
  const keyed = (text: string): string => createHmac('sha256', indexKey).update(text).digest('hex');
  const memberId = `m${keyed(`sign-up\n${caller.id}\n${key}`).slice(0, 2 * MEMBER_ID_BYTES)}`;
  const content = keyed(`content\n${JSON.stringify({ ...input, phone })}`);
  const claim = await storage.partners.claims.take({
    scope: `sign-up ${caller.id}`,
    name: key,
    content,
    memberId,
    at: now,
  });
  if (claim.state === 'other') throw new HubFault('HUB_IDEMPOTENCY_CONFLICT');
  const outcome = await join(ports, { ...input, phone, memberId, channel: caller.kind, at: claim.at });
  if (outcome === 'phone-taken') throw new HubFault('HUB_MEMBER_EXISTS');
  const row = outcome === 'erased' ? null : await storage.members.directory.find({ memberId });
  if (row === null) throw new HubFault('HUB_MEMBER_UNKNOWN');
  return row;
}
