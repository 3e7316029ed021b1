import type { Scanned } from '../../intake/store-event.ts';

/** As long as Odoo's own proxy keeps one: a code that nobody asked for in time must not become a line of the next sale. */
export const SCAN_KEPT_MS = 5_000;
/** The till gives up after 7.5 s, so that an empty answer leaves before. */
export const POLL_MS = 5_000;
const MAX_KEPT_SCANS = 32;

/** Codes of goods. Those of members, coupons and payments are nobody's business but the store's own. */
const GOODS: ReadonlySet<string> = new Set(['gtin', 'in-store', 'gs1', 'digital-link']);
const AIM = /^\][A-Za-z][0-9A-Za-z]/;
const GTIN_LENGTHS: ReadonlySet<number> = new Set([8, 12, 13, 14]);

/**
 * What an Odoo till is told of a code: the digits on goods and on a scale's label as they were read; of GS1 codes and Digital Links the GTIN, since its usual
 * nomenclature reads neither. Undefined for what is no code of goods.
 */
export function codeForTill({ kind, data, gtin }: Scanned): string | undefined {
  if (!GOODS.has(kind)) return undefined;
  const text = data.replace(AIM, '');
  if ((kind === 'gtin' || kind === 'in-store') && /^\d+$/.test(text) && GTIN_LENGTHS.has(text.length)) return text;
  return gtin === undefined ? undefined : gtin.replace(/^0/, '');
}

interface Timers {
  now(): number;
  setTimeout(callback: () => void, delayMs: number): { cancel(): void };
}

/** The long poll of one lane: each code goes to one poll, in order, within its time. */
export class ScanPoll {
  readonly #clock: Timers;
  #kept: { code: string; atMs: number }[] = [];
  #waiting: ((code: string | null) => void) | undefined;

  constructor(clock: Timers) {
    this.#clock = clock;
  }

  push(code: string): void {
    const waiting = this.#waiting;
    if (waiting) {
      waiting(code);
      return;
    }
    this.#kept.push({ code, atMs: this.#clock.now() });
    if (this.#kept.length > MAX_KEPT_SCANS) this.#kept.shift();
  }

  /** The next code, or null when none came in time, the caller went away (`gone`), or another poll took over: a till has one. */
  next(gone: AbortSignal): Promise<string | null> {
    this.#waiting?.(null);
    const fresh = this.#clock.now() - SCAN_KEPT_MS;
    this.#kept = this.#kept.filter(({ atMs }) => atMs > fresh);
    if (gone.aborted) return Promise.resolve(null);
    const kept = this.#kept.shift();
    if (kept) return Promise.resolve(kept.code);
    return new Promise((resolve) => {
      const settle = (code: string | null): void => {
        timer.cancel();
        gone.removeEventListener('abort', leave);
        this.#waiting = undefined;
        resolve(code);
      };
      const leave = (): void => settle(null);
      const timer = this.#clock.setTimeout(leave, POLL_MS);
      gone.addEventListener('abort', leave, { once: true });
      this.#waiting = settle;
    });
  }

  stop(): void {
    this.#waiting?.(null);
    this.#kept = [];
  }
}
