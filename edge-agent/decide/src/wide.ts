import type { LiveCampaign } from './model.ts';
import { percentOfFen } from './money.ts';
import type { GiftCampaign, GiftOption, SpendSaveCampaign, SpendSaveTier } from './schema/campaign.ts';

/** What a campaign of the basket or coupon layer counts: the amount of its units under its base, and how many they are. */
export interface Reach {
  readonly amountFen: number;
  readonly units: number;
}

interface Threshold {
  readonly spendFen?: number | undefined;
  readonly units?: number | undefined;
}

/** Whole times that a threshold is reached. */
export function timesReached(threshold: Threshold, reach: Reach): number {
  if (threshold.units !== undefined) return Math.floor(reach.units / threshold.units);
  return Math.floor(reach.amountFen / (threshold.spendFen ?? Number.POSITIVE_INFINITY));
}

/** Most times that a campaign lets a threshold count in one basket. */
export function maxTimes(campaign: {
  repeat: 'once' | 'per-step';
  limits?: { perBasket?: number | undefined } | undefined;
}): number {
  return campaign.repeat === 'once' ? 1 : (campaign.limits?.perBasket ?? Number.POSITIVE_INFINITY);
}

/** What one tier gives when it counts `times` times. */
export function tierSaveFen(tier: SpendSaveTier, times: number, amountFen: number, budgetFen: number): number {
  if (tier.percentOffBp !== undefined) {
    if (times === 0) return 0;
    const shareFen = percentOfFen(amountFen, tier.percentOffBp);
    return Math.min(shareFen, tier.maxSaveFen ?? Number.POSITIVE_INFINITY, budgetFen);
  }
  const saveFen = tier.saveFen ?? 0;
  if (saveFen === 0) return 0;
  return Math.min(times, Math.floor(budgetFen / saveFen)) * saveFen;
}

/** What a spend-save gives: the best of its tiers, before the cap at what its units still cost. */
export function spendSaveFen(campaign: SpendSaveCampaign, reach: Reach, budgetFen: number): number {
  const most = maxTimes(campaign);
  let best = 0;
  for (const tier of campaign.tiers) {
    const times = Math.min(timesReached(tier, reach), most);
    best = Math.max(best, tierSaveFen(tier, times, reach.amountFen, budgetFen));
  }
  return best;
}

/** Pieces of gift SKUs that are left; a SKU that is not known is in stock. */
export type GiftStock = Map<string, number>;

const piecesOf = (stock: GiftStock, sku: string): number => stock.get(sku) ?? Number.POSITIVE_INFINITY;

/** Options of which at least one time's worth is in stock, those that are worth most in `times` times first, ties to the earlier. */
export function giftsInStock(campaign: GiftCampaign, stock: GiftStock, times: number): GiftOption[] {
  return campaign.gifts
    .filter((option) => piecesOf(stock, option.sku) >= option.quantity)
    .map((option, place) => {
      const given = Math.min(times, Math.floor(piecesOf(stock, option.sku) / option.quantity));
      return { option, place, worth: option.valueFen * option.quantity * given };
    })
    .sort((a, b) => b.worth - a.worth || a.place - b.place)
    .map(({ option }) => option);
}

export interface GivenGift {
  readonly live: LiveCampaign;
  readonly times: number;
  readonly chosen: GiftOption;
  readonly options: readonly GiftOption[];
}

/** The gift that a campaign gives at a reach; takes it from the stock. */
export function giveGift(
  live: LiveCampaign,
  campaign: GiftCampaign,
  reach: Reach,
  stock: GiftStock,
  choice: string | undefined,
): GivenGift | undefined {
  const reached = Math.min(timesReached(campaign, reach), maxTimes(campaign));
  const options = giftsInStock(campaign, stock, reached);
  const chosen = options.find((option) => option.sku === choice) ?? options[0];
  if (!chosen || reached === 0) return undefined;
  const pieces = piecesOf(stock, chosen.sku);
  const times = Math.min(reached, Math.floor(pieces / chosen.quantity));
  if (Number.isFinite(pieces)) stock.set(chosen.sku, pieces - times * chosen.quantity);
  return { live, times, chosen, options };
}
