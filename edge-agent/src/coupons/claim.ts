import { createHash } from 'node:crypto';
import type { CouponOffer, CouponView } from '@tillside/agent-contract';
import type { Campaign } from '@tillside/decide';
import { AgentError } from '../errors.ts';
import type { Reader, Tx } from '../journal/index.ts';
import { basketMember, type Member, personalised } from '../members/members.ts';
import { checkProven, isHeldBack } from '../members/phone-proof.ts';
import { instantOf } from '../ports.ts';
import { campaignWords } from '../prices/campaign-words.ts';
import type { CampaignBook } from '../prices/campaigns.ts';
import { couponUntil, isByProfile } from '../prices/wallet.ts';
import { type Coupon, codeHash, couponsFor } from './coupons.ts';

/** Coupons that a screen offers; a shopper does not read more of them. */
const MAX_OFFERED = 24;
/** Hex digits of a coupon's id and of its code: 96 and 64 bits, so that no two are alike and nobody tries them all. */
const ID_CHARS = 24;
const CODE_CHARS = 16;

export interface ClaimDeps {
  readonly book: CampaignBook;
  readonly nowMs: number;
}

/** The one coupon of a campaign that a member may take, whichever store they take it in. */
export function claimedCoupon(campaignId: string, memberId: string): Pick<Coupon, 'couponId' | 'code'> {
  const digits = createHash('sha256')
    .update(JSON.stringify(['tillside coupon', campaignId, memberId]))
    .digest('hex');
  return {
    couponId: `C-${digits.slice(0, ID_CHARS)}`,
    code: digits.slice(ID_CHARS, ID_CHARS + CODE_CHARS).toUpperCase(),
  };
}

/** Coupons that members take themselves, as one of them meets them: to be taken first, then what waits for the till, then what is gone. */
export function couponOffers(reader: Reader, deps: ClaimDeps, member: Member): CouponOffer[] {
  if (isHeldBack(member)) return [];
  const held = couponsFor(reader, member.memberId);
  return deps.book
    .all()
    .filter((campaign) => campaign.claimable === true && (personalised(member) || !isByProfile(campaign)))
    .flatMap((campaign) => {
      const coupon = held.find(({ campaignId }) => campaignId === campaign.id);
      const state = stateOf(reader, deps, member, campaign, coupon);
      return state === undefined ? [] : [offerOf(campaign, coupon, state)];
    })
    .sort((a, b) => PLACES.indexOf(a.state) - PLACES.indexOf(b.state) || Date.parse(a.until) - Date.parse(b.until))
    .slice(0, MAX_OFFERED);
}

const PLACES: readonly CouponOffer['state'][] = ['open', 'taken', 'used', 'over'];

const offerOf = (campaign: Campaign, coupon: Coupon | undefined, state: CouponOffer['state']): CouponOffer => ({
  campaignId: campaign.id,
  name: campaign.name,
  text: campaignWords(campaign),
  until: couponUntil(campaign, coupon?.expiresAt ?? null),
  state,
});

/** Undefined: it is none of this member's business. */
function stateOf(
  reader: Reader,
  { book, nowMs }: ClaimDeps,
  member: Member,
  campaign: Campaign,
  coupon: Coupon | undefined,
): CouponOffer['state'] | undefined {
  if (coupon?.spentSaleId != null) return 'used';
  if (coupon !== undefined) return Date.parse(couponUntil(campaign, coupon.expiresAt)) <= nowMs ? 'over' : 'taken';
  if (!book.isLive(campaign, nowMs)) return undefined;
  return book.closedTo(campaign.id, basketMember(reader, member, nowMs), nowMs) === undefined ? 'open' : undefined;
}

/**
 * A member takes the coupon of a campaign: one each. Taken again, by a double touch or in a retry, it is the same coupon, and HQ is told once. Throws COUPON_NOT_OFFERED, COUPON_SPENT,
 * COUPON_EXPIRED, MEMBER_UNVERIFIED.
 */
export function claimCoupon(tx: Tx, deps: ClaimDeps, member: Member, campaignId: string): CouponView {
  const { book, nowMs } = deps;
  checkProven(member);
  const campaign = book.byId(campaignId);
  const mayHave = campaign?.claimable === true && (personalised(member) || !isByProfile(campaign));
  if (campaign === undefined || !mayHave) throw new AgentError('COUPON_NOT_OFFERED');
  const held = couponsFor(tx, member.memberId).find((coupon) => coupon.campaignId === campaignId);
  const state = stateOf(tx, deps, member, campaign, held);
  if (state === undefined) throw new AgentError('COUPON_NOT_OFFERED');
  if (state === 'used') throw new AgentError('COUPON_SPENT');
  if (state === 'over') throw new AgentError('COUPON_EXPIRED');
  const coupon = held ?? { ...claimedCoupon(campaignId, member.memberId), expiresAt: null };
  if (held === undefined) {
    putClaimed(tx, { ...coupon, campaignId, memberId: member.memberId });
    const { couponId } = coupon;
    tx.append('tillside.coupon.claimed.v1', { couponId, campaignId, memberId: member.memberId, at: instantOf(nowMs) });
  }
  return {
    couponId: coupon.couponId,
    code: `TC:${coupon.code}`,
    campaignId,
    name: campaign.name,
    text: campaignWords(campaign),
    until: couponUntil(campaign, coupon.expiresAt),
  };
}

function putClaimed(tx: Tx, coupon: Pick<Coupon, 'couponId' | 'code' | 'campaignId'> & { memberId: string }): void {
  tx.run(
    'INSERT INTO coupon (coupon_id, code_hash, code, campaign_id, member_id) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
    coupon.couponId,
    codeHash(coupon.code),
    coupon.code,
    coupon.campaignId,
    coupon.memberId,
  );
}
