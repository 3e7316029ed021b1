import type { Daypart } from '@tillside/decide';

const HOUR_MS = 3_600_000;
const HOURS_A_DAY = 24;
const PARTS: readonly { readonly part: Daypart; readonly fromHour: number }[] = [
  { part: 'morning', fromHour: 5 },
  { part: 'noon', fromHour: 11 },
  { part: 'afternoon', fromHour: 14 },
  { part: 'evening', fromHour: 17 },
];
/** Purchases of the whole store that are added to an item's own, so that a few say little. */
const SMOOTHING = 20;
/** From this much more than its usual share on, a part of the day is worth naming. */
const NAMED_FROM = 1.25;
/** Purchases in that part of the day, at least. */
const NAMED_FROM_TIMES = 10;
const LIFT_MAX = 2;

const partAt = (ms: number, offsetMs: number): number => {
  const hour = Math.floor((ms + offsetMs) / HOUR_MS) % HOURS_A_DAY;
  const at = PARTS.findLastIndex(({ fromHour }) => hour >= fromHour);
  // Before the morning it is still the evening.
  return at < 0 ? PARTS.length - 1 : at;
};

/** How much better than at other times each item sells in each part of the day, counted from past purchases. */
export class Dayparts {
  #offsetMs: number;
  #counts = new Map<string, number[]>();
  #totals = PARTS.map(() => 0);

  /** `offsetMs`: of the store's clock now; the hour that a change of the clock moves does not matter here. */
  constructor(purchases: Iterable<{ readonly sku: string; readonly at: string }>, offsetMs: number) {
    this.#offsetMs = offsetMs;
    for (const { sku, at } of purchases) {
      const ms = Date.parse(at);
      if (!Number.isFinite(ms)) continue;
      const part = partAt(ms, offsetMs);
      const counts = this.#counts.get(sku) ?? PARTS.map(() => 0);
      counts[part] = (counts[part] ?? 0) + 1;
      this.#totals[part] = (this.#totals[part] ?? 0) + 1;
      this.#counts.set(sku, counts);
    }
  }

  /** 1: it sells as at any time of the day; 1 / LIFT_MAX to LIFT_MAX. `named`: the part of the day, where that is what stands out. */
  liftOf(sku: string, atMs: number): { readonly lift: number; readonly named: Daypart | undefined } {
    const part = partAt(atMs, this.#offsetMs);
    const counts = this.#counts.get(sku);
    const all = this.#totals.reduce((sum, count) => sum + count, 0);
    const usual = (this.#totals[part] ?? 0) / Math.max(1, all);
    if (counts === undefined || usual === 0) return { lift: 1, named: undefined };
    const here = counts[part] ?? 0;
    const share = (here + SMOOTHING * usual) / (counts.reduce((sum, count) => sum + count, 0) + SMOOTHING);
    const lift = Math.min(LIFT_MAX, Math.max(1 / LIFT_MAX, share / usual));
    return { lift, named: lift >= NAMED_FROM && here >= NAMED_FROM_TIMES ? PARTS[part]?.part : undefined };
  }
}
