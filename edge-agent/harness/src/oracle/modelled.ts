import type { Take } from './answer.ts';
import type { Expression } from './linear.ts';
import { at } from './numbers.ts';
import type { ItemCampaign } from './problem.ts';

/** Units of one line that the same campaigns take: how many, and what each campaign saves on them. */
export interface Part {
  readonly line: number;
  readonly campaigns: readonly ItemCampaign[];
  readonly units: Expression;
  /** In the order of `campaigns`. */
  readonly saved: readonly Expression[];
}

/** Part of a model: what it takes, and how to read a solution of it. */
export interface Modelled {
  readonly parts: readonly Part[];
  read(values: ArrayLike<number>): Take[];
}

/** A solution's value of a whole variable. */
export const wholeAt = (values: ArrayLike<number>, variable: number): number => Math.round(at(values, variable));
