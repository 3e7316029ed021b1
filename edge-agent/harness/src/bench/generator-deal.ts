import type { ItemSelector } from '@tillside/decide';
import type { Chance } from '../random.ts';
import type { PoolItem } from './generator-pool.ts';

const WINDOW = { from: '2020-01-01T00:00:00Z', to: '2099-01-01T00:00:00Z' };

/** What a campaign is made from: its items, and what a basket is expected to hold of them. */
export interface Deal {
  readonly chance: Chance;
  readonly id: string;
  /** Items that baskets are expected to have; prices are set by them. Not empty. */
  readonly near: readonly PoolItem[];
  /** Items that it names besides. */
  readonly far: readonly PoolItem[];
  /** Of every item of the store, whatever is named. */
  readonly wholeStore: boolean;
  readonly expectedFen: number;
  readonly expectedUnits: number;
}

/** All items that a campaign names, near ones first, so that both halves of a combo are there. */
export const itemsOf = ({ near, far }: Deal): PoolItem[] => [...near, ...far];
/** Every second of them, beginning with the first (0) or the second (1). */
export const halfOf = (deal: Deal, half: 0 | 1): PoolItem[] => itemsOf(deal).filter((_, place) => place % 2 === half);
export const skusOf = (items: readonly PoolItem[]): ItemSelector => ({ skus: items.map((item) => item.sku) });
export const selectorOf = (deal: Deal): ItemSelector => (deal.wholeStore ? { all: true } : skusOf(itemsOf(deal)));
export const common = ({ id, chance }: Deal) => ({
  schema: 1 as const,
  id,
  version: 1,
  name: { zh: `活动 ${id}`, en: `Campaign ${id}` },
  window: WINDOW,
  fundedBy: chance.happens(0.3) ? ('brand' as const) : ('store' as const),
});

/** The lot that an item's pieces near their date carry, where a markdown names it. */
export const lotOf = (sku: string): string => `${sku}-lot`;

export const share = (chance: Chance, low: number, high: number): number => low + (high - low) * chance.next();
/** Whole ten fen, at least one of them: how shops write prices. */
export const tenFen = (fen: number): number => Math.max(10, Math.round(fen / 10) * 10);
/** Whole five yuan, at least one of them: how shops write thresholds. */
export const fiveYuan = (fen: number): number => Math.max(500, Math.round(fen / 500) * 500);
const wholeYuan = (fen: number): number => Math.max(100, Math.round(fen / 100) * 100);
const cheapestFen = (items: readonly PoolItem[]): number => Math.min(...items.map((item) => item.unitPriceFen));

export const meanFen = (items: readonly PoolItem[]): number =>
  items.reduce((sum, item) => sum + item.unitPriceFen, 0) / items.length;

/** Of two in the middle the lower: a price below it saves on half of the items or more. */
function medianFen(items: readonly PoolItem[]): number {
  const sorted = items.map((item) => item.unitPriceFen).sort((left, right) => left - right);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
}

export const percent = ({ chance }: Deal) => ({ by: 'percent' as const, percentOffBp: chance.between(1, 8) * 500 });
export const amount = ({ chance, near }: Deal) => ({
  by: 'amount' as const,
  amountOffFen: tenFen(cheapestFen(near) * share(chance, 0.1, 0.4)),
});
export const fixedPrice = ({ chance, near }: Deal) => ({
  by: 'fixed-price' as const,
  fixedPriceFen: tenFen(medianFen(near) * share(chance, 0.6, 0.9)),
});

/** Price of a bundle whose units usually cost `usualFen` together. */
export function bundlePrice(chance: Chance, usualFen: number) {
  const off = share(chance, 0.1, 0.3);
  return chance.pick([
    { by: 'fixed-price' as const, bundlePriceFen: tenFen(usualFen * (1 - off)) },
    { by: 'percent' as const, percentOffBp: Math.round(off * 20) * 500 },
    { by: 'amount' as const, amountOffFen: tenFen(usualFen * off) },
  ]);
}

export const matchOf = (chance: Chance, sameSku: number) =>
  chance.happens(sameSku) ? { match: 'same-sku' as const } : { match: 'any' as const };
export const baseOf = (chance: Chance) =>
  chance.happens(0.7) ? { base: 'after-item-discounts' as const } : { base: 'list' as const };
export const spendOf = ({ chance, expectedFen }: Deal, low = 0.4, high = 1.2): number =>
  fiveYuan(expectedFen * share(chance, low, high));
export const unitsOf = ({ chance, expectedUnits }: Deal): number =>
  Math.max(2, Math.round(expectedUnits * share(chance, 0.4, 1.2)));
export const saveOf = (chance: Chance, spendFen: number): number =>
  Math.min(spendFen, wholeYuan(spendFen * share(chance, 0.05, 0.2)));
