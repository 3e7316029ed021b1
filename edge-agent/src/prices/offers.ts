import type { OfferCard } from '@tillside/agent-contract';
import { type Campaign, selectorsOf } from '@tillside/decide';
import { campaignWords } from './campaign-words.ts';
import type { CampaignBook } from './campaigns.ts';
import { type Item, type Items, singleBasket } from './item.ts';

const MAX_OFFERS = 24;
const ITEMS_PER_OFFER = 6;

/** Live campaigns as cards for people: what it is, on what, until when. The price is what the till would charge for one. */
export function offerCards(book: CampaignBook, items: Items): OfferCard[] {
  return book
    .live()
    .filter((campaign) => !campaign.requiresCoupon && !book.usedUp(campaign))
    .slice(0, MAX_OFFERS)
    .map((campaign) => ({ campaign, card: offerCard(book, items, campaign) }))
    .filter(({ campaign, card }) => card.items.length > 0 || isOnWholeBasket(campaign))
    .map(({ card }) => card);
}

const BASKET_KINDS: ReadonlySet<Campaign['kind']> = new Set(['spend-save', 'gift', 'points', 'points-pay']);

/** What a whole basket brings is said in words: a few products beside it would read as the only ones that count. */
const isOnWholeBasket = (campaign: Campaign): boolean =>
  BASKET_KINDS.has(campaign.kind) && selectorsOf(campaign).some(({ all }) => all === true);

const MEMBERS_ONLY: ReadonlySet<Campaign['kind']> = new Set(['member-price', 'points', 'points-pay']);

/** Whether only members have something of it. */
export function isForMembers({ kind, audience, limits }: Campaign): boolean {
  const asks = [audience?.memberOnly, audience?.tiers, audience?.firstOrder, audience?.newMemberDays];
  const asksBirthday = audience?.birthdayDays !== undefined;
  return MEMBERS_ONLY.has(kind) || limits?.perMember !== undefined || asksBirthday || asks.some(Boolean);
}

function offerCard(book: CampaignBook, items: Items, campaign: Campaign): OfferCard {
  return {
    campaignId: campaign.id,
    name: campaign.name,
    text: campaignWords(campaign),
    needsCoupon: campaign.requiresCoupon ?? false,
    membersOnly: isForMembers(campaign),
    until: campaign.window.to,
    items: itemsOf(items, campaign).map((item) => ({
      sku: item.sku,
      name: item.name,
      size: item.size,
      pictogram: item.pictogram,
      priceFen: item.priceFen,
      offerFen: offerFen(book, campaign, item),
    })),
  };
}

/** A few of its items, some of each slot of a bundle; none where the whole basket counts. */
function itemsOf(items: Items, campaign: Campaign): Item[] {
  if (isOnWholeBasket(campaign)) return [];
  const selectors = selectorsOf(campaign);
  const most = Math.ceil(ITEMS_PER_OFFER / selectors.length);
  const found = selectors.flatMap((selector) => {
    const excluded = selector.excludeSkus ?? [];
    return items
      .bySelector(selector, most + excluded.length)
      .filter((item) => !excluded.includes(item.sku) && !item.noPromotions)
      .slice(0, most);
  });
  return [...new Map(found.map((item) => [item.sku, item])).values()].slice(0, ITEMS_PER_OFFER);
}

function offerFen(book: CampaignBook, campaign: Campaign, item: Item): number {
  if (campaign.kind === 'member-price')
    return campaign.prices.find(({ sku }) => sku === item.sku)?.priceFen ?? item.priceFen;
  if (campaign.kind !== 'markdown') return book.aloneFen(item);
  // One of the lots that are marked down.
  const lotId = campaign.lots.find(({ sku }) => sku === item.sku)?.lotId;
  const { lines } = singleBasket(item);
  return book.decide({
    lines: lines.map((line) => ({ ...line, ...(lotId === undefined ? {} : { lotId }) })),
    coupons: [],
  }).payableFen;
}
