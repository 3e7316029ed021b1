import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { CODE_STEPS_OFF, codeStep, type NumericCode, passwordCounter, passwordOf } from '@tillside/decide';
import { type ClaimedPhone, claimMessage, type OpenedSession, sessionMessage } from '@tillside/hub-contract';
import { isSignedBy, keyIdOf, publicKeyOf } from '@tillside/protocol';
import { type Clock, instantOf } from '../clock.ts';
import { HubFault } from '../fault.ts';
import { sha256Of } from '../sha256.ts';
import type { MemberRow } from '../storage/member-port.ts';
import type { HubStorage } from '../storage/port.ts';
import { SESSION_LIMITS, type Sessions } from './sessions.ts';

/** RFC 4226 asks for 20 or more. */
const SECRET_BYTES = 32;
const newSecret = (): string => randomBytes(SECRET_BYTES).toString('base64url');

export interface PhonePorts {
  readonly storage: Pick<HubStorage, 'members'>;
  readonly clock: Clock;
  readonly sessions: Sessions;
}

/** Phones of members: bound by a claim, known by their key. */
export interface Phones {
  /** Binds a key by the word of a sign-up. Throws HUB_PHONE_KEY_REFUSED, HUB_CLAIM_REFUSED. */
  claim(request: { claim: string; publicKey: string; signature: string }): Promise<ClaimedPhone>;
  /** Throws HUB_PHONE_CLOCK_OFF, HUB_SESSION_REFUSED. */
  open(request: { keyId: string; at: string; signature: string }): Promise<OpenedSession>;
  /** The member whose phone has this session; null: none, or the phone was taken away, or the member is gone. */
  memberOf(credential: string): Promise<{ member: MemberRow; keyId: string } | null>;
  /** The member who has a phone with this key, as they are now. */
  member(keyId: string): Promise<MemberRow | null>;
  /** Takes a phone away. The secret of the digits, which a member's phones share, is another one then; the others hear of it with their next session. False: not a phone of this member. */
  revoke(member: MemberRow, keyId: string): Promise<boolean>;
}

export function createPhones({ storage, clock, sessions }: PhonePorts): Phones {
  const { directory, secrets } = storage.members;

  const memberWith = async (keyId: string): Promise<{ member: MemberRow; publicKey: Buffer } | null> => {
    const member = await directory.find({ keyId });
    if (member === null) return null;
    const publicKey = member.publicKeys.map(publicKeyOf).find((raw) => raw !== undefined && keyIdOf(raw) === keyId);
    return publicKey === undefined ? null : { member, publicKey };
  };

  const digitsOf = async ({ memberId, number }: MemberRow): Promise<{ number: string; secret: string }> => {
    const held = await secrets.get(memberId);
    if (held !== null) return { number, secret: held };
    const secret = newSecret();
    await secrets.put(memberId, secret);
    // Of two phones that come at once both get what was put last.
    return { number, secret: (await secrets.get(memberId)) ?? secret };
  };

  return {
    claim: async ({ claim, publicKey, signature }) => {
      const raw = publicKeyOf(publicKey);
      if (raw === undefined || !isSigned(claimMessage(claim), signature, raw))
        throw new HubFault('HUB_PHONE_KEY_REFUSED');
      const keyId = keyIdOf(raw);
      // A key of another member must not move to this one; nor is it told whose it is.
      if ((await directory.find({ keyId })) !== null) throw new HubFault('HUB_CLAIM_REFUSED');
      const claimHash = sha256Of(claim);
      const memberId = await directory.redeemClaim({ claimHash, publicKey, at: instantOf(clock.now()) });
      const member = memberId === null ? null : await directory.find({ keyId });
      if (member === null) throw new HubFault('HUB_CLAIM_REFUSED');
      return { keyId, ...(await digitsOf(member)) };
    },
    open: async ({ keyId, at, signature }) => {
      const atMs = Date.parse(at);
      if (Math.abs(atMs - clock.now()) > SESSION_LIMITS.clockOffMs) throw new HubFault('HUB_PHONE_CLOCK_OFF');
      const found = await memberWith(keyId);
      if (found === null || !isSigned(sessionMessage(keyId, at), signature, found.publicKey))
        throw new HubFault('HUB_SESSION_REFUSED');
      if (!(await sessions.isNew(keyId, atMs))) throw new HubFault('HUB_SESSION_REFUSED');
      const { credential, until } = sessions.issue(keyId);
      return { credential, until: instantOf(until), ...(await digitsOf(found.member)) };
    },
    memberOf: async (credential) => {
      const keyId = sessions.read(credential);
      const found = keyId === null ? null : await memberWith(keyId);
      return keyId === null || found === null ? null : { member: found.member, keyId };
    },
    member: (keyId) => directory.find({ keyId }),
    revoke: async (member, keyId) => {
      const kept = member.publicKeys.filter((key) => keyIdOf(Buffer.from(key, 'base64url')) !== keyId);
      if (kept.length === member.publicKeys.length) return false;
      await directory.put(member.memberId, { publicKeys: kept }, instantOf(clock.now()));
      await secrets.put(member.memberId, newSecret());
      return true;
    },
  };
}

function isSigned(message: string, signature: string, publicKey: Buffer): boolean {
  return isSignedBy({ signed: Buffer.from(message), signature: Buffer.from(signature, 'base64url') }, publicKey);
}

/**
 * Is the changing part of an 18-digit code right, at this instant? Gives the half minute that it is of, which may be used once (`PhoneSecrets.use`); null when it is wrong. RFC 6238
 * allows for clocks that are off, as the rotating codes do. `secret`: base64url.
 */
export function stepOfPassword(secret: string, { password }: NumericCode, atMs: number): number | null {
  const key = Buffer.from(secret, 'base64url');
  const now = codeStep(atMs);
  let found: number | null = null;
  for (let step = now - CODE_STEPS_OFF; step <= now + CODE_STEPS_OFF; step += 1) {
    const right = passwordOf(createHmac('sha256', key).update(passwordCounter(step)).digest());
    if (timingSafeEqual(Buffer.from(right), Buffer.from(password.padEnd(right.length).slice(0, right.length))))
      found = step;
  }
  return found;
}
