import {
  type BuyGetTake,
  book,
  type GroupTake,
  type Ledger,
  type RungTake,
  type SlotTake,
  type Take,
  type TierTake,
} from './answer.ts';
import { at, groupedBy, sumOf } from './numbers.ts';
import { type GroupCampaign, linesOf, type Problem, type Ruled } from './problem.ts';
import { shareFen, spreadFen, unitSavingFen } from './savings.ts';

const unitFenOf = (problem: Problem, take: Take): number => at(problem.lines, take.line).unitFen;
export const unitsOf = (takes: readonly Take[]): number => sumOf(takes.map((take) => take.units));

function enter(ledger: Ledger, campaign: GroupCampaign, take: GroupTake, savedFen: number): void {
  ledger.taken.push({ line: take.line, campaigns: [campaign], units: take.units, savedFen });
  book(ledger, campaign, savedFen);
}

/** List prices of the units of some takes, dearest first. */
const pricesOf = (problem: Problem, takes: readonly Take[]): number[] =>
  takes.flatMap((take) => Array<number>(take.units).fill(unitFenOf(problem, take))).sort((one, other) => other - one);

/** The takes of a campaign, by SKU where each group must hold one. */
const bySku = <T extends Take>(problem: Problem, takes: readonly T[], split: boolean): T[][] => [
  ...groupedBy(takes, (take) => (split ? at(problem.lines, take.line).sku : '')).values(),
];

function bookBuyGet(ledger: Ledger, campaign: Ruled<'buy-get'>, takes: readonly BuyGetTake[]): number {
  const { items, buy, get, percentOffBp, match, getItems } = campaign.source;
  const { problem, faults } = ledger;
  const lines = { buy: linesOf(problem, items), get: linesOf(problem, getItems ?? items) };
  if (takes.some((take) => !lines[take.as].includes(take.line))) faults.push('LINE');
  let groups = 0;
  for (const part of bySku(problem, takes, match === 'same-sku')) {
    const [bought, got] = (['buy', 'get'] as const).map((as) =>
      pricesOf(
        problem,
        part.filter((take) => take.as === as),
      ),
    ) as [number[], number[]];
    const count = bought.length / buy;
    if (!Number.isInteger(count) || got.length !== count * get) faults.push('GROUP_INCOMPLETE');
    groups += count;
    // Dearest with dearest is the easiest way to keep each group's cheapest for the saving.
    for (let group = 0; getItems === undefined && group < count; group += 1) {
      if ((got[group * get] ?? 0) > (bought[group * buy + buy - 1] ?? 0)) faults.push('GET_NOT_CHEAPEST');
    }
  }
  for (const take of takes) {
    const saved = take.as === 'get' ? shareFen(unitFenOf(problem, take), percentOffBp) : 0;
    enter(ledger, campaign, take, saved * take.units);
  }
  return groups;
}

function bookLadder(ledger: Ledger, campaign: Ruled<'nth-item'>, takes: readonly RungTake[]): number {
  const { ladderBp, match } = campaign.source;
  let groups = 0;
  for (const part of bySku(ledger.problem, takes, match === 'same-sku')) {
    const rungs = ladderBp.map((_, rung) =>
      pricesOf(
        ledger.problem,
        part.filter((take) => take.rung === rung),
      ),
    );
    groups += at(rungs, 0).length;
    // The n-th dearest of a rung stands on the n-th dearest of the rung before.
    rungs.slice(1).forEach((prices, rung) => {
      if (prices.some((price, place) => price > (rungs[rung]?.[place] ?? -1))) ledger.faults.push('LADDER_ORDER');
    });
  }
  for (const take of takes) {
    const saved = shareFen(unitFenOf(ledger.problem, take), at(ladderBp, take.rung));
    enter(ledger, campaign, take, saved * take.units);
  }
  return groups;
}

/** What so many bundles whose units cost so much save in all; below 0 where they are cheaper than their price. Not for shares, which are each unit's. */
function bundlesSaveFen({ source: { price } }: Ruled<'bundle'>, bundles: number, costFen: number): number {
  if (price.by === 'fixed-price') return costFen - bundles * price.bundlePriceFen;
  return price.by === 'amount' ? Math.min(bundles * price.amountOffFen, costFen) : 0;
}

function bookBundles(ledger: Ledger, campaign: Ruled<'bundle'>, takes: readonly SlotTake[]): number {
  const { problem, faults } = ledger;
  const { slots, price } = campaign.source;
  const slotLines = slots.map((slot) => linesOf(problem, slot.items));
  if (takes.some((take) => !at(slotLines, take.slot).includes(take.line))) faults.push('LINE');
  const filled = slots.map(({ quantity }, slot) => unitsOf(takes.filter((take) => take.slot === slot)) / quantity);
  const bundles = at(filled, 0);
  if (!Number.isInteger(bundles) || filled.some((count) => count !== bundles)) faults.push('BUNDLE_INCOMPLETE');
  if (price.by === 'percent') {
    for (const take of takes) {
      enter(ledger, campaign, take, shareFen(unitFenOf(problem, take), price.percentOffBp) * take.units);
    }
    return bundles;
  }
  const totalFen = bundlesSaveFen(campaign, bundles, sumOf(pricesOf(problem, takes)));
  if (totalFen < 0) faults.push('BUNDLE_BELOW_PRICE');
  const touched = problem.lines.map((line) => unitsOf(takes.filter((take) => take.line === line.index)));
  const weights = problem.lines.map((line) => line.unitFen * at(touched, line.index));
  const parts = spreadFen(Math.max(0, totalFen), weights);
  touched.forEach((units, line) => {
    if (units > 0) ledger.taken.push({ line, campaigns: [campaign], units, savedFen: at(parts, line) });
  });
  book(ledger, campaign, sumOf(parts));
  return bundles;
}

function bookTiers(ledger: Ledger, campaign: Ruled<'bulk-price'>, takes: readonly TierTake[]): number {
  const { items, count, tiers } = campaign.source;
  const lines = linesOf(ledger.problem, items);
  if (takes.some((take) => !lines.includes(take.line))) ledger.faults.push('LINE');
  for (const part of bySku(ledger.problem, takes, count === 'same-sku')) {
    const used = new Set(part.map((take) => take.tier));
    if (used.size > 1) ledger.faults.push('TIERS_MIXED');
    for (const tier of used) if (unitsOf(part) < at(tiers, tier).minUnits) ledger.faults.push('TIER_NOT_REACHED');
  }
  for (const take of takes) {
    const { discount } = at(tiers, take.tier);
    enter(ledger, campaign, take, unitSavingFen(unitFenOf(ledger.problem, take), discount) * take.units);
  }
  return unitsOf(takes);
}

/** Books what one campaign takes. Returns what its limit counts: groups, or units. */
export function bookGroups(ledger: Ledger, campaign: GroupCampaign, takes: readonly GroupTake[]): number {
  const role: Record<GroupCampaign['kind'], readonly GroupTake['as'][]> = {
    'buy-get': ['buy', 'get'],
    'nth-item': ['rung'],
    bundle: ['slot'],
    'bulk-price': ['tier'],
  };
  if (takes.some((take) => !role[campaign.kind].includes(take.as))) ledger.faults.push('ROLE');
  switch (campaign.kind) {
    case 'buy-get':
      return bookBuyGet(ledger, campaign, takes as readonly BuyGetTake[]);
    case 'nth-item':
      return bookLadder(ledger, campaign, takes as readonly RungTake[]);
    case 'bundle':
      return bookBundles(ledger, campaign, takes as readonly SlotTake[]);
    case 'bulk-price':
      return bookTiers(ledger, campaign, takes as readonly TierTake[]);
  }
}
