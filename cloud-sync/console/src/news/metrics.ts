import type { HubAnswer } from '@tillside/hub-contract';

export type ModelRow = HubAnswer<'models'>['models'][number];
export const BASELINES = ['popularity', 'personalFrequency', 'coOccurrence'] as const;
export type Baseline = (typeof BASELINES)[number];

/** A model's recall beside that of each baseline on the same test baskets, 0 to 1. */
export interface Comparison {
  /** The cut-off: how many recommendations count. */
  readonly first: number;
  readonly model: number;
  readonly baselines: readonly { readonly name: Baseline; readonly value: number }[];
  /** Share by which the model is above the best baseline; negative when below; undefined without a baseline above zero. */
  readonly gain: number | undefined;
}

/**
 * Reads the flat metrics of a model manifest: `recallAt10`, `popularityRecallAt10` and so on. `part` is '' for all baskets, or
 * 'repeat' / 'explore' for products bought before / not before. Undefined when the model doesn't say.
 */
export function compare(
  metrics: Readonly<Record<string, number>>,
  part: '' | 'repeat' | 'explore' = '',
): Comparison | undefined {
  const title = part === '' ? 'recall' : `${part}Recall`;
  const found = Object.keys(metrics)
    .map((key) => new RegExp(`^${title}At(\\d+)$`).exec(key))
    .find((match) => match !== null);
  const model = found ? metrics[found[0]] : undefined;
  if (found?.[1] === undefined || model === undefined) return undefined;
  const suffix = `${title.charAt(0).toUpperCase()}${title.slice(1)}At${found[1]}`;
  const baselines = BASELINES.flatMap((name) => {
    const value = metrics[`${name}${suffix}`];
    return value === undefined ? [] : [{ name, value }];
  });
  const best = Math.max(0, ...baselines.map(({ value }) => value));
  return { first: Number(found[1]), model, baselines, gain: best > 0 ? model / best - 1 : undefined };
}
