import { tierProgress } from '@tillside/decide';
import type { ToldTier } from '@tillside/protocol';
import { instantOf } from '../clock.ts';
import type { HubStorage } from '../storage/port.ts';
import { dayIn, monthsOf, tierSettings } from './tier-run.ts';
import { type PointsAsked, personAsked } from './told-points.ts';

/**
 * Where a person stands among the tiers now, for a store that is told of the person anyway: the sums that the day's run will look at, so that no store promises what that run does not keep.
 * Throws HUB_MEMBER_UNKNOWN.
 */
export async function toldTier(storage: Pick<HubStorage, 'members' | 'packs'>, asked: PointsAsked): Promise<ToldTier> {
  const { row } = await personAsked(storage, asked);
  const { rules, zone } = await tierSettings(storage.members);
  const told = {
    tier: row.tier,
    ...(row.tierUntil === null ? {} : { tierUntil: row.tierUntil }),
    asOf: instantOf(asked.nowMs),
  };
  if (rules === undefined) return { ...told, tiers: [], next: null };
  const today = dayIn(zone, asked.nowMs);
  const progress = tierProgress(row, await monthsOf(storage.members, row, rules, { today, zone }), rules, today);
  return {
    ...told,
    tiers: [rules.base, ...rules.tiers].map(({ id, name }) => ({ id, name })),
    next: progress && { tier: progress.next.id, months: progress.next.months, ways: [...progress.ways] },
  };
}
