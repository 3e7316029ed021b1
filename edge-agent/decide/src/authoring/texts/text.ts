import type { Names } from '../../schema/common.ts';

/** `error`: a campaign can't do what it says. `warning`: it works, but hardly as meant. */
export type Severity = 'error' | 'warning';

/** One code: its severity and its text from the arguments of the case. The text says the reason, then what to do. */
export interface FindingText<A> {
  readonly severity: Severity;
  readonly text: (args: A) => Names;
}

/** Gives a code its arguments' type. */
export const findingText = <A>(severity: Severity, text: (args: A) => Names): FindingText<A> => ({ severity, text });
