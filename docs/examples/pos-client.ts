// A till in thirty lines: pairs, signs a cashier on, sells what is scanned. Arguments: URL of the agent, pairing code, scanned codes.
import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { CallError, callAgent } from '@tillside/agent-contract';

const [url = '', code = '', ...scans] = process.argv.slice(2);
const { credential } = await callAgent({ url }, 'pair', { body: { code, kind: 'terminal' } });
const agent = { url, credential, locale: 'en' } as const;
const cashierId = '017';
/** A write keeps its key through its retries: however often it is sent, it happens once. */
const once = async <T>(send: (key: string) => Promise<T>, key = randomUUID(), waitMs = 100): Promise<T> =>
  send(key).catch(async (error: unknown) => {
    if (!(error instanceof CallError) || error.status !== 0 || waitMs > 5_000) throw error;
    await setTimeout(waitMs);
    return once(send, key, 2 * waitMs);
  });
const { shiftId } = await once((key) => callAgent(agent, 'openSession', { key, body: { cashierId } }));
let basket = await once((key) => callAgent(agent, 'openBasket', { key, body: { cashierId } }));
const params = { basketId: basket.basketId };
for (const scan of scans) {
  basket = await once((key) => callAgent(agent, 'addLine', { key, params, body: { scan } }));
  for (const { name, payableFen } of basket.delta?.lines ?? []) console.log(name.en, payableFen.now / 100);
}
for (const { text } of basket.messages) console.log(text.en);
const { decision, decisionKey: expectedDecisionKey } = basket;
const tenders = [{ kind: 'cash' as const, amountFen: decision.cash?.totalFen ?? decision.totalFen }];
const agreed = { cashierId, expectedPayableFen: decision.payableFen, expectedDecisionKey, tenders };
const sale = await once((key) => callAgent(agent, 'completeBasket', { key, params, body: agreed }));
console.log(`shift ${shiftId}, receipt ${sale.receiptNumber}: paid ${sale.paidFen / 100}`);
