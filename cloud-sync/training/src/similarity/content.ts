import { type Sparse, SparseBuilder, transposed } from '../neighbours/sparse.ts';
import { topProducts } from './products.ts';

/** What the catalogue says about an item; texts in any language, '' where unknown. */
export interface ItemContent {
  readonly category: string;
  readonly department: string;
  readonly brand?: string | undefined;
  readonly size?: string | undefined;
  readonly name?: string | undefined;
}

/** How much a token of each field counts; a rare token counts more besides. */
const FIELD_WEIGHTS = { category: 2, brand: 1, size: 0.5, name: 1 } as const;
/** Tokens of one item's field. */
const TOKENS_MAX = 32;

/**
 * For each item the `top` items of its department that are most alike by category, brand, size and name: [items, items], the cosine of their
 * weighted tokens, 0 to 1. It knows what has never been sold.
 */
export function contentNeighbours(items: readonly ItemContent[], top: number): Sparse {
  const tokens = items.map(tokensOf);
  const places = new Map<string, number>();
  const counts: number[] = [];
  for (const own of tokens) {
    for (const token of own.keys()) {
      const place = places.get(token) ?? places.size;
      places.set(token, place);
      counts[place] = (counts[place] ?? 0) + 1;
    }
  }
  const builder = new SparseBuilder(places.size, items.length * 8);
  const weights = new Float64Array(places.size);
  for (const own of tokens) {
    const columns = Int32Array.from(own.keys(), (token) => places.get(token) as number).sort();
    let squares = 0;
    for (const [token, weight] of own) {
      const place = places.get(token) as number;
      weights[place] = weight * Math.log1p(items.length / (counts[place] as number));
      squares += (weights[place] as number) ** 2;
    }
    for (const column of columns) weights[column] = (weights[column] as number) / Math.sqrt(squares);
    builder.addRow(columns, weights);
  }
  const rows = builder.build();
  return topProducts(rows, transposed(rows), top, (_row, _column, cosine) => Math.min(1, cosine));
}

/** Weight of each token. The department is part of it, so that departments never meet. */
function tokensOf(item: ItemContent): Map<string, number> {
  const own = new Map<string, number>();
  for (const field of ['category', 'brand', 'size', 'name'] as const) {
    const text = item[field] ?? '';
    const words = field === 'name' ? wordsOf(text) : [text.normalize('NFKC').trim().toLowerCase()];
    for (const word of words.slice(0, TOKENS_MAX)) {
      if (word !== '') own.set(JSON.stringify([item.department, field, word]), FIELD_WEIGHTS[field]);
    }
  }
  return own;
}

/** Runs of letters and digits; of Chinese, which has no spaces, pairs of neighbouring characters. */
function wordsOf(text: string): string[] {
  const runs =
    text
      .normalize('NFKC')
      .toLowerCase()
      .match(/\p{Script=Han}+|(?:(?!\p{Script=Han})[\p{L}\p{N}])+/gu) ?? [];
  return runs.flatMap((run) => {
    const characters = [...run];
    if (!/\p{Script=Han}/u.test(run) || characters.length < 2) return [run];
    return characters.slice(1).map((character, place) => `${characters[place]}${character}`);
  });
}
