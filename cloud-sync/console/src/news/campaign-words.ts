import type { Campaign, ItemSelector } from '@tillside/decide';
import type { useTranslation } from 'react-i18next';
import type { Format } from '../parts/use-format.ts';
import { goodsOf } from '../words/goods.ts';

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
      if (percentOffBp === 10_000) return t('campaign.buyGetFree', { buy, get });
      return t('campaign.buyGet', { buy, get, share: format.share(percentOffBp / 10_000) });
    }
    case 'member-price':
      return t('campaign.memberPrices', { count: campaign.prices.length });
  }
}

/** More products than these are counted rather than named: a list of numbers says less than its length. */
const SKUS_NAMED = 3;

export function scopeOf(campaign: Campaign, t: Translate, format: Format): string {
  if (campaign.kind === 'member-price')
    return skuWords(
      campaign.prices.map(({ sku }) => sku),
      t,
    );
  return selectorWords(campaign.items, t, format);
}

function selectorWords(items: ItemSelector, t: Translate, format: Format): string {
  if (items.all) return t('campaign.everything');
  const goods = [...(items.departments ?? []), ...(items.categories ?? [])].map((key) => format.said(goodsOf(key)));
  const skus = items.skus === undefined || items.skus.length === 0 ? [] : [skuWords(items.skus, t)];
  return [...goods, ...skus].join(t('campaign.and'));
}

const skuWords = (skus: readonly string[], t: Translate): string =>
  skus.length > SKUS_NAMED ? t('campaign.memberPrices', { count: skus.length }) : skus.join(t('campaign.and'));
