import type { CatalogueContent, PairTable } from './types.ts';

/** What is known where nobody told a catalogue. */
export const NO_CATALOGUE: CatalogueContent = {
  items: [],
  likeness: { offsets: new Uint32Array(1), items: new Uint32Array(0), counts: new Float32Array(0) },
};

/** The likeness of a catalogue by the places of `skus`; what is not among them is left out. */
export function contentTable(catalogue: CatalogueContent, skus: readonly string[]): PairTable {
  const { likeness } = catalogue;
  const rowOf = new Map(catalogue.items.map(({ sku }, row) => [sku, row]));
  const placeOf = new Int32Array(catalogue.items.length).fill(-1);
  const rows = Int32Array.from(skus, (sku) => rowOf.get(sku) ?? -1);
  rows.forEach((row, place) => {
    if (row >= 0) placeOf[row] = place;
  });
  const offsets = new Uint32Array(skus.length + 1);
  const items: number[] = [];
  const counts: number[] = [];
  rows.forEach((row, place) => {
    const until = row < 0 ? 0 : (likeness.offsets[row + 1] ?? 0);
    for (let at = likeness.offsets[row] ?? 0; at < until; at += 1) {
      const other = placeOf[likeness.items[at] ?? 0] ?? -1;
      if (other < 0) continue;
      items.push(other);
      counts.push(likeness.counts[at] ?? 0);
    }
    offsets[place + 1] = items.length;
  });
  return { offsets, items: Uint32Array.from(items), counts: Float32Array.from(counts) };
}
