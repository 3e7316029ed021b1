import type { EventBody, ReadEvent } from '@tillside/protocol';
import type { AppliedRecord, DayDimension, StageRecord } from '../storage/port.ts';
import { type MemberEffects, memberEffectsOf } from './member-effects.ts';
import { isToldBefore } from './told.ts';

/** What one sale or return adds to a store's business day. */
export interface SalesDelta {
  readonly businessDate: string;
  readonly sales: number;
  readonly returns: number;
  readonly items: number;
  readonly memberSales: number;
  readonly listFen: number;
  readonly savingsFen: number;
  readonly payableFen: number;
  readonly refundFen: number;
}

export interface DayTotal {
  readonly businessDate: string;
  readonly dimension: DayDimension;
  readonly key: string;
  readonly amountFen: number;
  readonly count: number;
}

/** What a readable event changes beside the log itself: worked out once, before any lock is taken, and carried out by each storage in its own way. */
export interface Effects {
  readonly sales?: SalesDelta | undefined;
  readonly totals?: readonly DayTotal[] | undefined;
  readonly applied?: Omit<AppliedRecord, 'store'> | undefined;
  /** How far the store is with a model. */
  readonly stage?: Omit<StageRecord, 'store'> | undefined;
  /** Goods of another store's sale that came back here. */
  readonly claim?:
    | {
        returnId: string;
        saleStore: string;
        saleId: string;
        lines: { lineId: string; quantity: number }[];
        at: string;
      }
    | undefined;
  /** By what a sale or its return is found again. */
  readonly lookup?: { saleId: string; receiptNumber: string | null; businessDate: string } | undefined;
  /** What changes in members, their points and purchases. */
  readonly members?: MemberEffects | undefined;
}

const NOTHING: Omit<SalesDelta, 'businessDate'> = {
  sales: 0,
  returns: 0,
  items: 0,
  memberSales: 0,
  listFen: 0,
  savingsFen: 0,
  payableFen: 0,
  refundFen: 0,
};

/** Pure. An event that was stored takes effect exactly once, in the transaction of its insert, or of its re-reading. */
export function effectsOf(event: ReadEvent): Effects {
  const members = memberEffectsOf(event);
  return members === undefined ? plainEffectsOf(event) : { ...plainEffectsOf(event), members };
}

function plainEffectsOf({ type, body }: ReadEvent): Effects {
  switch (type) {
    case 'tillside.sale.completed.v1':
      return ofSale(body);
    case 'tillside.sale.returned.v1': {
      const { businessDate, refundFen, saleId } = body;
      const lookup = { saleId, receiptNumber: null, businessDate };
      return { sales: { ...NOTHING, businessDate, returns: 1, refundFen }, lookup };
    }
    case 'tillside.goods.returned.v1':
      return ofGoods(body);
    case 'tillside.desired.applied.v2': {
      const { kind, version, outcome, code = null, message = null, at } = body;
      return { applied: { kind, version, outcome, code, message, at } };
    }
    case 'tillside.model.changed.v1': {
      const { modelId = null, overlapPercent = null, code = null, ...rest } = body;
      return { stage: { ...rest, modelId, overlapPercent, code } };
    }
    default:
      return {};
  }
}

function ofSale(sale: EventBody<'tillside.sale.completed.v1'>): Effects {
  const { businessDate, listFen, savingsFen, payableFen, saleId, receiptNumber } = sale;
  const items = sale.lines.reduce((sum, { quantity }) => sum + quantity, 0);
  const memberSales = sale.memberId === undefined ? 0 : 1;
  // The wall-clock hour at the store: instants carry the store's own offset.
  const hour = sale.completedAt.slice(11, 13);
  const totals: DayTotal[] = [{ businessDate, dimension: 'hour', key: hour, amountFen: payableFen, count: 1 }];
  for (const line of sale.lines) {
    const { category: key, payableFen: amountFen, quantity: count } = line;
    totals.push({ businessDate, dimension: 'category', key, amountFen, count });
    for (const { campaignId, amountFen: saved } of line.adjustments)
      totals.push({ businessDate, dimension: 'campaign', key: campaignId, amountFen: saved, count: 1 });
  }
  const sales = { ...NOTHING, businessDate, sales: 1, items, memberSales, listFen, savingsFen, payableFen };
  return { sales, totals, lookup: { saleId, receiptNumber, businessDate } };
}

function ofGoods(body: EventBody<'tillside.goods.returned.v1'>): Effects {
  const { businessDate, refundFen, returnId, saleStoreId, saleId, returnedAt: at } = body;
  const sales = { ...NOTHING, businessDate, returns: 1, refundFen };
  if (saleStoreId === undefined || saleId === undefined) return { sales };
  const lines = body.lines.flatMap(({ lineId, quantity }) => (lineId === undefined ? [] : [{ lineId, quantity }]));
  return { sales, claim: { returnId, saleStore: saleStoreId, saleId, lines, at } };
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
const AMOUNTS = Object.keys(NOTHING) as (keyof typeof NOTHING)[];

/** The sums of many events at once: one row to write for each store, day and key instead of one for each event. */
export function sumEffects(all: readonly Effects[]): { sales: SalesDelta[]; totals: DayTotal[] } {
  const days = new Map<string, Mutable<SalesDelta>>();
  const totals = new Map<string, Mutable<DayTotal>>();
  for (const { sales, totals: more } of all) {
    if (sales !== undefined) {
      const held = days.get(sales.businessDate);
      if (held === undefined) days.set(sales.businessDate, { ...sales });
      else for (const name of AMOUNTS) held[name] += sales[name];
    }
    if (more === undefined) continue;
    for (const total of more) {
      const key = `${total.businessDate}\n${total.dimension}\n${total.key}`;
      const held = totals.get(key);
      if (held === undefined) totals.set(key, { ...total });
      else {
        held.amountFen += total.amountFen;
        held.count += total.count;
      }
    }
  }
  return { sales: [...days.values()], totals: [...totals.values()] };
}

export type Sums = ReturnType<typeof sumEffects>;

/** The sums of what was stored of a batch. They were worked out with the batch where all of it is stored, as it mostly is. */
export function sumsOf(
  batch: { readonly events: readonly unknown[]; readonly sums?: Sums | undefined },
  stored: readonly { readonly effects: Effects; readonly quarantine: string | null }[],
): Sums {
  const isAll = stored.length === batch.events.length && !stored.some(({ quarantine }) => isToldBefore(quarantine));
  if (batch.sums !== undefined && isAll) return batch.sums;
  return sumEffects(stored.map(({ effects }) => effects));
}

export function addSales(held: SalesDelta | undefined, more: SalesDelta): SalesDelta {
  if (held === undefined) return more;
  const sum = { ...held };
  for (const name of AMOUNTS) sum[name] = held[name] + more[name];
  return sum;
}
