import { formatFen } from './money.ts';
import type { Locale, Names } from './schema/common.ts';
import type { NotAppliedCode, Unlock } from './schema/decision.ts';

/** Names of SKUs that the caller knows, such as the store's catalogue. A basket does not name what is not in it. */
export type SkuNames = (sku: string) => Names | undefined;

/** The reason alone, for staff and for shoppers, in both languages. */
export const NOT_APPLIED: Readonly<Record<NotAppliedCode, Readonly<Record<Locale, string>>>> = {
  WINDOW_NOT_STARTED: { 'zh-CN': '活动尚未开始', en: 'Has not started yet' },
  WINDOW_ENDED: { 'zh-CN': '活动已结束', en: 'Has ended' },
  WINDOW_DAY: { 'zh-CN': '今天不在活动日', en: 'Not on today' },
  WINDOW_HOURS: { 'zh-CN': '不在活动时段', en: 'Not at this hour' },
  AUDIENCE_STORE: { 'zh-CN': '本店不参加', en: 'Not in this store' },
  AUDIENCE_CHANNEL: { 'zh-CN': '此渠道不参加', en: 'Not available here: try another checkout' },
  AUDIENCE_MEMBERS_ONLY: { 'zh-CN': '会员专享', en: 'Members only' },
  AUDIENCE_TIER: { 'zh-CN': '当前会员等级不参加', en: 'For another member tier' },
  AUDIENCE_FIRST_ORDER: { 'zh-CN': '首单专享', en: 'For the first order only' },
  AUDIENCE_NEW_MEMBER: { 'zh-CN': '新会员专享', en: 'For new members only' },
  AUDIENCE_BIRTHDAY: { 'zh-CN': '会员生日前后专享', en: 'For members around their birthday' },
  AUDIENCE_NOT_CHOSEN: { 'zh-CN': '此券仅限受邀会员使用', en: 'This coupon is for invited members' },
  COUPON_NOT_PRESENTED: { 'zh-CN': '需要出示优惠券', en: 'Needs a coupon' },
  COUPON_UNKNOWN: { 'zh-CN': '优惠券无法识别', en: 'This coupon is not known' },
  COUPON_EXPIRED: { 'zh-CN': '优惠券已过期', en: 'This coupon has expired' },
  COUPON_DUPLICATE: { 'zh-CN': '同类优惠券每单限用一张', en: 'One coupon of this kind per basket' },
  COUPON_LIMIT: { 'zh-CN': '已达每单用券上限', en: 'No more coupons on this basket' },
  LIMIT_MEMBER: { 'zh-CN': '您的参与次数已用完', en: 'You have used this as often as it is offered' },
  LIMIT_STORE: { 'zh-CN': '本店名额已用完', en: 'All taken in this store' },
  LIMIT_DAY: { 'zh-CN': '今日名额已用完', en: 'All taken for today' },
  LIMIT_TOTAL: { 'zh-CN': '活动名额已用完', en: 'All taken' },
  BUDGET_SPENT: { 'zh-CN': '活动优惠额度已用完', en: 'This offer is used up' },
  GIFT_OUT_OF_STOCK: { 'zh-CN': '赠品已送完', en: 'The gift has run out' },
  POINTS_NOT_ASKED: { 'zh-CN': '本单可用积分抵现', en: 'You can pay part of this with points' },
  POINTS_NOT_ENOUGH: { 'zh-CN': '可用积分不足', en: 'Not enough points' },
  NO_MATCHING_ITEMS: { 'zh-CN': '没有适用的商品', en: 'No matching items' },
  SPEND_NOT_REACHED: { 'zh-CN': '未达到活动金额', en: 'Spend more to get this' },
  UNITS_NOT_REACHED: { 'zh-CN': '未达到活动件数', en: 'Add more items to get this' },
  BUNDLE_INCOMPLETE: { 'zh-CN': '组合还没凑齐', en: 'The bundle is not complete' },
  EXCLUSIVE_GROUP_TAKEN: { 'zh-CN': '与已享优惠不可同享', en: 'Cannot be combined with a saving already given' },
  LAYER_TAKEN: { 'zh-CN': '同类活动只享其一', en: 'Only one offer of this type per basket' },
  EARLIER_WENT_FIRST: { 'zh-CN': '商品已用于先执行的活动', en: 'A campaign that goes first took its items' },
  OTHER_IS_BETTER: { 'zh-CN': '已为您选用更优惠的活动', en: 'A better saving was used' },
  NOTHING_LEFT_TO_SAVE: { 'zh-CN': '没有可再优惠的金额', en: 'Nothing left to save' },
};

/** 8000 basis points off is 2 折 in Chinese and "80% off" in English; half and everything have words of their own. */
function zhShare(basisPoints: number): string {
  if (basisPoints === 10_000) return '低价件免费';
  return basisPoints === 5000 ? '低价件半价' : `低价件 ${(10_000 - basisPoints) / 1000} 折`;
}

function enShare(basisPoints: number): string {
  if (basisPoints === 10_000) return 'get the cheapest free';
  return `get ${basisPoints === 5000 ? 'half off' : `${basisPoints / 100}% off`} the cheapest`;
}

/** What the shopper does, or undefined where the unlock asks for nothing. */
function needText(unlock: Unlock, zh: boolean, names: SkuNames): string | undefined {
  const { needFen, needUnits, needSku, needCoupon, needMember } = unlock;
  const named = needSku === undefined ? undefined : names(needSku);
  const what = needSku === undefined ? '' : zh ? (named?.zh ?? '指定商品') : ` of ${named?.en ?? 'the item'}`;
  const locale = zh ? 'zh-CN' : 'en';
  const needs = [
    ...(needMember ? [zh ? '入会' : 'join as a member'] : []),
    ...(needCoupon ? [zh ? '出示优惠券' : 'show a coupon'] : []),
    ...(needFen === undefined
      ? []
      : [zh ? `再买 ${formatFen(needFen, locale)}` : `add ${formatFen(needFen, locale)} more`]),
    ...(needUnits === undefined ? [] : [zh ? `再买 ${needUnits} 件${what}` : `add ${needUnits} more${what}`]),
  ];
  if (needs.length === 0) return undefined;
  const text = needs.join(zh ? '并' : ' and ');
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}

/** What the shopper then gets, in the order that counts most; empty where the unlock doesn't say. */
function gainTexts({ saveFen, gift, points, percentOffBp }: Unlock, zh: boolean): string[] {
  const share = percentOffBp === undefined ? [] : [zh ? zhShare(percentOffBp) : enShare(percentOffBp)];
  const save =
    saveFen === undefined ? [] : [zh ? `立减 ${formatFen(saveFen, 'zh-CN')}` : `save ${formatFen(saveFen, 'en')}`];
  return [
    ...share,
    ...save,
    ...(gift === undefined ? [] : [zh ? `送${gift.zh}` : `get a gift: ${gift.en}`]),
    ...(points === undefined ? [] : [zh ? `送 ${points} 积分` : `earn ${points} points`]),
  ];
}

/** The unlock as an invitation, such as "再买 ¥12.50，立减 ¥10", or undefined where it asks for nothing. */
export function unlockText(unlock: Unlock, locale: Locale, names: SkuNames): string | undefined {
  const zh = locale === 'zh-CN';
  const need = needText(unlock, zh, names);
  if (need === undefined) return undefined;
  const gains = gainTexts(unlock, zh);
  // 入会即享 is a set phrase; the other needs read on with what they bring.
  const head = zh && (gains.length === 0 || need === '入会') ? `${need}即享` : need;
  if (gains.length === 0) return zh ? `${head}优惠` : `${head} to save`;
  return [head, ...gains].join(zh ? '，' : ', ');
}
