import { formatFen } from '../../money.ts';
import type { Names } from '../../schema/common.ts';
import { findingText } from './text.ts';

/** `units` pieces of a SKU sold at `priceFen`, which cost the store `costFen`; `more` other items are below cost too. */
export interface Loss {
  readonly sku: string;
  readonly units: number;
  readonly priceFen: number;
  readonly costFen: number;
  readonly more: number;
}

const zh = (fen: number): string => formatFen(fen, 'zh-CN');
const en = (fen: number): string => formatFen(fen, 'en');
const moreZh = (more: number): string => (more === 0 ? '' : `，另有 ${more} 种商品也是如此`);
const moreEn = (more: number): string => (more === 0 ? '' : ` (and ${more} more ${more === 1 ? 'item' : 'items'})`);

export const costTexts = {
  PRICE_BELOW_COST: findingText('warning', ({ a, sku, units, priceFen, costFen, more }: Loss & { a: Names }) => ({
    zh: `按“${a.zh}”，${sku} 买 ${units} 件共 ${zh(priceFen)}，低于成本 ${zh(costFen)}${moreZh(more)}。请确认是否有意亏本。`,
    en: `With "${a.en}", ${units} of ${sku} sell at ${en(priceFen)}, below their cost of ${en(costFen)}${moreEn(more)}. Make sure that the loss is meant.`,
  })),
  STACK_BELOW_COST: findingText(
    'warning',
    ({ all, sku, units, priceFen, costFen, more }: Loss & { all: readonly Names[] }) => ({
      zh: `${all.map((name) => `“${name.zh}”`).join('、')}同享时，${sku} 买 ${units} 件共 ${zh(priceFen)}，低于成本 ${zh(costFen)}${moreZh(more)}。请限制同享，或降低优惠。`,
      en: `With ${all.map((name) => `"${name.en}"`).join(', ')} together, ${units} of ${sku} sell at ${en(priceFen)}, below their cost of ${en(costFen)}${moreEn(more)}. Let them not stack, or save less.`,
    }),
  ),
  BUNDLE_BELOW_COST: findingText(
    'warning',
    ({
      a,
      names,
      priceFen,
      costFen,
      isAlways,
    }: {
      a: Names;
      names: readonly string[];
      priceFen: number;
      costFen: number;
      isAlways: boolean;
    }) => ({
      zh: `“${a.zh}”的一组（${names.join('、')}）售价 ${zh(priceFen)}，低于成本 ${zh(costFen)}${isAlways ? '，任何搭配都是如此' : ''}。请提高价格，或缩小商品范围。`,
      en: `A group of "${a.en}" (${names.join(', ')}) sells at ${en(priceFen)}, below its cost of ${en(costFen)}${isAlways ? ', and so does every other' : ''}. Raise the price, or narrow the items.`,
    }),
  ),
};
