export const RETRY = {
  /** Of the first pause; each later one may be twice as long. */
  baseMs: 5_000,
  mostMs: 6 * 60 * 60_000,
  /** From the first attempt; then the delivery is a dead letter. */
  giveUpMs: 72 * 60 * 60_000,
} as const;

/**
 * When to try again after the attempt with this number (0 the first): full jitter below a bound that doubles, not before the receiver asked for it. Null: the stated time is over.
 */
export function nextTry(
  attempt: {
    readonly attempts: number;
    readonly firstMs: number;
    readonly nowMs: number;
    readonly retryAfterMs: number;
  },
  random: () => number,
): number | null {
  const { attempts, firstMs, nowMs, retryAfterMs } = attempt;
  if (nowMs - firstMs >= RETRY.giveUpMs) return null;
  const bound = Math.min(RETRY.mostMs, RETRY.baseMs * 2 ** Math.min(attempts, 30));
  const pause = Math.max(Math.floor(random() * bound), Math.min(retryAfterMs, RETRY.mostMs));
  // The last try is at the end of the time, not after it.
  return Math.min(nowMs + pause, Math.max(nowMs + 1, firstMs + RETRY.giveUpMs));
}
