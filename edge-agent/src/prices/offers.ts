import type { OfferCard, Words } from '@tillside/agent-contract';
import { type Campaign, formatFen } from '@tillside/decide';
import type { CampaignBook } from './campaigns.ts';
import type { Items } from './item.ts';

const MAX_OFFERS = 24;
const ITEMS_PER_OFFER = 6;

/** Live campaigns as cards for people: what it is, on what, until when. The price is what the till would charge for one. */
export function offerCards(book: CampaignBook, items: Items): OfferCard[] {
  return book
    .live()
    .filter((campaign) => !campaign.requiresCoupon)
    .slice(0, MAX_OFFERS)
    .map((campaign) => offerCard(book, items, campaign))
    .filter((card) => card.items.length > 0);
}

export function offerCard(book: CampaignBook, items: Items, campaign: Campaign): OfferCard {
  const selector =
    campaign.kind === 'member-price' ? { skus: campaign.prices.map((price) => price.sku) } : campaign.items;
  const excluded = campaign.kind === 'member-price' ? [] : (campaign.items.excludeSkus ?? []);
  const memberPrices =
    campaign.kind === 'member-price' ? new Map(campaign.prices.map((price) => [price.sku, price.priceFen])) : undefined;
  return {
    campaignId: campaign.id,
    name: campaign.name,
    text: campaignWords(campaign),
    needsCoupon: campaign.requiresCoupon ?? false,
    membersOnly: campaign.kind === 'member-price' || (campaign.audience?.memberOnly ?? false),
    until: campaign.window.to,
    items: items
      .bySelector(selector, ITEMS_PER_OFFER + excluded.length)
      .filter((item) => !excluded.includes(item.sku))
      .slice(0, ITEMS_PER_OFFER)
      .map((item) => ({
        sku: item.sku,
        name: item.name,
        size: item.size,
        pictogram: item.pictogram,
        priceFen: item.priceFen,
        offerFen: memberPrices?.get(item.sku) ?? book.aloneFen(item),
      })),
  };
}

/** A campaign's benefit in a short sentence of each language. */
export function campaignWords(campaign: Campaign): Words {
  const money = (fen: number): Words => ({ zh: formatFen(fen, 'zh-CN'), en: formatFen(fen, 'en') });
  switch (campaign.kind) {
    case 'discount': {
      const { discount } = campaign;
      if (discount.by === 'percent') return percentWords(discount.percentOffBp);
      const fen = money(discount.by === 'amount' ? discount.amountOffFen : discount.fixedPriceFen);
      return discount.by === 'amount'
        ? { zh: `每件立减 ${fen.zh}`, en: `${fen.en} off each` }
        : { zh: `只要 ${fen.zh}`, en: `Now ${fen.en}` };
    }
    case 'spend-save': {
      const tier = campaign.tiers[0];
      const spend = money(tier?.spendFen ?? 0);
      const save = money(tier?.saveFen ?? 0);
      const each = campaign.repeat === 'per-step' ? { zh: '每满', en: 'For every' } : { zh: '满', en: 'Spend' };
      return { zh: `${each.zh} ${spend.zh} 减 ${save.zh}`, en: `${each.en} ${spend.en}, save ${save.en}` };
    }
    case 'buy-get': {
      const { buy, get, percentOffBp } = campaign;
      if (percentOffBp === 10_000) return { zh: `买 ${buy} 送 ${get}`, en: `Buy ${buy}, get ${get} free` };
      const share = percentWords(percentOffBp);
      return { zh: `买 ${buy} 件，另 ${get} 件 ${share.zh}`, en: `Buy ${buy}, then ${get} at ${share.en}` };
    }
    case 'member-price':
      return { zh: '会员价', en: 'Member price' };
  }
}

function percentWords(basisPoints: number): Words {
  const tenths = (10_000 - basisPoints) / 1000;
  return { zh: `${Number(tenths.toFixed(2))} 折`, en: `${Number((basisPoints / 100).toFixed(2))}% off` };
}
