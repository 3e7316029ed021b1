import type { MemberDirectory, MemberRow, SamePhone } from '../storage/member-port.ts';
import type { HubStorage } from '../storage/port.ts';
import { openProfile } from './open-profile.ts';
import { memberSettingsOf } from './settings.ts';

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

/** A merge that a person undid is not made again by us. */
export async function wasUndone(directory: MemberDirectory, from: string, into: string): Promise<boolean> {
  const merges = await directory.merges(from);
  return merges.some(
    (merge) => merge.undoneAt !== null && [merge.from, merge.into].every((id) => id === from || id === into),
  );
}

interface Holder {
  readonly row: MemberRow;
  readonly isAsJoined: boolean;
  /** YYYY-MM-DD, or null. */
  readonly birthday: string | null;
}

async function holdersOf(storage: Pick<HubStorage, 'members' | 'keys'>, people: SamePhone['people']) {
  const { directory } = storage.members;
  const holders: Holder[] = [];
  for (const { memberId, isAsJoined } of people) {
    const row = await directory.find({ memberId });
    if (row === null || row.into !== null) continue;
    const { birthday } = (await openProfile(storage, await directory.same(memberId), row))?.fields ?? {};
    holders.push({ row, isAsJoined, birthday: birthday?.length === FULL_BIRTHDAY_CHARS ? birthday : null });
  }
  return holders;
}

/**
 * A phone is what somebody said: anybody can join with a stranger's. So a second thing must agree that one can't simply make up. A birthday counts only as it was told at the sign-up,
 * since who could change it until it fits would find out the other's; two that differ are two people, whatever else they share.
 */
function agree(one: Holder, other: Holder, phonesVerified: boolean): boolean {
  if (phonesVerified) return true;
  if (one.row.household !== null && one.row.household === other.row.household) return true;
  if (one.row.publicKeys.some((key) => other.row.publicKeys.includes(key))) return true;
  return one.birthday !== null && one.birthday === other.birthday && one.isAsJoined && other.isAsJoined;
}

const isContrary = (one: Holder, other: Holder): boolean =>
  one.birthday !== null && other.birthday !== null && one.birthday !== other.birthday;

/**
 * Merges who has the same phone, and of whom a second thing says so, into who joined first. The others stay apart, each with their own cards, keys and points, and are listed with the reason
 * `phone` (duplicates.ts) for a person to judge. Idempotent; personal fields are in memory only.
 */
export async function mergeSamePhone(
  storage: Pick<HubStorage, 'members' | 'keys'>,
  at: string,
  after: string | null,
): Promise<SamePhoneRun> {
  const { directory } = storage.members;
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
        if (await wasUndone(directory, fromId, intoId)) continue;
        if ((await directory.merge({ from: fromId, into: intoId, at, basis: 'certain', by: 'hub' })) !== 'merged')
          continue;
        merged += 1;
        break;
      }
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
  return { merged, after: page.length < SAME_PHONE_LIMITS.phones ? null : (page.at(-1)?.phoneIndex ?? null) };
}
