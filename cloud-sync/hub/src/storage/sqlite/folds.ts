import type { Effects, sumEffects } from '../../sync/effects.ts';
import type { IncomingEvent } from '../../sync/incoming.ts';
import { isUnread } from '../../sync/told.ts';
import { createMemberFolds } from './members/folds.ts';
import type { MemberWrites } from './members/index.ts';
import type { Sqlite } from './open.ts';

const ADD_SALES = `INSERT INTO sales_days VALUES
  (@store, @businessDate, @sales, @returns, @items, @memberSales, @listFen, @savingsFen, @payableFen, @refundFen)
  ON CONFLICT DO UPDATE SET sales = sales + @sales, returns = returns + @returns, items = items + @items,
  member_sales = member_sales + @memberSales, list_fen = list_fen + @listFen, savings_fen = savings_fen + @savingsFen,
  payable_fen = payable_fen + @payableFen, refund_fen = refund_fen + @refundFen`;

const ADD_TOTAL = `INSERT INTO day_totals VALUES (@businessDate, @dimension, @key, @store, @amountFen, @count)
  ON CONFLICT DO UPDATE SET amount_fen = amount_fen + @amountFen, count = count + @count`;

const ADD_COUNT = `INSERT INTO stream_counts VALUES (@store, @stream, @events, @quarantined, @receivedAt)
  ON CONFLICT DO UPDATE SET events = events + @events, quarantined = quarantined + @quarantined, last_received_at = @receivedAt`;

// The store may report an outcome twice (refused, then applied after a repair): the later instant stands.
const PUT_APPLIED = `INSERT INTO applied VALUES (@store, @kind, @version, @outcome, @code, @message, @at)
  ON CONFLICT DO UPDATE SET outcome = @outcome, code = @code, message = @message, at = @at
  WHERE julianday(@at) >= julianday(at)`;

// Stages come in their order, but for what was put aside and is read later.
const PUT_STAGE = `INSERT INTO model_stages VALUES (@store, @version, @modelId, @stage, @sharePercent, @questions, @failed, @late, @crashes, @overlapPercent, @code, @at)
  ON CONFLICT DO UPDATE SET model_id = @modelId, stage = @stage, share_percent = @sharePercent, questions = @questions, failed = @failed, late = @late,
  crashes = @crashes, overlap_percent = @overlapPercent, code = @code, at = @at WHERE julianday(@at) >= julianday(at)`;

// A return that was made without our claim (the hub was restored) is one all the same.
const CONFIRM_CLAIM = `INSERT INTO return_claims VALUES (@returnId, @store, @saleStore, @saleId, @lines, @at, 1)
  ON CONFLICT DO UPDATE SET confirmed = 1`;

export interface Folds {
  /** Adds newly stored events to the read models; call it in the transaction of the insert. Quarantined bodies are only counted. */
  add(store: string, events: readonly IncomingEvent[], sums: ReturnType<typeof sumEffects>, receivedAt: string): void;
  /** A body that was counted as quarantined takes effect now. */
  release(event: IncomingEvent, sums: ReturnType<typeof sumEffects>, receivedAt: string): void;
}

export function createFolds(db: Sqlite, members: MemberWrites): Folds {
  const ofMembers = createMemberFolds(db, members);
  const addSales = db.prepare(ADD_SALES);
  const addTotal = db.prepare(ADD_TOTAL);
  const addCount = db.prepare(ADD_COUNT);
  const putApplied = db.prepare(PUT_APPLIED);
  const putStage = db.prepare(PUT_STAGE);
  const confirmClaim = db.prepare(CONFIRM_CLAIM);
  const uncount = db.prepare('UPDATE stream_counts SET quarantined = quarantined - 1 WHERE store = ? AND stream = ?');

  const takeEffect = (store: string, { applied, stage, claim }: Effects): void => {
    if (applied !== undefined) putApplied.run({ store, ...applied });
    if (stage !== undefined) putStage.run({ store, ...stage });
    if (claim !== undefined) confirmClaim.run({ ...claim, store, lines: JSON.stringify(claim.lines) });
  };
  const addSums = (store: string, { sales, totals }: ReturnType<typeof sumEffects>): void => {
    for (const day of sales) addSales.run({ ...day, store });
    for (const total of totals) addTotal.run({ ...total, store });
  };
  return {
    add: (store, events, sums, receivedAt) => {
      addSums(store, sums);
      const counts = new Map<string, { events: number; quarantined: number }>();
      for (const { stream, quarantine, effects } of events) {
        const held = counts.get(stream) ?? { events: 0, quarantined: 0 };
        held.events += 1;
        if (quarantine === null) takeEffect(store, effects);
        else if (isUnread(quarantine)) held.quarantined += 1;
        counts.set(stream, held);
      }
      ofMembers(store, events, receivedAt);
      for (const [stream, count] of counts) addCount.run({ ...count, store, stream, receivedAt });
    },
    release: (event, sums, receivedAt) => {
      addSums(event.store, sums);
      takeEffect(event.store, event.effects);
      ofMembers(event.store, [{ ...event, quarantine: null }], receivedAt);
      uncount.run(event.store, event.stream);
    },
  };
}
