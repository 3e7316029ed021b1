import { InputRefused } from './input.ts';

/** The streams that a run writes to; a test hands in its own. */
export interface CliPorts {
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  /** Epoch milliseconds, for baskets priced without a context file. */
  readonly now: () => number;
}

export const EXIT_OK = 0;
/** `check` found a campaign that can't do what it says. */
export const EXIT_FINDINGS = 1;
export const EXIT_BAD_INPUT = 2;

/** Each problem of a refused input as a JSON line. Any other error is not ours to report, and is thrown on. */
export function report(error: unknown, ports: CliPorts): number {
  if (!(error instanceof InputRefused)) throw error;
  for (const one of error.errors) ports.stderr(`${JSON.stringify({ error: one })}\n`);
  return EXIT_BAD_INPUT;
}
