import type { Correction, MemberProfile } from '@tillside/agent-contract';
import type { Sealed } from '@tillside/protocol';
import { AgentError } from '../errors.ts';
import type { KeyRing, Reader, Tx } from '../journal/index.ts';
import { type Clock, instantOf, type Random } from '../ports.ts';
import { checkAge } from './age.ts';
import { birthdayFor } from './birthday.ts';
import { type Consent, normalisePhone } from './members.ts';
import { asksForProof } from './phone-proof.ts';
import { phoneIndex, seal, unseal } from './sealing.ts';

export interface ProfilePorts {
  readonly clock: Clock;
  readonly random: Random;
  readonly indexKey: Buffer;
  readonly keys: KeyRing;
}

/** The personal fields of a member who joined here; undefined where they or their key are not here. */
export function profileOf(reader: Reader, keys: KeyRing, memberId: string): MemberProfile | undefined {
  const row = reader.get<{ profile: string | null }>('SELECT profile FROM member WHERE member_id = ?', memberId);
  const key = keys.get(memberId);
  if (row === undefined || row.profile === null || key === undefined) return undefined;
  return unseal(Buffer.from(key, 'base64url'), memberId, JSON.parse(row.profile) as Sealed);
}

/**
 * Sets personal fields right: the whole profile is sealed again under the same key, and told as an event. `today`: YYYY-MM-DD in the store's zone. Throws MEMBER_KEPT_ELSEWHERE,
 * PHONE_REFUSED, MEMBER_EXISTS (the phone is another member's), BIRTHDAY_REFUSED, MEMBER_UNDER_14.
 */
export function correctProfile(
  tx: Tx,
  { clock, random, indexKey, keys }: ProfilePorts,
  memberId: string,
  asked: { correction: Correction; by: 'member' | 'staff'; today: string },
): void {
  const { correction, by, today } = asked;
  const before = profileOf(tx, keys, memberId);
  const key = keys.get(memberId);
  if (before === undefined || key === undefined) throw new AgentError('MEMBER_KEPT_ELSEWHERE');
  const { birthday } = correction;
  // Who is a member was old enough, as far as anybody knew: a birthday that says otherwise is one for a guardian.
  if (typeof birthday === 'string') checkAge({ birthday, isOldEnough: true }, today);
  const phone = correction.phone === undefined ? before.phone : normalisePhone(correction.phone);
  const profile: Record<string, string> = {
    ...(phone === undefined ? {} : { phone }),
    ...fieldOf('birthday', birthday, before.birthday),
    ...fieldOf('name', correction.name, before.name),
  };
  const sealed = seal(random, Buffer.from(key, 'base64url'), memberId, profile);
  const index = phone === undefined ? null : phoneIndex(indexKey, phone);
  const other = tx.get('SELECT 1 AS found FROM member WHERE phone_index = ? AND member_id <> ?', index, memberId);
  if (other !== undefined) throw new AgentError('MEMBER_EXISTS');
  // Another number is as new as that of a sign-up: what was proven was the one before.
  const isUnproven = phone !== before.phone && asksForProof(tx);
  const held = tx.get<{ consents: string }>('SELECT consents FROM member WHERE member_id = ?', memberId);
  tx.run(
    'UPDATE member SET profile = ?, phone_index = ?, birthday = ?, phone_verified = iif(?, 0, phone_verified) WHERE member_id = ?',
    JSON.stringify(sealed),
    index,
    birthdayFor(JSON.parse(held?.consents ?? '[]') as Consent[], profile.birthday),
    isUnproven ? 1 : 0,
    memberId,
  );
  tx.append('tillside.member.corrected.v1', {
    memberId,
    profile: sealed,
    at: instantOf(clock.now()),
    by,
    ...(isUnproven ? { phoneVerified: false } : {}),
  });
}

/** The number turned out to be somebody else's: it goes from who joined with it, and stays nowhere here. Of who joined elsewhere there is only the index. */
export function releasePhone(
  tx: Tx,
  { clock, random, keys }: Pick<ProfilePorts, 'clock' | 'random' | 'keys'>,
  memberId: string,
): void {
  const before = profileOf(tx, keys, memberId);
  const key = keys.get(memberId);
  tx.run('UPDATE member SET phone_index = NULL WHERE member_id = ?', memberId);
  if (before === undefined || key === undefined) return;
  const { phone: _theirs, ...rest } = before;
  const fields = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  const sealed = seal(random, Buffer.from(key, 'base64url'), memberId, fields as Record<string, string>);
  tx.run('UPDATE member SET profile = ? WHERE member_id = ?', JSON.stringify(sealed), memberId);
  const at = instantOf(clock.now());
  tx.append('tillside.member.corrected.v1', { memberId, profile: sealed, at, by: 'member', phoneVerified: false });
}

/**
 * HQ has a newer sealing of the personal fields than this store, which was not made here: then HQ and the member's phone keep them, and the store's copy goes, since nothing here needs
 * it. The index of the phone goes too, for the phone may be another by now: the finder asks for the member by it, and it is kept again. A correction of ours that HQ has not heard yet is
 * safe in its event.
 */
export function dropOldProfile(tx: Tx, memberId: string, iv: string): void {
  tx.run(
    `UPDATE member SET profile = NULL, phone_index = NULL WHERE member_id = ? AND json_extract(profile, '$.iv') <> ?`,
    memberId,
    iv,
  );
}

/** Absent: as it was; null: taken away. */
const fieldOf = (
  name: 'birthday' | 'name',
  said: string | null | undefined,
  before: string | undefined,
): Record<string, string> => {
  const value = said === undefined ? before : said;
  return value === undefined || value === null ? {} : { [name]: value };
};

const SHOWN_FIRST = 3;
const SHOWN_LAST = 4;

/** A phone by its ends: enough for a person to know their own. */
export const maskPhone = (phone: string): string => `${phone.slice(0, SHOWN_FIRST)}****${phone.slice(-SHOWN_LAST)}`;
