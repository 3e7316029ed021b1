import type { Names } from '../../schema/common.ts';
import { findingText } from './text.ts';

export interface Pair {
  readonly a: Names;
  readonly b: Names;
}

/** Why two campaigns never act together, whatever they say of each other. */
export type Apart = 'group' | 'kinds' | 'layer' | 'coupons' | 'audience';

const APART: Readonly<Record<Apart, Names>> = {
  group: { zh: '两者在同一互斥组', en: 'both are in one exclusive group' },
  kinds: { zh: '成组类活动占用的商品不再参加其他单品活动', en: 'the units of a group take no other item campaign' },
  layer: { zh: '该层只取最优的一个', en: 'only the best campaign of their layer applies' },
  coupons: { zh: '每单可用券数不够', en: 'a basket may not use that many coupons' },
  audience: { zh: '两者的时间、门店、渠道或会员等级没有交集', en: 'no time, store, channel and tier is open to both' },
};

export const stackingTexts = {
  STACK_UNKNOWN_CAMPAIGN: findingText('warning', ({ a, named }: { a: Names; named: string }) => ({
    zh: `“${a.zh}”的可同享名单里有 ${named}，但这一批活动中没有它。请核对编号，或从名单中删去。`,
    en: `"${a.en}" stacks with ${named}, which is not in this set. Correct the id, or take it off the list.`,
  })),
  STACK_UNKNOWN_LAYER: findingText('error', ({ a, named, layers }: { a: Names; named: string; layers: string }) => ({
    zh: `“${a.zh}”的可同享名单里有 ${named}，没有这一层。可用的有：${layers}。`,
    en: `"${a.en}" stacks with ${named}, which is no layer. Layers are: ${layers}.`,
  })),
  STACK_WITH_ITSELF: findingText('warning', ({ a }: { a: Names }) => ({
    zh: `“${a.zh}”的可同享名单里有它自己，没有作用。请删去。`,
    en: `"${a.en}" stacks with itself, which means nothing. Take it off the list.`,
  })),
  STACK_NOT_MUTUAL: findingText('warning', ({ a, b }: Pair) => ({
    zh: `“${a.zh}”允许与“${b.zh}”同享，但“${b.zh}”不接受，两者不会同享。请在两边都写明，或从这里删去。`,
    en: `"${a.en}" stacks with "${b.en}", which does not accept it: the two never stack. Name it on both sides, or on neither.`,
  })),
  STACK_LAYER_REFUSED: findingText('warning', ({ a, layer }: { a: Names; layer: string }) => ({
    zh: `“${a.zh}”允许与 ${layer} 同享，但该层没有活动接受它。请在对方的可同享名单里写明，或从这里删去。`,
    en: `"${a.en}" stacks with ${layer}, but no campaign of that layer accepts it. Name it there too, or take the layer off the list.`,
  })),
  STACK_IMPOSSIBLE: findingText('warning', ({ a, b, why }: Pair & { why: Apart }) => ({
    zh: `“${a.zh}”允许与“${b.zh}”同享，但不可能同享：${APART[why].zh}。请删去，或修改冲突的设置。`,
    en: `"${a.en}" stacks with "${b.en}", which can't happen: ${APART[why].en}. Take it off the list, or change what keeps them apart.`,
  })),
  STACKING_CYCLE: findingText('error', ({ chain }: { chain: readonly Names[] }) => ({
    zh: `同享关系绕成一圈：${chain.map(({ zh }) => `“${zh}”`).join(' → ')}，没有一对互相接受，因此都不会同享。请让每一对互相写明。`,
    en: `Stacking goes in a circle: ${chain.map(({ en }) => `"${en}"`).join(' -> ')}; no two accept each other, so none stack. Let each pair name each other.`,
  })),
  STACKING_AMBIGUOUS: findingText('warning', ({ a, b, c }: Pair & { c: Names }) => ({
    zh: `“${b.zh}”可与“${a.zh}”同享，也可与“${c.zh}”同享，但后两者不能同享：同一件商品享受哪一对，要看购物篮。请让三者都互相接受，或只保留一对。`,
    en: `"${b.en}" stacks with "${a.en}" and with "${c.en}", which don't stack with each other: which pair an item gets depends on the basket. Let all three accept each other, or keep one pair.`,
  })),
  STACKING_TOO_DEEP: findingText('warning', ({ all, most }: { all: readonly Names[]; most: number }) => ({
    zh: `${all.map(({ zh }) => `“${zh}”`).join('、')}都可同享，但一件商品最多享受 ${most} 个：享受哪几个，要看购物篮。请减少名单。`,
    en: `${all.map(({ en }) => `"${en}"`).join(', ')} all stack, but an item takes at most ${most}: which ones depends on the basket. Shorten the lists.`,
  })),
};
