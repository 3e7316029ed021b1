import type { Campaign } from '@tillside/decide';
import { type Coupon, walletOf } from '../coupons/coupons.ts';
import type { Reader } from '../journal/index.ts';
import { type Member, personalised } from '../members/members.ts';
import { isHeldBack } from '../members/phone-proof.ts';
import type { CampaignBook } from './campaigns.ts';

/** A coupon that a member may still use, and until when: its own end or its campaign's, the earlier. ISO instant. */
export interface LivingCoupon {
  readonly coupon: Coupon;
  readonly campaign: Campaign;
  readonly until: string;
}

/** Its campaign is for those with some tag or segment: the coupon was chosen by what somebody thinks of the person. */
export const isByProfile = ({ audience }: Campaign): boolean =>
  audience?.tags !== undefined || audience?.segments !== undefined;

/**
 * A member's coupons whose campaigns this store knows and that are not over. Those chosen by profile are out of sight, and give nothing, while the member is served like anybody;
 * while their phone is not proven, all that were given to them and not taken by themselves.
 */
export function livingWallet(reader: Reader, book: CampaignBook, member: Member, nowMs: number): LivingCoupon[] {
  const mayProfile = personalised(member);
  return walletOf(reader, member.memberId, nowMs).flatMap((coupon) => {
    const campaign = book.byId(coupon.campaignId);
    if (campaign === undefined || Date.parse(campaign.window.to) <= nowMs) return [];
    if (isByProfile(campaign) && !mayProfile) return [];
    if (isHeldBack(member) && campaign.claimable !== true) return [];
    return [{ coupon, campaign, until: couponUntil(campaign, coupon.expiresAt) }];
  });
}

/** Its own end or its campaign's, the earlier. ISO instant. */
export const couponUntil = ({ window }: Campaign, expiresAt: string | null): string =>
  expiresAt !== null && Date.parse(expiresAt) < Date.parse(window.to) ? expiresAt : window.to;

/** Ids of the coupons that a member took themselves and may use now. */
export const takenCoupons = (reader: Reader, book: CampaignBook, member: Member, nowMs: number): string[] =>
  livingWallet(reader, book, member, nowMs)
    .filter(({ campaign }) => campaign.claimable === true && book.isLive(campaign, nowMs))
    .map(({ coupon }) => coupon.couponId);
