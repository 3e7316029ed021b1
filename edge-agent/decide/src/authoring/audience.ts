import type { Campaign } from '../schema/campaign.ts';

/** Whether only members can get a campaign. */
export function isForMembers({ kind, audience, limits }: Campaign): boolean {
  if (kind === 'member-price' || kind === 'points' || kind === 'points-pay') return true;
  return limits?.perMember !== undefined || (audience !== undefined && asksForMember(audience));
}

/** Conditions that only a member can meet. */
function asksForMember(audience: NonNullable<Campaign['audience']>): boolean {
  const { memberOnly, tiers, firstOrder, newMemberDays, birthdayDays, tags, segments } = audience;
  return birthdayDays !== undefined || Boolean(memberOnly || tiers || firstOrder || newMemberDays || tags || segments);
}

const CHANNELS = ['till', 'self-checkout', 'kiosk', 'label'] as const;

/** Channels in which a campaign may act; undefined: in all. Nobody shows a label a coupon or a membership. */
export function channelsOf(campaign: Campaign): ReadonlySet<string> | undefined {
  const listed = campaign.audience?.channels;
  if (!campaign.requiresCoupon && !isForMembers(campaign)) return listed && new Set(listed);
  return new Set((listed ?? CHANNELS).filter((channel) => channel !== 'label'));
}
