import type { CompiledCampaigns } from '../compile.ts';
import type { DecideError } from '../errors.ts';
import type { BasketLine } from '../schema/basket.ts';
import type { Decision } from '../schema/decision.ts';

type AddedLater = 'taxFen' | 'totalFen' | 'gifts';

/** A decision as a journal may hold it: one from before tax, gifts and paying with points were known lacks their fields. */
export type PastDecision = Omit<Decision, AddedLater | 'points'> &
  Partial<Pick<Decision, AddedLater>> & {
    readonly points: Pick<Decision['points'], 'earned'> & Partial<Decision['points']>;
  };

/** Units of one line that come back. A weighed line is one unit. */
export interface ReturnedUnits {
  readonly lineId: string;
  readonly units: number;
}

/** Pieces of a gift that are handed back. */
export interface ReturnedGift {
  readonly campaignId: string;
  readonly pieces: number;
}

/** What came back; each list may name the same line or gift more than once. */
export interface Returned {
  readonly units: readonly ReturnedUnits[];
  readonly gifts: readonly ReturnedGift[];
}

/** What a store keeps of a sale for its returns. */
export interface PastSale {
  readonly decision: PastDecision;
  /** The basket's lines: what campaigns look at. Every line of the decision must be among them. */
  readonly lines: readonly BasketLine[];
  /** The set of the sale, as it was then, with its policy; at least the campaigns that gave something (`saleSetOf`). */
  readonly campaigns: CompiledCampaigns;
  /** What cash rounding added to the total (negative: took off it): `cash.roundingFen` where it was paid in cash, 0 where to the fen. */
  readonly roundingFen: number;
  /** ISO instants by coupon id. A coupon that is not there lives as long as its campaign. */
  readonly couponExpiresAt: Readonly<Record<string, string>>;
}

/** One line's part of a return. `refundFen` holds `taxFen`, whether prices hold their tax or it was added on top. */
export interface RefundLine {
  readonly lineId: string;
  readonly units: number;
  readonly refundFen: number;
  readonly taxFen: number;
}

/** A gift that the kept goods no longer earn, over all returns so far. */
export interface GiftDue {
  readonly campaignId: string;
  readonly sku: string;
  /** Pieces not earned any more, and how many of them were handed back. The rest is charged, as far as refunds reach (`giftChargeFen`). */
  readonly duePieces: number;
  readonly returnedPieces: number;
  readonly chargeFen: number;
}

/** A coupon that lives again; `expiresAt` is its own instant, or the new one where it had expired. */
export interface CouponBack {
  readonly couponId: string;
  readonly campaignId: string;
  readonly expiresAt: string;
  readonly extended: boolean;
}

/** Why a coupon of the sale does not come back with this return. */
export type CouponSpentReason = 'POLICY' | 'UNITS_KEPT' | 'GIFT_KEPT' | 'EXPIRED';

export interface CouponStaysSpent {
  readonly couponId: string;
  readonly campaignId: string;
  readonly reason: CouponSpentReason;
}

/**
 * All of it, over everything returned so far: a function of what came back, never of the order. Never negative.
 * `refundFen = goodsFen - heldBackFen - giftChargeFen`, from 0 to what was paid.
 */
export interface ReturnTotals {
  readonly refundFen: number;
  /** The returned units' share of what their lines were paid, added tax and cash rounding included. */
  readonly goodsFen: number;
  /** Part of it that stays in the shop as long as the units that were discounted with them are kept. */
  readonly heldBackFen: number;
  readonly giftChargeFen: number;
  readonly taxFen: number;
  readonly pointsTakenBack: number;
  readonly pointsGivenBack: number;
}

/**
 * One return: totals after it less totals before it. `refundFen` is handed out or, where a gift is kept that earlier refunds did not pay
 * for yet, `payFen` is asked for; one of the two is 0. `refundFen - payFen = goodsFen - heldBackFen - giftChargeFen`, of which the last
 * two are negative when held money is released or a charged gift is brought after all.
 */
export interface ReturnSettlement {
  readonly refundFen: number;
  readonly payFen: number;
  readonly goodsFen: number;
  readonly heldBackFen: number;
  readonly giftChargeFen: number;
  readonly taxFen: number;
  readonly lines: readonly RefundLine[];
  readonly points: { readonly takenBack: number; readonly givenBack: number };
  /** Gifts that are due by now, those charged included. */
  readonly gifts: readonly GiftDue[];
  readonly coupons: { readonly back: readonly CouponBack[]; readonly spent: readonly CouponStaysSpent[] };
  readonly total: ReturnTotals;
}

interface Refused {
  readonly ok: false;
  readonly errors: readonly DecideError[];
}

export type ReturnResult = { readonly ok: true; readonly settlement: ReturnSettlement } | Refused;

export type RefundResult =
  | { readonly ok: true; readonly refundFen: number; readonly lines: readonly RefundLine[] }
  | Refused;

/** An exchange: one of `payFen` and `refundFen` is 0. */
export interface Exchange {
  readonly returned: ReturnSettlement;
  readonly newTotalFen: number;
  readonly payFen: number;
  readonly refundFen: number;
}

export type ExchangeResult = { readonly ok: true; readonly exchange: Exchange } | Refused;
