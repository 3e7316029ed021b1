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

/** `listFen` minus the adjustments is `payableFen`, exactly. */
export const DecisionLine = z.strictObject({
  lineId: Id,
  sku: Id,
  quantity: z.int().min(1),
  listFen: Fen,
  payableFen: Fen,
  adjustments: z.array(Adjustment),
});
export type DecisionLine = z.infer<typeof DecisionLine>;

/** A campaign that saved `amountFen` over the whole basket. */
export const AppliedCampaign = z.strictObject({ campaignId: Id, couponId: Id.optional(), amountFen: Fen, name: Names });
export type AppliedCampaign = z.infer<typeof AppliedCampaign>;

/** Why a campaign or a coupon saved nothing. `explain` renders each in both languages. */
export const NotAppliedCode = z.enum([
  'WINDOW_NOT_STARTED',
  'WINDOW_ENDED',
  'WINDOW_DAY',
  'WINDOW_HOURS',
  'AUDIENCE_STORE',
  'AUDIENCE_CHANNEL',
  'AUDIENCE_MEMBERS_ONLY',
  'AUDIENCE_TIER',
  'COUPON_NOT_PRESENTED',
  'COUPON_UNKNOWN',
  'COUPON_EXPIRED',
  'COUPON_DUPLICATE',
  'COUPON_LIMIT',
  'NO_MATCHING_ITEMS',
  'SPEND_NOT_REACHED',
  'UNITS_NOT_REACHED',
  'EXCLUSIVE_GROUP_TAKEN',
  'OTHER_IS_BETTER',
  'NOTHING_LEFT_TO_SAVE',
]);
export type NotAppliedCode = z.infer<typeof NotAppliedCode>;

/** What would make the campaign apply: that much more spent on its items, or that many more of them; `saveFen` is what it then gives (per group). */
export const Unlock = z.strictObject({
  needFen: Fen.optional(),
  needUnits: z.int().min(1).optional(),
  saveFen: Fen.optional(),
  percentOffBp: z.int().min(1).max(10_000).optional(),
});
export type Unlock = z.infer<typeof Unlock>;

/** A live campaign of this store that touches the basket (or a presented coupon) and saved nothing. Name is absent for an unknown coupon. */
export const NotApplied = z.strictObject({
  campaignId: Id,
  couponId: Id.optional(),
  code: NotAppliedCode,
  name: Names.optional(),
  unlock: Unlock.optional(),
});
export type NotApplied = z.infer<typeof NotApplied>;

/**
 * The answer, as data. Sums are exact: `listFen - savingsFen = payableFen`, over the basket and over its lines. `provenOptimal` false
 * means that the search stopped at its work limit; the lowest possible payable amount is then at most `gapFen` below.
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
  lines: z.array(DecisionLine),
  applied: z.array(AppliedCampaign),
  notApplied: z.array(NotApplied),
  couponsConsumed: z.array(Id),
  points: z.strictObject({ earned: z.int().min(0) }),
  provenOptimal: z.boolean(),
  gapFen: Fen,
});
export type Decision = z.infer<typeof Decision>;
