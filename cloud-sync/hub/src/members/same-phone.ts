import type { MemberRow, SamePhone } from '../storage/member-port.ts';
import type { HubStorage } from '../storage/port.ts';
import { openProfile } from './open-profile.ts';
import { memberSettingsOf } from './settings.ts';
import { retier } from './tier-run.ts';

export const SAME_PHONE_LIMITS = {
  /** Phones that one round looks at; the next goes on behind them. */
  phones: 1_000,
  /** Where more people have one phone, somebody may be trying birthdays: a person judges all of them. */
  people: 3,
} as const;
const FULL_BIRTHDAY_CHARS = 'YYYY-MM-DD'.length;

export interface SamePhoneRun {
  readonly merged: number;
  /** From where the next run goes on; null: from the start. */
  readonly after: string | null;
}

interface Holder {
  readonly row: MemberRow;
  readonly isAsJoined: boolean;
  /** YYYY-MM-DD, or null. */
  readonly birthday: string | null;
  /** Somebody at HQ linked them to their household: with the others of it they are several people. */
  readonly isLinked: boolean;
}

async function holdersOf(storage: Pick<HubStorage, 'members' | 'keys'>, people: SamePhone['people']) {
  const { directory, households } = storage.members;
  const holders: Holder[] = [];
  for (const { memberId, isAsJoined } of people) {
    const row = await directory.find({ memberId });
    if (row === null || row.into !== null) continue;
    const { birthday } = (await openProfile(storage, await directory.same(memberId), row))?.fields ?? {};
    const isLinked = row.household !== null && (await households.said(memberId)) !== null;
    holders.push({ row, isAsJoined, isLinked, birthday: birthday?.length === FULL_BIRTHDAY_CHARS ? birthday : null });
  }
  return holders;
}

/**
 * A phone that each proved is one person's. Else it is what somebody said: anybody can join with a stranger's. So a second thing must agree that one can't simply make up. A birthday counts only as it was told at the sign-up,
 * since who could change it until it fits would find out the other's; two that differ are two people, whatever else they share.
 */
function agree(one: Holder, other: Holder, phonesVerified: boolean): boolean {
  if ([one, other].every(({ row }) => row.phoneVerified ?? phonesVerified)) return true;
  if (one.row.household !== null && one.row.household === other.row.household) return true;
  if (one.row.publicKeys.some((key) => other.row.publicKeys.includes(key))) return true;
  return one.birthday !== null && one.birthday === other.birthday && one.isAsJoined && other.isAsJoined;
}

const isContrary = (one: Holder, other: Holder): boolean =>
  (one.birthday !== null && other.birthday !== null && one.birthday !== other.birthday) ||
  (one.isLinked && other.isLinked && one.row.household === other.row.household);

/**
 * Merges who has the same phone, and of whom a second thing says so, into who joined first. The others stay apart, each with their own cards, keys and points, and are listed with the reason
 * `phone` (likeness.ts) for a person to judge. Idempotent; personal fields are in memory only.
 */
export async function mergeSamePhone(
  storage: Pick<HubStorage, 'members' | 'keys'>,
  at: string,
  after: string | null,
): Promise<SamePhoneRun> {
  const { directory, duplicates } = storage.members;
  const { phonesVerified } = (await memberSettingsOf(storage)).settings;
  const page = await directory.samePhone(after, SAME_PHONE_LIMITS.phones);
  let merged = 0;
  for (const { people } of page) {
    if (people.length > SAME_PHONE_LIMITS.people && !phonesVerified) continue;
    const holders = await holdersOf(storage, people);
    for (const [index, from] of holders.entries()) {
      const before = holders.slice(0, index);
      // Of any of them: who has no birthday is no bridge between two that differ.
      if (before.some((into) => isContrary(from, into))) continue;
      for (const into of before) {
        if (!agree(from, into, phonesVerified)) continue;
        const [fromId, intoId] = [from.row.memberId, into.row.memberId];
        // Somebody said that they are two people, or undid a merge of them.
        if ((await duplicates.apart(fromId, intoId)) !== null) continue;
        if ((await directory.merge({ from: fromId, into: intoId, at, basis: 'certain', by: 'hub' })) !== 'merged')
          continue;
        await retier(storage.members, intoId, Date.parse(at));
        merged += 1;
        break;
      }
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
  return { merged, after: page.length < SAME_PHONE_LIMITS.phones ? null : (page.at(-1)?.phoneIndex ?? null) };
}
