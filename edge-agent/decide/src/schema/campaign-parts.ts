import { z } from 'zod';
import { DECIDE_LIMITS } from '../limits.ts';
import { BasisPoints, Channel, Fen, Id, Instant } from './common.ts';

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

/**
 * Who and where. What is absent does not restrict. `tiers` are published membership tiers. `tags` and `segments` (any of them) are for
 * campaigns that require a coupon only: a segment may choose who is given a coupon, never set a price.
 */
export const Audience = z.strictObject({
  memberOnly: z.boolean().optional(),
  tiers: audienceList.optional(),
  stores: audienceList.optional(),
  channels: z.array(Channel).min(1).max(4).optional(),
  /** Members without an earlier order. */
  firstOrder: z.literal(true).optional(),
  /** Members who joined at most so many days (of 24 hours) before the sale. */
  newMemberDays: z.int().min(1).max(366).optional(),
  /** Members whose birthday is at most so many days before or after the sale's date in the store; 0: on the day. */
  birthdayDays: z.int().min(0).max(31).optional(),
  tags: audienceList.optional(),
  segments: audienceList.optional(),
});
export type Audience = z.infer<typeof Audience>;

const count = z.int().min(1).max(DECIDE_LIMITS.maxUses);

/**
 * How often. A use is one basket that the campaign applied to; `perMember` needs a member. First-N customers is `total: N` with
 * `perMember: 1`. What was used before comes with the context.
 */
export const CampaignLimits = z.strictObject({
  /**
   * Units for `discount`, `markdown`, `member-price`, `bulk-price`; groups for `buy-get`, `nth-item`, `bundle`; steps for `spend-save`,
   * `gift` and bonus points.
   */
  perBasket: z.int().min(1).max(DECIDE_LIMITS.maxUnitsPerBasket).optional(),
  perMember: count.optional(),
  perStore: count.optional(),
  /** Uses in this store on the store's calendar day. */
  perDay: count.optional(),
  total: count.optional(),
  /** Money that the campaign may give away in all; a basket never takes more than is left. */
  budgetFen: Fen.min(1).optional(),
});
export type CampaignLimits = z.infer<typeof CampaignLimits>;

/** Who pays for the saving: one side, or shares that sum to 10000. */
export const Funding = z.union([
  z.enum(['store', 'brand']),
  z.strictObject({ storeBp: z.int().min(0).max(10_000), brandBp: z.int().min(0).max(10_000) }),
]);
export type Funding = z.infer<typeof Funding>;

/** Campaign ids, and `layer:item`, `layer:basket`, `layer:coupon`, `layer:points` for all of a layer. Empty: stands alone. */
export const StackWith = z.array(Id).max(DECIDE_LIMITS.maxStackWith);
export type StackWith = z.infer<typeof StackWith>;

/** What a unit gets: a share off, an amount off, or a price of its own (never above its list price). */
export const Discount = z.discriminatedUnion('by', [
  z.strictObject({ by: z.literal('percent'), percentOffBp: BasisPoints }),
  z.strictObject({ by: z.literal('amount'), amountOffFen: Fen.min(1) }),
  z.strictObject({ by: z.literal('fixed-price'), fixedPriceFen: Fen }),
]);
export type Discount = z.infer<typeof Discount>;
