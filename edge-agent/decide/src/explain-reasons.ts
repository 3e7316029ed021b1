import { formatFen } from './money.ts';
import type { Locale } from './schema/common.ts';
import type { Daypart, ReasonArgs, ReasonCode } from './schema/recommendation.ts';

const DAYPARTS: Readonly<Record<Daypart, { readonly zh: string; readonly en: string }>> = {
  morning: { zh: '早上', en: 'in the morning' },
  noon: { zh: '中午', en: 'around noon' },
  afternoon: { zh: '下午', en: 'in the afternoon' },
  evening: { zh: '晚上', en: 'in the evening' },
};

/** Two purchases are no habit yet. */
const HABIT_FROM_TIMES = 3;
/** Gaps in days that people have a word for, each up to `most`. */
const HABITS: readonly { readonly least: number; readonly most: number; readonly zh: string; readonly en: string }[] = [
  { least: 0, most: 2, zh: '您差不多天天买', en: 'You buy this most days' },
  { least: 6, most: 8, zh: '您每周都买', en: 'You buy this every week' },
  { least: 13, most: 15, zh: '您每两周买一次', en: 'You buy this every two weeks' },
  { least: 27, most: 33, zh: '您每个月都买', en: 'You buy this every month' },
];

function habitOf({ times, everyDays }: ReasonArgs): { readonly zh: string; readonly en: string } | undefined {
  if (everyDays === undefined || (times ?? 0) < HABIT_FROM_TIMES) return undefined;
  const named = HABITS.find(({ least, most }) => everyDays >= least && everyDays <= most);
  return named ?? { zh: `您约 ${everyDays} 天买一次`, en: `You buy this about every ${everyDays} days` };
}

const runningLow = {
  zh: (days: number) => (days === 0 ? '今天买过，可能还需要' : `距上次购买 ${days} 天，可能快用完了`),
  en: (days: number) =>
    days === 0
      ? 'Bought today: you may need more'
      : `Last bought ${days} ${days === 1 ? 'day' : 'days'} ago: you may be running low`,
};

const TIMES: Readonly<Record<number, string>> = { 1: 'once', 2: 'twice' };

const REASONS: Readonly<Record<ReasonCode, Readonly<Record<Locale, (args: ReasonArgs) => string>>>> = {
  BOUGHT_BEFORE: {
    'zh-CN': ({ times }) => (times === undefined ? '您买过' : `您买过 ${times} 次`),
    en: ({ times }) =>
      times === undefined ? 'You bought this before' : `You bought this ${TIMES[times] ?? `${times} times`}`,
  },
  DUE_AGAIN: {
    'zh-CN': (args) => habitOf(args)?.zh ?? (args.days === undefined ? '可能快用完了' : runningLow.zh(args.days)),
    en: (args) => habitOf(args)?.en ?? (args.days === undefined ? 'You may be running low' : runningLow.en(args.days)),
  },
  BOUGHT_TOGETHER: {
    'zh-CN': ({ withName }) => (withName === undefined ? '常与您选的商品一起购买' : `常与${withName}一起购买`),
    en: ({ withName }) => `Often bought with ${withName ?? 'what you picked'}`,
  },
  BOUGHT_NEXT: {
    'zh-CN': ({ withName }) => `买过${withName ?? '上次那些商品'}的顾客，下次常买`,
    en: ({ withName }) => `Shoppers often buy this after ${withName ?? 'what you bought last'}`,
  },
  SHOPPERS_ALSO_BUY: {
    'zh-CN': () => '喜好相近的顾客也常买',
    en: () => 'Shoppers with similar tastes buy this too',
  },
  LIKE_ITEM: {
    'zh-CN': ({ withName }) => (withName === undefined ? '与您选的商品类似' : `与${withName}类似`),
    en: ({ withName }) => `Similar to ${withName ?? 'what you picked'}`,
  },
  POPULAR_HERE: {
    'zh-CN': ({ daypart }) => (daypart === undefined ? '本店热销' : `本店${DAYPARTS[daypart].zh}热销`),
    en: ({ daypart }) => (daypart === undefined ? 'Popular in this store' : `Popular here ${DAYPARTS[daypart].en}`),
  },
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
