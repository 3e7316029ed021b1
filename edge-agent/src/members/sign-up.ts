import { createHash } from 'node:crypto';
import type { ConsentInput, SignedUp } from '@tillside/agent-contract';
import type { z } from 'zod';
import { codeHash } from '../coupons/coupons.ts';
import { AgentError } from '../errors.ts';
import type { KeyRing, Tx } from '../journal/index.ts';
import { type Clock, instantOf, type Random } from '../ports.ts';
import { birthdayFor } from './birthday.ts';
import { type Consent, normalisePhone, setPublicKeys } from './members.ts';
import { releasePhone } from './profile.ts';
import { newMemberKey, phoneIndex, seal } from './sealing.ts';

const MEMBER_CODE_BYTES = 12;
/** Of the word by which a phone registers its key once: as hard to guess as a key. */
const CLAIM_BYTES = 16;
const CLAIM_LIFE_MS = 30 * 86_400_000;

export interface SignUpPorts {
  readonly clock: Clock;
  readonly random: Random;
  readonly indexKey: Buffer;
  readonly keys: KeyRing;
  /** Where HQ serves the page of members' phones; undefined: nowhere. */
  readonly phonePage?: string | undefined;
}

export interface NewMember {
  readonly phone: string;
  readonly birthday?: string | undefined;
  readonly name?: string | undefined;
  readonly consents: readonly z.infer<typeof ConsentInput>[];
  readonly channel: 'kiosk' | 'staff' | 'till';
  readonly publicKey?: string | undefined;
  /** Whether the phone was proven; undefined: nobody asks. */
  readonly phoneVerified?: boolean | undefined;
}

/**
 * Signs a shopper up. Personal fields are sealed under a key of the member's own and the phone is found again only by a keyed index; events carry the pseudonymous id. Age and
 * texts are checked by who asks for them. Who proves a number gets it: a holder who never did loses it, and keeps their card and points. Throws PHONE_REFUSED, CONSENT_NEEDED, MEMBER_EXISTS, PUBLIC_KEY_REFUSED.
 */
export function signUp(tx: Tx, ports: SignUpPorts, input: NewMember): SignedUp {
  const phone = normalisePhone(input.phone);
  const nowMs = ports.clock.now();
  const joinedAt = instantOf(nowMs);
  const consents: Consent[] = input.consents.map((consent) => ({ ...consent, at: joinedAt }));
  if (!consents.some((consent) => consent.purpose === 'membership' && consent.granted))
    throw new AgentError('CONSENT_NEEDED');
  const index = phoneIndex(ports.indexKey, phone);
  const holder = tx.get<{ member_id: string; phone_verified: number | null }>(
    'SELECT member_id, phone_verified FROM member WHERE phone_index = ?',
    index,
  );
  if (holder !== undefined) {
    if (input.phoneVerified !== true || holder.phone_verified !== 0) throw new AgentError('MEMBER_EXISTS');
    releasePhone(tx, ports, holder.member_id);
  }

  const memberId = `m${ports.random.bytes(12).toString('hex')}`;
  const code = ports.random.bytes(MEMBER_CODE_BYTES).toString('base64url');
  const key = newMemberKey(ports.random);
  ports.keys.put({ memberId, key: key.toString('base64url') });
  const { birthday, name, publicKey, channel, phoneVerified } = input;
  const profile = seal(ports.random, key, memberId, {
    phone,
    ...(birthday === undefined ? {} : { birthday }),
    ...(name === undefined ? {} : { name }),
  });
  const tier = 'basic';
  tx.run(
    'INSERT INTO member (member_id, code_hash, phone_index, tier, consents, profile, joined_at, birthday, phone_verified) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
    memberId,
    codeHash(code),
    index,
    tier,
    JSON.stringify(consents),
    JSON.stringify(profile),
    joinedAt,
    birthdayFor(consents, birthday),
    phoneVerified === undefined ? null : Number(phoneVerified),
  );
  if (publicKey !== undefined) setPublicKeys(tx, memberId, [publicKey]);
  const claim = publicKey === undefined ? claimOf(ports, nowMs) : undefined;
  tx.append('tillside.member.joined.v1', {
    memberId,
    joinedAt,
    channel,
    tier,
    consents,
    profile,
    codeHash: codeHash(code),
    ...(publicKey === undefined ? {} : { publicKey }),
    ...(phoneVerified === undefined ? {} : { phoneVerified }),
    ...claim?.told,
  });
  return {
    memberId,
    code: `TM:${code}`,
    tier,
    joinedAt,
    ...claim?.answered,
    ...(phoneVerified === undefined ? {} : { isPhoneVerified: phoneVerified }),
  };
}

/** A word for another phone of a member who joined before, for whoever the staff has seen to be the member. Throws PHONE_PAGE_MISSING. */
export function invitePhone(
  tx: Tx,
  ports: Pick<SignUpPorts, 'clock' | 'phonePage' | 'random'>,
  memberId: string,
): { claimUrl: string; claimUntil: string } {
  const nowMs = ports.clock.now();
  const claim = claimOf(ports, nowMs);
  if (claim === undefined) throw new AgentError('PHONE_PAGE_MISSING');
  tx.append('tillside.member.keyed.v1', { memberId, ...claim.told, at: instantOf(nowMs) });
  return claim.answered;
}

/** The word goes to the shopper's screen alone; HQ hears its hash. It stands behind the `#`, so that no server's log holds it. */
function claimOf({ phonePage, random }: Pick<SignUpPorts, 'phonePage' | 'random'>, nowMs: number) {
  if (phonePage === undefined) return undefined;
  const word = random.bytes(CLAIM_BYTES).toString('base64url');
  const claimUntil = instantOf(nowMs + CLAIM_LIFE_MS);
  const claimHash = createHash('sha256').update(word).digest('hex');
  return { told: { claimHash, claimUntil }, answered: { claimUrl: `${phonePage}#claim=${word}`, claimUntil } };
}
