import { evaluateTier, type MonthOfMember, monthBefore, monthsLookedAt, type TierRules } from '@tillside/decide';
import type { MemberRow, MemberStore } from '../storage/member-port.ts';
import { memberSettingsOf } from './settings.ts';

/** Members that are looked at before others get a turn. */
const PAGE = 200;

export interface TierRun {
  readonly looked: number;
  readonly raised: number;
  readonly lowered: number;
}

/** The day (YYYY-MM-DD) in a zone. */
const dayIn = (zone: string, atMs: number): string => new Intl.DateTimeFormat('sv-SE', { timeZone: zone }).format(atMs);

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

async function monthsOf(
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

/** The tier of one person and its end as they are by now, put where they are others. Returns whether it rose (1), fell (-1) or stayed (0). */
async function retierRow(
  members: MemberStore,
  row: MemberRow,
  about: { readonly rules: TierRules; readonly today: string; readonly zone: string; readonly nowMs: number },
): Promise<-1 | 0 | 1> {
  const { rules, today, nowMs } = about;
  const next = evaluateTier(row, await monthsOf(members, row, rules, about), rules, today);
  if (next.tier === row.tier && next.tierUntil === row.tierUntil) return 0;
  await members.directory.put(row.memberId, next, new Date(nowMs).toISOString());
  if (next.tier === row.tier) return 0;
  const rankOf = (tier: string): number => rules.tiers.findIndex(({ id }) => id === tier);
  return rankOf(next.tier) > rankOf(row.tier) ? 1 : -1;
}

/** After a merge, or its undoing: at once, not with the day's run. Nothing happens while no tiers are set. */
export async function retier(members: MemberStore, memberId: string, nowMs: number): Promise<void> {
  const { rules, zone } = await tierSettings(members);
  const [person] = await members.directory.persons([memberId]);
  if (rules === undefined || person === undefined) return;
  await retierRow(members, person.row, { rules, zone, today: dayIn(zone, nowMs), nowMs });
}

async function tierSettings(members: MemberStore): Promise<{ rules: TierRules | undefined; zone: string }> {
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
  const about = { rules, zone, today: dayIn(zone, nowMs), nowMs };
  let after: string | null = null;
  for (;;) {
    const page: MemberRow[] = await members.directory.page(after, PAGE);
    for (const row of page) {
      if (isStopped()) return run;
      run.looked += 1;
      const moved = await retierRow(members, row, about);
      if (moved > 0) run.raised += 1;
      if (moved < 0) run.lowered += 1;
    }
    if (page.length < PAGE) return run;
    after = page.at(-1)?.number ?? null;
    await new Promise((resolve) => setImmediate(resolve));
  }
}
