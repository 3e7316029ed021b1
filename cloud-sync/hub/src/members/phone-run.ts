import type { Sealed } from '@tillside/protocol';
import type { HubStorage } from '../storage/port.ts';
import { openWith } from './open-profile.ts';

/** Profiles that are opened in one go. */
const PAGE = 200;

export interface PhoneRun {
  readonly indexed: number;
  /** No key that was deposited opens them. */
  readonly unreadable: number;
}

/** The phone of a sealed profile, by whichever of the deposited keys opens it; null: no phone in it, undefined: no key opens it. */
function phoneIn(memberId: string, sealed: { profile: Sealed; key: string }[]): string | null | undefined {
  for (const { profile, key } of sealed) {
    const opened = openWith(memberId, { profile }, [key]);
    if (opened !== null) return opened.fields.phone ?? null;
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
