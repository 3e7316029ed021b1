import type { GiftOffer } from '@tillside/agent-contract';
import type { BasketMember, Campaign } from '@tillside/decide';
import { AgentError } from '../errors.ts';
import type { Reader, Tx } from '../journal/index.ts';
import { campaignWords } from '../prices/campaign-words.ts';
import type { CampaignBook } from '../prices/campaigns.ts';
import type { Items } from '../prices/item.ts';

type GiftCampaign = Extract<Campaign, { kind: 'gift' }>;
type Choice = { campaignId: string; sku: string };

/** Campaigns with a gift to choose that a screen shows. */
const MAX_OFFERED = 12;
/** Choices of campaigns that are gone are kept so long, in case that HQ sends them again. */
const KEPT_MS = 30 * 86_400_000;

export interface GiftDeps {
  readonly book: CampaignBook;
  readonly items: Items;
  readonly nowMs: number;
}

/** Live here, open to the member, and more than one gift to choose from. */
function toChoose({ book, nowMs }: GiftDeps, member: BasketMember): GiftCampaign[] {
  return book
    .all()
    .filter((campaign): campaign is GiftCampaign => campaign.kind === 'gift' && campaign.gifts.length > 1)
    .filter((campaign) => campaign.requiresCoupon !== true && book.isLive(campaign, nowMs))
    .filter((campaign) => book.closedTo(campaign.id, member, nowMs) === undefined);
}

/** Gifts that a member may choose beforehand, each with what was chosen. */
export function giftOffers(reader: Reader, deps: GiftDeps, member: BasketMember): GiftOffer[] {
  const chosen = new Map(giftChoicesOf(reader, member.memberId).map(({ campaignId, sku }) => [campaignId, sku]));
  return toChoose(deps, member)
    .slice(0, MAX_OFFERED)
    .map((campaign) => {
      const sku = chosen.get(campaign.id);
      return {
        campaignId: campaign.id,
        name: campaign.name,
        text: campaignWords(campaign),
        until: campaign.window.to,
        gifts: campaign.gifts.map((gift) => giftOf(gift, deps.items)),
        ...(campaign.gifts.some((gift) => gift.sku === sku) && sku !== undefined ? { chosen: sku } : {}),
      };
    });
}

/** A gift need not be for sale here: then its name and a parcel stand for it. */
function giftOf({ sku, name, quantity, valueFen }: GiftCampaign['gifts'][number], items: Items) {
  const item = items.bySku(sku);
  return {
    sku,
    name,
    quantity,
    valueFen,
    size: item?.size ?? { zh: '', en: '' },
    pictogram: item?.pictogram ?? 'gift',
  };
}

/** Without a SKU the choice is taken back. Throws GIFT_UNKNOWN for what this member is not offered. */
export function chooseGift(
  tx: Tx,
  deps: GiftDeps,
  member: BasketMember,
  { campaignId, sku }: { campaignId: string; sku?: string | undefined },
): void {
  if (sku === undefined) {
    tx.run('DELETE FROM gift_choice WHERE member_id = ? AND campaign_id = ?', member.memberId, campaignId);
    return;
  }
  const campaign = toChoose(deps, member).find(({ id }) => id === campaignId);
  if (campaign?.gifts.some((gift) => gift.sku === sku) !== true) throw new AgentError('GIFT_UNKNOWN');
  tx.run(
    `INSERT INTO gift_choice (member_id, campaign_id, sku, at) VALUES (?, ?, ?, ?)
     ON CONFLICT (member_id, campaign_id) DO UPDATE SET sku = excluded.sku, at = excluded.at`,
    member.memberId,
    campaignId,
    sku,
    deps.nowMs,
  );
}

/** What a member chose beforehand. Of a campaign that is over, or a gift that it no longer has, nothing comes of it. */
export const giftChoicesOf = (reader: Reader, memberId: string): Choice[] =>
  reader.all<Choice>(
    'SELECT campaign_id AS campaignId, sku FROM gift_choice WHERE member_id = ? ORDER BY campaign_id LIMIT 50',
    memberId,
  );

/** Forgets choices of campaigns that ended, or that HQ took out a while ago. */
export function pruneGiftChoices(tx: Tx, book: CampaignBook, nowMs: number): void {
  const kept = book
    .all()
    .flatMap(({ id, kind, window }) => (kind === 'gift' && Date.parse(window.to) > nowMs ? [id] : []));
  tx.run(
    'DELETE FROM gift_choice WHERE campaign_id NOT IN (SELECT value FROM json_each(?)) AND at < ?',
    JSON.stringify(kept),
    nowMs - KEPT_MS,
  );
}
