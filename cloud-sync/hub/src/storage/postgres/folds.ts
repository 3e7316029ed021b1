import type { Stream } from '@tillside/protocol';
import { addSales, type DayTotal, type Effects, type SalesDelta, type Sums, sumEffects } from '../../sync/effects.ts';
import type { IncomingEvent } from '../../sync/incoming.ts';
import { isUnread } from '../../sync/told.ts';
import { plain, plainOrNull } from './copy.ts';
import { addMemberFolds } from './members/folds.ts';
import type { Session } from './pool.ts';

/** What was stored of one store. */
export interface Stored {
  readonly store: string;
  readonly receivedAt: string;
  readonly events: readonly IncomingEvent[];
  readonly sums: Sums;
}

const ADD_SALES = `INSERT INTO sales_days AS held
  SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[])
  AS w (store, business_date, sales, returns, items, member_sales, list_fen, savings_fen, payable_fen, refund_fen) ORDER BY store COLLATE "C", business_date COLLATE "C"
  ON CONFLICT (store, business_date) DO UPDATE SET sales = held.sales + excluded.sales, returns = held.returns + excluded.returns, items = held.items + excluded.items,
  member_sales = held.member_sales + excluded.member_sales, list_fen = held.list_fen + excluded.list_fen, savings_fen = held.savings_fen + excluded.savings_fen,
  payable_fen = held.payable_fen + excluded.payable_fen, refund_fen = held.refund_fen + excluded.refund_fen`;

const ADD_TOTALS = `INSERT INTO day_totals AS held
  SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::bigint[]) AS w (store, business_date, dimension, key, amount_fen, count)
  ORDER BY store COLLATE "C", business_date COLLATE "C", dimension COLLATE "C", key COLLATE "C"
  ON CONFLICT (store, business_date, dimension, key) DO UPDATE SET amount_fen = held.amount_fen + excluded.amount_fen, count = held.count + excluded.count`;

const ADD_COUNTS = `INSERT INTO stream_counts AS held
  SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::text[]) AS w (store, stream, events, quarantined, last_received_at)
  ORDER BY store COLLATE "C", stream COLLATE "C"
  ON CONFLICT (store, stream) DO UPDATE SET events = held.events + excluded.events, quarantined = held.quarantined + excluded.quarantined,
  last_received_at = excluded.last_received_at`;

// The store may report an outcome twice (refused, then applied after a repair): the later instant stands.
const PUT_APPLIED = `INSERT INTO applied AS held VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (store, kind, version)
  DO UPDATE SET outcome = excluded.outcome, code = excluded.code, message = excluded.message, at = excluded.at
  WHERE excluded.at::timestamptz >= held.at::timestamptz`;

// Stages come in their order, but for what was put aside and is read later.
const PUT_STAGE = `INSERT INTO model_stages AS held VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT (store, version)
  DO UPDATE SET model_id = excluded.model_id, stage = excluded.stage, share_percent = excluded.share_percent, questions = excluded.questions,
  failed = excluded.failed, late = excluded.late, crashes = excluded.crashes, overlap_percent = excluded.overlap_percent, code = excluded.code, at = excluded.at
  WHERE excluded.at::timestamptz >= held.at::timestamptz`;

// A return that was made without our claim (the hub was restored) is one all the same.
const CONFIRM_CLAIM = `INSERT INTO return_claims VALUES ($1, $2, $3, $4, $5, $6, true) ON CONFLICT (return_id) DO UPDATE SET confirmed = true`;

type OfStore<T> = readonly (readonly [string, T])[];

async function addSums(session: Session, sales: OfStore<SalesDelta>, totals: OfStore<DayTotal>): Promise<void> {
  if (sales.length > 0) {
    const column = (name: Exclude<keyof SalesDelta, 'businessDate'>) => sales.map(([, day]) => day[name]);
    await session.query(ADD_SALES, [
      sales.map(([store]) => store),
      sales.map(([, { businessDate }]) => plain(businessDate)),
      column('sales'),
      column('returns'),
      column('items'),
      column('memberSales'),
      column('listFen'),
      column('savingsFen'),
      column('payableFen'),
      column('refundFen'),
    ]);
  }
  if (totals.length === 0) return;
  await session.query(ADD_TOTALS, [
    totals.map(([store]) => store),
    totals.map(([, { businessDate }]) => plain(businessDate)),
    totals.map(([, { dimension }]) => dimension),
    totals.map(([, { key }]) => plain(key)),
    totals.map(([, { amountFen }]) => amountFen),
    totals.map(([, { count }]) => count),
  ]);
}

async function takeEffect(session: Session, store: string, { applied, stage, claim }: Effects): Promise<void> {
  if (applied !== undefined) {
    const { kind, version, outcome, code, message, at } = applied;
    await session.query(PUT_APPLIED, [store, kind, version, outcome, plainOrNull(code), plainOrNull(message), at]);
  }
  if (stage !== undefined) {
    const { version, modelId, sharePercent, questions, failed, late, crashes, overlapPercent, code, at } = stage;
    const counts = [questions, failed, late, crashes, overlapPercent];
    const said = [version, plainOrNull(modelId), stage.stage, sharePercent];
    await session.query(PUT_STAGE, [store, ...said, ...counts, plainOrNull(code), at]);
  }
  if (claim !== undefined) {
    const { returnId, saleStore, saleId, lines, at } = claim;
    await session.query(CONFIRM_CLAIM, [
      plain(returnId),
      store,
      plain(saleStore),
      plain(saleId),
      JSON.stringify(lines),
      at,
    ]);
  }
}

/** Adds newly stored events to the read models, in the transaction of their insert: one row for each store, day and key. Quarantined bodies are only counted. */
export async function addFolds(session: Session, batches: readonly Stored[]): Promise<void> {
  const sales = new Map<string, [string, SalesDelta]>();
  const totals = new Map<string, [string, DayTotal]>();
  const counts = new Map<string, { store: string; stream: Stream; events: number; quarantined: number; at: string }>();
  for (const { store, receivedAt: at, events, sums } of batches) {
    // No row may be written twice by one statement: batches of one store, and keys that become the same, are added up.
    for (const day of sums.sales) {
      const key = `${store}\n${plain(day.businessDate)}`;
      sales.set(key, [store, addSales(sales.get(key)?.[1], day)]);
    }
    for (const total of sums.totals) {
      const key = `${store}\n${plain(total.businessDate)}\n${total.dimension}\n${plain(total.key)}`;
      const held = totals.get(key)?.[1];
      const { amountFen, count } = total;
      const more =
        held === undefined ? total : { ...held, amountFen: held.amountFen + amountFen, count: held.count + count };
      totals.set(key, [store, more]);
    }
    for (const { stream, quarantine } of events) {
      const key = `${store}\n${stream}`;
      const count = counts.get(key) ?? { store, stream, events: 0, quarantined: 0, at };
      count.events += 1;
      count.at = at;
      if (isUnread(quarantine)) count.quarantined += 1;
      counts.set(key, count);
    }
  }
  await addSums(session, [...sales.values()], [...totals.values()]);
  for (const { store, events } of batches)
    for (const { quarantine, effects } of events) if (quarantine === null) await takeEffect(session, store, effects);
  await addMemberFolds(session, batches);
  const list = [...counts.values()];
  if (list.length === 0) return;
  await session.query(ADD_COUNTS, [
    list.map(({ store }) => store),
    list.map(({ stream }) => stream),
    list.map(({ events }) => events),
    list.map(({ quarantined }) => quarantined),
    list.map(({ at }) => at),
  ]);
}

/** A body that was counted as quarantined takes effect now. */
export async function releaseFolds(session: Session, event: IncomingEvent, receivedAt: string): Promise<void> {
  const { store, stream, effects } = event;
  const { sales, totals } = sumEffects([effects]);
  await addSums(
    session,
    sales.map((day) => [store, day]),
    totals.map((total) => [store, total]),
  );
  await takeEffect(session, store, effects);
  await addMemberFolds(session, [{ store, receivedAt, events: [{ ...event, quarantine: null }] }]);
  await session.query('UPDATE stream_counts SET quarantined = quarantined - 1 WHERE store = $1 AND stream = $2', [
    store,
    stream,
  ]);
}
