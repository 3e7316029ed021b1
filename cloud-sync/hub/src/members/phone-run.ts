import { openFields, Profile } from '@tillside/protocol';
import type { HubStorage } from '../storage/port.ts';
import { type ComparedPerson, type ProbableDuplicate, probableDuplicates } from './duplicates.ts';
import { openProfile } from './open-profile.ts';
import { wasUndone } from './same-phone.ts';

/** Profiles that are opened in one go. */
const PAGE = 200;
/** People that are compared with each other for probable duplicates; more are told of as not compared. */
export const MAX_COMPARED = 200_000;

export interface PhoneRun {
  readonly indexed: number;
  /** No key that was deposited opens them. */
  readonly unreadable: number;
}

/** The phone of a sealed profile, by whichever of the deposited keys opens it; null: no phone in it, undefined: no key opens it. */
function phoneIn(memberId: string, sealed: { profile: Parameters<typeof openFields>[2]; key: string }[]) {
  for (const { profile, key } of sealed) {
    try {
      const fields = Profile.safeParse(openFields(Buffer.from(key, 'base64url'), memberId, profile));
      if (fields.success) return fields.data.phone ?? null;
    } catch {
      // The key of somebody else, or bytes that were changed.
    }
  }
  return undefined;
}

/**
 * Opens in memory what was sealed since, and puts the keyed index of each phone. Idempotent: what a hub that dies leaves undone the next run does. Phones are in no log and no answer.
 */
export async function runPhones(
  { members }: Pick<HubStorage, 'members'>,
  indexOf: (phone: string) => string,
  at: string,
): Promise<PhoneRun> {
  const { directory } = members;
  const run = { indexed: 0, unreadable: 0 };
  for (;;) {
    const rows = await directory.unindexed(PAGE);
    const ids = [...new Set(rows.map(({ memberId }) => memberId))];
    for (const memberId of ids) {
      const phone = phoneIn(
        memberId,
        rows.filter((row) => row.memberId === memberId),
      );
      await directory.put(memberId, { phoneIndex: typeof phone === 'string' ? indexOf(phone) : null }, at);
      if (phone === undefined) run.unreadable += 1;
      else run.indexed += 1;
    }
    if (ids.length < PAGE) break;
    await new Promise((resolve) => setImmediate(resolve));
  }
  return run;
}

/** Pairs for a person to judge, those with the same phone first; of those that somebody looked at and kept apart none. `compared`: of how many people. */
export async function findProbable(
  storage: Pick<HubStorage, 'members' | 'keys'>,
): Promise<{ compared: number; pairs: ProbableDuplicate[] }> {
  const { directory } = storage.members;
  const people: ComparedPerson[] = [];
  for (let after: string | null = null; people.length < MAX_COMPARED; ) {
    const page = await directory.page(after, PAGE);
    for (const row of page) {
      const { memberId, joinedAt, household, codeHashes } = row;
      const fields = (await openProfile(storage, [memberId], row))?.fields ?? {};
      people.push({ memberId, joinedAt, household, codeHashes, ...fields });
    }
    if (page.length < PAGE) break;
    after = page.at(-1)?.number ?? null;
    await new Promise((resolve) => setImmediate(resolve));
  }
  const pairs: ProbableDuplicate[] = [];
  for (const pair of probableDuplicates(people))
    if (!(await wasUndone(directory, pair.from, pair.into))) pairs.push(pair);
  return { compared: people.length, pairs };
}
