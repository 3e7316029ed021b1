/** What a training worked out about one member, as it goes into member packs; to the hub the bytes are opaque. */
export interface TasteRow {
  readonly memberId: string;
  readonly taste: Uint8Array;
}

/** The newest training whose tastes are all here. */
export interface TasteRun {
  readonly modelId: string;
  /** When the last of them came. */
  readonly at: string;
  readonly held: number;
}

/**
 * Tastes of persons who agree to personal offers, and of nobody else: a consent that is withdrawn, a merge into another and an erasure take a taste with them, in the same
 * transaction.
 */
export interface TasteStore {
  /**
   * In place of those of the training before. Pages come one at a time and are bounded by who gives them; each is a transaction of its own. Of who is unknown, merged into
   * another, or does not agree nothing is taken. Where it ends early both are here, and `newest` still names the training before. Returns how many are held.
   */
  replaceAll(modelId: string, pages: AsyncIterable<readonly TasteRow[]>, now: () => string): Promise<number>;
  /** By member; who has none is left out. */
  of(memberIds: readonly string[]): Promise<Map<string, Buffer>>;
  newest(): Promise<TasteRun | null>;
}

/** Old rows that one transaction takes away. */
export const TASTES_DROPPED_AT_ONCE = 2_000;
