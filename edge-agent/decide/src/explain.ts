import { formatFen } from './money.ts';
import type { Locale } from './schema/common.ts';
import type { AppliedCampaign, NotApplied, NotAppliedCode, Unlock } from './schema/decision.ts';
import type { ReasonArgs, ReasonCode } from './schema/recommendation.ts';

type Texts = Readonly<Record<Locale, string>>;

/** The reason alone, for staff and for shoppers, in both languages. */
const NOT_APPLIED: Readonly<Record<NotAppliedCode, Texts>> = {
  WINDOW_NOT_STARTED: { 'zh-CN': '活动尚未开始', en: 'Has not started yet' },
  WINDOW_ENDED: { 'zh-CN': '活动已结束', en: 'Has ended' },
  WINDOW_DAY: { 'zh-CN': '今天不在活动日', en: 'Not on today' },
  WINDOW_HOURS: { 'zh-CN': '不在活动时段', en: 'Not at this hour' },
  AUDIENCE_STORE: { 'zh-CN': '本店不参加', en: 'Not in this store' },
  AUDIENCE_CHANNEL: { 'zh-CN': '此渠道不参加', en: 'Not available here: try another checkout' },
  AUDIENCE_MEMBERS_ONLY: { 'zh-CN': '会员专享', en: 'Members only' },
  AUDIENCE_TIER: { 'zh-CN': '当前会员等级不参加', en: 'For another member tier' },
  COUPON_NOT_PRESENTED: { 'zh-CN': '需要出示优惠券', en: 'Needs a coupon' },
  COUPON_UNKNOWN: { 'zh-CN': '优惠券无法识别', en: 'This coupon is not known' },
  COUPON_EXPIRED: { 'zh-CN': '优惠券已过期', en: 'This coupon has expired' },
  COUPON_DUPLICATE: { 'zh-CN': '同类优惠券每单限用一张', en: 'One coupon of this kind per basket' },
  COUPON_LIMIT: { 'zh-CN': '已达每单用券上限', en: 'No more coupons on this basket' },
  NO_MATCHING_ITEMS: { 'zh-CN': '没有适用的商品', en: 'No matching items' },
  SPEND_NOT_REACHED: { 'zh-CN': '未达到满减金额', en: 'Spend more to save' },
  UNITS_NOT_REACHED: { 'zh-CN': '未达到件数', en: 'Add more items to save' },
  EXCLUSIVE_GROUP_TAKEN: { 'zh-CN': '与已享优惠不可同享', en: 'Cannot be combined with a saving already given' },
  OTHER_IS_BETTER: { 'zh-CN': '已为您选用更优惠的活动', en: 'A better saving was used' },
  NOTHING_LEFT_TO_SAVE: { 'zh-CN': '没有可再优惠的金额', en: 'Nothing left to save' },
};

/** 8000 basis points off is 2 折 in Chinese and "80% off" in English; everything off is free. */
function percentText(basisPoints: number, locale: Locale): string {
  if (basisPoints === 10_000) return locale === 'zh-CN' ? '免费' : 'free';
  if (locale === 'zh-CN') return `${(10_000 - basisPoints) / 1000} 折`;
  return `${basisPoints / 100}% off`;
}

/** The unlock as an invitation, or undefined where there is none. */
function unlockText({ needFen, needUnits, saveFen, percentOffBp }: Unlock, locale: Locale): string | undefined {
  const zh = locale === 'zh-CN';
  if (needFen !== undefined) {
    const need = formatFen(needFen, locale);
    if (saveFen === undefined) return zh ? `再买 ${need}，即可享受优惠` : `Add ${need} more to save`;
    const save = formatFen(saveFen, locale);
    return zh ? `再买 ${need}，立减 ${save}` : `Add ${need} more, save ${save}`;
  }
  if (needUnits === undefined) return undefined;
  if (percentOffBp === undefined) return zh ? `再买 ${needUnits} 件，即可享受优惠` : `Add ${needUnits} more to save`;
  const gift = percentText(percentOffBp, locale);
  const cheapest = zh
    ? `低价件${gift}`
    : percentOffBp === 10_000
      ? 'get the cheapest free'
      : `get ${gift} the cheapest`;
  return zh ? `再买 ${needUnits} 件，${cheapest}` : `Add ${needUnits} more, ${cheapest}`;
}

/**
 * One sentence for a shopper about a campaign that saved (`Applied`) or did not, such as "再买 ¥12.50，立减 ¥10" or
 * "Add ¥12.50 more, save ¥10". Plain text: the reader's screen escapes it.
 */
export function explain(entry: AppliedCampaign | NotApplied, locale: Locale): string {
  if (!('code' in entry)) {
    const name = locale === 'zh-CN' ? entry.name.zh : entry.name.en;
    const amount = formatFen(entry.amountFen, locale);
    return locale === 'zh-CN' ? `${name}：已减 ${amount}` : `${name}: saved ${amount}`;
  }
  return (entry.unlock && unlockText(entry.unlock, locale)) ?? NOT_APPLIED[entry.code][locale];
}

const REASONS: Readonly<Record<ReasonCode, Readonly<Record<Locale, (args: ReasonArgs) => string>>>> = {
  BOUGHT_BEFORE: {
    'zh-CN': ({ times }) => (times === undefined ? '您买过' : `您买过 ${times} 次`),
    en: ({ times }) =>
      times === undefined ? 'You bought this before' : `You bought this ${times} ${times === 1 ? 'time' : 'times'}`,
  },
  DUE_AGAIN: {
    'zh-CN': ({ days }) => (days === undefined ? '可能快用完了' : `距上次购买 ${days} 天，可能快用完了`),
    en: ({ days }) =>
      days === undefined
        ? 'You may be running low'
        : `Last bought ${days} ${days === 1 ? 'day' : 'days'} ago: you may be running low`,
  },
  BOUGHT_TOGETHER: {
    'zh-CN': ({ withName }) => (withName === undefined ? '常与您选的商品一起购买' : `常与${withName}一起购买`),
    en: ({ withName }) => `Often bought with ${withName ?? 'what you picked'}`,
  },
  POPULAR_HERE: { 'zh-CN': () => '本店热销', en: () => 'Popular in this store' },
  ON_PROMOTION: {
    'zh-CN': ({ saveFen }) => (saveFen === undefined ? '正在促销' : `现省 ${formatFen(saveFen, 'zh-CN')}`),
    en: ({ saveFen }) => (saveFen === undefined ? 'On promotion' : `Save ${formatFen(saveFen, 'en')} now`),
  },
  UNLOCKS_SAVING: {
    'zh-CN': ({ saveFen }) => (saveFen === undefined ? '加购即可享受优惠' : `加购立减 ${formatFen(saveFen, 'zh-CN')}`),
    en: ({ saveFen }) =>
      saveFen === undefined ? 'Add it to unlock a saving' : `Add it to save ${formatFen(saveFen, 'en')}`,
  },
  NEW_HERE: { 'zh-CN': () => '本店新品', en: () => 'New in this store' },
};

/** One short sentence on why an item is shown. */
export function explainReason(code: ReasonCode, args: ReasonArgs, locale: Locale): string {
  return REASONS[code][locale](args);
}
