import { formatFen } from '../../money.ts';
import type { Names } from '../../schema/common.ts';
import { findingText } from './text.ts';

export interface One {
  readonly a: Names;
}

export const neverTexts = {
  NEVER_OPEN: findingText('error', ({ a }: One) => ({
    zh: `“${a.zh}”的起止时间内没有一分钟符合所选的星期和时段，永远不会生效。请修改日期、星期或时段。`,
    en: `"${a.en}" never applies: between its start and end no minute is on its days and hours. Change the dates, the days or the hours.`,
  })),
  NEVER_ANY_TIER: findingText('error', ({ a }: One) => ({
    zh: `“${a.zh}”的会员等级与人群条件里的等级没有交集，没有会员能享受。请让两处一致。`,
    en: `"${a.en}" never applies: its member tiers and those of its audience have none in common. Make the two agree.`,
  })),
  NEVER_ON_LABEL: findingText('error', ({ a }: One) => ({
    zh: `“${a.zh}”只在价签渠道生效，但它需要优惠券或会员，价签前没有人出示。请增加渠道，或去掉条件。`,
    en: `"${a.en}" never applies: it is for labels only, and nobody shows a label a coupon or a membership. Add channels, or drop the condition.`,
  })),
  NEVER_ANY_COUPON: findingText('error', ({ a }: One) => ({
    zh: `“${a.zh}”需要优惠券，但策略规定每单可用券数为 0，永远不会生效。请提高张数，或去掉用券要求。`,
    en: `"${a.en}" never applies: it requires a coupon, and the policy lets a basket use none. Allow coupons, or drop the requirement.`,
  })),
  NEVER_ANY_ITEM: findingText('error', ({ a }: One) => ({
    zh: `“${a.zh}”列出的商品又全部被排除，永远不会生效。请修改商品范围。`,
    en: `"${a.en}" never applies: every item that it names is excluded again. Change which items it is for.`,
  })),
  NEVER_REACHED: findingText('error', ({ a, most }: One & { most: number }) => ({
    zh: `“${a.zh}”每单最多优惠 ${most} 件，低于最低一档的件数，永远不会生效。请提高上限，或降低档位。`,
    en: `"${a.en}" never applies: it takes at most ${most} units of a basket, fewer than its lowest tier needs. Raise the limit, or lower the tier.`,
  })),
  BUDGET_BELOW_SAVING: findingText(
    'error',
    ({ a, saveFen, budgetFen }: One & { saveFen: number; budgetFen: number }) => ({
      zh: `“${a.zh}”优惠一次就要 ${formatFen(saveFen, 'zh-CN')}，超过全部预算 ${formatFen(budgetFen, 'zh-CN')}。请提高预算，或降低优惠。`,
      en: `"${a.en}" saves ${formatFen(saveFen, 'en')} at a time, more than its whole budget of ${formatFen(budgetFen, 'en')}. Raise the budget, or lower the saving.`,
    }),
  ),
  NEVER_SAVES: findingText('error', ({ a }: One) => ({
    zh: `“${a.zh}”的价格不低于商品目录里的任何售价，一分钱也省不了。请核对价格。`,
    en: `"${a.en}" saves nothing on any item of the catalogue: its price is not below what they sell at. Check its price.`,
  })),
  ITEMS_UNKNOWN: findingText('error', ({ a }: One) => ({
    zh: `“${a.zh}”的商品都不在商品目录里，永远不会生效。请核对商品、品类或部门。`,
    en: `"${a.en}" never applies: the catalogue has none of its items. Check the SKUs, categories or departments.`,
  })),
};
