import type { RankedItem, RecommendationContext } from '@tillside/features';
import type { ModelErrorCode } from './errors.ts';

/** What the agent tells its inference child, and what comes back: JSON over Node's IPC channel. */
export type ToChild =
  | { readonly type: 'load'; readonly path: string; readonly agentVersion: string }
  | {
      readonly type: 'recommend';
      readonly id: number;
      readonly context: RecommendationContext;
      readonly limit: number;
    };

export type FromChild =
  | { readonly type: 'loaded'; readonly modelId: string; readonly packSha256: string }
  | { readonly type: 'refused'; readonly code: ModelErrorCode; readonly message: string }
  | { readonly type: 'answer'; readonly id: number; readonly items: readonly RankedItem[] }
  | { readonly type: 'failed'; readonly id: number; readonly code: string; readonly message: string };
