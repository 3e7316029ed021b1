import type { TreeData } from './types.ts';

/** What a row is worth in a ranking: 2^label - 1, as is usual. */
export function worth(label: number): number {
  return 2 ** label - 1;
}

/** Weight of a place, from 0. */
export function discount(place: number): number {
  return 1 / Math.log2(place + 2);
}

/** DCG of the best order of these labels, down to `cutoff` places. */
export function idealDcg(labels: Float32Array, cutoff: number): number {
  const best = labels.filter((label) => label > 0).sort();
  let sum = 0;
  for (let place = 0; place < Math.min(cutoff, best.length); place += 1) {
    sum += worth(best[best.length - 1 - place] as number) * discount(place);
  }
  return sum;
}

/**
 * Mean NDCG over the groups that hold a positive label, by their weights; 0 when none does. Rows of one score share their places: none
 * profits from the order of its row.
 */
export function meanNdcg(data: TreeData, scores: Float32Array, cutoff: number): number {
  const { groupOffsets, labels, weights } = data;
  const summed = new Float64Array(cutoff + 1);
  for (let place = 0; place < cutoff; place += 1) summed[place + 1] = (summed[place] as number) + discount(place);
  let [sum, total] = [0, 0];
  for (let group = 0; group + 1 < groupOffsets.length; group += 1) {
    const [from, to] = [groupOffsets[group] as number, groupOffsets[group + 1] as number];
    const ideal = idealDcg(labels.subarray(from, to), cutoff);
    if (ideal === 0) continue;
    const weight = weights?.[group] ?? 1;
    total += weight;
    sum += (weight * groupDcg(labels, scores, from, to, summed)) / ideal;
  }
  return total === 0 ? 0 : sum / total;
}

/** @param summed sum of the discounts of the first n places, for n up to the cutoff */
function groupDcg(labels: Float32Array, scores: Float32Array, from: number, to: number, summed: Float64Array): number {
  const cutoff = summed.length - 1;
  let dcg = 0;
  for (let row = from; row < to; row += 1) {
    const label = labels[row] as number;
    if (label === 0) continue;
    const score = scores[row] as number;
    let [above, equal] = [0, 0];
    for (let other = from; other < to; other += 1) {
      const rival = scores[other] as number;
      if (rival > score) above += 1;
      else if (rival === score) equal += 1;
    }
    if (above >= cutoff) continue;
    const last = Math.min(cutoff, above + equal);
    dcg += (worth(label) * ((summed[last] as number) - (summed[above] as number))) / equal;
  }
  return dcg;
}
