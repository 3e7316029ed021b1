import { LINK_PROBLEMS } from './digital-link/problems.ts';
import { ELEMENT_PROBLEMS } from './elements/problems.ts';
import { IN_STORE_PROBLEMS } from './in-store/problems.ts';
import { SCAN_PROBLEMS } from './scan-problems.ts';
import type { Gs1Refusal } from './types.ts';

/** Every reason for which a code is refused: code -> what is wrong and what to do. Texts are for integrators and for whoever printed the code. */
export const GS1_PROBLEMS = {
  ...ELEMENT_PROBLEMS,
  ...LINK_PROBLEMS,
  ...IN_STORE_PROBLEMS,
  ...SCAN_PROBLEMS,
} as const satisfies Record<string, { message: string; hint: string }>;

export type Gs1ProblemCode = keyof typeof GS1_PROBLEMS;

/** A refusal; `detail` is appended to the message. It may hold the AI or a part of a public code, never a code that is a secret or money. */
export function refusal(code: Gs1ProblemCode, position: number, detail?: string): Gs1Refusal {
  const { message, hint } = GS1_PROBLEMS[code];
  return {
    ok: false,
    problem: { code, message: detail ? `${message} (${detail.slice(0, 200)})` : message, hint, position },
  };
}
