import type { RankedItem, StoreSales } from '@tillside/features';
import type { ModelErrorCode } from './errors.ts';
import type { WireContext } from './wire.ts';

export interface ProbeLimits {
  /** Longest that all but one in a hundred questions may take inside the child. */
  readonly p99MaxMs: number;
}

/** What a model took to answer made-up questions in its child. */
export interface Measured {
  readonly questions: number;
  /** From the question to its ranked answer. */
  readonly p99Ms: number;
  /** The model's part of it. */
  readonly bareP50Ms: number;
  readonly bareP99Ms: number;
  /** Resident memory of the child at its highest. */
  readonly peakBytes: number;
}

/** What the agent tells its inference child, and what comes back, as structured clones over Node's IPC channel. */
export type ToChild =
  | {
      readonly type: 'load';
      readonly path: string;
      readonly agentVersion: string;
      /** Absent for a model that was measured before. */
      readonly probe?: ProbeLimits | undefined;
    }
  /** From now on questions are asked in a store that sold this; undefined where nobody knows. */
  | { readonly type: 'store'; readonly sales: StoreSales | undefined }
  | {
      readonly type: 'recommend';
      readonly id: number;
      readonly context: WireContext;
      readonly limit: number;
    };

export type FromChild =
  | {
      readonly type: 'loaded';
      readonly modelId: string;
      readonly packSha256: string;
      /** The most bought items' statistics as bytes: the agent answers from them while the child is away. */
      readonly topStats: Uint8Array;
      readonly measured?: Measured | undefined;
    }
  | { readonly type: 'refused'; readonly code: ModelErrorCode; readonly message: string }
  | { readonly type: 'answer'; readonly id: number; readonly items: readonly RankedItem[] }
  | { readonly type: 'failed'; readonly id: number; readonly code: string; readonly message: string };
