import type { GuestSale, GuestSales, PurchaseSums } from '../../member-port.ts';
import { MAX_GUEST_SALES } from '../../member-port.ts';
import { guestPointsBack } from '../../members/guest-refund.ts';
import { type SummaryRow, together, utcOf } from '../../members/rows.ts';
import type { Sqlite } from '../open.ts';
import type { Transact } from '../transact.ts';
import type { Ledger } from './ledger.ts';
import type { DirectoryWrites } from './writes.ts';

/** A purchase of a member, or what came back, which has no sale. `at` in UTC. */
export interface PurchaseDelta {
  readonly memberId: string;
  readonly month: string;
  readonly sale: SaleOf | null;
  readonly fen: number;
}
interface SaleOf {
  readonly saleId: string;
  readonly at: string;
}

export interface PurchaseWrites {
  /** What a transaction adds of one store; of erased members nothing is kept. `isGuests`: sales that HQ gave to their members. Returns whose purchases are others now. */
  add(store: string, deltas: readonly PurchaseDelta[], isGuests: boolean): string[];
  /** Whose a sale is that HQ gave to its member. */
  ownerOf(store: string, saleId: string): string | undefined;
  /** Keeps the refund of a sale that was not heard of yet. */
  keepRefund(store: string, refund: { saleId: string; month: string; fen: number }): void;
  /** Whether refunds wait for their sales, which is rare. */
  hasRefunds(): boolean;
  /** Refunds that came before their sale, and are now its member's. */
  takeRefunds(store: string, saleId: string): { month: string; fen: number }[];
  keepGuest(sale: Omit<GuestSale, 'cursor'>): void;
}

const ADD_SUM = `INSERT INTO member_sums VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
  first_at = iif(excluded.first_at IS NULL, first_at, min(coalesce(first_at, excluded.first_at), excluded.first_at)),
  prior_at = CASE WHEN excluded.last_at IS NULL THEN prior_at WHEN last_at IS NULL THEN excluded.prior_at
    WHEN excluded.last_at >= last_at THEN max(coalesce(excluded.prior_at, ''), last_at)
    ELSE max(coalesce(prior_at, ''), excluded.last_at) END,
  last_at = iif(excluded.last_at IS NULL, last_at, max(coalesce(last_at, excluded.last_at), excluded.last_at)),
  orders = orders + excluded.orders, spent_fen = spent_fen + excluded.spent_fen`;
const ADD_MONTH = `INSERT INTO member_months VALUES (?, ?, ?, ?)
  ON CONFLICT DO UPDATE SET orders = orders + excluded.orders, spent_fen = spent_fen + excluded.spent_fen`;
const GUEST = `cursor, store, sale_id AS saleId, code_hash AS codeHash, shown, at, points, business_date AS businessDate, payable_fen AS payableFen`;

const ADD_STORE = `INSERT INTO member_stores VALUES (?, ?, ?, ?)
  ON CONFLICT DO UPDATE SET last_at = max(last_at, excluded.last_at), orders = orders + excluded.orders`;

interface Sum {
  orders: number;
  fen: number;
}
interface Person extends Sum {
  readonly sales: SaleOf[];
  readonly months: Map<string, Sum>;
}

/** One row to write for each member, and for each of a member's months. */
function byMember(deltas: readonly PurchaseDelta[]): Map<string, Person> {
  const people = new Map<string, Person>();
  for (const { memberId, month, sale, fen } of deltas) {
    let person = people.get(memberId);
    if (person === undefined) {
      person = { sales: [], months: new Map(), orders: 0, fen: 0 };
      people.set(memberId, person);
    }
    let sum = person.months.get(month);
    if (sum === undefined) {
      sum = { orders: 0, fen: 0 };
      person.months.set(month, sum);
    }
    person.fen += fen;
    sum.fen += fen;
    if (sale === null) continue;
    person.sales.push(sale);
    person.orders += 1;
    sum.orders += 1;
  }
  return people;
}

export function createPurchaseWrites(db: Sqlite): PurchaseWrites {
  const addSum = db.prepare(ADD_SUM);
  const addMonth = db.prepare(ADD_MONTH);
  const addStore = db.prepare(ADD_STORE);
  const addSale = db.prepare('INSERT INTO member_sales VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING');
  const ownerOf = db
    .prepare<[string, string], string>(
      'SELECT member_id FROM member_sales WHERE store = ? AND sale_id = ? AND is_guest = 1',
    )
    .pluck();
  const erasedOf = db
    .prepare<[string], string>(
      'SELECT member_id FROM member_erasures WHERE member_id IN (SELECT value FROM json_each(?))',
    )
    .pluck();
  const anyRefund = db.prepare<[], 1>('SELECT 1 FROM open_refunds LIMIT 1');
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
    add: (store, deltas, isGuests) => {
      if (deltas.length === 0) return [];
      const people = byMember(deltas);
      for (const erased of erasedOf.all(JSON.stringify([...people.keys()]))) people.delete(erased);
      for (const [memberId, { sales, orders, fen, months }] of people) {
        if (sales.length > 1) sales.sort((a, b) => (a.at < b.at ? -1 : 1));
        const last = sales.at(-1)?.at ?? null;
        addSum.run(memberId, sales[0]?.at ?? null, last, sales.at(-2)?.at ?? null, orders, fen);
        for (const [month, sum] of months) addMonth.run(memberId, month, sum.orders, sum.fen);
        for (const { at, saleId } of sales) addSale.run(memberId, at, store, saleId, isGuests ? 1 : 0);
        if (last !== null) addStore.run(memberId, store, last, orders);
      }
      return [...people.keys()];
    },
    ownerOf: (store, saleId) => ownerOf.get(store, saleId),
    hasRefunds: () => anyRefund.get() !== undefined,
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
  const sales = db.prepare<[string, number], { store: string; saleId: string }>(
    `SELECT store, sale_id AS saleId FROM member_sales WHERE member_id IN (SELECT value FROM json_each(?)) ORDER BY at DESC, store, sale_id LIMIT ?`,
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
    sales: async (memberIds, limit) => sales.all(JSON.stringify(memberIds), limit),
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
        const early = ports.purchases.takeRefunds(store, saleId);
        const deltas = [
          { memberId, month, sale: { saleId, at: utcOf(sale.at) }, fen: payableFen },
          ...early.map((refund) => ({ memberId, month: refund.month, sale: null, fen: -refund.fen })),
        ];
        ports.purchases.add(store, deltas, true);
        const back = early.flatMap((refund) => {
          const about = { store, returnId: `${saleId}/${refund.month}`, at, fen: refund.fen, payableFen };
          return entry === null ? [] : guestPointsBack(entry, about);
        });
        if (entry !== null) ports.ledger.take([entry, ...back], { store: 'hq', at });
        else ports.writes.touch(ports.writes.rootOf(memberId) ?? memberId, 'known', at);
        return true;
      }),
    drop: (store, saleId) =>
      transact(() => {
        remove.run({ store, saleId });
        ports.purchases.takeRefunds(store, saleId);
      }),
  };
}
