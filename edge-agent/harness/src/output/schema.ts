import { z } from 'zod';

/** The stable words of the output: later runs, scripts and people compare by them, so they are never renamed. */
const Name = z.string().regex(/^[a-z][a-z0-9-]{0,31}$/);
const Case = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9.-]{0,47}$/);
const Metric = z.string().regex(/^[a-z][A-Za-z0-9]{0,47}$/);

/** `ratio` is a share, 0 to 1; only a growth, one figure over another, may be above. `%` is how much more than another figure. */
export const UNITS = ['ms', 'MB', 'count', 'ratio', '1/s', 'fen', 's', 'ns', '%'] as const;

/** One figure. A value that is missing, NaN or infinite is refused. */
export const Result = z.strictObject({ case: Case, metric: Metric, value: z.number(), unit: z.enum(UNITS) });
export type Result = z.infer<typeof Result>;

const Results = z
  .array(Result)
  .min(1)
  .max(1_000)
  .refine((results) => new Set(results.map((one) => `${one.case} ${one.metric}`)).size === results.length, {
    message: 'a case has the same metric twice',
  });

/** The last line of `npm run bench -- NAME --json`. */
export const BenchOutput = z.strictObject({ bench: Name, results: Results });
export type BenchOutput = z.infer<typeof BenchOutput>;

/** The last line of `npm run eval -- NAME --json`. */
export const EvalOutput = z.strictObject({ eval: Name, results: Results });
export type EvalOutput = z.infer<typeof EvalOutput>;

/** Failures that one soak lists; `counts.failures` has them all. */
export const MAX_LISTED_FAILURES = 50;

export const SoakFailure = z.strictObject({ code: z.string().regex(/^[A-Z][A-Z0-9_]+$/), message: z.string().min(1) });
export type SoakFailure = z.infer<typeof SoakFailure>;

/** The last line of `npm run soak -- NAME --json`. A soak that lists failures has not passed, and one that passed lists none. */
export const SoakOutput = z
  .strictObject({
    soak: Name,
    passed: z.boolean(),
    counts: z.record(Metric, z.int().nonnegative()),
    failures: z.array(SoakFailure).max(MAX_LISTED_FAILURES),
    seed: z.int().nonnegative(),
  })
  .refine((output) => output.passed === (output.failures.length === 0), {
    message: 'passed and failures contradict each other',
  });
export type SoakOutput = z.infer<typeof SoakOutput>;

export type Output = BenchOutput | EvalOutput | SoakOutput;
