import type { CampaignKind } from './schema/campaign.ts';
import type { Names } from './schema/common.ts';

/** What people in shops call each kind of campaign, for consoles, receipts and docs. A kind without a name does not compile. */
export const KIND_NAMES: Readonly<Record<CampaignKind, Names>> = {
  discount: { zh: '限时折扣', en: 'Limited-time discount' },
  markdown: { zh: '临期出清', en: 'Near-expiry markdown' },
  'member-price': { zh: '会员价', en: 'Member price' },
  'buy-get': { zh: '买 N 送 M', en: 'Buy N, get M' },
  'nth-item': { zh: '第 N 件折扣', en: 'Nth item discount' },
  bundle: { zh: '组合价', en: 'Bundle' },
  'bulk-price': { zh: '多件价', en: 'Multi-buy price' },
  'spend-save': { zh: '满减', en: 'Spend and save' },
  gift: { zh: '满赠', en: 'Gift with purchase' },
  points: { zh: '积分奖励', en: 'Extra points' },
  'points-pay': { zh: '积分抵现', en: 'Pay with points' },
};
