import type { DayDimension } from '../storage/port.ts';
import type { DayTotal, Effects, SalesDelta } from './effects.ts';

const BEYOND_ASCII = /[\x80-\xff]/;

/** What a text says that is held as one character for each of its bytes. */
export const decoded = (bytes: string): string =>
  BEYOND_ASCII.test(bytes) ? Buffer.from(bytes, 'latin1').toString('utf8') : bytes;

/** A sale as far as it is summed, in fen and pieces. Texts are one character a byte. */
export interface QuickSale {
  readonly businessDate: string;
  /** The instant of completion at the store. */
  readonly completedAt: string;
  readonly isOfMember: boolean;
  readonly listFen: number;
  readonly savingsFen: number;
  readonly payableFen: number;
  readonly lines: readonly QuickSaleLine[];
}
export interface QuickSaleLine {
  readonly category: string;
  readonly quantity: number;
  readonly payableFen: number;
  readonly adjustments: readonly { readonly campaignId: string; readonly amountFen: number }[];
}

interface Sum {
  amountFen: number;
  count: number;
}
interface Day {
  readonly sales: { -readonly [K in keyof SalesDelta]: SalesDelta[K] };
  readonly sums: Readonly<Record<DayDimension, Map<string, Sum>>>;
}

function addTo(sums: Map<string, Sum>, key: string, amountFen: number, count: number): void {
  const held = sums.get(key);
  if (held === undefined) sums.set(key, { amountFen, count });
  else {
    held.amountFen += amountFen;
    held.count += count;
  }
}

/** As `effectsOf` sums sales, without an object for each thing that is added. */
export class QuickSums {
  readonly #days = new Map<string, Day>();

  add(sale: QuickSale): void {
    const { sales, sums } = this.#day(sale.businessDate);
    sales.sales += 1;
    if (sale.isOfMember) sales.memberSales += 1;
    sales.listFen += sale.listFen;
    sales.savingsFen += sale.savingsFen;
    sales.payableFen += sale.payableFen;
    addTo(sums.hour, sale.completedAt.slice(11, 13), sale.payableFen, 1);
    for (const { category, quantity, payableFen, adjustments } of sale.lines) {
      sales.items += quantity;
      addTo(sums.category, category, payableFen, quantity);
      for (const { campaignId, amountFen } of adjustments) addTo(sums.campaign, campaignId, amountFen, 1);
    }
  }

  /** One for each business date. */
  effects(): Effects[] {
    return [...this.#days.values()].map(({ sales, sums }) => {
      const of = (dimension: DayDimension): DayTotal[] =>
        [...sums[dimension]].map(([key, sum]) => ({
          businessDate: sales.businessDate,
          dimension,
          key: decoded(key),
          ...sum,
        }));
      return { sales, totals: [...of('hour'), ...of('category'), ...of('campaign')] };
    });
  }

  #day(businessDate: string): Day {
    const held = this.#days.get(businessDate);
    if (held !== undefined) return held;
    const amounts = { sales: 0, returns: 0, items: 0, memberSales: 0 };
    const sales = { businessDate, ...amounts, listFen: 0, savingsFen: 0, payableFen: 0, refundFen: 0 };
    const day: Day = { sales, sums: { hour: new Map(), category: new Map(), campaign: new Map() } };
    this.#days.set(businessDate, day);
    return day;
  }
}
