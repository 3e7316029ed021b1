import type { GuestEffect } from '../../../sync/member-effects.ts';
import { type GuestSale, type GuestSales, MAX_GUEST_SALES, type PurchaseSums } from '../../member-port.ts';
import { guestPointsBack } from '../../members/guest-refund.ts';
import { type SummaryRow, together, utcOf } from '../../members/rows.ts';
import { plain, plainOrNull } from '../copy.ts';
import { type Database, rowsOf, type Session } from '../pool.ts';
import { Touches } from './feed.ts';
import { takeEntries, touchPersons } from './ledger.ts';

/** A purchase, or what came back, which has no sale. `at` in UTC. */
export interface Delta {
  readonly store: string;
  readonly memberId: string;
  readonly month: string;
  readonly sale: { readonly saleId: string; readonly at: string } | null;
  readonly fen: number;
}

const NOT_ERASED = 'NOT EXISTS (SELECT 1 FROM member_erasures e WHERE e.member_id = w.member_id)';
/** Of the last and the one before, on both sides, the second. */
const SECOND = `(SELECT x FROM unnest(ARRAY[held.last_at, held.prior_at, excluded.last_at, excluded.prior_at]) AS t (x) WHERE x IS NOT NULL ORDER BY x COLLATE "C" DESC OFFSET 1 LIMIT 1)`;
const ADD_SUMS = `INSERT INTO member_sums AS held
  SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::bigint[]) AS w (member_id, first_at, last_at, prior_at, orders, spent_fen)
  WHERE ${NOT_ERASED} ORDER BY member_id COLLATE "C"
  ON CONFLICT (member_id) DO UPDATE SET first_at = least(held.first_at, excluded.first_at), last_at = greatest(held.last_at, excluded.last_at), prior_at = ${SECOND},
  orders = held.orders + excluded.orders, spent_fen = held.spent_fen + excluded.spent_fen`;
const ADD_MONTHS = `INSERT INTO member_months AS held SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[]) AS w (member_id, month, orders, spent_fen)
  WHERE ${NOT_ERASED} ORDER BY member_id COLLATE "C", month COLLATE "C"
  ON CONFLICT (member_id, month) DO UPDATE SET orders = held.orders + excluded.orders, spent_fen = held.spent_fen + excluded.spent_fen`;
const ADD_STORES = `INSERT INTO member_stores AS held SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[]) AS w (member_id, store, last_at, orders)
  WHERE ${NOT_ERASED} ORDER BY member_id COLLATE "C", store COLLATE "C"
  ON CONFLICT (member_id, store) DO UPDATE SET last_at = greatest(held.last_at, excluded.last_at), orders = held.orders + excluded.orders`;

const ADD_SALES = `INSERT INTO member_sales
  SELECT w.member_id, w.at, w.store, w.sale_id, $5 FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) AS w (member_id, at, store, sale_id)
  WHERE ${NOT_ERASED} ORDER BY member_id COLLATE "C", at COLLATE "C", store COLLATE "C", sale_id COLLATE "C" ON CONFLICT DO NOTHING`;

interface Group {
  readonly first: Delta;
  readonly ats: string[];
  orders: number;
  fen: number;
}

function grouped(deltas: readonly Delta[], keyOf: (delta: Delta) => string): Group[] {
  const groups = new Map<string, Group>();
  for (const delta of deltas) {
    const group = groups.get(keyOf(delta)) ?? { first: delta, ats: [], orders: 0, fen: 0 };
    groups.set(keyOf(delta), group);
    group.fen += delta.fen;
    if (delta.sale === null) continue;
    group.orders += 1;
    group.ats.push(delta.sale.at);
  }
  return [...groups.values()];
}

/** One row for each member, month, store and sale; of erased members none. `isGuests`: sales that HQ gave to their members. Tables and rows in one order, so that no two hubs wait for each other. */
export async function addPurchases(session: Session, deltas: readonly Delta[], isGuests: boolean): Promise<void> {
  if (deltas.length === 0) return;
  const sums = grouped(deltas, ({ memberId }) => memberId);
  for (const { ats } of sums) ats.sort();
  await session.query(ADD_SUMS, [
    sums.map(({ first }) => first.memberId),
    sums.map(({ ats }) => ats[0] ?? null),
    sums.map(({ ats }) => ats.at(-1) ?? null),
    sums.map(({ ats }) => ats.at(-2) ?? null),
    sums.map(({ orders }) => orders),
    sums.map(({ fen }) => fen),
  ]);
  const months = grouped(deltas, ({ memberId, month }) => `${memberId}\n${month}`);
  await session.query(ADD_MONTHS, [
    months.map(({ first }) => first.memberId),
    months.map(({ first }) => first.month),
    months.map(({ orders }) => orders),
    months.map(({ fen }) => fen),
  ]);
  const bought = deltas.flatMap((delta) => (delta.sale === null ? [] : [{ ...delta, ...delta.sale }]));
  if (bought.length === 0) return;
  await session.query(ADD_SALES, [
    bought.map(({ memberId }) => memberId),
    bought.map(({ at }) => at),
    bought.map(({ store }) => store),
    bought.map(({ saleId }) => plain(saleId)),
    isGuests,
  ]);
  const stores = grouped(bought, ({ memberId, store }) => `${memberId}\n${store}`);
  await session.query(ADD_STORES, [
    stores.map(({ first }) => first.memberId),
    stores.map(({ first }) => first.store),
    stores.map(({ ats }) => ats.sort().at(-1) ?? ''),
    stores.map(({ orders }) => orders),
  ]);
}

export async function keepRefund(
  session: Session,
  { store, saleId, month, fen }: { store: string; saleId: string; month: string; fen: number },
): Promise<void> {
  await session.query(
    'INSERT INTO open_refunds AS held VALUES ($1, $2, $3, $4) ON CONFLICT (store, sale_id, month) DO UPDATE SET fen = held.fen + excluded.fen',
    [store, plain(saleId), month, fen],
  );
}

/** Refunds that came before their sales, and have an owner now. */
export async function takeRefunds(
  session: Session,
  sales: readonly { store: string; saleId: string; memberId: string }[],
): Promise<Delta[]> {
  // Mostly none waits: the sales of a whole group are not sent for that.
  if (sales.length === 0 || (await rowsOf(session, 'SELECT 1 FROM open_refunds LIMIT 1')).length === 0) return [];
  const rows = await rowsOf<{ store: string; saleId: string; month: string; fen: number }>(
    session,
    `DELETE FROM open_refunds r USING unnest($1::text[], $2::text[]) AS w (store, sale_id) WHERE r.store = w.store AND r.sale_id = w.sale_id
     RETURNING r.store, r.sale_id AS "saleId", r.month, r.fen`,
    [sales.map(({ store }) => store), sales.map(({ saleId }) => plain(saleId))],
  );
  const owners = new Map(sales.map(({ store, saleId, memberId }) => [`${store}\n${plain(saleId)}`, memberId]));
  return rows.map(({ store, saleId, month, fen }) => ({
    store,
    memberId: owners.get(`${store}\n${saleId}`) ?? '',
    month,
    sale: null,
    fen: -fen,
  }));
}

export async function keepGuest(session: Session, store: string, guest: GuestEffect): Promise<void> {
  const { saleId, codeHash, shown, at, points, businessDate, payableFen } = guest;
  await session.query(
    `INSERT INTO guest_sales (store, sale_id, code_hash, shown, at, points, business_date, payable_fen) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING`,
    [store, plain(saleId), codeHash, plainOrNull(shown), at, points, businessDate, payableFen],
  );
  await session.query(
    `DELETE FROM guest_sales WHERE cursor <= (SELECT cursor FROM guest_sales ORDER BY cursor DESC LIMIT 1 OFFSET ${MAX_GUEST_SALES})`,
  );
}

const SUMMARY = `m.member_id AS "memberId", m.number, m.joined_at AS "joinedAt", s.first_at AS "firstAt", s.last_at AS "lastAt",
  s.prior_at AS "priorAt", coalesce(s.orders, 0) AS orders, coalesce(s.spent_fen, 0) AS "spentFen", m.root`;

export function createPurchaseSums(db: Database): PurchaseSums {
  return {
    of: async (memberId) => {
      const rows = await db.rows<SummaryRow>(
        `SELECT ${SUMMARY} FROM members m LEFT JOIN member_sums s ON s.member_id = m.member_id
         WHERE m.root = (SELECT root FROM members WHERE member_id = $1)`,
        [memberId],
      );
      if (rows.length === 0) return null;
      const { number: _number, ...summary } = together(rows);
      return summary;
    },
    page: async (after, limit) => {
      const rows = await db.rows<SummaryRow>(
        `SELECT ${SUMMARY} FROM (SELECT member_id FROM members WHERE number > $1 AND into_id IS NULL ORDER BY number LIMIT $2) p
         JOIN members m ON m.root = p.member_id LEFT JOIN member_sums s ON s.member_id = m.member_id`,
        [after ?? '', limit],
      );
      const people = new Map<string, SummaryRow[]>();
      for (const row of rows) people.set(row.root, [...(people.get(row.root) ?? []), row]);
      return [...people.values()].map(together).sort((a, b) => (a.number < b.number ? -1 : 1));
    },
    months: (memberId, from) =>
      db.rows(
        `SELECT month, sum(orders)::bigint AS orders, sum(spent_fen)::bigint AS "spentFen" FROM member_months WHERE member_id IN
           (SELECT member_id FROM members WHERE root = (SELECT root FROM members WHERE member_id = $1)) AND month >= $2 GROUP BY month ORDER BY month`,
        [memberId, from],
      ),
    sales: (memberIds, limit) =>
      db.rows(
        `SELECT store, sale_id AS "saleId" FROM member_sales WHERE member_id = ANY ($1) ORDER BY at DESC, store, sale_id LIMIT $2`,
        [memberIds, limit],
      ),
  };
}

const GUEST = `cursor, store, sale_id AS "saleId", code_hash AS "codeHash", shown, at, points, business_date AS "businessDate", payable_fen AS "payableFen"`;

export function createGuestSales(db: Database): GuestSales {
  return {
    waiting: (after, limit) =>
      db.rows<GuestSale>(`SELECT ${GUEST} FROM guest_sales WHERE cursor > $1 ORDER BY cursor LIMIT $2`, [after, limit]),
    settle: (sale, memberId, entry, at) =>
      db.transact(async (session) => {
        const { store, saleId, businessDate, payableFen: fen } = sale;
        const taken = await session.query('DELETE FROM guest_sales WHERE store = $1 AND sale_id = $2', [
          store,
          plain(saleId),
        ]);
        if (taken.rowCount === 0) return false;
        const given = { saleId, at: utcOf(sale.at) };
        const purchase = { store, memberId, month: businessDate.slice(0, 7), sale: given, fen };
        const early = await takeRefunds(session, [{ store, saleId, memberId }]);
        await addPurchases(session, [purchase, ...early], true);
        const back = early.flatMap(({ month, fen: minus }) => {
          const about = { store, returnId: `${saleId}/${month}`, at, fen: -minus, payableFen: fen };
          return entry === null ? [] : guestPointsBack(entry, about);
        });
        if (entry !== null) {
          const all = [entry, ...back];
          await takeEntries(
            session,
            all.map((each) => ({ entry: each, store: 'hq', at })),
          );
        }
        const touches = new Touches();
        await touchPersons(session, [memberId], touches);
        await touches.write(session, at);
        return true;
      }),
    drop: async (store, saleId) => {
      await db.transact(async (session) => {
        for (const table of ['guest_sales', 'open_refunds'])
          await session.query(`DELETE FROM ${table} WHERE store = $1 AND sale_id = $2`, [store, plain(saleId)]);
      });
    },
  };
}
