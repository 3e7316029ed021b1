export { HARNESS_ERRORS, HarnessError, type HarnessErrorCode } from './errors.ts';
export type {
  Bench,
  ChoiceOption,
  Measure,
  MeasureContext,
  NamedMeasure,
  NumberOption,
  Soak,
  SoakReport,
} from './measure.ts';
export {
  BenchOutput,
  EvalOutput,
  MAX_LISTED_FAILURES,
  type Output,
  Result,
  SoakFailure,
  SoakOutput,
  UNITS,
} from './output/schema.ts';
export { REGISTRY } from './registry.ts';
export { type Registry, type RunPorts, runHarness } from './run.ts';
