import { z } from 'zod';
import { Fen, Id, Names } from './common.ts';

/** A saving of one campaign on one line, in fen, and the units of the line that it touched. */
export const Adjustment = z.strictObject({
  campaignId: Id,
  couponId: Id.optional(),
  amountFen: Fen,
  units: z.int().min(0),
});
export type Adjustment = z.infer<typeof Adjustment>;

/** `listFen` minus the adjustments is `payableFen`, exactly. `taxFen` is within `payableFen`, or on top of it where tax is added. */
export const DecisionLine = z.strictObject({
  lineId: Id,
  sku: Id,
  quantity: z.int().min(1),
  listFen: Fen,
  payableFen: Fen,
  adjustments: z.array(Adjustment),
  taxRateBp: z.int().min(0).max(10_000).optional(),
  taxFen: Fen.optional(),
});
export type DecisionLine = z.infer<typeof DecisionLine>;

/** A campaign that saved `amountFen` over the whole basket (0: it gave a gift or points), and who pays for it. */
export const AppliedCampaign = z.strictObject({
  campaignId: Id,
  couponId: Id.optional(),
  amountFen: Fen,
  /** Shares of `amountFen` that sum to it; the brand's is half-up. */
  storeFen: Fen,
  brandFen: Fen,
  points: z.int().min(1).optional(),
  /** It is for members around their birthday: why this one has it. */
  forBirthday: z.literal(true).optional(),
  name: Names,
});
export type AppliedCampaign = z.infer<typeof AppliedCampaign>;

const GiftPieces = z.strictObject({ sku: Id, name: Names, quantity: z.int().min(1), valueFen: Fen });

/** A gift that comes with the basket: what is handed over (all pieces, their whole value), and what could be chosen instead. */
export const DecisionGift = z.strictObject({
  campaignId: Id,
  couponId: Id.optional(),
  times: z.int().min(1),
  chosen: GiftPieces,
  options: z.array(GiftPieces),
});
export type DecisionGift = z.infer<typeof DecisionGift>;

/** Why a campaign or a coupon gave nothing. `explain` renders each in both languages. */
export const NotAppliedCode = z.enum([
  'WINDOW_NOT_STARTED',
  'WINDOW_ENDED',
  'WINDOW_DAY',
  'WINDOW_HOURS',
  'AUDIENCE_STORE',
  'AUDIENCE_CHANNEL',
  'AUDIENCE_MEMBERS_ONLY',
  'AUDIENCE_TIER',
  'AUDIENCE_FIRST_ORDER',
  'AUDIENCE_NEW_MEMBER',
  'AUDIENCE_BIRTHDAY',
  'AUDIENCE_NOT_CHOSEN',
  'COUPON_NOT_PRESENTED',
  'COUPON_UNKNOWN',
  'COUPON_EXPIRED',
  'COUPON_DUPLICATE',
  'COUPON_LIMIT',
  'LIMIT_MEMBER',
  'LIMIT_STORE',
  'LIMIT_DAY',
  'LIMIT_TOTAL',
  'BUDGET_SPENT',
  'GIFT_OUT_OF_STOCK',
  'POINTS_NOT_ASKED',
  'POINTS_NOT_ENOUGH',
  'NO_MATCHING_ITEMS',
  'SPEND_NOT_REACHED',
  'UNITS_NOT_REACHED',
  'BUNDLE_INCOMPLETE',
  'EXCLUSIVE_GROUP_TAKEN',
  'LAYER_TAKEN',
  'OTHER_IS_BETTER',
  'EARLIER_WENT_FIRST',
  'NOTHING_LEFT_TO_SAVE',
]);
export type NotAppliedCode = z.infer<typeof NotAppliedCode>;

/**
 * The nearest change that makes the campaign apply, confirmed by deciding the changed basket: that much more spent on its items, that many
 * more units of them (of `sku`, where one is named), a coupon or a membership. `saveFen` is what the campaign then saves and
 * `payableFen` what the whole basket, with the change, then costs.
 */
export const Unlock = z.strictObject({
  needFen: Fen.optional(),
  needUnits: z.int().min(1).optional(),
  needSku: Id.optional(),
  needCoupon: z.literal(true).optional(),
  needMember: z.literal(true).optional(),
  saveFen: Fen.optional(),
  gift: Names.optional(),
  points: z.int().min(1).optional(),
  percentOffBp: z.int().min(1).max(10_000).optional(),
  payableFen: Fen.optional(),
});
export type Unlock = z.infer<typeof Unlock>;

/** A live campaign of this store that touches the basket (or a presented coupon) and gave nothing. Name is absent for an unknown coupon. */
export const NotApplied = z.strictObject({
  campaignId: Id,
  couponId: Id.optional(),
  code: NotAppliedCode,
  name: Names.optional(),
  unlock: Unlock.optional(),
});
export type NotApplied = z.infer<typeof NotApplied>;

/**
 * The answer, as data. Sums are exact: `listFen - savingsFen = payableFen`, over the basket and over its lines; `totalFen` is what is due:
 * `payableFen`, plus tax where it is added. `provenOptimal` false means that the search stopped at its work limit; the lowest possible
 * payable amount (before points are paid with) is then at most `gapFen` below.
 */
export const Decision = z.strictObject({
  schema: z.literal(1),
  policyVersion: z.int(),
  campaignSetVersion: z.int(),
  /** Name and version of the rounding and allocation rule. */
  moneyRule: z.string(),
  listFen: Fen,
  savingsFen: Fen,
  payableFen: Fen,
  taxFen: Fen,
  totalFen: Fen,
  /** What cash pays where the policy rounds it, and the difference to `totalFen` (negative: in the shopper's favour). */
  cash: z.strictObject({ totalFen: Fen, roundingFen: z.int() }).optional(),
  lines: z.array(DecisionLine),
  applied: z.array(AppliedCampaign),
  gifts: z.array(DecisionGift),
  notApplied: z.array(NotApplied),
  couponsConsumed: z.array(Id),
  /** `spent` points pay `spentFen`, which is among the savings. */
  points: z.strictObject({ earned: z.int().min(0), spent: z.int().min(0), spentFen: Fen }),
  provenOptimal: z.boolean(),
  gapFen: Fen,
});
export type Decision = z.infer<typeof Decision>;
