import { isItemKind } from '../compile.ts';
import type { Campaign, CampaignPolicy } from '../schema/campaign.ts';
import type { Entry } from './authored.ts';
import type { Apart } from './texts/stacking.ts';
import { bothTimes, isEverOpen, type OpenTimes } from './times.ts';

/** What is open to several campaigns at once, and what they use up of a basket's allowances. */
export interface Together {
  readonly entries: readonly Entry[];
  readonly times: OpenTimes;
  readonly tiers: ReadonlySet<string> | undefined;
  readonly stores: ReadonlySet<string> | undefined;
  readonly channels: ReadonlySet<string> | undefined;
}

/** The layer that `best-one` counts: where a campaign acts, its coupon aside. */
function onlyBest(campaign: Campaign, policy: CampaignPolicy): 'basket' | 'coupon' | undefined {
  if (campaign.requiresCoupon) return policy.layers?.coupon === 'best-one' ? 'coupon' : undefined;
  const isWide = !isItemKind(campaign) && campaign.kind !== 'points' && campaign.kind !== 'points-pay';
  return isWide && policy.layers?.basket === 'best-one' ? 'basket' : undefined;
}

function shared(
  a: ReadonlySet<string> | undefined,
  b: ReadonlySet<string> | undefined,
): ReadonlySet<string> | undefined {
  if (!a || !b) return a ?? b;
  return new Set([...a].filter((one) => b.has(one)));
}

const isEmpty = (set: ReadonlySet<string> | undefined): boolean => set?.size === 0;

/** What is open to one campaign. */
export function alone(entry: Entry): Together {
  const { compiled, times, channels } = entry;
  return { entries: [entry], times, tiers: compiled.tiers, stores: compiled.stores, channels };
}

/** Why a campaign can't act in one basket with those that are there; `undefined` where it can. Consent on a unit is another question. */
export function whyApart(together: Together, entry: Entry, policy: CampaignPolicy): Apart | undefined {
  const { campaign } = entry;
  const others = together.entries.map((one) => one.campaign);
  const { exclusiveGroup } = campaign;
  if (exclusiveGroup !== undefined && others.some((other) => other.exclusiveGroup === exclusiveGroup)) return 'group';
  const layer = onlyBest(campaign, policy);
  if (layer && others.some((other) => onlyBest(other, policy) === layer)) return 'layer';
  const coupons = others.filter((other) => other.requiresCoupon).length + (campaign.requiresCoupon ? 1 : 0);
  if (campaign.requiresCoupon && coupons > policy.couponsPerBasket) return 'coupons';
  return meets(together, entry) ? undefined : 'audience';
}

/** Whether some minute, store, channel and tier is open to a campaign and to those that are there. */
export function meets(together: Together, entry: Entry): boolean {
  const { times, tiers, stores, channels } = joinOpen(together, entry);
  return isEverOpen(times) && ![tiers, stores, channels].some(isEmpty);
}

function joinOpen(together: Together, entry: Entry): Together {
  const other = alone(entry);
  return {
    entries: [...together.entries, entry],
    times: bothTimes(together.times, other.times),
    tiers: shared(together.tiers, other.tiers),
    stores: shared(together.stores, other.stores),
    channels: shared(together.channels, other.channels),
  };
}

/** The campaigns with one more, or undefined where they can't all act in one basket. */
export function joined(together: Together, entry: Entry, policy: CampaignPolicy): Together | undefined {
  return whyApart(together, entry, policy) === undefined ? joinOpen(together, entry) : undefined;
}

/** Nothing yet: open to everyone, always. */
export const NOBODY: Together = {
  entries: [],
  times: {
    fromMs: Number.NEGATIVE_INFINITY,
    toMs: Number.POSITIVE_INFINITY,
    wallFromMs: Number.NEGATIVE_INFINITY,
    wallToMs: Number.POSITIVE_INFINITY,
    week: undefined,
  },
  tiers: undefined,
  stores: undefined,
  channels: undefined,
};

/** Campaigns that can all act in one basket, or undefined where they can't. */
export function togetherOf(entries: readonly Entry[], policy: CampaignPolicy): Together | undefined {
  let together: Together | undefined = NOBODY;
  for (const entry of entries) together = together && joined(together, entry, policy);
  return together;
}
