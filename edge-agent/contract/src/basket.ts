import { Decision } from '@tillside/decide';
import { z } from 'zod';
import { Fen, Id, Instant, Names, Words } from './common.ts';
import { PriceOwner } from './pairing.ts';

export const BasketState = z.enum(['open', 'suspended', 'completed', 'cancelled']);

/** Training: nothing of it is ever counted, spent or earned, and its receipt says so. */
export const OpenBasket = z.strictObject({ cashierId: Id, training: z.boolean().optional() });

/** Why a person set a price: goes on the receipt's record and to HQ. */
export const PriceReason = z.enum([
  'damaged',
  'shelf-price',
  'competitor',
  'manager',
  'unknown-item',
  'keyed',
  'other',
]);

/**
 * A price that a person keyed. For an item whose price is keyed anyway, an open item or an unknown one it needs no approval; for any other it is an override and
 * needs one (`approve`, action `price-override`).
 */
export const KeyedPrice = z.strictObject({
  /** Per piece, or per kg for a weighed item. */
  unitPriceFen: Fen,
  reason: PriceReason,
  note: z.string().max(80).optional(),
  approvalId: Id.optional(),
});

/**
 * Exactly one of sku, gtin, scan, plu, department. `scan` is what the scanner gave, AIM identifier included or not; `plu` is keyed; `department` sells an open item and
 * needs `price`. A weighed item needs `weightGrams` or `weigh`. A code that the item master lacks sells as an open item at `price` where the store's policy allows it.
 */
export const AddLine = z
  .strictObject({
    sku: Id.optional(),
    gtin: z
      .string()
      .regex(/^\d{8,14}$/)
      .optional(),
    scan: z.string().min(1).max(512).optional(),
    plu: z
      .string()
      .regex(/^\d{1,6}$/)
      .optional(),
    department: Id.optional(),
    quantity: z.number().int().min(1).max(9999).default(1),
    weightGrams: z.number().int().min(1).max(1_000_000).optional(),
    /** Ask the lane's scale now. */
    weigh: z.boolean().optional(),
    /** The lot, where the till reads one from the pack (near-expiry markdowns). */
    lotId: Id.optional(),
    price: KeyedPrice.optional(),
    /** The cashier has seen that the shopper is old enough. */
    ageChecked: z.literal(true).optional(),
  })
  .refine(
    (line) =>
      [line.sku, line.gtin, line.scan, line.plu, line.department].filter((code) => code !== undefined).length === 1,
    { message: 'give exactly one of sku, gtin, scan, plu, department' },
  );

/** What changes on a line; at least one. A weighed line has no quantity. */
export const ChangeLine = z
  .strictObject({ quantity: z.number().int().min(1).max(9999).optional(), price: KeyedPrice.optional() })
  .refine(({ quantity, price }) => quantity !== undefined || price !== undefined, {
    message: 'give quantity or price',
  });

/** A line as the POS has it, at the POS's own price. One of `sku` and `gtin`; an item that the master lacks is taken as the POS names it. */
export const PosLine = z.strictObject({
  lineId: Id,
  sku: Id.optional(),
  gtin: z
    .string()
    .regex(/^\d{8,14}$/)
    .optional(),
  name: z.string().max(80).optional(),
  quantity: z.number().int().min(1).max(9999).default(1),
  weightGrams: z.number().int().min(1).max(1_000_000).optional(),
  /** Per piece, or per kg for a weighed line. */
  unitPriceFen: Fen,
  /** The POS gave the line its own price cut: no promotion of ours touches it. */
  noPromotions: z.literal(true).optional(),
});
/**
 * The whole basket of a POS that owns its prices: replaces what was there. Line ids stay the POS's. A pack whose price its units share evenly comes back as that many
 * units, since campaigns speak of one; what is lacking in the master, and any other pack, is touched by no campaign.
 */
export const PutLines = z.strictObject({ lines: z.array(PosLine).max(500) });

/** `code` as scanned: printed `TM:...`, rotating `TR:...`, or the 18 digits `77...` of a phone. */
export const SetMember = z.strictObject({ code: z.string().min(4).max(256) });
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
  /** Where the price is not the item master's: who set it, and what the master says. */
  priceSet: z
    .strictObject({
      by: z.enum(['override', 'open', 'pos']),
      reason: PriceReason.optional(),
      approvedBy: Id.optional(),
      masterFen: Fen.optional(),
    })
    .optional(),
  /** The code is not in the item master. */
  unknown: z.literal(true).optional(),
});

const Before = z.strictObject({ before: Fen, now: Fen });

/** What a change did to a basket and its prices, so that a display can follow without comparing. Lines whose price moved with the change are among them. */
export const BasketDelta = z.strictObject({
  lines: z.array(
    z.strictObject({
      lineId: Id,
      sku: Id,
      name: Names,
      change: z.enum(['added', 'changed', 'removed']),
      quantity: z.number().int(),
      payableFen: Before,
    }),
  ),
  payableFen: Before,
  savingsFen: Before,
  /** Campaigns that began, and ceased, to give something. */
  applied: z.array(Id),
  lost: z.array(Id),
});
export type BasketDelta = z.infer<typeof BasketDelta>;

const SaidReason = z.strictObject({ code: z.string(), text: Words });

export const RecommendedItem = z.strictObject({
  sku: Id,
  name: Names,
  /** Empty for what has none, such as goods by weight. */
  size: Words,
  pictogram: z.string(),
  priceFen: Fen,
  /** Why it is shown. */
  reason: SaidReason,
  /** What a live campaign takes off its price, or off this basket with it, where that is not the reason. */
  offer: SaidReason.optional(),
});

/** `source` says what made the answer: the model, the one before it while that does not answer, or a rule when no model did in time. */
export const Recommendations = z.strictObject({
  recommendationId: Id,
  source: z.enum(['model', 'previous-model', 'co-occurrence', 'popularity', 'none']),
  modelId: z.string().optional(),
  items: z.array(RecommendedItem),
});
export type Recommendations = z.infer<typeof Recommendations>;

/**
 * How sure it is who the member is: `signed` by the member's phone just now; `checked` by HQ (the digits that a phone shows); `card`, which anybody may have copied: a printed code, a number, a
 * phone number that was told.
 */
export const MemberTrust = z.enum(['signed', 'checked', 'card']);
export type MemberTrust = z.infer<typeof MemberTrust>;

export const BasketMember = z.strictObject({
  memberId: Id,
  tier: z.string(),
  pointsBalance: z.number().int(),
  trust: MemberTrust,
  /** Tags and segments of the member may count here, and their history in what is recommended. False: as for anybody, beside what membership gives. */
  personalised: z.boolean(),
});

export const BasketView = z.strictObject({
  basketId: Id,
  state: BasketState,
  terminalId: Id,
  lane: Id,
  cashierId: Id,
  openedAt: Instant,
  /** Counts the changes of the basket from 1. */
  revision: z.number().int(),
  /**
   * What the change that was just answered did, against what the change before it showed; absent when a basket is only read. Who did not follow from revision 1, or
   * misses one, reads the basket whole.
   */
  delta: BasketDelta.optional(),
  priceOwner: PriceOwner.optional(),
  training: z.literal(true).optional(),
  member: BasketMember.optional(),
  /** A code was shown that nobody here knows, while HQ could not be asked: the sale is joined with its member later. */
  guest: z.literal(true).optional(),
  coupons: z.array(z.strictObject({ couponId: Id, campaignId: Id, name: Names })),
  lines: z.array(BasketLineView),
  giftChoices: z.array(ChooseGift),
  /** Asked for; `decision.points.spent` is what is taken. */
  payWithPoints: z.number().int().optional(),
  decision: Decision,
  /** Differs when anything differs that a shopper agrees to: amounts, gifts, points, coupons. Send it back with `completeBasket`. */
  decisionKey: z.string(),
  /** What applied, gifts, points and the nearest unlocks, in words; first of all that its member has left. Points and members have no campaign. */
  messages: z.array(
    z.strictObject({
      kind: z.enum(['member', 'applied', 'gift', 'points', 'unlock', 'not-applied']),
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
