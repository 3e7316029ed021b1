/** Calls that are timed; beyond it only the newest count. */
const MAX_KEPT = 200_000;

/** How long calls took, by what they did. */
export class Times {
  readonly #ms = new Map<string, number[]>();

  async of<T>(what: string, call: Promise<T>): Promise<T> {
    const startedMs = performance.now();
    const answer = await call;
    const kept = this.#ms.get(what) ?? [];
    if (kept.length >= MAX_KEPT) kept.shift();
    kept.push(performance.now() - startedMs);
    this.#ms.set(what, kept);
    return answer;
  }

  /** Of each kind of call: how many, and the milliseconds that half, 99 in a hundred, and all of them did not exceed. */
  rows(): { what: string; count: number; p50Ms: number; p99Ms: number; maxMs: number }[] {
    return [...this.#ms].map(([what, kept]) => {
      const sorted = [...kept].sort((left, right) => left - right);
      const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
      return { what, count: sorted.length, p50Ms: at(0.5), p99Ms: at(0.99), maxMs: sorted.at(-1) ?? 0 };
    });
  }
}
