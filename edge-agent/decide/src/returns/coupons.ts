import type { CompiledCampaign } from '../compile.ts';
import type { ReturnsPolicy } from '../schema/policy.ts';
import { touches } from './campaigns.ts';
import type { Pieces } from './gifts.ts';
import type { Counts, OpenSale } from './sale.ts';
import type { CouponBack, CouponSpentReason, CouponStaysSpent, PastSale } from './types.ts';

const DAY_MS = 86_400_000;

/** A coupon of the sale: the lines that it saved on, or whose goods it gave a gift or points for. */
interface UsedCoupon {
  readonly couponId: string;
  readonly campaignId: string;
  readonly lines: readonly number[];
  /** Pieces of its gift: who keeps the gift keeps the coupon spent. */
  readonly giftPieces: number;
  readonly expiresAt: string;
}

interface Coupons {
  readonly back: CouponBack[];
  readonly spent: CouponStaysSpent[];
}

interface State {
  readonly counts: Counts;
  readonly pieces: Pieces;
}

/** A coupon comes back with the return that brings the last unit of its lines; the policy decides, and what to do with an expired one. */
export class CouponRule {
  readonly #sale: OpenSale;
  readonly #policy: ReturnsPolicy | undefined;
  readonly #used: readonly UsedCoupon[];

  constructor(sale: OpenSale, { campaigns, couponExpiresAt }: Pick<PastSale, 'campaigns' | 'couponExpiresAt'>) {
    this.#sale = sale;
    this.#policy = campaigns.set.policy.returns;
    this.#used = sale.decision.couponsConsumed.flatMap((couponId) => usedCoupon(sale, couponId, couponExpiresAt));
  }

  /** Coupons of this return; those that came back, or were found expired, at an earlier one are in neither list. */
  between(before: State, after: State, atMs: number): Coupons {
    const found: Coupons = { back: [], spent: [] };
    for (const coupon of this.#used) {
      const { couponId, campaignId } = coupon;
      const stays = (reason: CouponSpentReason): void => void found.spent.push({ couponId, campaignId, reason });
      if (this.#policy?.coupons !== 'when-all-returned') stays('POLICY');
      else if (this.#kept(coupon, before) === undefined) continue;
      else {
        const kept = this.#kept(coupon, after);
        const expiresAt = kept === undefined ? this.#newExpiry(coupon, atMs) : undefined;
        if (kept !== undefined) stays(kept);
        else if (expiresAt === undefined) stays('EXPIRED');
        else found.back.push({ couponId, campaignId, expiresAt, extended: expiresAt !== coupon.expiresAt });
      }
    }
    return found;
  }

  #kept({ lines, campaignId, giftPieces }: UsedCoupon, { counts, pieces }: State): CouponSpentReason | undefined {
    if (lines.some((line) => (counts[line] ?? 0) < (this.#sale.quantities[line] ?? 0))) return 'UNITS_KEPT';
    return (pieces.get(campaignId) ?? 0) < giftPieces ? 'GIFT_KEPT' : undefined;
  }

  /** Undefined: it expired and stays so. A coupon is expired from its instant on. */
  #newExpiry({ expiresAt }: UsedCoupon, atMs: number): string | undefined {
    if (Date.parse(expiresAt) > atMs) return expiresAt;
    const days = this.#policy?.expiredCoupons === 'extend' ? this.#policy.extendDays : undefined;
    return days === undefined ? undefined : new Date(atMs + days * DAY_MS).toISOString();
  }
}

function usedCoupon(sale: OpenSale, couponId: string, expiresAt: PastSale['couponExpiresAt']): UsedCoupon[] {
  const { decision, campaigns } = sale;
  const gift = (decision.gifts ?? []).find((one) => one.couponId === couponId);
  const adjusted = decision.lines.flatMap((line, index) =>
    line.adjustments.some((one) => one.couponId === couponId) ? [index] : [],
  );
  const campaignId =
    gift?.campaignId ??
    decision.applied.find((one) => one.couponId === couponId)?.campaignId ??
    decision.lines.flatMap((line) => line.adjustments).find((one) => one.couponId === couponId)?.campaignId;
  const compiled = campaignId === undefined ? undefined : campaigns.get(campaignId);
  if (!compiled) return [];
  return [
    {
      couponId,
      campaignId: compiled.campaign.id,
      lines: adjusted.length > 0 ? adjusted : linesOf(sale, compiled),
      giftPieces: gift?.chosen.quantity ?? 0,
      expiresAt: expiresAt[couponId] ?? compiled.campaign.window.to,
    },
  ];
}

/** Lines of a campaign's items; all lines where none of them is. */
function linesOf(sale: OpenSale, compiled: CompiledCampaign): number[] {
  const all = sale.quantities.map((_, index) => index);
  const inside = all.filter((line) => touches(compiled, sale.facts[line]));
  return inside.length > 0 ? inside : all;
}
