import type { TakeSource } from '@tillside/hub-contract';

/** An item of an answer. `shown`: the store told that it was; an outcome may be heard of before its answer. */
export interface AnswerItem {
  readonly sku: string;
  readonly shown: boolean;
  /** It stood there by the explore share, not by its score. */
  readonly explored: boolean;
  readonly added: boolean;
  readonly bought: boolean;
}

/** One answer that somebody saw, and what became of it. */
export interface ShownAnswer {
  readonly recommendationId: string;
  /** UTC date of the answer; while it was not told, of the first outcome that was. */
  readonly day: string;
  readonly source: TakeSource;
  /** '' for none. */
  readonly modelId: string;
  /** Its own event came. */
  readonly isTold: boolean;
  readonly items: readonly AnswerItem[];
}

/** What is to be added to a day of one store; `explored`: of the explored items alone. Numbers below zero take back. */
export interface TakeSum {
  readonly day: string;
  readonly source: TakeSource;
  readonly modelId: string;
  readonly explored: boolean;
  readonly answers: number;
  readonly shown: number;
  readonly added: number;
  readonly bought: number;
}

export interface TakeChange {
  readonly store: string;
  /** Where in an `ops` stream the counting was and is now; null for an event that had been passed over and can be read now. */
  readonly moved: { readonly epoch: string; readonly fromSeq: number; readonly toSeq: number } | null;
  /** As they are now. */
  readonly answers: readonly ShownAnswer[];
  readonly sums: readonly TakeSum[];
  readonly at: string;
}

export interface TakeQuery {
  readonly store?: string | undefined;
  /** UTC dates, both included. */
  readonly from: string;
  readonly to: string;
  readonly limit: number;
}

/** What became of recommendations, counted from the log. One hub at a time counts (the turn `takes`). */
export interface TakeStore {
  /** Up to which number each `ops` stream of a store was counted, by epoch. */
  cursors(store: string): Promise<Map<string, number>>;
  /** Those that are remembered, in no order. */
  answers(store: string, recommendationIds: readonly string[]): Promise<ShownAnswer[]>;
  /** One transaction. False, and nothing written, where the cursor is not at `fromSeq`. */
  put(change: TakeChange): Promise<boolean>;
  /** Forgets answers that nothing was heard of since `before`, at most `limit`; their sums stay. Returns how many. */
  forget(before: string, limit: number): Promise<number>;
  /** Sums over stores, or of one; newest day first, then by what made it. */
  days(query: TakeQuery): Promise<TakeSum[]>;
}
