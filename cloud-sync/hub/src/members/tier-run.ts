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

/**
 * Looks at every person once and puts the tier and its end where they are others now; stores that know the person hear of it by the feed. Nothing happens while no tiers are set. Run
 * again on the same day it changes nothing.
 */
export async function runTiers(
  members: MemberStore,
  nowMs: number,
  isStopped = (): boolean => false,
): Promise<TierRun> {
  const { settings } = await memberSettingsOf({ members });
  const { tiers: rules, zone } = settings;
  const run = { looked: 0, raised: 0, lowered: 0 };
  if (rules === undefined) return run;
  const about = { today: dayIn(zone, nowMs), zone };
  const rankOf = (tier: string): number => rules.tiers.findIndex(({ id }) => id === tier);
  let after: string | null = null;
  for (;;) {
    const page: MemberRow[] = await members.directory.page(after, PAGE);
    for (const row of page) {
      if (isStopped()) return run;
      run.looked += 1;
      const next = evaluateTier(row, await monthsOf(members, row, rules, about), rules, about.today);
      if (next.tier === row.tier && next.tierUntil === row.tierUntil) continue;
      await members.directory.put(row.memberId, next, new Date(nowMs).toISOString());
      if (rankOf(next.tier) > rankOf(row.tier)) run.raised += 1;
      else if (next.tier !== row.tier) run.lowered += 1;
    }
    if (page.length < PAGE) return run;
    after = page.at(-1)?.number ?? null;
    await new Promise((resolve) => setImmediate(resolve));
  }
}
