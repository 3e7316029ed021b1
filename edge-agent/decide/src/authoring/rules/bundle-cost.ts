import { percentOfFen } from '../../money.ts';
import type { Campaign } from '../../schema/campaign.ts';
import { type Authored, type Entry, linesOf, touchesOf, type Work } from '../authored.ts';
import { type Finding, finding } from '../finding.ts';

/** An item that may stand in a place of a group. */
interface Choice {
  readonly sku: string;
  readonly listFen: number;
  readonly costFen: number;
}

/** A place of a group: how many units, and the share that they save by themselves. */
interface Place {
  readonly quantity: number;
  readonly offBp: number;
}

/** A group of different items with one price: its places, and what the whole costs given what its units do. */
interface Group {
  readonly places: readonly Place[];
  priceFen(unitsFen: number): number;
  /** With a fixed price the dearest to buy loses most; else what is sold nearest to its cost. */
  readonly isFixed: boolean;
}

function groupOf(campaign: Campaign): Group | undefined {
  if (campaign.kind === 'buy-get' && campaign.getItems) {
    const places = [
      { quantity: campaign.buy, offBp: 0 },
      { quantity: campaign.get, offBp: campaign.percentOffBp },
    ];
    return { places, isFixed: false, priceFen: (unitsFen) => unitsFen };
  }
  if (campaign.kind !== 'bundle') return undefined;
  const { price, slots } = campaign;
  const offBp = price.by === 'percent' ? price.percentOffBp : 0;
  const places = slots.map(({ quantity }) => ({ quantity, offBp }));
  const priceFen = (unitsFen: number): number => {
    if (price.by === 'percent') return unitsFen;
    return price.by === 'amount'
      ? Math.max(0, unitsFen - price.amountOffFen)
      : Math.min(unitsFen, price.bundlePriceFen);
  };
  return { places, isFixed: price.by === 'fixed-price', priceFen };
}

const soldFen = ({ listFen }: Choice, { offBp }: Place): number => listFen - percentOfFen(listFen, offBp);

/** How good a choice is for the store: what it leaves, or with one price for all what it does not cost. */
function worth(choice: Choice, place: Place, group: Group): number {
  return group.isFixed ? -choice.costFen : soldFen(choice, place) - choice.costFen;
}

interface Extremes {
  worst: Choice;
  best: Choice;
}

/** The worst and the best choice of each place, by campaign; places whose items' costs aren't known stay empty. */
function extremesOf(
  authored: Authored,
  groups: ReadonlyMap<Entry, Group>,
  work: Work,
): Map<Entry, Map<number, Extremes>> {
  const found = new Map<Entry, Map<number, Extremes>>();
  for (const line of linesOf(authored)) {
    const costFen = authored.costFenBySku.get(line.sku);
    if (costFen === undefined || line.lotId !== undefined) continue;
    const choice = { sku: line.sku, listFen: line.unitPriceFen, costFen };
    for (const { entry, roles } of touchesOf(authored, line)) {
      if (!work.take(1)) return found;
      const group = groups.get(entry);
      if (!group) continue;
      const places = found.get(entry) ?? new Map<number, Extremes>();
      found.set(entry, places);
      for (const role of roles) {
        const place = group.places[role];
        if (!place) continue;
        const known = places.get(role) ?? { worst: choice, best: choice };
        places.set(role, known);
        if (worth(choice, place, group) < worth(known.worst, place, group)) known.worst = choice;
        if (worth(choice, place, group) > worth(known.best, place, group)) known.best = choice;
      }
    }
  }
  return found;
}

function totals(group: Group, choices: readonly Choice[]): { priceFen: number; costFen: number } {
  let unitsFen = 0;
  let costFen = 0;
  group.places.forEach((place, role) => {
    const choice = choices[role];
    if (!choice) return;
    unitsFen += place.quantity * soldFen(choice, place);
    costFen += place.quantity * choice.costFen;
  });
  return { priceFen: group.priceFen(unitsFen), costFen };
}

/** Bundles, and groups whose two sides are different items, that may be put together so that they sell below cost. */
export function bundleCosts(authored: Authored, work: Work): Finding[] {
  const groups = new Map<Entry, Group>();
  for (const entry of authored.entries) {
    const group = groupOf(entry.campaign);
    if (group) groups.set(entry, group);
  }
  if (groups.size === 0) return [];
  const extremes = extremesOf(authored, groups, work);
  return [...groups].flatMap(([entry, group]) => {
    const places = group.places.map((_, role) => extremes.get(entry)?.get(role));
    if (!places.every((place) => place !== undefined)) return [];
    const worst = places.map((place) => place.worst);
    const { priceFen, costFen } = totals(group, worst);
    if (priceFen >= costFen) return [];
    const best = totals(
      group,
      places.map((place) => place.best),
    );
    const names = worst.map(({ sku }, role) => `${sku} x${group.places[role]?.quantity ?? 0}`);
    const figures = { priceFen, costFen, names };
    const isAlways = best.priceFen < best.costFen;
    const args = { ...figures, a: entry.campaign.name, isAlways };
    return [finding('BUNDLE_BELOW_COST', [entry], '', args, figures)];
  });
}
