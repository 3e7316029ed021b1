import { percentOfFen } from '../../money.ts';
import type { Campaign, Discount, SpendSaveCampaign, SpendSaveTier } from '../../schema/campaign.ts';
import { isForMembers } from '../audience.ts';
import type { Authored, Entry } from '../authored.ts';
import { type Finding, finding } from '../finding.ts';

/** What a tier saves at the least where the threshold of a later one is just reached. */
function atThresholdFen(tier: SpendSaveTier, later: SpendSaveTier, campaign: SpendSaveCampaign): number {
  if (tier.percentOffBp !== undefined) {
    // Without an amount to take the share of, nothing is known.
    if (later.spendFen === undefined) return 0;
    return Math.min(percentOfFen(later.spendFen, tier.percentOffBp), tier.maxSaveFen ?? Number.POSITIVE_INFINITY);
  }
  const saveFen = tier.saveFen ?? 0;
  if (campaign.repeat === 'once' || campaign.limits?.perBasket !== undefined) return saveFen;
  const steps = Math.floor((later.spendFen ?? later.units ?? 0) / (tier.spendFen ?? tier.units ?? 1));
  return steps * saveFen;
}

function spendSaveFindings(entry: Entry, campaign: SpendSaveCampaign): Finding[] {
  const a = campaign.name;
  return campaign.tiers.flatMap((tier, index) => {
    const findings: Finding[] = [];
    const place = `tiers[${index}]`;
    const mostFen = tier.saveFen ?? tier.maxSaveFen ?? Number.POSITIVE_INFINITY;
    const than = campaign.tiers.findIndex(
      (earlier, at) => at < index && atThresholdFen(earlier, tier, campaign) >= mostFen,
    );
    if (than >= 0) {
      findings.push(finding('TIER_NEVER_BETTER', [entry], place, { a, tier: index + 1, than: than + 1 }));
    }
    const { percentOffBp, maxSaveFen, spendFen } = tier;
    if (percentOffBp !== undefined && maxSaveFen !== undefined && spendFen !== undefined) {
      if (percentOfFen(spendFen, percentOffBp) >= maxSaveFen) {
        const args = { a, tier: index + 1, capFen: maxSaveFen };
        findings.push(finding('CAP_ALWAYS_BINDS', [entry], `${place}.maxSaveFen`, args));
      }
    }
    return findings;
  });
}

/** Whether a discount takes no more off than another of its form does, whatever the item. */
function isNoMore(discount: Discount, than: Discount): boolean {
  if (discount.by === 'percent') return than.by === 'percent' && discount.percentOffBp <= than.percentOffBp;
  if (discount.by === 'amount') return than.by === 'amount' && discount.amountOffFen <= than.amountOffFen;
  return than.by === 'fixed-price' && discount.fixedPriceFen >= than.fixedPriceFen;
}

function bulkFindings(entry: Entry, campaign: Extract<Campaign, { kind: 'bulk-price' }>): Finding[] {
  const a = campaign.name;
  return campaign.tiers.flatMap((tier, index) => {
    const than = campaign.tiers.findIndex((earlier, at) => at < index && isNoMore(tier.discount, earlier.discount));
    if (than < 0) return [];
    return [finding('TIER_NEVER_BETTER', [entry], `tiers[${index}]`, { a, tier: index + 1, than: than + 1 })];
  });
}

const isFree = (discount: Discount): boolean =>
  (discount.by === 'percent' && discount.percentOffBp === 10_000) ||
  (discount.by === 'fixed-price' && discount.fixedPriceFen === 0);

/** The field by which a campaign makes every unit that it takes free. */
function freePlace(campaign: Campaign): string | undefined {
  switch (campaign.kind) {
    case 'discount':
    case 'markdown':
      return isFree(campaign.discount) ? 'discount' : undefined;
    case 'member-price': {
      const free = campaign.prices.findIndex((price) => price.priceFen === 0);
      return free < 0 ? undefined : `prices[${free}].priceFen`;
    }
    case 'bundle': {
      const { price } = campaign;
      const isWhole = price.by === 'percent' && price.percentOffBp === 10_000;
      return isWhole || (price.by === 'fixed-price' && price.bundlePriceFen === 0) ? 'price' : undefined;
    }
    case 'bulk-price': {
      const free = campaign.tiers.findIndex((tier) => isFree(tier.discount));
      return free < 0 ? undefined : `tiers[${free}].discount`;
    }
    case 'nth-item':
      return campaign.ladderBp.every((stepBp) => stepBp === 10_000) ? 'ladderBp' : undefined;
    default:
      return undefined;
  }
}

/** What a campaign gives, against what it seems to say. */
export function benefit({ entries }: Authored): Finding[] {
  return entries.flatMap((entry) => {
    const { campaign } = entry;
    const a = campaign.name;
    const findings: Finding[] = [];
    if (campaign.kind === 'spend-save') findings.push(...spendSaveFindings(entry, campaign));
    if (campaign.kind === 'bulk-price') findings.push(...bulkFindings(entry, campaign));
    if (campaign.kind === 'gift' && campaign.gifts.every((gift) => gift.valueFen === 0)) {
      findings.push(finding('GIFT_WITHOUT_VALUE', [entry], 'gifts', { a }));
    }
    const free = campaign.requiresCoupon ? undefined : freePlace(campaign);
    if (free !== undefined) findings.push(finding('GIVEN_AWAY', [entry], free, { a }));
    if (campaign.audience?.memberOnly === false && isForMembers(campaign)) {
      findings.push(finding('MEMBERS_ONLY_ANYWAY', [entry], 'audience.memberOnly', { a }));
    }
    return findings;
  });
}
