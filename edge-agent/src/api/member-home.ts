import type { MemberHome } from '@tillside/agent-contract';
import type { App } from '../app.ts';
import { couponOffers } from '../coupons/claim.ts';
import { giftOffers } from '../coupons/gift-choice.ts';
import { basketMember, type Member, personalised } from '../members/members.ts';
import { maskPhone, profileOf } from '../members/profile.ts';
import { tierStanding } from '../members/tier.ts';
import { pointsStanding } from '../points/statement.ts';
import { campaignWords } from '../prices/campaign-words.ts';
import { offerCards } from '../prices/offers.ts';
import { livingWallet } from '../prices/wallet.ts';

const RECOMMENDED_AT_KIOSK = 8;

/** What a member's visit at a kiosk begins, or goes on, with. `code`: the printed one, where that was shown. */
export async function memberHome(
  { book, items, journal, clock, recommender }: App,
  member: Member,
  stay: Pick<MemberHome, 'visit' | 'visitUntil' | 'code'>,
): Promise<MemberHome> {
  const now = clock.now();
  const { memberId, isPhoneVerified } = member;
  const coupons = livingWallet(journal, book, member, now).map(({ coupon, campaign, until }) => ({
    couponId: coupon.couponId,
    code: `TC:${coupon.code}`,
    campaignId: campaign.id,
    name: campaign.name,
    text: campaignWords(campaign),
    until,
  }));
  const standing = pointsStanding(journal, memberId, now);
  const phone = profileOf(journal, journal.keys, memberId)?.phone;
  return {
    memberId,
    ...stay,
    tier: member.tier,
    pointsBalance: standing.available - standing.owed,
    points: standing,
    personalised: personalised(member),
    ...(isPhoneVerified === undefined ? {} : { isPhoneVerified }),
    ...(phone === undefined ? {} : { maskedPhone: maskPhone(phone) }),
    consents: member.consents,
    coupons,
    offers: offerCards(book, items),
    couponOffers: couponOffers(journal, { book, nowMs: now }, member).filter(({ state }) => state === 'open'),
    giftOffers: giftOffers(journal, { book, items, nowMs: now }, basketMember(journal, member, now)),
    tierStanding: tierStanding(journal, member),
    recommendations: await recommender.recommend({
      member,
      basketSkus: [],
      channel: 'kiosk',
      limit: RECOMMENDED_AT_KIOSK,
      stay: stay.visit,
    }),
  };
}
