import { type CompiledCampaign, consent, isItemKind } from '../compile.ts';
import { cumulativeShareFen } from '../money.ts';
import type { GiftCampaign } from '../schema/campaign.ts';
import type { DecisionGift, DecisionLine } from '../schema/decision.ts';
import { touches } from './campaigns.ts';
import { type Counts, type OpenSale, shareFen } from './sale.ts';
import type { GiftDue } from './types.ts';

/** Pieces handed back, by the gift's campaign. */
export type Pieces = ReadonlyMap<string, number>;

/** What a gift of the sale needs, measured by its own rule on the decision's amounts. `reach` is fen or units. */
interface GiftTerms {
  readonly gift: DecisionGift;
  readonly step: number;
  readonly reach: readonly number[];
  /** Reach of the whole sale, and at least what the gifts given needed: nothing is due before something came back. */
  readonly whole: number;
}

/**
 * Which gifts are due: as many times fewer as the kept units reach the threshold fewer times. A piece that is due and not handed back is
 * charged at its value.
 */
export class GiftRule {
  readonly #sale: OpenSale;
  readonly #terms: readonly GiftTerms[];

  constructor(sale: OpenSale) {
    this.#sale = sale;
    this.#terms = (sale.decision.gifts ?? []).flatMap((gift) => {
      const compiled = sale.campaigns.get(gift.campaignId);
      return compiled?.campaign.kind === 'gift' ? [termsOf(sale, gift, compiled, compiled.campaign)] : [];
    });
  }

  of(counts: Counts, pieces: Pieces): GiftDue[] {
    return this.#terms.flatMap(({ gift, step, reach, whole }) => {
      const kept = whole - shareFen(this.#sale, reach, counts);
      const lostTimes = gift.times - Math.min(gift.times, Math.floor(kept / step));
      if (lostTimes === 0) return [];
      const { quantity, valueFen, sku } = gift.chosen;
      const duePieces = cumulativeShareFen(quantity, lostTimes, gift.times);
      const returnedPieces = Math.min(duePieces, pieces.get(gift.campaignId) ?? 0);
      const chargeFen = cumulativeShareFen(valueFen, duePieces - returnedPieces, quantity);
      return [{ campaignId: gift.campaignId, sku, duePieces, returnedPieces, chargeFen }];
    });
  }
}

function termsOf(sale: OpenSale, gift: DecisionGift, above: CompiledCampaign, campaign: GiftCampaign): GiftTerms {
  const step = campaign.units ?? campaign.spendFen ?? 1;
  const byRule = sale.decision.lines.map((line, index) => {
    if (!touches(above, sale.facts[index])) return 0;
    const { units, costFen } = counting(sale, line, above, campaign.base);
    return campaign.units === undefined ? costFen : units;
  });
  // Where the decision's lines hold less than the gift needed, they can't tell which units earned it: all of its items did.
  const reach = sumOf(byRule) < gift.times * step ? wholeLines(sale, above, campaign) : byRule;
  return { gift, step, reach, whole: Math.max(sumOf(reach), gift.times * step) };
}

function wholeLines(sale: OpenSale, above: CompiledCampaign, campaign: GiftCampaign): number[] {
  return sale.decision.lines.map((line, index) => {
    if (!touches(above, sale.facts[index])) return 0;
    return campaign.units === undefined ? line.listFen : line.quantity;
  });
}

const sumOf = (numbers: readonly number[]): number => numbers.reduce((sum, one) => sum + one, 0);

/** The units of a line that count for a gift, and what they cost by its base: those whose item campaigns consent to it. */
function counting(
  sale: OpenSale,
  line: DecisionLine,
  above: CompiledCampaign,
  base: GiftCampaign['base'],
): { units: number; costFen: number } {
  let units = line.quantity;
  let savedFen = 0;
  for (const { campaignId, amountFen, units: touched } of line.adjustments) {
    const item = sale.campaigns.get(campaignId);
    if (!item || !isItemKind(item.campaign)) continue;
    if (!consent(item, above)) units = Math.max(0, units - touched);
    else if (base === 'after-item-discounts') savedFen += amountFen;
  }
  return { units, costFen: Math.max(0, cumulativeShareFen(line.listFen, units, line.quantity) - savedFen) };
}
