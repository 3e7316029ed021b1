import type { Campaign } from '@tillside/decide';
import type { ShelfPrice } from './campaigns.ts';
import { DecidedBaskets } from './decided.ts';

const MS_A_MINUTE = 60_000;

/**
 * Prices and decisions as long as they hold: until the minute ends (days and hours are wall-clock minutes), a campaign begins or ends, or the book changes. Baskets that a
 * change of the book does not touch are taken along.
 */
export class Moment {
  readonly prices = new Map<string, ShelfPrice>();
  /** Of one piece bought alone, guards included. */
  readonly alone = new Map<string, number>();
  readonly baskets: DecidedBaskets;
  readonly #minute: number;
  readonly #fromMs: number;
  readonly #toMs: number;

  /** `before`: what was known until the book changed, without what the change touches. */
  constructor(atMs: number, campaigns: readonly Campaign[], before: Moment | undefined) {
    let fromMs = Number.NEGATIVE_INFINITY;
    let toMs = Number.POSITIVE_INFINITY;
    for (const { window } of campaigns) {
      for (const at of [Date.parse(window.from), Date.parse(window.to)]) {
        if (at <= atMs) fromMs = Math.max(fromMs, at);
        else toMs = Math.min(toMs, at);
      }
    }
    this.#minute = Math.floor(atMs / MS_A_MINUTE);
    this.#fromMs = fromMs;
    this.#toMs = toMs;
    this.baskets = before?.holds(atMs) ? before.baskets : new DecidedBaskets();
  }

  holds(atMs: number): boolean {
    return this.#minute === Math.floor(atMs / MS_A_MINUTE) && this.#fromMs <= atMs && atMs < this.#toMs;
  }
}
