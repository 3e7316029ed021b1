import type { Gs1ProblemCode } from './problems.ts';

/** One element of a GS1 code: application identifier, its value without FNC1, its title by the GS1 General Specifications. */
export interface Gs1Element {
  readonly ai: string;
  readonly value: string;
  readonly title: string;
}

/** Why a code is refused. `position` is the 0-based index into the text that was given. */
export interface Gs1Problem {
  readonly code: Gs1ProblemCode;
  readonly message: string;
  readonly hint: string;
  readonly position: number;
}

export type Gs1Refusal = { readonly ok: false; readonly problem: Gs1Problem };
export type Gs1Result<Value> = { readonly ok: true; readonly value: Value } | Gs1Refusal;
