import type { AccessReason, FoundMember } from '@tillside/agent-contract';
import type { EventBody } from '@tillside/protocol';
import { AgentError } from '../errors.ts';
import type { KeyRing, Reader, Tx } from '../journal/index.ts';
import { type Clock, instantOf } from '../ports.ts';
import { hasPhoneKey } from './member-data.ts';
import type { Member } from './members.ts';
import { maskPhone, profileOf } from './profile.ts';

/** A colleague at the desk looks for a few people; more in this time is somebody who tries numbers. */
const MAX_FINDS = 30;
const FINDS_WITHIN_MS = 10 * 60_000;
/** Colleagues that are counted at a time: as many as the config takes. */
const MAX_STAFF = 200;

/** Counts who looked for members how often. In memory: it is a brake, the record is the event. */
export class Finds {
  #clock: Clock;
  #finds = new Map<string, number[]>();

  constructor(options: { clock: Clock }) {
    this.#clock = options.clock;
  }

  /** To be called before each look, also one that finds nobody. Throws TOO_MANY_ATTEMPTS. */
  count(staffId: string): void {
    const now = this.#clock.now();
    const recent = (this.#finds.get(staffId) ?? []).filter((at) => at <= now && now - at < FINDS_WITHIN_MS);
    if (recent.length >= MAX_FINDS) throw new AgentError('TOO_MANY_ATTEMPTS');
    const oldest = this.#finds.keys().next();
    if (this.#finds.size >= MAX_STAFF && !this.#finds.has(staffId) && oldest.done === false)
      this.#finds.delete(oldest.value);
    this.#finds.set(staffId, [...recent, now]);
  }
}

/** Tells who looked at, or changed, a person's data, and why: in the transaction of what they did. */
export function noteAccess(
  tx: Tx,
  clock: Clock,
  access: {
    memberId: string;
    staffId: string;
    what: EventBody<'tillside.member.accessed.v1'>['what'];
    reason: AccessReason;
  },
): void {
  tx.append('tillside.member.accessed.v1', { ...access, at: instantOf(clock.now()) });
}

/** A member as a colleague sees one. */
export function foundMember(
  reader: Reader,
  keys: KeyRing,
  { memberId, joinedAt, tier, consents }: Member,
  pointsBalance: number,
): FoundMember {
  const profile = profileOf(reader, keys, memberId);
  return {
    memberId,
    ...(profile?.phone === undefined ? {} : { maskedPhone: maskPhone(profile.phone) }),
    joinedAt,
    tier,
    pointsBalance,
    consents,
    hasPhoneKey: hasPhoneKey(reader, memberId),
    isKeptHere: profile !== undefined,
  };
}
