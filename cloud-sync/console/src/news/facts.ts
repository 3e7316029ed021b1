import type { HubAnswer } from '@tillside/hub-contract';
import type { useTranslation } from 'react-i18next';
import type { Format } from '../parts/use-format.ts';
import { goodsOf } from '../words/goods.ts';

type Fact = HubAnswer<'overview'>['facts'][number];
type Translate = ReturnType<typeof useTranslation>['t'];
type Names = ReadonlyMap<string, { readonly zh: string; readonly en: string }>;

/** The hub's facts hold keys of categories and campaigns; people read their names. Facts without keys are told as the hub words them. */
export function tellFact(fact: Fact, campaigns: Names, t: Translate, format: Format): string {
  const { category, campaignId, amountFen, count } = fact.values;
  if (typeof amountFen !== 'number' || typeof count !== 'number') return format.said(fact.text);
  const values = { amount: format.money(amountFen), count: format.number(count) };
  if (fact.code === 'TOP_CATEGORY' && typeof category === 'string')
    return t('front.topCategory', { ...values, name: format.said(goodsOf(category)) });
  const campaign = typeof campaignId === 'string' ? campaigns.get(campaignId) : undefined;
  if (fact.code === 'TOP_CAMPAIGN' && campaign !== undefined)
    return t('front.topCampaign', { ...values, name: format.said(campaign) });
  return format.said(fact.text);
}
