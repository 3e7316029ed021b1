import type { Campaign } from '@tillside/decide';
import { type Coupon, walletOf } from '../coupons/coupons.ts';
import type { Reader } from '../journal/index.ts';
import type { CampaignBook } from './campaigns.ts';

/** A coupon that a member may still use, and until when: its own end or its campaign's, the earlier. ISO instant. */
export interface LivingCoupon {
  readonly coupon: Coupon;
  readonly campaign: Campaign;
  readonly until: string;
}

/** A member's coupons whose campaigns this store knows and that are not over. */
export function livingWallet(reader: Reader, book: CampaignBook, memberId: string, nowMs: number): LivingCoupon[] {
  return walletOf(reader, memberId, nowMs).flatMap((coupon) => {
    const campaign = book.byId(coupon.campaignId);
    if (campaign === undefined || Date.parse(campaign.window.to) <= nowMs) return [];
    return [{ coupon, campaign, until: earlier(campaign.window.to, coupon.expiresAt) }];
  });
}

const earlier = (instant: string, other: string | null): string =>
  other !== null && Date.parse(other) < Date.parse(instant) ? other : instant;
