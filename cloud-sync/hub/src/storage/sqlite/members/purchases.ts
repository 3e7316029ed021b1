import type { GuestSale, GuestSales, PurchaseSums } from '../../member-port.ts';
import { MAX_GUEST_SALES } from '../../member-port.ts';
import { type SummaryRow, together, utcOf } from '../../members/rows.ts';
import type { Sqlite } from '../open.ts';
import type { Transact } from '../transact.ts';
import type { Ledger } from './ledger.ts';
import type { DirectoryWrites } from './writes.ts';

/** What one store's sales of one member came to: `orders` 0 where it is a return. Instants in UTC; null for a return. */
export interface PurchaseDelta {
  readonly memberId: string;
  readonly month: string;
  readonly at: string | null;
  readonly fen: number;
}

export interface PurchaseWrites {
  /** Inside a transaction. Of an erased member nothing is kept. */
  add(store: string, delta: PurchaseDelta): void;
  /** Keeps the refund of a sale that was not heard of yet. */
  keepRefund(store: string, refund: { saleId: string; month: string; fen: number }): void;
  /** Refunds that came before their sale, and are now its member's. */
  takeRefunds(store: string, saleId: string): { month: string; fen: number }[];
  keepGuest(sale: Omit<GuestSale, 'cursor'>): void;
}

const ADD_SUM = `INSERT INTO member_sums VALUES (@memberId, @at, @at, NULL, @orders, @fen) ON CONFLICT DO UPDATE SET
  first_at = iif(excluded.first_at IS NULL, first_at, min(coalesce(first_at, excluded.first_at), excluded.first_at)),
  prior_at = CASE WHEN excluded.last_at IS NULL OR last_at IS NULL THEN prior_at WHEN excluded.last_at >= last_at THEN last_at
    ELSE max(coalesce(prior_at, ''), excluded.last_at) END,
  last_at = iif(excluded.last_at IS NULL, last_at, max(coalesce(last_at, excluded.last_at), excluded.last_at)),
  orders = orders + excluded.orders, spent_fen = spent_fen + excluded.spent_fen`;
const ADD_MONTH = `INSERT INTO member_months VALUES (@memberId, @month, @orders, @fen)
  ON CONFLICT DO UPDATE SET orders = orders + excluded.orders, spent_fen = spent_fen + excluded.spent_fen`;
const GUEST = `cursor, store, sale_id AS saleId, code_hash AS codeHash, shown, at, points, business_date AS businessDate, payable_fen AS payableFen`;

export function createPurchaseWrites(db: Sqlite, writes: DirectoryWrites): PurchaseWrites {
  const addSum = db.prepare(ADD_SUM);
  const addMonth = db.prepare(ADD_MONTH);
  const keepRefund = db.prepare(
    'INSERT INTO open_refunds VALUES (@store, @saleId, @month, @fen) ON CONFLICT DO UPDATE SET fen = fen + excluded.fen',
  );
  const takeRefunds = db.prepare<[string, string], { month: string; fen: number }>(
    'DELETE FROM open_refunds WHERE store = ? AND sale_id = ? RETURNING month, fen',
  );
  const keepGuest = db.prepare(
    `INSERT INTO guest_sales (store, sale_id, code_hash, shown, at, points, business_date, payable_fen)
     VALUES (@store, @saleId, @codeHash, @shown, @at, @points, @businessDate, @payableFen) ON CONFLICT DO NOTHING`,
  );
  const dropOldest = db.prepare(
    `DELETE FROM guest_sales WHERE cursor <= (SELECT cursor FROM guest_sales ORDER BY cursor DESC LIMIT 1 OFFSET ${MAX_GUEST_SALES})`,
  );
  return {
    add: (store, { memberId, month, at, fen }) => {
      if (writes.isErased(memberId)) return;
      const orders = at === null ? 0 : 1;
      addSum.run({ memberId, at, orders, fen });
      addMonth.run({ memberId, month, orders, fen });
      if (at !== null) writes.seen(memberId, store, at, 1);
    },
    keepRefund: (store, refund) => {
      keepRefund.run({ store, ...refund });
    },
    takeRefunds: (store, saleId) => takeRefunds.all(store, saleId),
    keepGuest: (sale) => {
      keepGuest.run(sale);
      dropOldest.run();
    },
  };
}

const SUMMARY = `m.member_id AS memberId, m.number, m.joined_at AS joinedAt, s.first_at AS firstAt, s.last_at AS lastAt,
  s.prior_at AS priorAt, coalesce(s.orders, 0) AS orders, coalesce(s.spent_fen, 0) AS spentFen, m.root`;

export function createPurchaseSums(db: Sqlite): PurchaseSums {
  const of = db.prepare<[string], SummaryRow>(
    `SELECT ${SUMMARY} FROM members m LEFT JOIN member_sums s ON s.member_id = m.member_id
     WHERE m.root = (SELECT root FROM members WHERE member_id = ?)`,
  );
  const page = db.prepare<object, SummaryRow>(
    `SELECT ${SUMMARY} FROM (SELECT member_id FROM members WHERE number > @after AND into_id IS NULL ORDER BY number LIMIT @limit) p
     JOIN members m ON m.root = p.member_id LEFT JOIN member_sums s ON s.member_id = m.member_id`,
  );
  const months = db.prepare<[string, string], { month: string; orders: number; spentFen: number }>(
    `SELECT month, sum(orders) AS orders, sum(spent_fen) AS spentFen FROM member_months
     WHERE member_id IN (SELECT member_id FROM members WHERE root = (SELECT root FROM members WHERE member_id = ?)) AND month >= ? GROUP BY month ORDER BY month`,
  );
  return {
    of: async (memberId) => {
      const rows = of.all(memberId);
      if (rows.length === 0) return null;
      const { number: _number, ...summary } = together(rows);
      return summary;
    },
    page: async (after, limit) => {
      const people = new Map<string, SummaryRow[]>();
      for (const row of page.all({ after: after ?? '', limit }))
        people.set(row.root, [...(people.get(row.root) ?? []), row]);
      return [...people.values()].map(together).sort((a, b) => (a.number < b.number ? -1 : 1));
    },
    months: async (memberId, from) => months.all(memberId, from),
  };
}

export function createGuestSales(
  db: Sqlite,
  transact: Transact,
  ports: {
    readonly purchases: PurchaseWrites;
    readonly ledger: Pick<Ledger, 'take'>;
    readonly writes: DirectoryWrites;
  },
): GuestSales {
  const waiting = db.prepare<[number, number], GuestSale>(
    `SELECT ${GUEST} FROM guest_sales WHERE cursor > ? ORDER BY cursor LIMIT ?`,
  );
  const remove = db.prepare('DELETE FROM guest_sales WHERE store = @store AND sale_id = @saleId');
  return {
    waiting: async (after, limit) => waiting.all(after, limit),
    settle: (sale, memberId, entry, at) =>
      transact(() => {
        const { store, saleId, businessDate, payableFen } = sale;
        if (remove.run({ store, saleId }).changes === 0) return false;
        const month = businessDate.slice(0, 7);
        ports.purchases.add(store, { memberId, month, at: utcOf(sale.at), fen: payableFen });
        for (const refund of ports.purchases.takeRefunds(store, saleId))
          ports.purchases.add(store, { memberId, month: refund.month, at: null, fen: -refund.fen });
        if (entry !== null) ports.ledger.take([entry], { store: 'hq', at });
        else ports.writes.touch(ports.writes.rootOf(memberId) ?? memberId, 'known', at);
        return true;
      }),
    drop: (store, saleId) =>
      transact(() => {
        remove.run({ store, saleId });
      }),
  };
}
