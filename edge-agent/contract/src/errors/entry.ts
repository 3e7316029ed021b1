import type { Words } from '../common.ts';

export interface ErrorEntry {
  readonly status: number;
  /** What happened. */
  readonly cause: Words;
  /** What to do, and what stays safe. */
  readonly hint: Words;
}

export const entry = (status: number, cause: Words, hint: Words): ErrorEntry => ({ status, cause, hint });
