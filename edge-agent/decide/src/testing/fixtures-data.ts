import type { Basket, BasketLine } from '../schema/basket.ts';
import type { Campaign, CampaignKind, CampaignPolicy, CampaignSet } from '../schema/campaign.ts';
import { always } from './arbitraries.ts';

type OfKind<K extends CampaignKind> = Extract<Campaign, { kind: K }>;
type Common = 'schema' | 'version' | 'name' | 'window' | 'fundedBy';

/** A campaign that is always live, with what a test cares about filled in. */
export function campaign<K extends CampaignKind>(
  fields: Omit<OfKind<K>, Common> & Partial<Pick<OfKind<K>, Common>> & { kind: K },
): Campaign {
  const base = {
    schema: 1,
    version: 1,
    name: { zh: `活动 ${fields.id}`, en: `Campaign ${fields.id}` },
    window: always,
    fundedBy: 'store',
  };
  return { ...base, ...fields } as unknown as Campaign;
}

export function setOf(campaigns: readonly Campaign[], couponsPerBasket: number): CampaignSet {
  return {
    schema: 1,
    setId: 'set',
    version: 7,
    campaigns: [...campaigns],
    policy: { version: 3, objective: 'best-for-customer', couponsPerBasket },
  };
}

/** A set under a policy of its own where `policy` says so. */
export function setUnder(campaigns: readonly Campaign[], policy: Partial<CampaignPolicy>): CampaignSet {
  const set = setOf(campaigns, 2);
  return { ...set, policy: { ...set.policy, ...policy } };
}

/** A line `L<n>` of a SKU; category is the SKU's own unless given. */
export function line(
  lineId: string,
  sku: string,
  quantity: number,
  unitPriceFen: number,
  more: Partial<BasketLine>,
): BasketLine {
  const name = { zh: sku, en: sku };
  return { lineId, sku, department: 'grocery', category: sku, name, quantity, unitPriceFen, ...more };
}

export function basketOf(lines: readonly BasketLine[], more: Partial<Basket>): Basket {
  return { lines: [...lines], coupons: [], ...more };
}

export const gold = { memberId: 'M1', tier: 'gold' };
