import { type Point, squaredDistance } from './features.ts';

/**
 * Mean silhouette (Rousseeuw 1987): for each point (b - a) / max(a, b), a its mean distance to its own group, b to the nearest other; a group of one counts 0. From -1 (all in the wrong
 * group) to 1. Compares all with all.
 */
export function silhouette(points: readonly Point[], groupOf: readonly number[]): number {
  const groups = Math.max(...groupOf) + 1;
  const sizes = new Array<number>(groups).fill(0);
  for (const group of groupOf) sizes[group] = (sizes[group] ?? 0) + 1;
  let total = 0;
  points.forEach((point, index) => {
    const own = groupOf[index] ?? 0;
    const size = sizes[own] ?? 0;
    if (size < 2) return;
    const sums = new Array<number>(groups).fill(0);
    points.forEach((other, at) => {
      const group = groupOf[at] ?? 0;
      sums[group] = (sums[group] ?? 0) + Math.sqrt(squaredDistance(point, other));
    });
    const a = (sums[own] ?? 0) / (size - 1);
    const others = sums.map((sum, group) =>
      group === own || !sizes[group] ? Number.POSITIVE_INFINITY : sum / (sizes[group] ?? 1),
    );
    const b = Math.min(...others);
    if (Number.isFinite(b) && Math.max(a, b) > 0) total += (b - a) / Math.max(a, b);
  });
  return points.length === 0 ? 0 : total / points.length;
}
