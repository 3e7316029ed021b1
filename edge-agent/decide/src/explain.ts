import { NOT_APPLIED, type SkuNames, unlockText } from './explain-not-applied.ts';
import { formatFen } from './money.ts';
import type { Locale, Names } from './schema/common.ts';
import type { AppliedCampaign, Decision, DecisionGift, NotApplied } from './schema/decision.ts';

export { KIND_NAMES } from './explain-kinds.ts';
export type { SkuNames } from './explain-not-applied.ts';
export { explainReason } from './explain-reasons.ts';

const inLocale = (names: Names, locale: Locale): string => (locale === 'zh-CN' ? names.zh : names.en);

/** What a campaign gave: money, points, or something that is told elsewhere (a gift's own line, a multiplier in the points). */
function appliedText({ amountFen, points }: AppliedCampaign, locale: Locale): string {
  const zh = locale === 'zh-CN';
  const parts = [
    ...(amountFen === 0 ? [] : [`${zh ? '已减' : 'saved'} ${formatFen(amountFen, locale)}`]),
    ...(points === undefined ? [] : [zh ? `送 ${points} 积分` : `${points} points earned`]),
  ];
  if (parts.length === 0) return zh ? '已享' : 'applied';
  return parts.join(zh ? '，' : ', ');
}

/**
 * One sentence for a shopper about a campaign that saved (`Applied`) or did not, such as "再买 ¥12.50，立减 ¥10" or
 * "Add ¥12.50 more, save ¥10". Where an unlock asks for units of one SKU, `names` says what to call it. Plain text: the reader's
 * screen escapes it.
 */
export function explain(
  entry: AppliedCampaign | NotApplied,
  locale: Locale,
  names: SkuNames = () => undefined,
): string {
  if (!('code' in entry)) {
    const zh = locale === 'zh-CN';
    const why = entry.forBirthday === undefined ? '' : zh ? '（生日礼遇）' : ' (for your birthday)';
    return `${inLocale(entry.name, locale)}${zh ? '：' : ': '}${appliedText(entry, locale)}${why}`;
  }
  return (entry.unlock && unlockText(entry.unlock, locale, names)) ?? NOT_APPLIED[entry.code][locale];
}

/** A gift as a receipt names it: "赠品：帆布袋 ×1（可换：杯子）" or "Gift: tote ×1 (or choose: cup)". */
export function explainGift({ chosen, options }: DecisionGift, locale: Locale): string {
  const zh = locale === 'zh-CN';
  const gift = `${zh ? '赠品：' : 'Gift: '}${inLocale(chosen.name, locale)} ×${chosen.quantity}`;
  const others = options.filter(({ sku }) => sku !== chosen.sku).map(({ name }) => inLocale(name, locale));
  if (others.length === 0) return gift;
  return zh ? `${gift}（可换：${others.join('、')}）` : `${gift} (or choose: ${others.join(', ')})`;
}

/** What a basket does to a member's points, or undefined where it does nothing. */
export function explainPoints({ earned, spent, spentFen }: Decision['points'], locale: Locale): string | undefined {
  const zh = locale === 'zh-CN';
  const parts = [
    ...(spent === 0
      ? []
      : [
          zh
            ? `使用 ${spent} 积分抵 ${formatFen(spentFen, locale)}`
            : `${spent} points paid ${formatFen(spentFen, locale)}`,
        ]),
    ...(earned === 0 ? [] : [zh ? `获得 ${earned} 积分` : `${earned} ${earned === 1 ? 'point' : 'points'} earned`]),
  ];
  return parts.length === 0 ? undefined : parts.join(zh ? '，' : ', ');
}
