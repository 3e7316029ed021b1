import { CallError } from '@tillside/agent-contract';
import { HarnessError } from '../../errors.ts';
import type { MeasureContext } from '../../measure.ts';
import { type MeasuredStore, until } from '../../store/measured-store.ts';
import type { TillClient } from '../../store/shopper.ts';
import { compareEach, type Told } from '../compare.ts';
import { type HubHeld, heldSince, hubFaults } from '../hub-held.ts';
import type { Ledger } from './ledger.ts';
import { verifyDays } from './verify-days.ts';

const HOLES_TIMEOUT_MS = 20_000;
const DRAIN_TIMEOUT_MS = 180_000;

export interface ToVerify {
  readonly store: MeasuredStore;
  readonly tills: readonly TillClient[];
  readonly ledger: Ledger;
  /** Where the hub's log stood when the soak began. */
  readonly since: number;
  readonly businessDate: string;
  /** Points of the soak's members before it, by member id. */
  readonly points: ReadonlyMap<string, number>;
  pointsNow(): Promise<ReadonlyMap<string, number>>;
}

/** Asks hub and journal for everything and compares it with what the tills were told. Failures go to the ledger. */
export async function verify(of: ToVerify, context: MeasureContext): Promise<void> {
  const { ledger, tills } = of;
  const { progress, signal } = context;
  progress.stage('comparing', ledger.baskets.size + ledger.sales.length);
  // Before the days are closed: it takes a basket to ask a till for points.
  const points = await of.pointsNow();
  for (const { till, saleId, args } of ledger.completions) {
    signal.throwIfAborted();
    const again = await till.call('completeBasket', args);
    if (again.saleId !== saleId) ledger.fail('REPLAY_SOLD_AGAIN', `${saleId} became ${again.saleId}`);
  }
  const held = await hubHeld(of, signal);
  await adopt(held, of);
  await verifyBaskets(held, of, context);
  const terminals = new Map(tills.map((till) => [till.terminal.deviceId, till]));
  const inJournal: Told[] = [];
  for (const { id, terminalId, saleId } of held.sales) {
    signal.throwIfAborted();
    const sale = await terminals.get(terminalId)?.call('getSale', { params: { saleId } }).catch(unknownSale);
    if (sale !== undefined) inJournal.push({ id, terminalId: sale.terminalId, amountFen: sale.decision.payableFen });
    progress.tick();
  }
  ledger.failures.push(
    ...compareEach('HUB', ledger.sales, held.sales),
    ...compareEach('JOURNAL', ledger.sales, inJournal),
    ...compareEach('HUB', ledger.returns, held.returns),
  );
  await verifyDays(of);
  verifyPoints(held, of, points);
  verifyCoupons(ledger);
}

async function hubHeld({ store, tills, ledger, since }: ToVerify, signal: AbortSignal): Promise<HubHeld> {
  await until('the hub has acknowledged every event', DRAIN_TIMEOUT_MS, signal, async () =>
    (await store.status()).sync.waiting === 0 ? true : undefined,
  ).catch((error: unknown) => {
    if (!(error instanceof HarnessError)) throw error;
    ledger.fail('EVENTS_NOT_ACKNOWLEDGED', error.message);
  });
  const held = await heldSince(store.demo, since, new Set(tills.map((till) => till.terminal.deviceId)));
  // What the store tells meanwhile may be on its way in two batches, the newer one ahead: a hole that stays is one.
  const faults = await until('the hub has no holes', HOLES_TIMEOUT_MS, signal, async () => {
    const now = await hubFaults(store.demo);
    return now.holes === 0 ? now : undefined;
  }).catch(() => hubFaults(store.demo));
  if (held.quarantined > 0) ledger.fail('HUB_QUARANTINED', `${held.quarantined} sale events`);
  if (faults.holes > 0) ledger.fail('HUB_HAS_HOLES', `${faults.holes} ranges above the position`);
  if (faults.conflicts > 0) ledger.fail('HUB_HAS_CONFLICTS', `${faults.conflicts} events`);
  return held;
}

/** A terminal that crashed while it completed a basket learns of the sale only here; it must be one that it asked for. */
async function adopt(held: HubHeld, { ledger, tills }: ToVerify): Promise<void> {
  for (const { id, saleId, terminalId, amountFen } of held.sales) {
    const asked = ledger.askedFen.get(id);
    if (asked === undefined || ledger.views.has(id)) continue;
    if (!asked.includes(amountFen)) ledger.fail('SOLD_FOR_ANOTHER', `${id}: ${amountFen} fen, asked for ${asked}`);
    const till = tills.find((one) => one.terminal.deviceId === terminalId);
    const view = await till?.call('getSale', { params: { saleId } });
    if (view === undefined) continue;
    ledger.sold(view);
    ledger.count('learntLater');
  }
}

/** Every basket ended as one sale, was cancelled, or is still listed where it belongs. */
async function verifyBaskets(held: HubHeld, of: ToVerify, { progress, signal }: MeasureContext): Promise<void> {
  const { ledger, tills } = of;
  const [anyTill] = tills;
  if (anyTill === undefined) return;
  const sold = new Set(held.sales.map(({ id }) => id));
  const listed = new Map<string, string[]>();
  for (const till of tills) {
    const { baskets } = await till.call('listBaskets', { query: {} });
    for (const { basketId } of baskets) listed.set(basketId, [...(listed.get(basketId) ?? []), till.terminal.deviceId]);
  }
  for (const basketId of new Set([...ledger.baskets, ...listed.keys()])) {
    signal.throwIfAborted();
    const { state, terminalId, training } = await anyTill.call('getBasket', { params: { basketId } });
    const wrong = (why: string): void => ledger.fail('BASKET_LOST', `${basketId} is ${state}: ${why}`);
    const by = listed.get(basketId) ?? [];
    if (state === 'completed' && training !== true && !sold.has(basketId)) wrong('but no sale of it is at the hub');
    if (state !== 'completed' && sold.has(basketId)) wrong('but the hub has a sale of it');
    if (training === true && sold.has(basketId)) ledger.fail('TRAINING_SOLD', basketId);
    if (state === 'open' && (by.length !== 1 || by[0] !== terminalId)) wrong(`of ${terminalId}, listed by ${by}`);
    if (state === 'suspended' && by.length !== tills.length) wrong(`listed by ${by.length} tills`);
    if (ledger.cancelled.has(basketId) && state !== 'cancelled') wrong('but was cancelled');
    const lost = ledger.askedCancel.get(basketId);
    if (lost !== undefined && state === 'cancelled' && training !== true && !ledger.cancelled.has(basketId))
      ledger.gone(basketId, lost);
    ledger.count(`baskets${state[0]?.toUpperCase()}${state.slice(1)}`);
    progress.tick();
  }
}

function unknownSale(error: unknown): undefined {
  if (error instanceof CallError && error.code === 'SALE_UNKNOWN') return undefined;
  throw error;
}

/** A member has what it had, and what its sales and returns earned and took: no retry earned twice. */
function verifyPoints(held: HubHeld, of: ToVerify, now: ReadonlyMap<string, number>): void {
  const expected = new Map(of.points);
  const move = (memberId: string | undefined, points: number): void => {
    if (memberId !== undefined && expected.has(memberId))
      expected.set(memberId, (expected.get(memberId) ?? 0) + points);
  };
  for (const { memberId, points } of held.sales) move(memberId, points);
  const memberOf = new Map(held.sales.map(({ saleId, memberId }) => [saleId, memberId]));
  for (const { saleId, pointsGivenBack, pointsTakenBack } of of.ledger.returnViews)
    move(memberOf.get(saleId), pointsGivenBack - pointsTakenBack);
  for (const [memberId, points] of now)
    if (points !== expected.get(memberId))
      of.ledger.fail('POINTS_DIFFER', `${memberId}: ${points} points, by its sales ${expected.get(memberId)}`);
}

/** A coupon is good once, and once more each time that a return gave it back. */
function verifyCoupons(ledger: Ledger): void {
  for (const [couponId, uses] of ledger.couponUses) {
    const allowed = 1 + (ledger.couponsBack.get(couponId) ?? 0);
    if (uses > allowed) ledger.fail('COUPON_TWICE', `${couponId}: ${uses} uses, ${allowed} allowed`);
  }
}
