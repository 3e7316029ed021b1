import type { BasketLine } from '../schema/basket.ts';
import type {
  BulkPriceCampaign,
  BundleCampaign,
  BuyGetCampaign,
  Campaign,
  NthItemCampaign,
} from '../schema/campaign.ts';
import { halfUp, least, type OracleLine, selects, spread, sum, touches, unitSaving } from './oracle-basics.ts';

/** A taken unit: the place of its line, and what the line says of it. */
interface Unit {
  readonly at: number;
  readonly price: bigint;
  readonly line: BasketLine;
}
/** What a group may save: one list for each way of giving its units their parts, an amount for each unit of the group. */
type Ways = (group: readonly Unit[]) => bigint[][];

export type GroupCampaign = BuyGetCampaign | NthItemCampaign | BundleCampaign | BulkPriceCampaign;
export const isGroupCampaign = (campaign: Campaign): campaign is GroupCampaign =>
  ['buy-get', 'nth-item', 'bundle', 'bulk-price'].includes(campaign.kind);

function* choose<T>(from: readonly T[], count: number): Generator<{ chosen: T[]; rest: T[] }> {
  if (count === 0) yield { chosen: [], rest: [...from] };
  const [first, ...others] = from;
  if (count === 0 || first === undefined) return;
  for (const { chosen, rest } of choose(others, count - 1)) yield { chosen: [first, ...chosen], rest };
  for (const { chosen, rest } of choose(others, count)) yield { chosen, rest: [first, ...rest] };
}

function* partitions(units: readonly Unit[], sizes: readonly number[]): Generator<Unit[][]> {
  const [first, ...others] = units;
  if (!first) {
    yield [];
    return;
  }
  for (const size of sizes) {
    for (const { chosen, rest } of choose(others, size - 1)) {
      for (const groups of partitions(rest, sizes)) yield [[first, ...chosen], ...groups];
    }
  }
}

function* orders<T>(all: readonly T[]): Generator<T[]> {
  if (all.length === 0) yield [];
  for (const [index, one] of all.entries()) {
    for (const rest of orders([...all.slice(0, index), ...all.slice(index + 1)])) yield [one, ...rest];
  }
}

const isOneSku = (group: readonly Unit[]): boolean => group.every((unit) => unit.line.sku === group[0]?.line.sku);

function buyGetWays(campaign: BuyGetCampaign): Ways {
  const { items, getItems, get, match, percentOffBp } = campaign;
  return (group) => {
    if (match === 'same-sku' && !isOneSku(group)) return [];
    const places = group.map((_, place) => place);
    return [...choose(places, get)].flatMap(({ chosen }) => {
      const gets = group.filter((_, place) => chosen.includes(place));
      const buys = group.filter((_, place) => !chosen.includes(place));
      const fits = getItems
        ? gets.every((unit) => selects(getItems, unit.line)) && buys.every((unit) => selects(items, unit.line))
        : gets.every((one) => buys.every((other) => one.price <= other.price));
      const saving = (unit: Unit): bigint => halfUp(unit.price * BigInt(percentOffBp), 10_000n);
      return fits ? [group.map((unit, place) => (chosen.includes(place) ? saving(unit) : 0n))] : [];
    });
  };
}

function nthItemWays({ match, ladderBp }: NthItemCampaign): Ways {
  return (group) => {
    if (match === 'same-sku' && !isOneSku(group)) return [];
    const places = group.map((_, place) => place);
    const price = (place: number | undefined): bigint => group[place ?? 0]?.price ?? 0n;
    return [...orders(places)]
      .filter((order) => order.every((place, nth) => nth === 0 || price(order[nth - 1]) >= price(place)))
      .map((order) =>
        places.map((place) => halfUp(price(place) * BigInt(ladderBp[order.indexOf(place)] ?? 0), 10_000n)),
      );
  };
}

/** Whether each unit can serve one slot so that every slot has its quantity. */
function fillsSlots(group: readonly Unit[], { slots }: BundleCampaign): boolean {
  const fill = (at: number, open: readonly number[]): boolean => {
    const unit = group[at];
    if (!unit) return open.every((count) => count === 0);
    return slots.some(
      (slot, index) =>
        (open[index] ?? 0) > 0 &&
        selects(slot.items, unit.line) &&
        fill(
          at + 1,
          open.map((count, other) => (other === index ? count - 1 : count)),
        ),
    );
  };
  return fill(
    0,
    slots.map((slot) => slot.quantity),
  );
}

/** Savings by line, of every way to form groups of the units, each way's groups at most `most`. */
function groupedSavings(units: readonly Unit[], sizes: readonly number[], most: number, lines: number, ways: Ways) {
  const found = new Map<string, bigint[]>();
  for (const groups of partitions(units, sizes)) {
    if (groups.length > most) continue;
    let savings = [Array.from({ length: lines }, () => 0n)];
    for (const group of groups) {
      savings = ways(group).flatMap((amounts) =>
        savings.map((saving) =>
          saving.map((fen, at) => fen + sum(amounts.filter((_, place) => group[place]?.at === at))),
        ),
      );
    }
    for (const saving of savings) found.set(saving.join(), saving);
  }
  return [...found.values()];
}

function bundleSavings(campaign: BundleCampaign, units: readonly Unit[], most: number, lines: number): bigint[][] {
  const { price, slots } = campaign;
  const size = slots.reduce((total, slot) => total + slot.quantity, 0);
  if (price.by === 'percent') {
    return groupedSavings(units, [size], most, lines, (group) =>
      fillsSlots(group, campaign)
        ? [group.map((unit) => halfUp(unit.price * BigInt(price.percentOffBp), 10_000n))]
        : [],
    );
  }
  const weights = Array.from({ length: lines }, (_, at) =>
    sum(units.filter((unit) => unit.at === at).map((unit) => unit.price)),
  );
  const totals = new Set<bigint>();
  for (const groups of partitions(units, [size])) {
    if (groups.length > most || !groups.every((group) => fillsSlots(group, campaign))) continue;
    const costs = groups.map((group) => sum(group.map((unit) => unit.price)));
    totals.add(
      price.by === 'amount'
        ? least(sum(costs), BigInt(price.amountOffFen) * BigInt(groups.length))
        : sum(costs) - BigInt(price.bundlePriceFen) * BigInt(groups.length),
    );
  }
  return [...totals].filter((total) => total > 0n).map((total) => spread(total, weights));
}

function bulkSavings(campaign: BulkPriceCampaign, units: readonly Unit[], lines: number): bigint[][] {
  const skus = campaign.count === 'any' ? [undefined] : [...new Set(units.map((unit) => unit.line.sku))];
  let savings = [Array.from({ length: lines }, () => 0n)];
  for (const sku of skus) {
    const counted = units.filter((unit) => sku === undefined || unit.line.sku === sku);
    const reached = campaign.tiers.filter((tier) => tier.minUnits <= counted.length);
    savings = reached.flatMap(({ discount }) =>
      savings.map((saving) =>
        saving.map(
          (fen, at) =>
            fen + sum(counted.filter((unit) => unit.at === at).map((unit) => unitSaving(discount, unit.price))),
        ),
      ),
    );
  }
  return savings;
}

/**
 * Everything that a group campaign can save, in fen by line, when it takes exactly `taken` units of each line: one entry for each
 * different result of forming its groups. Empty: these units can't be its groups, or it saves nothing on them.
 */
export function groupSavings(
  campaign: GroupCampaign,
  lines: readonly OracleLine[],
  taken: readonly number[],
): bigint[][] {
  const units = lines.flatMap(({ line, price }, at): Unit[] =>
    Array.from({ length: taken[at] ?? 0 }, () => ({ at, price, line })),
  );
  if (!units.every((unit) => touches(campaign, unit.line))) return [];
  const most = campaign.limits?.perBasket ?? Number.POSITIVE_INFINITY;
  const every = (): bigint[][] => {
    switch (campaign.kind) {
      case 'buy-get':
        return groupedSavings(units, [campaign.buy + campaign.get], most, lines.length, buyGetWays(campaign));
      case 'nth-item': {
        const sizes = campaign.ladderBp.map((_, index) => index + 1);
        return groupedSavings(units, sizes, most, lines.length, nthItemWays(campaign));
      }
      case 'bundle':
        return bundleSavings(campaign, units, most, lines.length);
      case 'bulk-price':
        return units.length > most ? [] : bulkSavings(campaign, units, lines.length);
    }
  };
  return every().filter((saving) => sum(saving) > 0n);
}
