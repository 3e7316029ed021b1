import { formatFen } from './money.ts';
import type { Locale } from './schema/common.ts';
import type { ReasonArgs, ReasonCode } from './schema/recommendation.ts';

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
