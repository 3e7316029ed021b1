import { Decision } from '@tillside/decide';
import { z } from 'zod';
import { Fen, Id, Instant, Names, Words } from './common.ts';

export const BasketState = z.enum(['open', 'suspended', 'completed', 'cancelled']);

export const OpenBasket = z.strictObject({ cashierId: Id });

/** Exactly one of sku, gtin, scan. `scan` is what the scanner gave, AIM identifier included or not. A weighed item needs `weightGrams` or `weigh`. */
export const AddLine = z
  .strictObject({
    sku: Id.optional(),
    gtin: z
      .string()
      .regex(/^\d{8,14}$/)
      .optional(),
    scan: z.string().min(1).max(512).optional(),
    quantity: z.number().int().min(1).max(9999).default(1),
    weightGrams: z.number().int().min(1).max(1_000_000).optional(),
    /** Ask the lane's scale now. */
    weigh: z.boolean().optional(),
    /** The lot, where the till reads one from the pack (near-expiry markdowns). */
    lotId: Id.optional(),
  })
  .refine((line) => [line.sku, line.gtin, line.scan].filter((code) => code !== undefined).length === 1, {
    message: 'give exactly one of sku, gtin, scan',
  });

/** `code` as scanned: `TM:...`. */
export const SetMember = z.strictObject({ code: z.string().min(4).max(80) });
/** `code` as scanned: `TC:...`, or the coupon's bare code. */
export const AddCoupon = z.strictObject({ code: z.string().min(3).max(80) });

/** Which gift of a campaign the shopper takes. */
export const ChooseGift = z.strictObject({ campaignId: Id, sku: Id });
/** Points that the member asks to pay with; 0: none. What is taken stands in the decision. */
export const PayWithPoints = z.strictObject({
  points: z
    .number()
    .int()
    .min(0)
    .max(2 ** 31),
});

export const BasketLineView = z.strictObject({
  lineId: Id,
  sku: Id,
  gtin: z.string(),
  name: Names,
  /** Empty for what has none, such as goods by weight. */
  size: Words,
  pictogram: z.string(),
  quantity: z.number().int(),
  weightGrams: z.number().int().optional(),
  lotId: Id.optional(),
  /** No promotion touches the line. */
  noPromotions: z.literal(true).optional(),
  /** Per piece, or per kg for a weighed item. */
  unitPriceFen: Fen,
  listFen: Fen,
  payableFen: Fen,
});

export const RecommendedItem = z.strictObject({
  sku: Id,
  name: Names,
  /** Empty for what has none, such as goods by weight. */
  size: Words,
  pictogram: z.string(),
  priceFen: Fen,
  reason: z.strictObject({ code: z.string(), text: Words }),
});

/** `source` says what made the answer: the model, or a fallback when there is none or it was late. */
export const Recommendations = z.strictObject({
  recommendationId: Id,
  source: z.enum(['model', 'co-occurrence', 'popularity', 'none']),
  modelId: z.string().optional(),
  items: z.array(RecommendedItem),
});
export type Recommendations = z.infer<typeof Recommendations>;

export const BasketMember = z.strictObject({ memberId: Id, tier: z.string(), pointsBalance: z.number().int() });

export const BasketView = z.strictObject({
  basketId: Id,
  state: BasketState,
  terminalId: Id,
  lane: Id,
  cashierId: Id,
  openedAt: Instant,
  member: BasketMember.optional(),
  coupons: z.array(z.strictObject({ couponId: Id, campaignId: Id, name: Names })),
  lines: z.array(BasketLineView),
  giftChoices: z.array(ChooseGift),
  /** Asked for; `decision.points.spent` is what is taken. */
  payWithPoints: z.number().int().optional(),
  decision: Decision,
  /** Differs when anything differs that a shopper agrees to: amounts, gifts, points, coupons. Send it back with `completeBasket`. */
  decisionKey: z.string(),
  /** What applied, gifts, points and the nearest unlocks, in words. Points have no campaign of their own. */
  messages: z.array(
    z.strictObject({
      kind: z.enum(['applied', 'gift', 'points', 'unlock', 'not-applied']),
      campaignId: Id.optional(),
      text: Words,
    }),
  ),
});
export type BasketView = z.infer<typeof BasketView>;

/** The decision call of a till: the basket as decided, with coupons worth offering and recommendations. */
export const DecisionView = z.strictObject({
  basket: BasketView,
  recommendations: Recommendations,
  /** Milliseconds from request to answer inside the agent. */
  decisionMs: z.number().nonnegative(),
});
export type DecisionView = z.infer<typeof DecisionView>;
