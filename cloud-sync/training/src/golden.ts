import { featurize, quantised, type StatsIndex } from '@tillside/features';
import type { GoldenVector } from '@tillside/inference';
import { GOLDEN_VECTORS } from './limits.ts';
import type { Random } from './random.ts';

/** Scores of row-major float32[rows, FEATURE_COUNT]. */
export type Scorer = (features: Float32Array) => Float32Array;

const DAY_MS = 86_400_000;

/**
 * Questions that were made up from the shipped statistics, with the features and the score that they must give on a device. Made up,
 * because a model file goes to every store and a real shopper's history has no place in it.
 */
export function goldenVectors(scorer: Scorer, index: StatsIndex, random: Random): GoldenVector[] {
  return Array.from({ length: GOLDEN_VECTORS }, (_, place) => {
    const asked = madeUpQuestion(index, place, random);
    const features = featurize(asked.context, asked.sku, index);
    return { features: [...features], score: scorer(features)[0] ?? 0, asked };
  });
}

function madeUpQuestion(index: StatsIndex, place: number, random: Random): NonNullable<GoldenVector['asked']> {
  const { skus, toMs } = index.stats;
  const pick = () => skus[Math.floor(random() ** 2 * skus.length)] ?? '';
  const picks = (count: number) => [...new Set(Array.from({ length: count }, pick))];
  const askedMs = toMs + Math.floor(random() * 14 * DAY_MS);
  const lastAtMs = askedMs - Math.floor(random() * 30 * DAY_MS);
  const firstAtMs = lastAtMs - Math.floor(random() * 90 * DAY_MS);
  const items = picks(6).map((sku) => {
    const baskets = 1 + Math.floor(random() * 5);
    return {
      sku,
      baskets,
      firstAtMs,
      lastAtMs,
      decayed: 1 + random() * (baskets - 1),
      firstBasket: 1,
      lastBasket: 6,
      fast: 1,
      slow: baskets,
    };
  });
  const memberHistory = { basketCount: 6, firstAtMs, lastAtMs, items, lastBasketSkus: picks(3) };
  const context = { basketSkus: picks(place % 5), at: new Date(askedMs).toISOString() };
  // A third strangers; of the members' questions, half about something they know.
  if (place % 3 === 0) return { sku: pick(), context };
  const sku = place % 2 === 0 ? (items[0]?.sku ?? '') : pick();
  const memberScores = picks(8).map((scored) => ({
    sku: scored,
    neighbours: quantised(random() * 0.1),
    factors: quantised(random()),
  }));
  return { sku, context: { ...context, memberHistory, ...(place % 2 === 0 ? {} : { memberScores }) } };
}
