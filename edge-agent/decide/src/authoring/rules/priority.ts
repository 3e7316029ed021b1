import { consent, isItemKind, isUnitKind } from '../../compile.ts';
import type { Campaign } from '../../schema/campaign.ts';
import { type Authored, type Entry, linesOf, touchesOf, type Work } from '../authored.ts';
import { type Finding, finding } from '../finding.ts';
import { AUTHORING_LIMITS } from '../limits.ts';
import { alone, meets, whyApart } from '../together.ts';

/** A pair is looked at from all sides. */
const WORK_PER_PAIR = 4;

/** The step of `priority-order` in which a campaign takes its turn; points take nothing from each other. */
function turnOf(campaign: Campaign): string | undefined {
  if (isItemKind(campaign)) return 'item';
  if (campaign.kind === 'points' || campaign.kind === 'points-pay') return undefined;
  return campaign.requiresCoupon ? 'coupon' : 'basket';
}

/** Whether what one takes is lost to the other. */
function isRival(a: Entry, b: Entry, { set }: Authored): boolean {
  const here = alone(a);
  if (!meets(here, b)) return false;
  const areUnits = isUnitKind(a.campaign) && isUnitKind(b.campaign);
  if (!consent(a.compiled, b.compiled) || (isItemKind(a.campaign) && !areUnits)) return true;
  return whyApart(here, b, set.policy) !== undefined;
}

/** The campaigns of one turn and one priority that touch an item, by both. */
function turnsOn(entries: readonly Entry[]): Entry[][] {
  const turns = new Map<string, Entry[]>();
  for (const entry of entries) {
    const turn = turnOf(entry.campaign);
    if (!turn) continue;
    const key = `${turn} ${entry.campaign.priority ?? 0}`;
    const same = turns.get(key);
    if (same) same.push(entry);
    else turns.set(key, [entry]);
  }
  return [...turns.values()].filter((same) => same.length > 1);
}

/** Those of one turn and priority that have a rival among them. A pair is told once, whatever it has in common. */
function tiedAmong(authored: Authored, same: readonly Entry[], told: Set<string>, work: Work): Set<Entry> {
  const tied = new Set<Entry>();
  for (const [index, a] of same.entries()) {
    for (let at = index + 1; at < same.length; at += 1) {
      const b = same[at];
      if (!b || !work.take(WORK_PER_PAIR)) return tied;
      const pair = `${a.compiled.order} ${b.compiled.order}`;
      if (told.has(pair)) continue;
      told.add(pair);
      if (isRival(a, b, authored)) tied.add(a).add(b);
    }
  }
  return tied;
}

function ties(authored: Authored, work: Work): Finding[] {
  const findings: Finding[] = [];
  const told = new Set<string>();
  for (const line of linesOf(authored)) {
    const here = touchesOf(authored, line).map(({ entry }) => entry);
    if (!work.take(1 + here.length)) break;
    for (const same of turnsOn(here)) {
      const tied = tiedAmong(authored, same, told, work);
      if (tied.size === 0) continue;
      const named = [...tied].slice(0, AUTHORING_LIMITS.maxNamed);
      findings.push(finding('PRIORITY_TIE', named, 'priority', { all: named.map((one) => one.campaign.name) }));
    }
  }
  return findings;
}

/** Whether priorities are there where the policy reads them, say who is first, and are left out where it doesn't. */
export function priorities(authored: Authored, work: Work): Finding[] {
  const { entries, set } = authored;
  const given = entries.filter((entry) => entry.campaign.priority !== undefined);
  if (set.policy.objective === 'best-for-customer') {
    return given.map((entry) => finding('PRIORITY_WITHOUT_EFFECT', [entry], 'priority', { a: entry.campaign.name }));
  }
  if (given.length > 0) return ties(authored, work);
  return entries.length > 1 ? [{ ...finding('PRIORITY_UNSET', [], '', {}), path: 'policy.objective' }] : [];
}
