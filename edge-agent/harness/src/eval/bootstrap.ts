import { createChance } from '../random.ts';

const RESAMPLES = 2_000;

/** By how much one mean is above another, in percent of the other, with an interval of 95 %. */
export interface Gain {
  readonly percent: number;
  readonly low: number;
  readonly high: number;
}

/**
 * Paired bootstrap over people: each resample draws people, and takes both values of each.
 *
 * @param pairs [ours, theirs] of each person
 * @returns undefined where the others' mean is 0
 */
export function pairedGain(pairs: readonly (readonly [number, number])[], seed: number): Gain | undefined {
  const chance = createChance(seed);
  const gains: number[] = [];
  for (let turn = 0; turn < RESAMPLES; turn += 1) {
    const gain = gainOf(Array.from(pairs, () => chance.pick(pairs)));
    if (gain !== undefined) gains.push(gain);
  }
  const percent = gainOf(pairs);
  if (percent === undefined || gains.length === 0) return undefined;
  gains.sort((left, right) => left - right);
  const at = (share: number): number => gains[Math.min(gains.length - 1, Math.floor(share * gains.length))] as number;
  return { percent, low: at(0.025), high: at(0.975) };
}

function gainOf(pairs: readonly (readonly [number, number])[]): number | undefined {
  let [ours, theirs] = [0, 0];
  for (const pair of pairs) {
    ours += pair[0];
    theirs += pair[1];
  }
  return theirs === 0 ? undefined : 100 * (ours / theirs - 1);
}
