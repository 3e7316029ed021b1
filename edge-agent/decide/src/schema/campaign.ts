import { z } from 'zod';
import { DECIDE_LIMITS } from '../limits.ts';
import {
  Audience,
  CampaignLimits,
  CampaignWindow,
  Discount,
  Funding,
  ItemSelector,
  StackWith,
} from './campaign-parts.ts';
import { BasisPoints, Fen, Id, Names } from './common.ts';
import { CampaignPolicy } from './policy.ts';

export * from './campaign-parts.ts';
export * from './policy.ts';

const groupSize = z.int().min(1).max(DECIDE_LIMITS.maxGroupUnits);
const steps = z.int().min(1).max(DECIDE_LIMITS.maxUnitsPerBasket);

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
  /** Applies only when a coupon for this campaign is in the basket. Its layer, for consent, is then `coupon`. */
  requiresCoupon: z.boolean().optional(),
  /** Members take its coupon themselves (领券), one each. Absent: coupons are given out. */
  claimable: z.literal(true).optional(),
  fundedBy: Funding,
  /** At most one campaign of a group applies to a basket, whatever its layer. */
  exclusiveGroup: Id.optional(),
  /** With which campaigns it shares a unit; absent: every other layer, and none of the item layer. Both must agree. */
  stackWith: StackWith.optional(),
  /** Under the policy `priority-order` the higher comes first; absent is 0; equal ones in the set's order. */
  priority: z.int().min(-1_000_000).max(1_000_000).optional(),
  /** Points of the lines that this campaign adjusts are multiplied; the highest of a line counts. */
  pointsMultiplier: z.int().min(1).max(100).optional(),
};

/** Item layer (限时折扣): each unit of `items` gets `discount`. */
export const DiscountCampaign = z.strictObject({
  ...common,
  kind: z.literal('discount'),
  items: ItemSelector,
  discount: Discount,
});
export type DiscountCampaign = z.infer<typeof DiscountCampaign>;

/** Item layer (临期出清): units of the named lots get `discount`. A line carries its lot as `lotId`. */
export const MarkdownCampaign = z.strictObject({
  ...common,
  kind: z.literal('markdown'),
  lots: z
    .array(z.strictObject({ sku: Id, lotId: Id }))
    .min(1)
    .max(DECIDE_LIMITS.maxSelectorEntries),
  discount: Discount,
});
export type MarkdownCampaign = z.infer<typeof MarkdownCampaign>;

/** Item layer (会员价): published member prices; `tiers` absent means every member. A price above the list price is ignored. */
export const MemberPriceCampaign = z.strictObject({
  ...common,
  kind: z.literal('member-price'),
  prices: z
    .array(z.strictObject({ sku: Id, priceFen: Fen }))
    .min(1)
    .max(DECIDE_LIMITS.maxMemberPrices),
  tiers: z.array(Id).min(1).max(DECIDE_LIMITS.maxAudienceEntries).optional(),
});
export type MemberPriceCampaign = z.infer<typeof MemberPriceCampaign>;

/**
 * Item layer (买N送M): groups of `buy + get` units, of which `get` are discounted by `percentOffBp` (10000 is free). Without `getItems`
 * the `get` cheapest of a group are discounted, and with `match: same-sku` a group holds one SKU. With `getItems` the `buy` units are of
 * `items`, the `get` units of `getItems`, at any price. All units of a group are spent by it; an incomplete group gets nothing.
 */
export const BuyGetCampaign = z.strictObject({
  ...common,
  kind: z.literal('buy-get'),
  items: ItemSelector,
  buy: groupSize,
  get: groupSize,
  percentOffBp: BasisPoints,
  match: z.enum(['any', 'same-sku']).optional(),
  getItems: ItemSelector.optional(),
});
export type BuyGetCampaign = z.infer<typeof BuyGetCampaign>;

/**
 * Item layer (第N件折扣): units are grouped, dearest first; the n-th of a group gets `ladderBp[n-1]` off (0 is full price), so `[0, 5000]`
 * is "second at half price". A group that is not full gets the steps that it reaches.
 */
export const NthItemCampaign = z.strictObject({
  ...common,
  kind: z.literal('nth-item'),
  items: ItemSelector,
  ladderBp: z.array(z.int().min(0).max(10_000)).min(2).max(DECIDE_LIMITS.maxLadder),
  match: z.enum(['any', 'same-sku']).optional(),
});
export type NthItemCampaign = z.infer<typeof NthItemCampaign>;

export const BundlePrice = z.discriminatedUnion('by', [
  z.strictObject({ by: z.literal('fixed-price'), bundlePriceFen: Fen }),
  z.strictObject({ by: z.literal('percent'), percentOffBp: BasisPoints }),
  z.strictObject({ by: z.literal('amount'), amountOffFen: Fen.min(1) }),
]);
export type BundlePrice = z.infer<typeof BundlePrice>;

/**
 * Item layer (组合价): each bundle takes `quantity` units for every slot and costs `price`: a fixed price for the bundle, a share off every
 * unit, or an amount off the bundle. One slot with a quantity is mix-and-match ("any 3 for 10"). Never above the list price.
 */
export const BundleCampaign = z.strictObject({
  ...common,
  kind: z.literal('bundle'),
  slots: z
    .array(z.strictObject({ items: ItemSelector, quantity: groupSize }))
    .min(1)
    .max(DECIDE_LIMITS.maxSlots),
  price: BundlePrice,
});
export type BundleCampaign = z.infer<typeof BundleCampaign>;

export const BulkTier = z.strictObject({ minUnits: steps, discount: Discount });
export type BulkTier = z.infer<typeof BulkTier>;

/** Item layer (多件价): who takes `minUnits` of `items` (of one SKU with `count: same-sku`) gets the tier's discount on each of them. */
export const BulkPriceCampaign = z.strictObject({
  ...common,
  kind: z.literal('bulk-price'),
  items: ItemSelector,
  count: z.enum(['any', 'same-sku']),
  tiers: z.array(BulkTier).min(1).max(DECIDE_LIMITS.maxTiers),
});
export type BulkPriceCampaign = z.infer<typeof BulkPriceCampaign>;

/** What has to be reached on `items`: an amount, or a number of units. Exactly one of the two. */
const threshold = { spendFen: Fen.min(1).optional(), units: steps.optional() };
const reach = {
  items: ItemSelector,
  repeat: z.enum(['once', 'per-step']),
  base: z.enum(['after-item-discounts', 'list']),
};

/** One step: who reaches it saves an amount, or a share (half-up, at most `maxSaveFen`) of the base. Exactly one of the two. */
export const SpendSaveTier = z.strictObject({
  ...threshold,
  saveFen: Fen.min(1).optional(),
  percentOffBp: BasisPoints.optional(),
  maxSaveFen: Fen.min(1).optional(),
});
export type SpendSaveTier = z.infer<typeof SpendSaveTier>;

/**
 * Basket layer (满减、满折); with `requiresCoupon` coupon layer (满减券、折扣券). Who spends `spendFen` (or takes `units`) of `items` saves.
 * `once`: the best tier reached. `per-step`: the best of "whole steps of a tier times its saving". `base` says what counts: list prices, or
 * what is left after item discounts. Other savings of the basket and coupon layers never count against a base, so their order is no matter.
 */
export const SpendSaveCampaign = z.strictObject({
  ...common,
  kind: z.literal('spend-save'),
  ...reach,
  tiers: z.array(SpendSaveTier).min(1).max(DECIDE_LIMITS.maxTiers),
});
export type SpendSaveCampaign = z.infer<typeof SpendSaveCampaign>;

/** A gift that a shopper may choose; `valueFen` is the value of one piece, by which answers of the same price are compared. */
export const GiftOption = z.strictObject({
  sku: Id,
  name: Names,
  quantity: groupSize,
  valueFen: Fen,
});
export type GiftOption = z.infer<typeof GiftOption>;

/** Basket layer (满赠): who reaches the threshold gets one of `gifts`, once or for each step. Gifts are no lines and count for nothing. */
export const GiftCampaign = z.strictObject({
  ...common,
  kind: z.literal('gift'),
  ...reach,
  ...threshold,
  gifts: z.array(GiftOption).min(1).max(DECIDE_LIMITS.maxGiftOptions),
});
export type GiftCampaign = z.infer<typeof GiftCampaign>;

/** Points layer (多倍积分、赠积分): members earn `times` the points on `items`, or `points` more when the threshold is reached. */
export const PointsCampaign = z.strictObject({
  ...common,
  kind: z.literal('points'),
  items: ItemSelector,
  earn: z.discriminatedUnion('by', [
    z.strictObject({ by: z.literal('multiplier'), times: z.int().min(2).max(100) }),
    z.strictObject({
      by: z.literal('bonus'),
      ...threshold,
      repeat: reach.repeat,
      base: reach.base,
      points: z.int().min(1).max(DECIDE_LIMITS.maxPoints),
    }),
  ]),
});
export type PointsCampaign = z.infer<typeof PointsCampaign>;

/**
 * Points layer (积分抵现): a member who asks for it pays part of `items` with points, `fenPerStep` for every `pointsPerStep`, at most
 * `maxShareBp` of what they cost after all other savings. It takes no part in the search: points are the member's own.
 */
export const PointsPayCampaign = z.strictObject({
  ...common,
  kind: z.literal('points-pay'),
  items: ItemSelector,
  pointsPerStep: z.int().min(1).max(DECIDE_LIMITS.maxPoints),
  fenPerStep: Fen.min(1),
  minPoints: z.int().min(0).max(DECIDE_LIMITS.maxPoints).optional(),
  maxShareBp: BasisPoints,
});
export type PointsPayCampaign = z.infer<typeof PointsPayCampaign>;

/** One campaign, by `kind`. Shape only; `parseCampaignSet` also checks what fields say about each other. */
export const Campaign = z.discriminatedUnion('kind', [
  DiscountCampaign,
  MarkdownCampaign,
  MemberPriceCampaign,
  BuyGetCampaign,
  NthItemCampaign,
  BundleCampaign,
  BulkPriceCampaign,
  SpendSaveCampaign,
  GiftCampaign,
  PointsCampaign,
  PointsPayCampaign,
]);
export type Campaign = z.infer<typeof Campaign>;
export type CampaignKind = Campaign['kind'];

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
