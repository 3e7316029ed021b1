import { type CompiledCampaign, rolesOf } from '../compile.ts';
import type { BasketLine } from '../schema/basket.ts';
import type { CampaignSet } from '../schema/campaign.ts';
import type { PastDecision } from './types.ts';

/** Whether a line is among a campaign's items. */
export const touches = (campaign: CompiledCampaign, line: BasketLine | undefined): boolean =>
  line !== undefined && !line.noPromotions && rolesOf(campaign, line).length > 0;

/** Ids of every campaign that a decision gave something by. */
export function campaignIdsOf(decision: PastDecision): ReadonlySet<string> {
  const ids = new Set<string>();
  for (const { campaignId } of decision.applied) ids.add(campaignId);
  for (const { campaignId } of decision.gifts ?? []) ids.add(campaignId);
  for (const { adjustments } of decision.lines) for (const { campaignId } of adjustments) ids.add(campaignId);
  return ids;
}

/** A set cut down to what a decision took from it: what a store keeps with a sale, so that it can be returned when the set has changed. */
export function saleSetOf(decision: PastDecision, set: CampaignSet): CampaignSet {
  const ids = campaignIdsOf(decision);
  return { ...set, campaigns: set.campaigns.filter((campaign) => ids.has(campaign.id)) };
}
