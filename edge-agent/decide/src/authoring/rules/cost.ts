import { consent } from '../../compile.ts';
import { DECIDE_LIMITS } from '../../limits.ts';
import type { LiveCampaign } from '../../model.ts';
import { outcomeOf } from '../../outcome.ts';
import type { BasketLine } from '../../schema/basket.ts';
import type { CampaignPolicy, SpendSaveCampaign, SpendSaveTier } from '../../schema/campaign.ts';
import { spendSaveFen } from '../../wide.ts';
import { type Authored, type Entry, linesOf, type Touch, touchesOf, type Work } from '../authored.ts';
import { type Finding, finding } from '../finding.ts';
import { liveOf, mostSaving, type Offer, offersOf, preparedOf, savedOnUnitFen } from '../offers.ts';
import { joined, type Together, togetherOf } from '../together.ts';

/** Units of one item below what they cost, and the campaigns that make it so. */
interface Loss {
  readonly entries: readonly Entry[];
  readonly sku: string;
  readonly units: number;
  readonly priceFen: number;
  readonly costFen: number;
}

/** A saving of the whole basket that an item counts towards. */
interface Wide {
  readonly entry: Entry;
  readonly live: LiveCampaign;
  readonly campaign: SpendSaveCampaign;
}

interface Pricing {
  readonly line: BasketLine;
  readonly costFen: number;
  readonly policy: CampaignPolicy;
  readonly work: Work;
}

const NOTHING: Offer = { entries: [], live: [], units: [1], takes: () => [] };

/** What so many units cost under an offer and savings of the basket; undefined where it is no loss, or one of them saves nothing. */
function lossOf(pricing: Pricing, offer: Offer, wides: readonly Wide[], units: number): Loss | undefined {
  const { line, costFen, work } = pricing;
  if (!work.take(1)) return undefined;
  const plan = { takes: offer.takes(units), wide: wides.map(({ live }) => live) };
  const outcome = outcomeOf([preparedOf(line, units)], plan);
  const acting = new Set(outcome.savings.map((saving) => saving.live));
  if (outcome.payableFen >= costFen * units) return undefined;
  if (![...offer.live, ...plan.wide].every((live) => acting.has(live))) return undefined;
  const entries = [...offer.entries, ...wides.map((wide) => wide.entry)];
  return { entries, sku: line.sku, units, priceFen: outcome.payableFen, costFen: costFen * units };
}

/** Fewest units, in whole groups of the offer, that reach a tier by themselves; undefined where a line can't hold them. */
function unitsFor(pricing: Pricing, offer: Offer, wide: Wide, tier: SpendSaveTier): number | undefined {
  const group = offer.units[0] ?? 1;
  const whole = (units: number): number => Math.ceil(units / group) * group;
  let units = whole(tier.units ?? 1);
  if (tier.spendFen !== undefined) {
    const listFen = pricing.line.unitPriceFen;
    const countedFen = wide.campaign.base === 'list' ? listFen : listFen - savedOnUnitFen(offer);
    if (countedFen <= 0) return undefined;
    units = whole(Math.ceil(tier.spendFen / countedFen));
  }
  return units <= DECIDE_LIMITS.maxUnitsPerLine ? units : undefined;
}

/** The savings of the basket that can act beside an offer and each other at so many units, the largest first. */
function widesBeside(pricing: Pricing, offer: Offer, beside: Together, wides: readonly Wide[], units: number): Wide[] {
  const amountFen = pricing.line.unitPriceFen * units;
  const bySaving = wides
    .map((wide) => ({ wide, saveFen: spendSaveFen(wide.campaign, { amountFen, units }, wide.live.budgetFen) }))
    .sort((a, b) => b.saveFen - a.saveFen);
  const chosen: Wide[] = [];
  let together = beside;
  for (const { wide, saveFen } of bySaving) {
    const taken = [...offer.live, ...chosen.map((one) => one.live)];
    if (saveFen === 0 || !taken.every((live) => consent(live.compiled, wide.live.compiled))) continue;
    const next = joined(together, wide.entry, pricing.policy);
    if (!next) continue;
    together = next;
    chosen.push(wide);
  }
  // The engine takes them in the set's order, without a coupon first.
  return chosen.sort(
    (a, b) =>
      Number(a.campaign.requiresCoupon ?? false) - Number(b.campaign.requiresCoupon ?? false) ||
      a.entry.compiled.order - b.entry.compiled.order,
  );
}

/** Most that a saving of the basket takes off one unit, whatever else is in it. */
function mostOffUnitFen({ campaign }: Wide, unitFen: number): number {
  const most = campaign.tiers.map((tier) => {
    if (tier.percentOffBp !== undefined) return (unitFen * tier.percentOffBp) / 10_000 + 1;
    return ((tier.saveFen ?? 0) * (tier.spendFen === undefined ? 1 : unitFen)) / (tier.spendFen ?? tier.units ?? 1);
  });
  return Math.max(...most);
}

function lossesOf(pricing: Pricing, offers: readonly Offer[], wides: readonly Wide[]): Loss[] {
  const { line, costFen } = pricing;
  const mostOffFen = wides.reduce((sum, wide) => sum + mostOffUnitFen(wide, line.unitPriceFen), 0);
  return [NOTHING, ...offers]
    .flatMap((offer) => {
      const together = togetherOf(offer.entries, pricing.policy);
      if (!together) return [];
      const plain = offer.units.map((units) => lossOf(pricing, offer, [], units));
      // Even with everything at once it stays above cost: no need to try what goes together.
      if (line.unitPriceFen - savedOnUnitFen(offer) - mostOffFen >= costFen) return plain;
      const counts = wides.flatMap((wide) => wide.campaign.tiers.map((tier) => unitsFor(pricing, offer, wide, tier)));
      const combined = [...new Set(counts)].flatMap((count) => {
        if (count === undefined) return [];
        const beside = widesBeside(pricing, offer, together, wides, count);
        return beside.length === 0 ? [] : [lossOf(pricing, offer, beside, count)];
      });
      return [...plain, ...combined];
    })
    .filter((loss) => loss !== undefined);
}

function widesOf(touches: readonly Touch[], unitFen: number, work: Work): Wide[] {
  const wides = touches.flatMap((touch) => {
    const { entry } = touch;
    const { campaign } = entry;
    return campaign.kind === 'spend-save' ? [{ entry, live: liveOf(touch), campaign }] : [];
  });
  return mostSaving(wides, (wide) => mostOffUnitFen(wide, unitFen), work);
}

/** Losses by the campaigns that make them: the worst item of each, and how many items there are. */
class Losses {
  readonly #worst = new Map<string, { loss: Loss; skus: Set<string> }>();

  add(loss: Loss): void {
    const key = loss.entries.map((entry) => entry.compiled.order).join();
    const known = this.#worst.get(key);
    if (!known) {
      this.#worst.set(key, { loss, skus: new Set([loss.sku]) });
      return;
    }
    known.skus.add(loss.sku);
    if (loss.priceFen * known.loss.costFen < known.loss.priceFen * loss.costFen) known.loss = loss;
  }

  findings(): Finding[] {
    return [...this.#worst.values()].map(({ loss, skus }) => {
      const { entries, sku, units, priceFen, costFen } = loss;
      const figures = { sku, units, priceFen, costFen };
      const args = { ...figures, more: skus.size - 1 };
      const [first] = entries;
      return first && entries.length === 1
        ? finding('PRICE_BELOW_COST', entries, '', { ...args, a: first.campaign.name }, figures)
        : finding('STACK_BELOW_COST', entries, '', { ...args, all: entries.map((one) => one.campaign.name) }, figures);
    });
  }
}

/**
 * Items that campaigns sell below cost: one by itself, or several that may act together. Priced by the engine's own layers, for so many
 * units of one item as reach a campaign's group or threshold, so that each figure is one that a shopper can be asked for.
 */
export function itemCosts(authored: Authored, work: Work): Finding[] {
  const losses = new Losses();
  for (const line of linesOf(authored)) {
    const costFen = authored.costFenBySku.get(line.sku);
    if (costFen === undefined) continue;
    const touches = touchesOf(authored, line);
    if (!work.take(1 + touches.length)) break;
    const pricing = { line, costFen, policy: authored.set.policy, work };
    const offers = offersOf(preparedOf(line, 1), touches, work);
    const found = lossesOf(pricing, offers, widesOf(touches, line.unitPriceFen, work));
    const byItself = new Set(found.flatMap(({ entries }) => (entries.length === 1 ? entries : [])));
    for (const loss of found) {
      // With a campaign that is a loss by itself, a stack says nothing new.
      if (loss.entries.length === 1 || !loss.entries.some((entry) => byItself.has(entry))) losses.add(loss);
    }
  }
  return losses.findings();
}
