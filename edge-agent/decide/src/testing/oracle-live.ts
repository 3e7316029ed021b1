import type { Basket, BasketMember, CampaignUsage, DecisionContext } from '../schema/basket.ts';
import type { Audience, Campaign, CampaignLimits, CampaignSet, CampaignWindow } from '../schema/campaign.ts';
import { compareOracleIds, type Live, layerOf } from './oracle-basics.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
/** The one zone of the oracle, UTC+8 without summer time, so that nothing of the engine's clock is needed. */
const ZONE_MS = 8 * 60 * 60 * 1000;

const minutes = (text: string): number => Number(text.slice(0, 2)) * 60 + Number(text.slice(3));

function isOpen(window: CampaignWindow, atMs: number): boolean {
  if (atMs < Date.parse(window.from) || atMs >= Date.parse(window.to)) return false;
  const days = window.daysOfWeek ?? [1, 2, 3, 4, 5, 6, 7];
  const localMs = atMs + ZONE_MS;
  const minute = Math.floor((localMs % DAY_MS) / 60_000);
  const today = ((Math.floor(localMs / DAY_MS) + 3) % 7) + 1; // 1970-01-01 was a Thursday.
  const yesterday = ((today + 5) % 7) + 1;
  return (window.hours ?? [{ from: '00:00', to: '24:00' }]).some(({ from, to }) => {
    if (minutes(from) < minutes(to)) return days.includes(today) && minute >= minutes(from) && minute < minutes(to);
    return (days.includes(today) && minute >= minutes(from)) || (days.includes(yesterday) && minute < minutes(to));
  });
}

/** Day by day: some date no further away is the birthday, or is 28 February where no 29th follows it. */
function hasBirthdayAround(birthday: string, atMs: number, days: number): boolean {
  const dates = Array.from({ length: 2 * days + 2 }, (_, place) =>
    new Date(atMs + ZONE_MS + (place - days) * DAY_MS).toISOString().slice(5, 10),
  );
  return dates
    .slice(0, -1)
    .some(
      (date, place) => date === birthday || (birthday === '02-29' && date === '02-28' && dates[place + 1] === '03-01'),
    );
}

function isInvited(audience: Audience, context: DecisionContext, member: BasketMember | undefined): boolean {
  const anyOf = (wanted: readonly string[] | undefined, has: readonly string[]): boolean =>
    wanted === undefined || wanted.some((one) => has.includes(one));
  const sinceMs = member?.joinedAt === undefined ? undefined : Date.parse(context.at) - Date.parse(member.joinedAt);
  return (
    (!audience.memberOnly || member !== undefined) &&
    anyOf(audience.tiers, member ? [member.tier] : []) &&
    anyOf(audience.stores, [context.storeId]) &&
    anyOf(audience.channels, [context.channel]) &&
    (!audience.firstOrder || member?.orders === 0) &&
    (audience.newMemberDays === undefined || (sinceMs !== undefined && sinceMs <= audience.newMemberDays * DAY_MS)) &&
    (audience.birthdayDays === undefined ||
      (member?.birthday !== undefined &&
        hasBirthdayAround(member.birthday, Date.parse(context.at), audience.birthdayDays))) &&
    anyOf(audience.tags, member?.tags ?? []) &&
    anyOf(audience.segments, member?.segments ?? [])
  );
}

function isWithin(limits: CampaignLimits, usage: CampaignUsage | undefined, isMember: boolean): boolean {
  const under = (most: number | undefined, used: number | undefined): boolean =>
    most === undefined || (used ?? 0) < most;
  return (
    (limits.perMember === undefined || isMember) &&
    under(limits.perMember, usage?.member) &&
    under(limits.perStore, usage?.store) &&
    under(limits.perDay, usage?.day) &&
    under(limits.total, usage?.total) &&
    under(limits.budgetFen, usage?.budgetFen)
  );
}

/** Kinds that are for members by what they are. */
function servesMember(campaign: Campaign, member: BasketMember | undefined): boolean {
  if (campaign.kind === 'points' || campaign.kind === 'points-pay') return member !== undefined;
  if (campaign.kind !== 'member-price') return true;
  return member !== undefined && (campaign.tiers === undefined || campaign.tiers.includes(member.tier));
}

/** Campaigns that window, audience, coupon and limits let through, in the set's order. */
export function liveCampaigns(context: DecisionContext, set: CampaignSet, basket: Basket): Live[] {
  const atMs = Date.parse(context.at);
  return set.campaigns.flatMap((campaign, order): Live[] => {
    const usage = context.usage?.find((one) => one.campaignId === campaign.id);
    const limits = campaign.limits ?? {};
    const coupons = basket.coupons.filter((coupon) => coupon.campaignId === campaign.id);
    const [coupon] = coupons.map((one) => one.couponId).sort(compareOracleIds);
    const lets =
      isOpen(campaign.window, atMs) &&
      isInvited(campaign.audience ?? {}, context, basket.member) &&
      isWithin(limits, usage, basket.member !== undefined) &&
      servesMember(campaign, basket.member) &&
      (!campaign.requiresCoupon || coupon !== undefined);
    if (!lets) return [];
    const budgetLeft = limits.budgetFen === undefined ? undefined : BigInt(limits.budgetFen - (usage?.budgetFen ?? 0));
    return [
      { campaign, order, layer: layerOf(campaign), couponId: campaign.requiresCoupon ? coupon : undefined, budgetLeft },
    ];
  });
}
