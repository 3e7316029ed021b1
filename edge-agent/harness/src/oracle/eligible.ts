import type { Audience, Basket, Campaign, CampaignSet, DecisionContext } from '@tillside/decide';

const DAY_MS = 24 * 60 * 60 * 1000;
/** The zone of all generated cases. */
const SHANGHAI_MS = 8 * 60 * 60 * 1000;

/** Each date within reach, as the clocks of Shanghai show it: 29 February is kept on the last day of the month. */
function birthdayIsNear(birthday: string, at: string, days: number): boolean {
  const dateOf = (ms: number): string => new Date(ms + SHANGHAI_MS).toISOString().slice(5, 10);
  for (let off = -days; off <= days; off += 1) {
    const ms = Date.parse(at) + off * DAY_MS;
    if (dateOf(ms) === birthday) return true;
    if (birthday === '02-29' && dateOf(ms) === '02-28' && dateOf(ms + DAY_MS) === '03-01') return true;
  }
  return false;
}

function invites(audience: Audience, basket: Basket, context: DecisionContext): boolean {
  const { member } = basket;
  const anyOf = (wanted: readonly string[] | undefined, has: readonly string[] | undefined): boolean =>
    wanted === undefined || wanted.some((label) => has?.includes(label));
  const ageMs = Date.parse(context.at) - Date.parse(member?.joinedAt ?? '');
  return (
    !(audience.memberOnly && member === undefined) &&
    anyOf(audience.tiers, member && [member.tier]) &&
    anyOf(audience.stores, [context.storeId]) &&
    anyOf(audience.channels, [context.channel]) &&
    !(audience.firstOrder && member?.orders !== 0) &&
    !(audience.newMemberDays !== undefined && !(ageMs <= audience.newMemberDays * DAY_MS)) &&
    (audience.birthdayDays === undefined ||
      (member?.birthday !== undefined && birthdayIsNear(member.birthday, context.at, audience.birthdayDays))) &&
    anyOf(audience.tags, member?.tags) &&
    anyOf(audience.segments, member?.segments)
  );
}

function usedUp({ limits, id }: Campaign, basket: Basket, context: DecisionContext): boolean {
  const usage = context.usage?.find((one) => one.campaignId === id);
  const reached = (used: number | undefined, limit: number | undefined): boolean =>
    limit !== undefined && (used ?? 0) >= limit;
  return (
    (limits?.perMember !== undefined && basket.member === undefined) ||
    reached(usage?.member, limits?.perMember) ||
    reached(usage?.store, limits?.perStore) ||
    reached(usage?.day, limits?.perDay) ||
    reached(usage?.total, limits?.total) ||
    reached(usage?.budgetFen, limits?.budgetFen)
  );
}

/** Whether window, audience, coupon and limits let a campaign in. Days of the week and hours are not generated and not read. */
export function allows(campaign: Campaign, basket: Basket, context: DecisionContext): boolean {
  const at = Date.parse(context.at);
  const { window } = campaign;
  if (at < Date.parse(window.from) || at >= Date.parse(window.to)) return false;
  if (campaign.audience && !invites(campaign.audience, basket, context)) return false;
  if (usedUp(campaign, basket, context)) return false;
  if (campaign.requiresCoupon && !basket.coupons.some((coupon) => coupon.campaignId === campaign.id)) return false;
  if (campaign.kind !== 'member-price') return true;
  const tier = basket.member?.tier;
  return tier !== undefined && (campaign.tiers?.includes(tier) ?? true);
}

/** Ids of the coupons that could serve a campaign; the rules take the first by id. */
export const couponsFor = (set: CampaignSet, basket: Basket, campaignId: string): string[] =>
  set.campaigns.some((campaign) => campaign.id === campaignId && campaign.requiresCoupon)
    ? basket.coupons.filter((coupon) => coupon.campaignId === campaignId).map((coupon) => coupon.couponId)
    : [];
