import { callAgent } from '@tillside/agent-contract';
import type { DemoStore } from '../store/demo-store.ts';
import { callHub } from '../store/hub-client.ts';
import { STORE_ID } from '../store/layout.ts';
import type { Cashier } from './cashier.ts';
import { until } from './headquarters.ts';
import { STRANGE_GTIN } from './odd-baskets.ts';
import { mustBe, mustRefuse } from './refused.ts';

const DRAIN_TIMEOUT_MS = 60_000;
const RECEIPT_DIGITS = 6;

/**
 * The agent is killed without warning; the till goes on alone, numbers the receipt in its own series, and posts what it sold when the agent is back, twice: it counts
 * once.
 */
export async function sellAloneThenPost(demo: DemoStore, cashier: Cashier): Promise<void> {
  const { numbering, businessDate } = await cashier.call('currentSession', {});
  await demo.stopAgent('SIGKILL');
  await mustRefuse(
    'AGENT_UNREACHABLE',
    cashier.once('openBasket', { body: { cashierId: cashier.cashierId }, key: cashier.newKey() }),
  );
  const item = demo.data.items.find((candidate) => candidate.soldBy === 'each');
  if (item === undefined) throw new Error('no item');
  const { prefix, next } = numbering.alone;
  const late = {
    cashierId: cashier.cashierId,
    receiptNumber: `${prefix}${String(next).padStart(RECEIPT_DIGITS, '0')}`,
    businessDate,
    completedAt: new Date().toISOString(),
    lines: [{ gtin: item.gtin, quantity: 1, payableFen: item.priceFen }],
    tenders: [{ kind: 'cash' as const, amountFen: item.priceFen }],
  };
  await demo.startAgent();
  const key = cashier.newKey();
  const sale = await cashier.call('postLateSale', { body: late, key });
  const again = await cashier.call('postLateSale', { body: late, key });
  mustBe('a late sale that came twice', again.saleId, sale.saleId);
  const after = (await cashier.call('currentSession', {})).numbering;
  mustBe('the numbers after it', after, { ...numbering, alone: { prefix, next: next + 1 } });
  cashier.totals.addSale(sale);
}

/** What all tills of the store booked today. */
export interface Booked {
  sales: number;
  salesFen: number;
  returns: number;
  handedOutFen: number;
}

export const sumOf = (parts: readonly Booked[]): Booked => ({
  sales: parts.reduce((sum, part) => sum + part.sales, 0),
  salesFen: parts.reduce((sum, part) => sum + part.salesFen, 0),
  returns: parts.reduce((sum, part) => sum + part.returns, 0),
  handedOutFen: parts.reduce((sum, part) => sum + part.handedOutFen, 0),
});

/** Waits until the hub holds everything, and compares its sales and returns with those of the tills, to the fen. */
export async function drain(
  demo: DemoStore,
  booked: Booked,
  businessDate: string,
): Promise<{ events: number; acked: number; savingsFen: number }> {
  const admin = { url: demo.agentUrl, credential: demo.adminCredential() };
  const { sync } = await until('the hub has acknowledged every event', DRAIN_TIMEOUT_MS, async () => {
    const status = await callAgent(admin, 'status', {});
    return status.sync.waiting === 0 ? status : undefined;
  });
  const atHub = await callHub(demo.hub(), 'store', { params: { id: STORE_ID } });
  const today = atHub.days.find((day) => day.businessDate === businessDate);
  mustBe(
    'what the hub holds of today',
    {
      sales: today?.sales,
      salesFen: today?.payableFen,
      returns: today?.returns,
      handedOutFen: today?.refundFen,
    },
    booked,
  );
  await mustBeToldUnknown(demo);
  const held = atHub.positions.reduce((sum, position) => sum + position.contiguousSeq, 0) - demo.historyEvents;
  return { events: sync.events, acked: held, savingsFen: today?.savingsFen ?? 0 };
}

/** HQ has heard of the code that nobody entered: refused at a till of ours, sold by the POS that reports. */
async function mustBeToldUnknown(demo: DemoStore): Promise<void> {
  const told = new Set<unknown>();
  let before: number | null = null;
  do {
    const query: Record<string, string> = { store: STORE_ID, stream: 'ops', limit: '500' };
    if (before !== null) query.before = String(before);
    const page: Awaited<ReturnType<typeof callHub<'events'>>> = await callHub(demo.hub(), 'events', { query });
    for (const { type, data } of page.events)
      if (type === 'tillside.item.unknown.v1' && data.gtin === STRANGE_GTIN) told.add(data.sold);
    before = page.nextBefore;
  } while (before !== null && told.size < 2);
  mustBe('what HQ heard of an unknown code', [...told].sort(), [false, true]);
}
