import type { UnitPrice } from '@tillside/agent-contract';

/** Grams or millilitres of one of each unit that stands in a size, as it is printed in China, the EU and the US. */
const UNITS: Readonly<Record<string, { readonly kind: 'g' | 'ml'; readonly of: number }>> = {
  g: { kind: 'g', of: 1 },
  克: { kind: 'g', of: 1 },
  kg: { kind: 'g', of: 1_000 },
  千克: { kind: 'g', of: 1_000 },
  公斤: { kind: 'g', of: 1_000 },
  斤: { kind: 'g', of: 500 },
  ml: { kind: 'ml', of: 1 },
  毫升: { kind: 'ml', of: 1 },
  cl: { kind: 'ml', of: 10 },
  l: { kind: 'ml', of: 1_000 },
  升: { kind: 'ml', of: 1_000 },
};
const MEASURE = /(\d+(?:[.,]\d+)?)\s*(千克|公斤|毫升|kg|ml|cl|克|斤|升|g|l)(?![a-z])/giu;
const TIMES = /(\d{1,3})\s*[×x*]\s*$/iu;
/** Packs smaller than this are compared by 100 g or 100 ml: a price per kg of saffron helps nobody. */
const SMALL = 250;
const BASE = 1_000;
const HUNDRED = 100;

/** What a size says, in grams or millilitres: `454克`, `6 × 330 ml`, `1.5 L`. Undefined where it names no measure, or several that could be meant. */
export function contentOf(size: string): { kind: 'g' | 'ml'; amount: number } | undefined {
  const found = [...size.matchAll(MEASURE)];
  const [first, second] = found;
  const unit = UNITS[first?.[2]?.toLowerCase() ?? ''];
  if (first === undefined || second !== undefined || unit === undefined) return undefined;
  const pieces = Number(TIMES.exec(size.slice(0, first.index))?.[1] ?? 1);
  const amount = Number(first[1]?.replace(',', '.')) * unit.of * pieces;
  return amount > 0 ? { kind: unit.kind, amount } : undefined;
}

/** What a measure of a pack costs, half up to the fen; undefined where the size tells no measure. `pieces` of this size cost `payableFen` together. */
export function unitPriceOf(size: string, pieces: number, payableFen: number): UnitPrice | undefined {
  const content = contentOf(size);
  if (content === undefined) return undefined;
  const isSmall = content.amount < SMALL;
  const per = content.kind === 'g' ? (isSmall ? '100g' : 'kg') : isSmall ? '100ml' : 'l';
  return { fen: Math.round((payableFen * (isSmall ? HUNDRED : BASE)) / (content.amount * pieces)), per };
}
