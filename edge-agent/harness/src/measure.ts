import type { Progress } from './output/progress.ts';
import type { Result, SoakFailure } from './output/schema.ts';
import type { MeasuredStore } from './store/measured-store.ts';

/** A whole number that a measure takes from the command line as `--name N`. */
export interface NumberOption {
  readonly description: string;
  readonly default: number;
  readonly min: number;
  readonly max: number;
}

/** One of some words, as `--name WORD`. */
export interface ChoiceOption {
  readonly description: string;
  readonly default: string;
  readonly choices: readonly string[];
}

/** A file or folder, as `--name PATH`; the empty word when it is not given. */
export interface PathOption {
  readonly description: string;
  readonly default: '';
  /** How the help calls it. */
  readonly path: 'FILE' | 'FOLDER';
}

export type Option = NumberOption | ChoiceOption | PathOption;

export interface MeasureContext {
  readonly progress: Progress;
  /** Aborted when somebody pressed Ctrl-C: what runs must end soon and undo what it started. */
  readonly signal: AbortSignal;
  /** The demo store, up, with its campaigns; started at the first ask and stopped by who runs the measure. */
  store(): Promise<MeasuredStore>;
}

export interface SoakReport {
  readonly counts: Record<string, number>;
  readonly failures: SoakFailure[];
}

type Options = Readonly<Record<string, Option>>;
type Values<O extends Options> = {
  readonly [K in keyof O]: O[K] extends { readonly choices: readonly (infer C)[] }
    ? C
    : O[K] extends PathOption
      ? string
      : number;
};
/** What was asked for, by the name of the option. */
export type Asked = Readonly<Record<string, number | string>>;

/** One name of the harness: what it takes and what it does. Adding one is adding it to the registry. */
export interface Measure<Report, O extends Options = Options> {
  readonly description: string;
  readonly options: O;
  run(values: Values<O>, context: MeasureContext): Promise<Report>;
}

/** The same for who only knows it by its name. */
export interface NamedMeasure<Report> {
  readonly description: string;
  readonly options: Options;
  run(values: Asked, context: MeasureContext): Promise<Report>;
}

export type Bench = NamedMeasure<Result[]>;
export type Soak = NamedMeasure<SoakReport>;

/** Keeps the option names of one measure typed, and forgets them for the registry. */
export function measure<Report, const O extends Options>(definition: Measure<Report, O>): NamedMeasure<Report> {
  return {
    ...definition,
    run: (values, context) => definition.run(values as Values<O>, context),
  };
}
