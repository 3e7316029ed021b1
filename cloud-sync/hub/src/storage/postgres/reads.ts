import type { SalesDay } from '@tillside/hub-contract';
import type { ReadModels } from '../port.ts';
import type { Database } from './pool.ts';

export function createReads(db: Database): ReadModels {
  return {
    salesDays: ({ store, from = '', to = '9999-99-99', limit }) =>
      db.rows<SalesDay>(
        `SELECT business_date AS "businessDate", store, sales, returns, items, member_sales AS "memberSales", list_fen AS "listFen",
           savings_fen AS "savingsFen", payable_fen AS "payableFen", refund_fen AS "refundFen"
         FROM sales_days WHERE business_date BETWEEN $1 AND $2 AND ($3::text IS NULL OR store = $3)
         ORDER BY business_date DESC, store LIMIT $4`,
        [from, to, store ?? null, limit],
      ),
    newestBusinessDate: async (upTo) =>
      (
        await db.rows<{ date: string | null }>(
          'SELECT max(business_date) AS date FROM sales_days WHERE business_date <= $1',
          [upTo],
        )
      )[0]?.date ?? null,
    dayTop: (businessDate, dimension, limit) =>
      db.rows(
        `SELECT key, sum(amount_fen)::bigint AS "amountFen", sum(count)::bigint AS count FROM day_totals
         WHERE business_date = $1 AND dimension = $2 GROUP BY key ORDER BY 2 DESC, key LIMIT $3`,
        [businessDate, dimension, limit],
      ),
    streamCounts: () =>
      db.rows(
        'SELECT store, stream, events, quarantined, last_received_at AS "lastReceivedAt" FROM stream_counts ORDER BY store, stream',
      ),
  };
}
