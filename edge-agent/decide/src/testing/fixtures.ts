import { compileCampaigns, confirmUnlocks, decide } from '../index.ts';
import type { Basket, DecisionContext } from '../schema/basket.ts';
import type { Campaign } from '../schema/campaign.ts';
import type { Decision } from '../schema/decision.ts';
import { anyContext } from './arbitraries.ts';
import { setOf } from './fixtures-data.ts';

export * from './fixtures-data.ts';

/** Decides under a plain policy of two coupons, with every unlock that can be confirmed. */
export function run(campaigns: readonly Campaign[], basket: Basket, context: Partial<DecisionContext>): Decision {
  const compiled = compileCampaigns(setOf(campaigns, 2));
  const full = { ...anyContext, ...context };
  return confirmUnlocks(full, compiled, basket, decide(full, compiled, basket), { most: 20 });
}
