import { CallError } from '@tillside/agent-contract';
import type { DemoStore } from '../store/demo-store.ts';
import type { Cashier } from './cashier.ts';
import { countSale } from './shopping.ts';

/** The agent is killed without warning; the till goes on alone and posts what it sold when the agent is back, twice, and it counts once. */
export async function sellAloneThenPost(
  demo: DemoStore,
  cashier: Cashier | undefined,
  businessDate: string,
): Promise<void> {
  if (cashier === undefined) throw new Error('no till');
  await demo.stopAgent('SIGKILL');
  const away = await cashier.once('openBasket', { body: { cashierId: cashier.cashierId }, key: cashier.newKey() }).then(
    () => 'answered',
    (error: unknown) => (error instanceof CallError ? error.code : String(error)),
  );
  if (away !== 'AGENT_UNREACHABLE') throw new Error(`a killed agent ${away}`);
  const item = demo.data.items.find((candidate) => candidate.soldBy === 'each');
  if (item === undefined) throw new Error('no item');
  const late = {
    cashierId: cashier.cashierId,
    receiptNumber: cashier.receiptNumber(),
    businessDate,
    completedAt: new Date().toISOString(),
    lines: [{ gtin: item.gtin, quantity: 1, payableFen: item.priceFen }],
    tenders: [{ kind: 'cash' as const, amountFen: item.priceFen }],
  };
  await demo.startAgent();
  const key = cashier.newKey();
  const sale = await cashier.call('postLateSale', { body: late, key });
  const again = await cashier.call('postLateSale', { body: late, key });
  if (again.saleId !== sale.saleId) throw new Error('a late sale counted twice');
  countSale(cashier, sale);
}

/** Every till's own totals against the agent's; returns what all of them took, in fen. */
export async function closeDays(cashiers: readonly Cashier[], businessDate: string): Promise<number> {
  let salesFen = 0;
  for (const cashier of cashiers) {
    const closing = await cashier.call('closeDay', {
      params: { businessDate },
      body: cashier.totals,
      key: cashier.newKey(),
    });
    if (!closing.agreed)
      throw new Error(`till ${cashier.lane} does not reconcile: ${JSON.stringify(closing.differences)}`);
    salesFen += cashier.totals.salesFen;
  }
  return salesFen;
}
