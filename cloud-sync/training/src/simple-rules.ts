import { compareText, type PreparedContext, type StatsIndex } from '@tillside/features';
import { METRIC_CUTOFF } from './limits.ts';

/** What sells, most bought first, without the basket; METRIC_CUTOFF or more where there are so many. */
export function popular({ stats }: StatsIndex, { basket }: PreparedContext): string[] {
  return stats.skus.slice(0, METRIC_CUTOFF + basket.size).filter((sku) => !basket.has(sku));
}

/** What the member bought most often, then what sells. */
export function ownFirst(index: StatsIndex, context: PreparedContext): string[] {
  const own = [...context.personal.values()]
    .map(({ item }) => item)
    .filter(({ sku }) => !context.basket.has(sku))
    .sort((a, b) => b.baskets - a.baskets || b.lastAtMs - a.lastAtMs || compareText(a.sku, b.sku))
    .map(({ sku }) => sku);
  return [...new Set([...own, ...popular(index, context)])];
}
