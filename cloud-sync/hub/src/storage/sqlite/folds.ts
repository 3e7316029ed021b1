import { DesiredApplied, type EventBody, GoodsReturned, SaleCompleted, SaleReturned } from '@tillside/protocol';
import type { IncomingEvent } from '../port.ts';
import type { Sqlite } from './open.ts';

type SalesDelta = {
  sales: number;
  returns: number;
  items: number;
  memberSales: number;
  listFen: number;
  savingsFen: number;
  payableFen: number;
  refundFen: number;
};
const NOTHING: SalesDelta = {
  sales: 0,
  returns: 0,
  items: 0,
  memberSales: 0,
  listFen: 0,
  savingsFen: 0,
  payableFen: 0,
  refundFen: 0,
};

const ADD_SALES = `INSERT INTO sales_days VALUES
  (@store, @businessDate, @sales, @returns, @items, @memberSales, @listFen, @savingsFen, @payableFen, @refundFen)
  ON CONFLICT DO UPDATE SET sales = sales + @sales, returns = returns + @returns, items = items + @items,
  member_sales = member_sales + @memberSales, list_fen = list_fen + @listFen, savings_fen = savings_fen + @savingsFen,
  payable_fen = payable_fen + @payableFen, refund_fen = refund_fen + @refundFen`;

const ADD_TOTAL = `INSERT INTO day_totals VALUES (@businessDate, @dimension, @key, @store, @amountFen, @count)
  ON CONFLICT DO UPDATE SET amount_fen = amount_fen + @amountFen, count = count + @count`;

const ADD_COUNT = `INSERT INTO stream_counts VALUES (@store, @stream, 1, @quarantined, @receivedAt)
  ON CONFLICT DO UPDATE SET events = events + 1, quarantined = quarantined + @quarantined, last_received_at = @receivedAt`;

// The store may report an outcome twice (refused, then applied after a repair): the later instant stands.
const PUT_APPLIED = `INSERT INTO applied VALUES (@store, @kind, @version, @outcome, @code, @message, @at)
  ON CONFLICT DO UPDATE SET outcome = @outcome, code = @code, message = @message, at = @at
  WHERE julianday(@at) >= julianday(at)`;

// A return that was made without our claim (the hub was restored) is one all the same.
const CONFIRM_CLAIM = `INSERT INTO return_claims VALUES (@returnId, @store, @saleStore, @saleId, @lines, @at, 1)
  ON CONFLICT DO UPDATE SET confirmed = 1`;

/** Adds one newly stored event to the read models; call it in the transaction of the insert. Quarantined bodies are only counted. */
export function createFolds(db: Sqlite): (store: string, event: IncomingEvent, receivedAt: string) => void {
  const addSales = db.prepare(ADD_SALES);
  const addTotal = db.prepare(ADD_TOTAL);
  const addCount = db.prepare(ADD_COUNT);
  const putApplied = db.prepare(PUT_APPLIED);
  const confirmClaim = db.prepare(CONFIRM_CLAIM);

  const foldGoods = (store: string, body: EventBody<'tillside.goods.returned.v1'>): void => {
    const { businessDate, refundFen, returnId, saleStoreId, saleId, returnedAt: at } = body;
    addSales.run({ ...NOTHING, store, businessDate, returns: 1, refundFen });
    if (saleStoreId === undefined || saleId === undefined) return;
    const lines = body.lines.flatMap(({ lineId, quantity }) => (lineId === undefined ? [] : [{ lineId, quantity }]));
    confirmClaim.run({ returnId, store, saleStore: saleStoreId, saleId, lines: JSON.stringify(lines), at });
  };

  const foldSale = (store: string, sale: EventBody<'tillside.sale.completed.v1'>): void => {
    const { businessDate, listFen, savingsFen, payableFen } = sale;
    const items = sale.lines.reduce((sum, { quantity }) => sum + quantity, 0);
    const memberSales = sale.memberId === undefined ? 0 : 1;
    addSales.run({ ...NOTHING, store, businessDate, sales: 1, items, memberSales, listFen, savingsFen, payableFen });
    const add = (dimension: string, key: string, amountFen: number, count: number): void => {
      addTotal.run({ businessDate, dimension, key, store, amountFen, count });
    };
    // The wall-clock hour at the store: instants carry the store's own offset.
    add('hour', sale.completedAt.slice(11, 13), payableFen, 1);
    for (const line of sale.lines) {
      add('category', line.category, line.payableFen, line.quantity);
      for (const { campaignId, amountFen } of line.adjustments) add('campaign', campaignId, amountFen, 1);
    }
  };

  return (store, { envelope, quarantine }, receivedAt) => {
    addCount.run({ store, stream: envelope.stream, quarantined: quarantine === null ? 0 : 1, receivedAt });
    if (quarantine !== null) return;
    if (envelope.type === 'tillside.sale.completed.v1') foldSale(store, SaleCompleted.parse(envelope.data));
    if (envelope.type === 'tillside.sale.returned.v1') {
      const { businessDate, refundFen } = SaleReturned.parse(envelope.data);
      addSales.run({ ...NOTHING, store, businessDate, returns: 1, refundFen });
    }
    if (envelope.type === 'tillside.goods.returned.v1') foldGoods(store, GoodsReturned.parse(envelope.data));
    if (envelope.type === 'tillside.desired.applied.v1') {
      const { kind, version, outcome, code = null, message = null, at } = DesiredApplied.parse(envelope.data);
      putApplied.run({ store, kind, version, outcome, code, message, at });
    }
  };
}
