import { formatFen } from '../../money.ts';
import type { Names } from '../../schema/common.ts';
import { findingText } from './text.ts';

export interface One {
  readonly a: Names;
}

/** A tier by its place, counted from 1. */
export interface Tier extends One {
  readonly tier: number;
}

export const benefitTexts = {
  TIER_NEVER_BETTER: findingText('warning', ({ a, tier, than }: Tier & { than: number }) => ({
    zh: `“${a.zh}”的第 ${tier} 档从不比第 ${than} 档优惠更多，永远轮不到。请提高它的优惠，或删去。`,
    en: `Tier ${tier} of "${a.en}" never saves more than tier ${than}, so that it is never used. Let it save more, or drop it.`,
  })),
  TIER_NEVER_REACHED: findingText('warning', ({ a, tier, most }: Tier & { most: number }) => ({
    zh: `“${a.zh}”的第 ${tier} 档永远达不到：每单最多优惠 ${most} 件。请提高上限，或降低档位。`,
    en: `Tier ${tier} of "${a.en}" is never reached: it takes at most ${most} units of a basket. Raise the limit, or lower the tier.`,
  })),
  CAP_ALWAYS_BINDS: findingText('warning', ({ a, tier, capFen }: Tier & { capFen: number }) => ({
    zh: `“${a.zh}”的第 ${tier} 档一达到门槛就已封顶，实际总是减 ${formatFen(capFen, 'zh-CN')}，宣传的折扣并不存在。请提高封顶，或改为直接减钱。`,
    en: `Tier ${tier} of "${a.en}" is at its cap as soon as it is reached: it always saves ${formatFen(capFen, 'en')}, never its share. Raise the cap, or save an amount.`,
  })),
  GIFT_WITHOUT_VALUE: findingText('warning', ({ a }: One) => ({
    zh: `“${a.zh}”的赠品都没有填写价值，比较优惠时不计。请填写每件的价值。`,
    en: `No gift of "${a.en}" has a value, so that it counts for nothing where savings are compared. Give the value of a piece.`,
  })),
  GIVEN_AWAY: findingText('warning', ({ a }: One) => ({
    zh: `“${a.zh}”让商品免费，而且不需要优惠券。请核对折扣或价格。`,
    en: `"${a.en}" makes items free for everyone it is for, without a coupon. Check the share or the price.`,
  })),
  LIMIT_WITHOUT_EFFECT: findingText('warning', ({ a, limit }: One & { limit: string }) => ({
    zh: `“${a.zh}”设置了 ${limit}，但这类活动不按它计数，限制不起作用。请改用次数限制。`,
    en: `"${a.en}" sets ${limit}, which campaigns of its kind never draw on. Limit the uses instead.`,
  })),
  MEMBERS_ONLY_ANYWAY: findingText('warning', ({ a }: One) => ({
    zh: `“${a.zh}”写明不限会员，但其他条件只有会员才能满足。请改为会员专享，或去掉这些条件。`,
    en: `"${a.en}" says that it is not for members only, but only members can meet its other conditions. Say memberOnly, or drop them.`,
  })),
  MEMBER_PRICE_ABOVE_LIST: findingText('warning', ({ a, names }: One & { names: readonly string[] }) => ({
    zh: `“${a.zh}”的会员价不低于售价，不起作用：${names.join('、')}。请核对价格。`,
    en: `Member prices of "${a.en}" are not below the list price and are ignored: ${names.join(', ')}. Check the prices.`,
  })),
  ITEMS_NOT_IN_CATALOGUE: findingText('warning', ({ a, names }: One & { names: readonly string[] }) => ({
    zh: `“${a.zh}”里有商品目录没有的内容：${names.join('、')}。请核对。`,
    en: `"${a.en}" names what the catalogue does not have: ${names.join(', ')}. Check the names.`,
  })),
};
