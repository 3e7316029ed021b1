import type { ItemRow } from './columns.ts';
import { IMPORT_LIMITS } from './limits.ts';

/** When a row's price is in force: `now` it becomes the regular price at once, `later` at its time, `for-a-time` between two. Milliseconds; 0: no time was said. */
export interface Timing {
  readonly ok: true;
  readonly when: 'now' | 'later' | 'for-a-time';
  readonly fromMs: number;
  readonly toMs?: number;
}

const DATE = /^\d{4}-\d{2}-\d{2}$/;
const DAY_MS = 86_400_000;

function dayAfter(date: string): string {
  const ms = Date.parse(`${date}T00:00:00Z`);
  return Number.isNaN(ms) ? date : new Date(ms + DAY_MS).toISOString().slice(0, 10);
}

const AT_ONCE: Timing = { ok: true, when: 'now', fromMs: 0 };

/** A row's own times count before those of the file, which say nothing of a row without a price. A date as `effectiveTo` is the last day of the price. */
export function timingOf(
  row: Pick<ItemRow, 'effectiveFrom' | 'effectiveTo' | 'priceFen'>,
  file: {
    readonly nowMs: number;
    readonly effectiveFrom: string | undefined;
    readonly effectiveTo: string | undefined;
    readonly timeOf: (text: string) => number | undefined;
  },
): Timing | { ok: false; message: string } {
  const { nowMs, timeOf } = file;
  const wrong = (message: string): { ok: false; message: string } => ({ ok: false, message });
  if (row.priceFen === undefined)
    return (row.effectiveFrom ?? row.effectiveTo) === undefined
      ? AT_ONCE
      : wrong('effectiveFrom: there is no price to wait');
  const [from, to] = [row.effectiveFrom ?? file.effectiveFrom, row.effectiveTo ?? file.effectiveTo];
  const fromMs = from === undefined ? 0 : timeOf(from);
  if (fromMs === undefined) return wrong('effectiveFrom: no such day or hour');
  if (fromMs > nowMs + IMPORT_LIMITS.maxAheadMs) return wrong('effectiveFrom: more than a year ahead');
  if (to === undefined) return { ok: true, when: fromMs > nowMs ? 'later' : 'now', fromMs };
  const toMs = timeOf(DATE.test(to) ? dayAfter(to) : to);
  if (toMs === undefined) return wrong('effectiveTo: no such day or hour');
  if (fromMs === 0) return wrong('effectiveTo: needs effectiveFrom');
  if (toMs <= fromMs) return wrong('effectiveTo: not after effectiveFrom');
  if (toMs <= nowMs) return wrong('effectiveTo: over already');
  if (toMs > nowMs + IMPORT_LIMITS.maxAheadMs) return wrong('effectiveTo: more than a year ahead');
  return { ok: true, when: 'for-a-time', fromMs, toMs };
}
