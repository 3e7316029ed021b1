import type { Campaign } from '../../schema/campaign.ts';
import type { Authored, Entry } from '../authored.ts';
import { type Finding, finding } from '../finding.ts';
import { excludesAll, selectorPlaces } from '../selectors.ts';
import { isEverOpen } from '../times.ts';

function audienceFindings(entry: Entry): Finding[] {
  const { campaign, compiled } = entry;
  const a = campaign.name;
  const findings: Finding[] = [];
  if (compiled.tiers?.size === 0) findings.push(finding('NEVER_ANY_TIER', [entry], 'tiers', { a }));
  if (entry.channels?.size === 0) {
    findings.push(finding('NEVER_ON_LABEL', [entry], 'audience.channels', { a }));
  }
  return findings;
}

/** Every tier asks for more units than the campaign may take of a basket. */
function tierFindings(entry: Entry): Finding[] {
  const { campaign } = entry;
  const most = campaign.limits?.perBasket;
  if (campaign.kind !== 'bulk-price' || most === undefined) return [];
  const a = campaign.name;
  const beyond = campaign.tiers.flatMap((tier, index) => (tier.minUnits > most ? [index] : []));
  if (beyond.length === campaign.tiers.length) return [finding('NEVER_REACHED', [entry], 'tiers', { a, most })];
  return beyond.map((index) =>
    finding('TIER_NEVER_REACHED', [entry], `tiers[${index}].minUnits`, { a, tier: index + 1, most }),
  );
}

/** What a campaign takes off when it acts once, at the least, as far as it says so itself. */
function leastSavingFen(campaign: Campaign): number | undefined {
  switch (campaign.kind) {
    case 'discount':
    case 'markdown':
      return campaign.discount.by === 'amount' ? campaign.discount.amountOffFen : undefined;
    case 'bundle':
      return campaign.price.by === 'amount' ? campaign.price.amountOffFen : undefined;
    case 'spend-save': {
      // A share is cut to the budget; an amount is given whole or not at all.
      const amounts = campaign.tiers.map((tier) => tier.saveFen ?? 0);
      return Math.min(...amounts);
    }
    case 'points-pay':
      return Math.max(1, Math.ceil((campaign.minPoints ?? 0) / campaign.pointsPerStep)) * campaign.fenPerStep;
    default:
      return undefined;
  }
}

function budgetFindings(entry: Entry): Finding[] {
  const { campaign } = entry;
  const budgetFen = campaign.limits?.budgetFen;
  if (budgetFen === undefined) return [];
  const a = campaign.name;
  if (campaign.kind === 'gift' || campaign.kind === 'points') {
    return [finding('LIMIT_WITHOUT_EFFECT', [entry], 'limits.budgetFen', { a, limit: 'budgetFen' })];
  }
  const saveFen = leastSavingFen(campaign);
  if (saveFen === undefined || saveFen <= budgetFen) return [];
  return [finding('BUDGET_BELOW_SAVING', [entry], 'limits.budgetFen', { a, saveFen, budgetFen })];
}

/** Multipliers and steps of points aren't counted. */
function perBasketFindings(entry: Entry): Finding[] {
  const { campaign } = entry;
  const isUncounted =
    campaign.kind === 'points-pay' || (campaign.kind === 'points' && campaign.earn.by === 'multiplier');
  if (!isUncounted || campaign.limits?.perBasket === undefined) return [];
  const args = { a: campaign.name, limit: 'perBasket' };
  return [finding('LIMIT_WITHOUT_EFFECT', [entry], 'limits.perBasket', args)];
}

/** Campaigns that can't apply to any basket, whatever is sold, each with the reason. */
export function never({ entries, set }: Authored): Finding[] {
  return entries.flatMap((entry) => {
    const { campaign } = entry;
    const a = campaign.name;
    const findings = [audienceFindings, tierFindings, budgetFindings, perBasketFindings].flatMap((look) => look(entry));
    if (!isEverOpen(entry.times)) findings.push(finding('NEVER_OPEN', [entry], 'window', { a }));
    if (campaign.requiresCoupon && set.policy.couponsPerBasket === 0) {
      findings.push(finding('NEVER_ANY_COUPON', [entry], 'requiresCoupon', { a }));
    }
    for (const { items, place } of selectorPlaces(campaign)) {
      if (excludesAll(items)) findings.push(finding('NEVER_ANY_ITEM', [entry], place, { a }));
    }
    return findings;
  });
}
