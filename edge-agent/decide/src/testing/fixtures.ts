import { compileCampaigns, decide } from '../index.ts';
import type { Basket, DecisionContext } from '../schema/basket.ts';
import type { Campaign } from '../schema/campaign.ts';
import type { Decision } from '../schema/decision.ts';
import { anyContext } from './arbitraries.ts';
import { setOf } from './fixtures-data.ts';

export * from './fixtures-data.ts';

/** Decides under a plain policy of two coupons. */
export function run(campaigns: readonly Campaign[], basket: Basket, context: Partial<DecisionContext>): Decision {
  return decide({ ...anyContext, ...context }, compileCampaigns(setOf(campaigns, 2)), basket);
}
