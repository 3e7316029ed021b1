import type { ItemColumn, ItemStats, PairTable } from './types.ts';

/**
 * The statistics of the most bought items alone, with the pairs among them: what a rule can answer most shoppers from, in a small part of the
 * memory. Shares no array with the whole.
 */
export function topStats(stats: ItemStats, items: number): ItemStats {
  const columns = Object.entries(stats.columns).map(([name, values]) => [name, values.slice(0, items)]);
  return {
    ...stats,
    skus: stats.skus.slice(0, items),
    categoryOf: stats.categoryOf.slice(0, items),
    departmentOf: stats.departmentOf.slice(0, items),
    columns: Object.fromEntries(columns) as Record<ItemColumn, Float32Array>,
    together: topPairs(stats.together, items),
    following: topPairs(stats.following, items),
    content: topPairs(stats.content, items),
  };
}

function topPairs(table: PairTable, most: number): PairTable {
  const rows = Math.min(most, table.offsets.length - 1);
  const offsets = new Uint32Array(rows + 1);
  const items: number[] = [];
  const counts: number[] = [];
  for (let row = 0; row < rows; row += 1) {
    for (let at = table.offsets[row] ?? 0; at < (table.offsets[row + 1] ?? 0); at += 1) {
      const other = table.items[at] ?? 0;
      if (other >= rows) continue;
      items.push(other);
      counts.push(table.counts[at] ?? 0);
    }
    offsets[row + 1] = items.length;
  }
  return { offsets, items: Uint32Array.from(items), counts: Float32Array.from(counts) };
}
