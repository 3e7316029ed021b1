import type { Chunks } from './inputs.ts';

/** Why a case is a failure of the decoder. */
export class Complaint extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = 'Complaint';
    this.code = code;
  }
}

/** One decoder on the bench. */
export interface ParserTarget {
  /** e.g. `scale.mettler-8217.answer` or `gs1.digital-link`; stable, since the seed is mixed with it. */
  readonly name: string;
  /** Lawful input, at least one. */
  readonly samples: readonly Uint8Array[];
  /** Gives the decoder one case; how many values it accepted. Throws Complaint, or whatever the decoder throws. */
  check(chunks: Chunks): number;
  /** A decoder that keeps bytes from one chunk to the next, for the flood; absent when nothing is kept. */
  reader?(): { push(chunk: Uint8Array): void };
}

export const shown = (value: unknown): string => JSON.stringify(value)?.slice(0, 300) ?? String(value);
