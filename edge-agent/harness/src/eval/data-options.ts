import { HarnessError } from '../errors.ts';
import type { Dataset } from './dataset.ts';
import { readCompleteJourney } from './forms/complete-journey.ts';
import { readDnntsp } from './forms/dnntsp.ts';
import { readRealityCheck } from './forms/reality-check.ts';

/** Where baskets come from; the same for all evaluations of baskets. */
export const DATA_OPTIONS = {
  form: {
    description: 'of the files',
    default: 'reality-check',
    choices: ['reality-check', 'dnntsp', 'completejourney'],
  },
  history: { description: 'reality-check: {uid: [[-1], basket, …, [-1]]}', default: '', path: 'FILE' },
  future: { description: 'reality-check: {uid: [[-1], basket, [-1]]}', default: '', path: 'FILE' },
  splits: { description: 'reality-check: {folds: [{train, val, test}]}', default: '', path: 'FILE' },
  data: { description: 'dnntsp: the file; completejourney: the folder', default: '', path: 'FILE' },
  products: { description: 'completejourney: products.csv', default: '', path: 'FILE' },
  folds: { description: 'to run, from the first on; 0 for all', default: 0, min: 0, max: 100 },
  cases: { description: 'which to run', default: 'all', choices: ['all', 'baselines', 'ours'] },
  seed: { description: 'of all that is drawn', default: 1, min: 0, max: 2 ** 31 - 1 },
  plot: { description: 'writes the cases as bars to this .svg', default: '', path: 'FILE' },
} as const;

interface DataAsked {
  readonly form: (typeof DATA_OPTIONS)['form']['choices'][number];
  readonly history: string;
  readonly future: string;
  readonly splits: string;
  readonly data: string;
  readonly products: string;
  readonly seed: number;
}

/** @throws HarnessError HARNESS_USAGE where a file is not named; what the form's reader throws */
export function readDataset(asked: DataAsked): Dataset {
  const needed = <K extends 'history' | 'future' | 'splits' | 'data' | 'products'>(
    ...names: K[]
  ): Record<K, string> => {
    const missing = names.filter((name) => asked[name] === '');
    if (missing.length === 0) return asked;
    const list = missing.map((name) => `--${name} FILE`).join(' ');
    throw new HarnessError('HARNESS_USAGE', `the form ${asked.form} needs ${list}`);
  };
  if (asked.form === 'dnntsp') return readDnntsp(needed('data').data);
  if (asked.form === 'completejourney') {
    const { data, products } = needed('data', 'products');
    return readCompleteJourney(data, products, asked.seed);
  }
  return readRealityCheck(needed('history', 'future', 'splits'));
}

/** The cases that were asked for. */
export function chosenCases<T>(
  models: Readonly<Record<string, T>>,
  cases: 'all' | 'baselines' | 'ours',
): Record<string, T> {
  const chosen = Object.entries(models).filter(([name]) => cases === 'all' || (name === 'ours') === (cases === 'ours'));
  return Object.fromEntries(chosen);
}
