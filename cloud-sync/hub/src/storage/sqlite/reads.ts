import type { SalesDay } from '@tillside/hub-contract';
import type { ReadModels } from '../port.ts';
import type { Sqlite } from './open.ts';

type Counts = Awaited<ReturnType<ReadModels['streamCounts']>>;
type Top = Awaited<ReturnType<ReadModels['dayTop']>>;

export function createReads(db: Sqlite): ReadModels {
  const top = db.prepare<object, Top[number]>(
    `SELECT key, sum(amount_fen) AS amountFen, sum(count) AS count FROM day_totals
     WHERE business_date = @businessDate AND dimension = @dimension GROUP BY key ORDER BY 2 DESC, key LIMIT @limit`,
  );
  return {
    salesDays: async ({ store = null, from = '', to = '9999-99-99', limit }) =>
      db
        .prepare<object, SalesDay>(
          `SELECT business_date AS businessDate, store, sales, returns, items, member_sales AS memberSales, list_fen AS listFen,
             savings_fen AS savingsFen, payable_fen AS payableFen, refund_fen AS refundFen
           FROM sales_days WHERE business_date BETWEEN @from AND @to AND (@store IS NULL OR store = @store)
           ORDER BY business_date DESC, store LIMIT @limit`,
        )
        .all({ store, from, to, limit }),
    newestBusinessDate: async (upTo) =>
      db
        .prepare<[string], { date: string | null }>(
          'SELECT max(business_date) AS date FROM sales_days WHERE business_date <= ?',
        )
        .get(upTo)?.date ?? null,
    dayTop: async (businessDate, dimension, limit) => top.all({ businessDate, dimension, limit }),
    streamCounts: async () =>
      db
        .prepare<[], Counts[number]>(
          'SELECT store, stream, events, quarantined, last_received_at AS lastReceivedAt FROM stream_counts ORDER BY store, stream',
        )
        .all(),
  };
}
