import { z } from 'zod';
import { DECIDE_LIMITS } from '../limits.ts';
import { BasisPoints, Channel, Fen, Id, Instant, Names } from './common.ts';

const idList = z.array(Id).min(1).max(DECIDE_LIMITS.maxSelectorEntries);
const audienceList = z.array(Id).min(1).max(DECIDE_LIMITS.maxAudienceEntries);

/** Which items a campaign touches: the union of what is named, minus `excludeSkus`. One of the first four must be there. */
export const ItemSelector = z.strictObject({
  skus: idList.optional(),
  categories: idList.optional(),
  departments: idList.optional(),
  all: z.literal(true).optional(),
  excludeSkus: idList.optional(),
});
export type ItemSelector = z.infer<typeof ItemSelector>;

/** Store wall-clock hours `HH:MM`, half-open. `to` before `from` runs past midnight and belongs to the day it began. */
export const HoursRange = z.strictObject({
  from: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'HOURS_FORMAT'),
  to: z.string().regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, 'HOURS_FORMAT'),
});
export type HoursRange = z.infer<typeof HoursRange>;

/** When a campaign lives: `from` inclusive, `to` exclusive; days are ISO (1 Monday to 7 Sunday) in the store's zone. */
export const CampaignWindow = z.strictObject({
  from: Instant,
  to: Instant,
  daysOfWeek: z.array(z.int().min(1).max(7)).min(1).max(7).optional(),
  hours: z.array(HoursRange).min(1).max(DECIDE_LIMITS.maxHoursRanges).optional(),
});
export type CampaignWindow = z.infer<typeof CampaignWindow>;

/** Who and where. What is absent does not restrict. `tiers` are published membership tiers, never segments. */
export const Audience = z.strictObject({
  memberOnly: z.boolean().optional(),
  tiers: audienceList.optional(),
  stores: audienceList.optional(),
  channels: z.array(Channel).min(1).max(4).optional(),
});
export type Audience = z.infer<typeof Audience>;

/** `perBasket`: units for `discount` and `member-price`, groups for `buy-get`, steps for `spend-save`. */
export const CampaignLimits = z.strictObject({
  perBasket: z.int().min(1).max(DECIDE_LIMITS.maxUnitsPerBasket).optional(),
});
export type CampaignLimits = z.infer<typeof CampaignLimits>;

const common = {
  schema: z.literal(1),
  id: Id,
  version: z
    .int()
    .min(1)
    .max(2 ** 31),
  name: Names,
  window: CampaignWindow,
  audience: Audience.optional(),
  limits: CampaignLimits.optional(),
  /** Applies only when a coupon for this campaign is in the basket; it then acts in the coupon layer. */
  requiresCoupon: z.boolean().optional(),
  fundedBy: z.enum(['store', 'brand']),
  /** At most one campaign of a group applies to a basket, whatever its layer. */
  exclusiveGroup: Id.optional(),
  /** Points of the lines that this campaign adjusts are multiplied; the highest of a line counts. */
  pointsMultiplier: z.int().min(1).max(100).optional(),
};

/** What a unit gets: a share off, an amount off, or a price of its own (never above its list price). */
export const DiscountBenefit = z.discriminatedUnion('by', [
  z.strictObject({ by: z.literal('percent'), percentOffBp: BasisPoints }),
  z.strictObject({ by: z.literal('amount'), amountOffFen: Fen.min(1) }),
  z.strictObject({ by: z.literal('fixed-price'), fixedPriceFen: Fen }),
]);
export type DiscountBenefit = z.infer<typeof DiscountBenefit>;

/** Item layer: each unit of `items` gets `discount`. */
export const DiscountCampaign = z.strictObject({
  ...common,
  kind: z.literal('discount'),
  items: ItemSelector,
  discount: DiscountBenefit,
});
export type DiscountCampaign = z.infer<typeof DiscountCampaign>;

export const SpendSaveTier = z.strictObject({ spendFen: Fen.min(1), saveFen: Fen.min(1) });
export type SpendSaveTier = z.infer<typeof SpendSaveTier>;

/**
 * Basket layer (满减): who spends `spendFen` on `items` saves `saveFen`. `once`: the best tier reached. `per-step`: the best of
 * "whole steps of a tier times its saving". `base` says what counts towards the threshold: list prices, or what is left after
 * item discounts and member prices. Other spend-saves and coupons never count against a threshold.
 */
export const SpendSaveCampaign = z.strictObject({
  ...common,
  kind: z.literal('spend-save'),
  items: ItemSelector,
  tiers: z.array(SpendSaveTier).min(1).max(DECIDE_LIMITS.maxTiers),
  repeat: z.enum(['once', 'per-step']),
  base: z.enum(['after-item-discounts', 'list']),
});
export type SpendSaveCampaign = z.infer<typeof SpendSaveCampaign>;

/**
 * Item layer: of each group of `buy + get` units the `get` cheapest are discounted by `percentOffBp` (10000 is free; buy 1 get 1 at
 * 5000 is "second at half price"). All units of a group are spent by it: a free unit neither qualifies nor is discounted again.
 */
export const BuyGetCampaign = z.strictObject({
  ...common,
  kind: z.literal('buy-get'),
  items: ItemSelector,
  buy: z.int().min(1).max(100),
  get: z.int().min(1).max(100),
  percentOffBp: BasisPoints,
});
export type BuyGetCampaign = z.infer<typeof BuyGetCampaign>;

/** Item layer: published member prices; `tiers` absent means every member. A price above the list price is ignored. */
export const MemberPriceCampaign = z.strictObject({
  ...common,
  kind: z.literal('member-price'),
  prices: z
    .array(z.strictObject({ sku: Id, priceFen: Fen }))
    .min(1)
    .max(DECIDE_LIMITS.maxMemberPrices),
  tiers: audienceList.optional(),
});
export type MemberPriceCampaign = z.infer<typeof MemberPriceCampaign>;

/** One campaign, by `kind`. Shape only; `parseCampaignSet` also checks what fields say about each other. */
export const Campaign = z.discriminatedUnion('kind', [
  DiscountCampaign,
  SpendSaveCampaign,
  BuyGetCampaign,
  MemberPriceCampaign,
]);
export type Campaign = z.infer<typeof Campaign>;
export type CampaignKind = Campaign['kind'];

/** How campaigns combine. Layers are item, basket, coupon; within them the lowest payable amount wins. */
export const CampaignPolicy = z.strictObject({
  version: z
    .int()
    .min(1)
    .max(2 ** 31),
  objective: z.literal('best-for-customer'),
  /** Coupons that one basket may consume. */
  couponsPerBasket: z.int().min(0).max(DECIDE_LIMITS.maxCoupons),
});
export type CampaignPolicy = z.infer<typeof CampaignPolicy>;

/** What HQ signs and sends: all campaigns of a store, and the policy that combines them. Ids are unique. */
export const CampaignSet = z.strictObject({
  schema: z.literal(1),
  setId: Id,
  version: z
    .int()
    .min(1)
    .max(2 ** 31),
  campaigns: z.array(Campaign).max(DECIDE_LIMITS.maxCampaigns),
  policy: CampaignPolicy,
});
export type CampaignSet = z.infer<typeof CampaignSet>;
