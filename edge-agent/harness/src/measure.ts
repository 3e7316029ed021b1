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

type Options = Readonly<Record<string, NumberOption>>;
type Values<O extends Options> = { readonly [K in keyof O]: number };

/** One name of the harness: what it takes and what it does. Adding one is adding it to the registry. */
export interface Measure<Report, O extends Options = Options> {
  readonly description: string;
  readonly options: O;
  run(values: Values<O>, context: MeasureContext): Promise<Report>;
}

export type Bench = Measure<Result[]>;
export type Soak = Measure<SoakReport>;

/** Keeps the option names of one measure typed, and forgets them for the registry. */
export function measure<Report, O extends Options>(definition: Measure<Report, O>): Measure<Report> {
  return {
    ...definition,
    run: (values, context) => definition.run(values as Values<O>, context),
  };
}
