import type { Names } from '../../schema/common.ts';
import { findingText } from './text.ts';

export interface Pair {
  readonly a: Names;
  readonly b: Names;
}

export const rivalTexts = {
  PRIORITY_UNSET: findingText('warning', (_: Record<never, never>) => ({
    zh: '策略按优先级执行，但没有一个活动设置了优先级，只能按列表顺序。请设置优先级，或改用对顾客最优。',
    en: 'The policy goes by priority, but no campaign has one: the order of the list decides. Set priorities, or let the policy choose the best for the customer.',
  })),
  PRIORITY_TIE: findingText('warning', ({ all }: { all: readonly Names[] }) => ({
    zh: `${all.map(({ zh }) => `“${zh}”`).join('、')}争用同样的商品，优先级相同：列表中靠前的先享。请区分优先级。`,
    en: `${all.map(({ en }) => `"${en}"`).join(', ')} want the same items at the same priority: the first in the list goes first. Give them different priorities.`,
  })),
  PRIORITY_WITHOUT_EFFECT: findingText('warning', ({ a }: { a: Names }) => ({
    zh: `“${a.zh}”设置了优先级，但策略取对顾客最优，优先级不起作用。请删去优先级，或改用按优先级。`,
    en: `"${a.en}" has a priority, but the policy chooses the best for the customer and never reads it. Remove it, or let the policy go by priority.`,
  })),
  IDENTICAL_CAMPAIGNS: findingText('warning', ({ a, b, isTwice }: Pair & { isTwice: boolean }) => ({
    zh: `“${a.zh}”与“${b.zh}”的商品、优惠和条件完全相同，时间也有重叠：${isTwice ? '顾客会享受两次' : '其中一个没有作用'}。请只保留一个。`,
    en: `"${a.en}" and "${b.en}" have the same items, saving and conditions at the same time: ${isTwice ? 'shoppers save twice' : 'one of them does nothing'}. Keep one.`,
  })),
  DOMINATED: findingText('warning', ({ a, b }: Pair) => ({
    zh: `“${b.zh}”的商品、时间和人群与“${a.zh}”相同，而优惠总是更大，“${a.zh}”单独看永远轮不到。请删去，或改变其中一个的范围。`,
    en: `"${b.en}" has the same items, times and people as "${a.en}" and always saves more, so that "${a.en}" is never the better one. Drop it, or change what one of them is for.`,
  })),
};
