import type { BundlePrice, Campaign, Discount, SpendSaveTier } from '../schema/campaign.ts';

interface Parts {
  /** What a campaign is for and on which conditions. */
  readonly scope: Readonly<Record<string, unknown>>;
  /** What it gives. */
  readonly benefit: unknown;
}

/** A campaign's fields as what it is for and what it gives. */
export function benefitOf(campaign: Campaign): Parts {
  switch (campaign.kind) {
    case 'discount': {
      const { discount: benefit, ...scope } = campaign;
      return { scope, benefit };
    }
    case 'markdown': {
      const { discount: benefit, lots, ...scope } = campaign;
      return { scope: { ...scope, lots: lots.map(({ sku, lotId }) => `${sku} ${lotId}`) }, benefit };
    }
    case 'member-price': {
      const { prices, ...scope } = campaign;
      const benefit = [...prices].sort((a, b) => (a.sku < b.sku ? -1 : 1));
      return { scope: { ...scope, skus: prices.map((price) => price.sku) }, benefit };
    }
    case 'buy-get': {
      const { percentOffBp: benefit, ...scope } = campaign;
      return { scope, benefit };
    }
    case 'nth-item': {
      const { ladderBp: benefit, ...scope } = campaign;
      return { scope, benefit };
    }
    case 'bundle': {
      const { price: benefit, ...scope } = campaign;
      return { scope, benefit };
    }
    case 'bulk-price':
    case 'spend-save': {
      const { tiers: benefit, ...scope } = campaign;
      return { scope, benefit };
    }
    case 'gift': {
      const { gifts: benefit, ...scope } = campaign;
      return { scope, benefit };
    }
    case 'points': {
      const { earn: benefit, ...scope } = campaign;
      return { scope, benefit };
    }
    case 'points-pay': {
      const { pointsPerStep, fenPerStep, minPoints, maxShareBp, ...scope } = campaign;
      return { scope, benefit: { pointsPerStep, fenPerStep, minPoints, maxShareBp } };
    }
  }
}

/** Amounts by which two benefits of one form compare: the higher the better. Undefined where the forms differ. */
type Worth = readonly number[] | undefined;

function discountWorth(discount: Discount | BundlePrice, by: string): Worth {
  if (discount.by !== by) return undefined;
  if (discount.by === 'percent') return [discount.percentOffBp];
  if (discount.by === 'amount') return [discount.amountOffFen];
  return [-('fixedPriceFen' in discount ? discount.fixedPriceFen : discount.bundlePriceFen)];
}

function tierWorth(tiers: readonly SpendSaveTier[], like: readonly SpendSaveTier[]): Worth {
  const isAlike = tiers.every((tier, index) => {
    const other = like[index];
    return other && tier.spendFen === other.spendFen && tier.units === other.units && !tier.saveFen === !other.saveFen;
  });
  if (!isAlike || tiers.length !== like.length) return undefined;
  return tiers.flatMap((tier) => [tier.saveFen ?? tier.percentOffBp ?? 0, tier.maxSaveFen ?? Number.POSITIVE_INFINITY]);
}

/** Worth of a campaign's benefit, in the form that another one's has. */
function worthOf(campaign: Campaign, like: Campaign): Worth {
  if ((campaign.kind === 'discount' || campaign.kind === 'markdown') && campaign.kind === like.kind) {
    return discountWorth(campaign.discount, like.discount.by);
  }
  if (campaign.kind === 'bundle' && like.kind === 'bundle') return discountWorth(campaign.price, like.price.by);
  if (campaign.kind === 'buy-get') return [campaign.percentOffBp];
  if (campaign.kind === 'nth-item') return campaign.ladderBp;
  if (campaign.kind === 'member-price') {
    return [...campaign.prices].sort((a, b) => (a.sku < b.sku ? -1 : 1)).map((price) => -price.priceFen);
  }
  if (campaign.kind === 'spend-save' && like.kind === 'spend-save') return tierWorth(campaign.tiers, like.tiers);
  if (campaign.kind === 'bulk-price' && like.kind === 'bulk-price') {
    const tiers = campaign.tiers.map((tier, index) => {
      const other = like.tiers[index];
      return other?.minUnits === tier.minUnits ? discountWorth(tier.discount, other.discount.by) : undefined;
    });
    return tiers.every((tier) => tier !== undefined) ? tiers.flat() : undefined;
  }
  return undefined;
}

/** Whether one of two campaigns of one scope gives at least as much everywhere, and more somewhere. */
export function isBetter(campaign: Campaign, other: Campaign): boolean {
  const [worth, than] = [worthOf(campaign, other), worthOf(other, campaign)];
  if (!worth || !than || worth.length !== than.length) return false;
  const isNeverLess = worth.every((value, index) => value >= (than[index] ?? Number.POSITIVE_INFINITY));
  return isNeverLess && worth.some((value, index) => value > (than[index] ?? value));
}
