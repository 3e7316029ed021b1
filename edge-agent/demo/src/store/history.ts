import { randomUUID } from 'node:crypto';
import { type Envelope, envelopeHash, genesisHash, MAX_BATCH_EVENTS } from '@tillside/protocol';
import type { DemoBasket, DemoData, DemoItem } from '../data/index.ts';

const HISTORY_TERMINAL = 'history';

type Goods = Pick<DemoItem, 'sku' | 'department' | 'category'>;
/** What was sold, in order of time. */
type Sold = Pick<DemoData, 'history'> & { readonly items: readonly Goods[] };

/** The data with the past year of the first `households` only: less to send, and to learn from. */
export function yearOf(data: DemoData, households: number): DemoData {
  const members = new Set([...new Set(data.history.map(({ memberId }) => memberId))].slice(0, households));
  return { ...data, history: data.history.filter(({ memberId }) => members.has(memberId)) };
}

const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;
const CHINA_OFFSET_MS = 8 * 3_600_000;

/**
 * The data with a past year that ended within the week before `nowMs`: who bought every week does so still. Moved by whole weeks, so that
 * Saturdays stay Saturdays; the real households' year was 2017.
 */
export function untilLately(data: DemoData, nowMs: number): DemoData {
  const lastMs = data.history.reduce((last, { completedAt }) => Math.max(last, Date.parse(completedAt)), 0);
  const shiftMs = Math.floor((nowMs - DAY_MS - lastMs) / WEEK_MS) * WEEK_MS;
  const moved = (at: string): string =>
    `${new Date(Date.parse(at) + shiftMs + CHINA_OFFSET_MS).toISOString().slice(0, -'.000Z'.length)}+08:00`;
  return {
    ...data,
    history: data.history.map((basket) => ({ ...basket, completedAt: moved(basket.completedAt) })),
  };
}

/**
 * The store's past year as the events it would have sent: one epoch of its own, chained like any other, in batches (JSON texts) for the hub's ingest. The
 * real households' purchases become what the training job learns from.
 */
export function* historyBatches(data: Sold, store: string): Generator<string[]> {
  const epoch = randomUUID();
  const items = new Map(data.items.map((item) => [item.sku, item]));
  let prevhash = genesisHash(store, epoch, 'sales');
  let batch: string[] = [];
  let seq = 0;
  for (const basket of data.history) {
    seq += 1;
    const envelope: Envelope = {
      specversion: '1.0',
      id: randomUUID(),
      source: `/stores/${store}`,
      type: 'tillside.sale.completed.v1',
      time: basket.completedAt,
      datacontenttype: 'application/json',
      store,
      epoch,
      stream: 'sales',
      seq,
      prevhash,
      data: saleBody(basket, items),
    };
    const text = JSON.stringify(envelope);
    prevhash = envelopeHash(text);
    batch.push(text);
    if (batch.length === MAX_BATCH_EVENTS) {
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
}

function saleBody(basket: DemoBasket, items: ReadonlyMap<string, Goods>): Record<string, unknown> {
  const payableFen = basket.lines.reduce((sum, line) => sum + line.paidFen, 0);
  const savingsFen = basket.lines.reduce((sum, line) => sum + line.discountFen, 0);
  return {
    saleId: basket.basketId,
    basketId: basket.basketId,
    businessDate: basket.completedAt.slice(0, 10),
    completedAt: basket.completedAt,
    terminalId: HISTORY_TERMINAL,
    lane: HISTORY_TERMINAL,
    cashierId: HISTORY_TERMINAL,
    receiptNumber: basket.basketId,
    ...(basket.memberId === undefined ? {} : { memberId: basket.memberId }),
    late: false,
    lines: basket.lines.map((line, index) => ({
      lineId: String(index + 1),
      sku: line.sku,
      department: items.get(line.sku)?.department ?? 'other',
      category: items.get(line.sku)?.category ?? 'other',
      quantity: line.quantity,
      ...(line.weightGrams > 0 ? { weightGrams: line.weightGrams } : {}),
      listFen: line.paidFen + line.discountFen,
      payableFen: line.paidFen,
      adjustments: [],
    })),
    tenders: [{ kind: 'token', amountFen: payableFen }],
    coupons: [],
    listFen: payableFen + savingsFen,
    savingsFen,
    payableFen,
    pointsEarned: 0,
    policyVersion: 'history',
    campaignSetVersion: 0,
    priceVersion: 0,
  };
}
