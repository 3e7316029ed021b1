import { openFields, Profile } from '@tillside/protocol';
import type { MemberRow } from '../storage/member-port.ts';
import type { HubStorage } from '../storage/port.ts';

/** Personal fields in clear, in memory only, with the id and the key that they are sealed under. */
export interface OpenProfile {
  readonly memberId: string;
  readonly key: Buffer;
  readonly fields: Profile;
}

/** By the first of these keys that opens it; null: none does, or there is nothing to open. `keys`: base64url. */
export function openWith(
  memberId: string,
  { profile }: Pick<MemberRow, 'profile'>,
  keys: readonly string[],
): OpenProfile | null {
  if (profile === null) return null;
  for (const text of keys) {
    const key = Buffer.from(text, 'base64url');
    try {
      return { memberId, key, fields: Profile.parse(openFields(key, memberId, profile)) };
    } catch {
      // The key of another store, or of another id of the person.
    }
  }
  return null;
}

/** By whichever key of the person opens them; `ids` are all of the person's. Null: there are none, or no key that HQ holds opens them. */
export async function openProfile(
  { keys }: Pick<HubStorage, 'keys'>,
  ids: readonly string[],
  row: Pick<MemberRow, 'profile'>,
): Promise<OpenProfile | null> {
  if (row.profile === null) return null;
  for (const memberId of ids) {
    const held = await keys.holders(memberId);
    const opened = openWith(
      memberId,
      row,
      held.map(({ key }) => key),
    );
    if (opened !== null) return opened;
  }
  return null;
}
