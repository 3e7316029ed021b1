import type { Campaign, ItemSelector } from '@tillside/decide';
import type { useTranslation } from 'react-i18next';
import type { Format } from '../parts/use-format.ts';

type Translate = ReturnType<typeof useTranslation>['t'];

/** What a campaign gives, as a shopper would be told. */
export function givesOf(campaign: Campaign, t: Translate, format: Format): string {
  switch (campaign.kind) {
    case 'discount':
      if (campaign.discount.by === 'percent') {
        return t('campaign.off', { share: format.share(campaign.discount.percentOffBp / 10_000) });
      }
      if (campaign.discount.by === 'amount') {
        return t('campaign.offFen', { amount: format.money(campaign.discount.amountOffFen) });
      }
      return t('campaign.fixed', { amount: format.money(campaign.discount.fixedPriceFen) });
    case 'spend-save':
      return campaign.tiers
        .map(({ spendFen, saveFen }) =>
          t('campaign.spend', { spend: format.yuan(spendFen), save: format.yuan(saveFen) }),
        )
        .join(' · ');
    case 'buy-get': {
      const { buy, get, percentOffBp } = campaign;
      return t('campaign.buyGet', { buy, get, share: format.share(percentOffBp / 10_000) });
    }
    case 'member-price':
      return t('campaign.memberPrices', { count: campaign.prices.length });
  }
}

export function scopeOf(campaign: Campaign, t: Translate): string {
  if (campaign.kind === 'member-price') return campaign.prices.map(({ sku }) => sku).join(', ');
  return selectorWords(campaign.items, t);
}

function selectorWords(items: ItemSelector, t: Translate): string {
  if (items.all) return t('campaign.everything');
  return [...(items.departments ?? []), ...(items.categories ?? []), ...(items.skus ?? [])].join(', ');
}
