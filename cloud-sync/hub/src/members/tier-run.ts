import {
  evaluateTier,
  type MonthOfMember,
  monthBefore,
  monthsLookedAt,
  type TierRules,
  wallClockAt,
} from '@tillside/decide';
import type { MemberRow, MemberStore } from '../storage/member-port.ts';
import { memberSettingsOf } from './settings.ts';

/** Members that are looked at before others get a turn, and put in one transaction. */
const PAGE = 50;

export interface TierRun {
  readonly looked: number;
  readonly raised: number;
  readonly lowered: number;
}

/** The day (YYYY-MM-DD) in a zone. */
export const dayIn = (zone: string, atMs: number): string => wallClockAt(atMs, zone).date;

/** Points by month: what was earned less what was taken back of it. */
async function pointsByMonth({ directory, ledger }: MemberStore, memberId: string, zone: string) {
  const months = new Map<string, number>();
  for (const { kind, of, points, at } of await ledger.entriesOf(await directory.same(memberId))) {
    const sign = kind === 'earn' ? 1 : kind === 'reverse' && of?.startsWith('earn:') === true ? -1 : 0;
    if (sign === 0) continue;
    const month = dayIn(zone, Date.parse(at)).slice(0, 7);
    months.set(month, (months.get(month) ?? 0) + sign * points);
  }
  return months;
}

/** What a member did in each month that the rules look at. */
export async function monthsOf(
  members: MemberStore,
  row: MemberRow,
  rules: TierRules,
  about: { today: string; zone: string },
) {
  const from = monthBefore(about.today, monthsLookedAt(rules));
  const bought = await members.purchases.months(row.memberId, from);
  const months: MonthOfMember[] = bought.map((each) => ({ ...each, points: 0 }));
  if (!rules.tiers.some(({ points }) => points !== undefined)) return months;
  for (const [month, points] of await pointsByMonth(members, row.memberId, about.zone))
    if (month >= from) months.push({ month, orders: 0, spentFen: 0, points });
  return months;
}

interface About {
  readonly rules: TierRules;
  readonly today: string;
  readonly zone: string;
}

/** The tier of one person and its end by now; null: as they are. */
async function tierOf(members: MemberStore, row: MemberRow, about: About) {
  const { rules, today } = about;
  const { tier, tierUntil } = evaluateTier(row, await monthsOf(members, row, rules, about), rules, today);
  return tier === row.tier && tierUntil === row.tierUntil ? null : { memberId: row.memberId, tier, tierUntil };
}

/** After a merge, or its undoing: at once, not with the day's run. Nothing happens while no tiers are set. */
export async function retier(members: MemberStore, memberId: string, nowMs: number): Promise<void> {
  const { rules, zone } = await tierSettings(members);
  const [person] = await members.directory.persons([memberId]);
  if (rules === undefined || person === undefined) return;
  const moved = await tierOf(members, person.row, { rules, zone, today: dayIn(zone, nowMs) });
  if (moved !== null) await members.directory.putTiers([moved], new Date(nowMs).toISOString());
}

const othersTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export async function tierSettings(members: MemberStore): Promise<{ rules: TierRules | undefined; zone: string }> {
  const { tiers, zone } = (await memberSettingsOf({ members })).settings;
  return { rules: tiers, zone };
}

/**
 * Looks at every person once and puts the tier and its end where they are others now; stores that know the person hear of it by the feed. Nothing happens while no tiers are set. Run
 * again on the same day it changes nothing.
 */
export async function runTiers(
  members: MemberStore,
  nowMs: number,
  isStopped = (): boolean => false,
): Promise<TierRun> {
  const { rules, zone } = await tierSettings(members);
  const run = { looked: 0, raised: 0, lowered: 0 };
  if (rules === undefined) return run;
  const about = { rules, zone, today: dayIn(zone, nowMs) };
  const rankOf = (tier: string): number => rules.tiers.findIndex(({ id }) => id === tier);
  let after: string | null = null;
  for (;;) {
    const page: MemberRow[] = await members.directory.page(after, PAGE);
    const moved: NonNullable<Awaited<ReturnType<typeof tierOf>>>[] = [];
    for (const row of page) {
      if (isStopped()) return run;
      run.looked += 1;
      const next = await tierOf(members, row, about);
      if (next === null) continue;
      moved.push(next);
      if (rankOf(next.tier) > rankOf(row.tier)) run.raised += 1;
      else if (next.tier !== row.tier) run.lowered += 1;
    }
    await othersTurn();
    if (moved.length > 0) await members.directory.putTiers(moved, new Date(nowMs).toISOString());
    if (page.length < PAGE) return run;
    after = page.at(-1)?.number ?? null;
    await othersTurn();
  }
}
