import { setImmediate } from 'node:timers/promises';
import { STORE_SALES_DAYS, StoreCount, type StoreSales } from '@tillside/features';
import type { EventBody } from '@tillside/protocol';
import type { Reader } from '../journal/index.ts';
import type { Clock } from '../ports.ts';

type SaleBody = EventBody<'tillside.sale.completed.v1'>;

const DAY_MS = 86_400_000;
const REFRESH_MS = DAY_MS;
/** Newest sales that are counted. */
const MAX_SALES = 200_000;
/** Read at once, a millisecond or so; tills are answered in between. */
const SALES_AT_ONCE = 25;
const IMPORTED_AT_ONCE = 500;

interface StoreSalesDeps {
  readonly reader: Reader;
  readonly clock: Clock;
  readonly tell: (sales: StoreSales) => void;
}

/**
 * Counts what this store sold lately, as HQ counts it for every store from the same sales. Where the tills have sold for a shorter time, purchases that were imported of
 * members speak for the days before.
 */
export class StoreSalesCounter {
  readonly #deps: StoreSalesDeps;
  #timer: NodeJS.Timeout | undefined;
  /** A newer count ends an older one. */
  #run = 0;

  constructor(deps: StoreSalesDeps) {
    this.#deps = deps;
  }

  /** Counts anew each day from now on. */
  start(): void {
    this.#timer ??= setInterval(() => void this.refresh(), REFRESH_MS).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#run += 1;
  }

  /** Never rejects: a journal that can't be read is told of by a condition of its own, and what was counted last holds. */
  async refresh(): Promise<void> {
    this.#run += 1;
    const run = this.#run;
    const { reader, clock, tell } = this.#deps;
    const untilMs = clock.now();
    const fromMs = untilMs - STORE_SALES_DAYS * DAY_MS;
    const count = new StoreCount(untilMs);
    try {
      const oldestMs = readOldestMs(reader) ?? untilMs;
      const turns = [
        sold(reader, untilMs, count),
        ...(oldestMs > fromMs ? [imported(reader, fromMs, oldestMs, count)] : []),
      ];
      for (const turn of turns) {
        for (const _ of turn) {
          await setImmediate();
          if (run !== this.#run) return;
        }
      }
    } catch {
      return;
    }
    tell(count.sales());
  }
}

/** A time before this store's tills first sold, by less than two days: a business day may begin in another zone. */
function readOldestMs(reader: Reader): number | undefined {
  const { day } = reader.get<{ day: string | null }>('SELECT min(business_date) AS day FROM sale') ?? { day: null };
  const ms = day === null ? Number.NaN : Date.parse(`${day}T00:00:00Z`) - DAY_MS;
  return Number.isFinite(ms) ? ms : undefined;
}

/** Day by day, the newest first; each turn counts a few sales. */
function* sold(reader: Reader, untilMs: number, count: StoreCount): Generator<void> {
  let left = MAX_SALES;
  // A business day may begin in another zone, and end after midnight.
  for (let day = -1; day <= STORE_SALES_DAYS + 1 && left > 0; day += 1) {
    const rows = reader.all<{ id: number }>(
      'SELECT rowid AS id FROM sale WHERE business_date = ? LIMIT ?',
      new Date(untilMs - day * DAY_MS).toISOString().slice(0, 10),
      left,
    );
    left -= rows.length;
    for (const [at, { id }] of rows.entries()) {
      const row = reader.get<{ body: string }>('SELECT body FROM sale WHERE rowid = ?', id);
      if (row !== undefined) {
        const { lines, completedAt } = JSON.parse(row.body) as Pick<SaleBody, 'lines' | 'completedAt'>;
        const skus = lines.filter(({ quantity }) => quantity > 0).map(({ sku }) => sku);
        if (skus.length > 0) count.add(new Set(skus), Date.parse(completedAt));
      }
      if (at % SALES_AT_ONCE === SALES_AT_ONCE - 1) yield;
    }
    yield;
  }
}

/** Purchases before the tills first sold; what one member bought at one time is one basket. Each turn reads some. */
function* imported(reader: Reader, fromMs: number, untilMs: number, count: StoreCount): Generator<void> {
  const { last } = reader.get<{ last: number | null }>('SELECT max(rowid) AS last FROM purchase') ?? { last: null };
  const baskets = new Map<string, { atMs: number; skus: Set<string> }>();
  for (let from = 0; from < (last ?? 0); from += IMPORTED_AT_ONCE) {
    const rows = reader.all<{ member: string; sku: string; at: string }>(
      'SELECT member_id AS member, sku, at FROM purchase WHERE rowid > ? AND rowid <= ? AND quantity > 0',
      from,
      from + IMPORTED_AT_ONCE,
    );
    for (const { member, sku, at } of rows) {
      const atMs = Date.parse(at);
      if (!(atMs > fromMs && atMs < untilMs)) continue;
      const key = `${member} ${at}`;
      const basket = baskets.get(key);
      if (basket === undefined) baskets.set(key, { atMs, skus: new Set([sku]) });
      else basket.skus.add(sku);
    }
    yield;
  }
  for (const { atMs, skus } of baskets.values()) count.add(skus, atMs);
}
