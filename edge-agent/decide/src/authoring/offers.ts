import { claimsOf, ladderOf } from '../claims.ts';
import { consent, isUnitKind } from '../compile.ts';
import type { Claim, LiveCampaign, PreparedLine, Take } from '../model.ts';
import type { BasketLine } from '../schema/basket.ts';
import type { Entry, Touch, Work } from './authored.ts';
import { AUTHORING_LIMITS } from './limits.ts';

/** One way in which the item layer may price several units of one item: by nothing, one campaign, or a stack. */
export interface Offer {
  readonly entries: readonly Entry[];
  readonly live: readonly LiveCampaign[];
  /** Numbers of units at which it is at its best: single units, whole groups, the start of a tier. */
  readonly units: readonly number[];
  /** What the campaigns take of so many units. */
  takes(units: number): Take[];
}

/** A campaign as the engine holds it while it prices one line. */
export function liveOf({ entry, roles }: Touch): LiveCampaign {
  const { campaign, compiled } = entry;
  const budgetFen = campaign.limits?.budgetFen ?? Number.POSITIVE_INFINITY;
  const live = { compiled, lines: [0], roles: [roles], budgetFen };
  return campaign.requiresCoupon ? { ...live, couponId: campaign.id } : live;
}

/** Several units of one item, as the engine holds a line. */
export function preparedOf(line: BasketLine, quantity: number): PreparedLine {
  const unitFen = line.unitPriceFen;
  return { line: { ...line, quantity }, unitFen, quantity, listFen: unitFen * quantity };
}

/** Most times that a claim may be taken: within what its campaigns may take of a basket, and may still give away. */
function mostTimes(claim: Claim): number {
  const most = claim.live.map((live, place) => {
    const partFen = claim.partsFen[place] ?? 0;
    const perBasket = live.compiled.campaign.limits?.perBasket ?? Number.POSITIVE_INFINITY;
    return Math.min(perBasket, partFen === 0 ? Number.POSITIVE_INFINITY : Math.floor(live.budgetFen / partFen));
  });
  return Math.min(...most);
}

/** A campaign that says nothing and needs no coupon accepts no other that does the same. */
function mayStack({ compiled }: LiveCampaign): boolean {
  return compiled.stackWith !== undefined || compiled.layer !== 'item';
}

/** Those that some other accepts: only they can be in a stack. */
function stackable<T extends { readonly live: LiveCampaign }>(singles: readonly T[], work: Work): T[] {
  const found = new Set<T>();
  for (const one of singles.filter(({ live }) => mayStack(live))) {
    for (const other of singles) {
      if (!work.take(1)) return [...found];
      if (other !== one && consent(one.live.compiled, other.live.compiled)) found.add(one).add(other);
    }
  }
  return [...found];
}

/** Campaigns of single units: each by itself, and those that save most in stacks. */
function unitOffers(line: PreparedLine, touches: readonly Touch[], work: Work): Offer[] {
  const singles = touches.flatMap((touch) => {
    const live = liveOf(touch);
    const claim = claimsOf([line], [live])[0]?.[0];
    return claim ? [{ live, entry: touch.entry, claim }] : [];
  });
  const best = new Set(mostSaving(stackable(singles, work), ({ claim }) => claim.saveFen, work));
  const combined = singles.filter((single) => best.has(single)).map(({ live }) => live);
  const stacks = (claimsOf([line], combined)[0] ?? []).filter((claim) => claim.live.length > 1);
  const entryOf = new Map(singles.map(({ live, entry }) => [live, entry]));
  return [...singles.map(({ claim }) => claim), ...stacks].map((claim) => ({
    entries: claim.live.flatMap((live) => entryOf.get(live) ?? []),
    live: claim.live,
    units: [1],
    takes: (units) => [{ claim, units: Math.min(units, mostTimes(claim)) }],
  }));
}

/** The few that are combined with each other, where there are more: those that save most, ties to the earlier. */
export function mostSaving<T>(all: readonly T[], saveFen: (one: T) => number, work: Work): T[] {
  if (all.length <= AUTHORING_LIMITS.maxCombinedPerItem) return [...all];
  work.cut();
  return [...all].sort((a, b) => saveFen(b) - saveFen(a)).slice(0, AUTHORING_LIMITS.maxCombinedPerItem);
}

function bulkOffers(claims: readonly Claim[], entry: Entry): Offer[] {
  const { campaign } = entry;
  if (campaign.kind !== 'bulk-price') return [];
  return campaign.tiers.flatMap((tier, role) => {
    const claim = claims.find((one) => one.role === role);
    if (!claim || mostTimes(claim) < tier.minUnits) return [];
    const takes = (units: number): Take[] =>
      units < tier.minUnits ? [] : [{ claim, units: Math.min(units, mostTimes(claim)) }];
    return [{ entries: [entry], live: claim.live, units: [tier.minUnits], takes }];
  });
}

/** Groups of one item: `full` units at their price, then one for each step. A ladder may end early; a buy-get may not. */
function groupOffers(claims: readonly Claim[], entry: Entry): Offer[] {
  const { campaign } = entry;
  const [first] = claims;
  const { full, stepsBp } = ladderOf(campaign);
  if (!first || stepsBp.length === 0) return [];
  const size = full + stepsBp.length;
  const most = campaign.limits?.perBasket ?? Number.POSITIVE_INFINITY;
  const needsBoth = campaign.kind === 'buy-get' && campaign.getItems !== undefined;
  const roleOf = (place: number): number => {
    if (place < full) return 0;
    return needsBoth ? 1 : place - full + 1;
  };
  const takes = (units: number): Take[] => {
    const wholeUnits = campaign.kind === 'nth-item' ? units : units - (units % size);
    const counts = new Map<Claim, number>();
    for (let unit = 0; unit < Math.min(wholeUnits, most * size); unit += 1) {
      const claim = claims.find((one) => one.role === roleOf(unit % size));
      if (claim) counts.set(claim, (counts.get(claim) ?? 0) + 1);
    }
    const saveFen = [...counts].reduce((sum, [claim, count]) => sum + claim.saveFen * count, 0);
    return saveFen > (campaign.limits?.budgetFen ?? Number.POSITIVE_INFINITY)
      ? []
      : [...counts].map(([claim, count]) => ({ claim, units: count }));
  };
  const from = campaign.kind === 'nth-item' ? full + 1 : size;
  const units = Array.from({ length: size - from + 1 }, (_, index) => from + index);
  return [{ entries: [entry], live: first.live, units, takes }];
}

function groupedOffers(line: PreparedLine, touch: Touch): Offer[] {
  const { campaign } = touch.entry;
  const isGroup = campaign.kind === 'buy-get' || campaign.kind === 'nth-item';
  if (!isGroup && campaign.kind !== 'bulk-price') return [];
  // A group whose two sides are different items is looked at as a bundle is.
  if (campaign.kind === 'buy-get' && campaign.getItems && touch.roles.length < 2) return [];
  const claims = claimsOf([line], [liveOf(touch)])[0] ?? [];
  return isGroup ? groupOffers(claims, touch.entry) : bulkOffers(claims, touch.entry);
}

/** What an offer saves on a unit, in the smallest number of units that it works for. */
export function savedOnUnitFen(offer: Offer): number {
  const [units = 1] = offer.units;
  return offer.takes(units).reduce((sum, take) => sum + take.claim.saveFen * take.units, 0) / units;
}

/** Every way in which campaigns of the item layer price an item by itself, the cheapest first, bounded. Bundles are not among them. */
export function offersOf(line: PreparedLine, touches: readonly Touch[], work: Work): Offer[] {
  const units = touches.filter(({ entry }) => isUnitKind(entry.campaign));
  const offers = [...unitOffers(line, units, work), ...touches.flatMap((touch) => groupedOffers(line, touch))];
  const bySaving = offers
    .map((offer) => ({ offer, savedFen: savedOnUnitFen(offer) }))
    .sort((a, b) => b.savedFen - a.savedFen)
    .map(({ offer }) => offer);
  if (bySaving.length > AUTHORING_LIMITS.maxOffersPerItem) work.cut();
  return bySaving.slice(0, AUTHORING_LIMITS.maxOffersPerItem);
}
