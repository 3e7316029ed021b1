import { consent, isItemKind, isUnitKind } from '../../compile.ts';
import type { Campaign } from '../../schema/campaign.ts';
import type { Authored, Entry, Work } from '../authored.ts';
import { benefitOf, isBetter } from '../benefits.ts';
import { type Finding, finding } from '../finding.ts';
import { alone, meets, whyApart } from '../together.ts';

/** Text of a value in which the order of keys and of names says nothing. Steps of a ladder and tiers keep theirs. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) {
    const parts = value.map(canonical);
    return `[${(value.every((one) => typeof one === 'string') ? parts.sort() : parts).join()}]`;
  }
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? '';
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  return `{${fields
    .map(([key, field]) => `${key}:${canonical(field)}`)
    .sort()
    .join()}}`;
}

/** What a campaign is for and under which conditions: everything but what it saves, who pays, when, and how often. */
function scopeOf(campaign: Campaign): string {
  const { id, version, name, window, fundedBy, priority, exclusiveGroup, limits, pointsMultiplier, ...rest } = campaign;
  const { scope } = benefitOf(rest as Campaign);
  const { daysOfWeek, hours } = window;
  return canonical({ ...scope, daysOfWeek: daysOfWeek?.map(String), hours: hours?.map(canonical) });
}

function groupsBy(entries: readonly Entry[], keyOf: (entry: Entry) => string): Entry[][] {
  const groups = new Map<string, Entry[]>();
  for (const entry of entries) {
    const key = keyOf(entry);
    const group = groups.get(key);
    if (group) group.push(entry);
    else groups.set(key, [entry]);
  }
  return [...groups.values()].filter((group) => group.length > 1);
}

/** Whether a shopper who meets two equal campaigns is given both. */
function isGivenTwice(a: Entry, b: Entry, { set }: Authored): boolean {
  const { campaign } = a;
  if (!consent(a.compiled, b.compiled) || whyApart(alone(a), b, set.policy)) return false;
  if (isItemKind(campaign)) return isUnitKind(campaign);
  if (campaign.kind === 'points') return campaign.earn.by === 'bonus';
  return campaign.kind !== 'points-pay';
}

/** Two campaigns that are one: with overlapping times, each told with the one before it that ends last. */
function identical(scoped: readonly Entry[], authored: Authored): Finding[] {
  const savingOf = ({ campaign }: Entry): string =>
    canonical([benefitOf(campaign).benefit, campaign.limits ?? null, campaign.pointsMultiplier ?? 1]);
  return groupsBy(scoped, savingOf).flatMap((same) => {
    const byStart = [...same].sort((a, b) => a.times.fromMs - b.times.fromMs || a.compiled.order - b.compiled.order);
    const findings: Finding[] = [];
    let last: Entry | undefined;
    for (const later of byStart) {
      if (last && meets(alone(last), later)) {
        const isTwice = isGivenTwice(last, later, authored);
        const names = { a: later.campaign.name, b: last.campaign.name, isTwice };
        findings.push(finding('IDENTICAL_CAMPAIGNS', [later, last], '', names));
      }
      if (!last || later.times.toMs > last.times.toMs) last = later;
    }
    return findings;
  });
}

function limitsUses({ limits }: Campaign): boolean {
  return (
    limits !== undefined && Object.entries(limits).some(([key, limit]) => key !== 'perBasket' && limit !== undefined)
  );
}

/** Whether `b` stands in for `a` in every basket: it is there whenever `a` is, and takes what `a` would take. */
function replaces(b: Entry, a: Entry): boolean {
  // A coupon of its own may be the only one that a shopper holds.
  if (a.campaign.requiresCoupon || limitsUses(b.campaign)) return false;
  if (b.times.fromMs > a.times.fromMs || b.times.toMs < a.times.toMs) return false;
  const { exclusiveGroup: group } = b.campaign;
  const isOneGroup = group !== undefined && group === a.campaign.exclusiveGroup;
  if (!isOneGroup && (group !== undefined || b.campaign.limits?.perBasket !== undefined)) return false;
  const { perBasket: mostB } = b.campaign.limits ?? {};
  if (mostB !== undefined && mostB < (a.campaign.limits?.perBasket ?? Number.POSITIVE_INFINITY)) return false;
  if ((b.campaign.pointsMultiplier ?? 1) < (a.campaign.pointsMultiplier ?? 1)) return false;
  const areRivals = isOneGroup || (isItemKind(a.campaign) && !consent(a.compiled, b.compiled));
  return areRivals && isBetter(b.campaign, a.campaign);
}

function dominated(scoped: readonly Entry[], work: Work): Finding[] {
  return scoped.flatMap((a) => {
    const b = work.isSpent ? undefined : scoped.find((other) => other !== a && work.take(1) && replaces(other, a));
    return b ? [finding('DOMINATED', [a, b], '', { a: a.campaign.name, b: b.campaign.name })] : [];
  });
}

/** Campaigns for the same items, people and hours: twice the same, or one that always saves more than another. */
export function alike(authored: Authored, work: Work): Finding[] {
  const isBest = authored.set.policy.objective === 'best-for-customer';
  return groupsBy(authored.entries, ({ campaign }) => scopeOf(campaign)).flatMap((scoped) => [
    ...identical(scoped, authored),
    // By priority the author decides who goes first, and the lesser campaign may be meant.
    ...(isBest ? dominated(scoped, work) : []),
  ]);
}
