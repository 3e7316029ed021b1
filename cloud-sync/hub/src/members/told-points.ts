import { newestPart } from '@tillside/decide';
import { MAX_TOLD_ENTRIES, type ToldPoints } from '@tillside/protocol';
import { HubFault } from '../fault.ts';
import { sha256Of } from '../sha256.ts';
import type { HubStorage } from '../storage/port.ts';
import { pointsRulesOf } from './record.ts';

export interface PointsAsked {
  readonly store: string;
  readonly memberId: string;
  readonly nowMs: number;
}

/** Of a person's ids the one that is no alias, for a store that is told of the person anyway. Throws HUB_MEMBER_UNKNOWN. */
export async function personAsked(
  storage: Pick<HubStorage, 'members' | 'packs'>,
  { store, memberId }: Pick<PointsAsked, 'store' | 'memberId'>,
) {
  const { directory } = storage.members;
  const [person] = await directory.persons(await directory.same(memberId));
  const told = new Set([store, ...(await storage.packs.near(store))]);
  if (person === undefined || !person.stores.some((seen) => told.has(seen.store)))
    throw new HubFault('HUB_MEMBER_UNKNOWN');
  return person;
}

/**
 * What HQ holds of a person's points, for a store that is told of the person anyway: one that knows a member of these ids, or whose pack is made of a store that does. It is no look at a person that would
 * be written down: whoever looks is at the store, which writes it down. Throws HUB_MEMBER_UNKNOWN.
 */
export async function toldPoints(
  storage: Pick<HubStorage, 'members' | 'packs' | 'registry'>,
  asked: PointsAsked,
): Promise<ToldPoints> {
  const { store, nowMs } = asked;
  const { ledger } = storage.members;
  const person = await personAsked(storage, asked);
  const { entries, included } = await ledger.withMarks(person.ids, store);
  const part = newestPart(entries, await pointsRulesOf(storage), {
    most: MAX_TOLD_ENTRIES,
    asOfMs: nowMs,
    sha256: sha256Of,
  });
  const places = new Set(entries.map(({ entryId }) => entryId.split(':', 2)[1]));
  const names = (await storage.registry.stores()).filter(({ id }) => places.has(id));
  return {
    memberIds: [...person.ids],
    entries: [...part.entries],
    ...(part.opening === undefined ? {} : { opening: part.opening }),
    included,
    stores: Object.fromEntries(names.map(({ id, name }) => [id, name])),
  };
}
