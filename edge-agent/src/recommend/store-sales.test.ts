/** What a store tells its models of its own sales, on a real journal. */
import { callAgent } from '@tillside/agent-contract';
import { STORE_SALES_DAYS, StoreCount, type StoreSales } from '@tillside/features';
import type { EventBody } from '@tillside/protocol';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Caller, ITEMS_CSV, type Rig, startRig } from '../testing.ts';
import { StoreSalesCounter } from './store-sales.ts';

const DAY_MS = 86_400_000;
/** Six in the morning in China: the business day began before the day of UTC. */
const START = Date.parse('2026-11-21T22:00:00Z');
const [FIRST = '', SECOND = ''] = ITEMS_CSV.split('\n')
  .slice(1)
  .map((line) => line.split(',')[0]);
const days = (count: number): string => new Date(START - count * DAY_MS).toISOString();

let now = START;
let rig: Rig;
let till: Caller;
let nextKey = 0;
const key = (): string => `s${nextKey++}`;

beforeAll(async () => {
  rig = await startRig({}, { now: () => now });
  till = await rig.pair('terminal', '1');
  const admin = { url: rig.agent.url, credential: rig.adminCredential() };
  const importFile = (what: 'items' | 'members' | 'purchases', body: string) =>
    callAgent(admin, 'importFile', { params: { what }, body });
  await importFile('items', ITEMS_CSV);
  await importFile(
    'members',
    'memberId,code,tier,points,joinedAt,personalisation,tags,segments\nM000001,one,gold,0,2025-01-01T00:00:00Z,yes,,\n',
  );
  const rows = [
    ['M000001', FIRST, days(10), '1'],
    ['M000001', SECOND, days(10), '2'],
    ['M000001', SECOND, days(20), '1'],
    ['M000001', SECOND, days(STORE_SALES_DAYS + 1), '1'],
  ];
  await importFile('purchases', `memberId,sku,at,quantity\n${rows.map((row) => row.join(',')).join('\n')}\n`);
});
afterAll(() => rig?.stop());

async function sell(skus: readonly string[], code?: string): Promise<void> {
  const { basketId } = await till.call('openBasket', { key: key(), body: { cashierId: 'c1' } });
  const params = { basketId };
  if (code !== undefined) await till.call('setMember', { key: key(), params, body: { code } });
  for (const sku of skus) await till.call('addLine', { key: key(), params, body: { sku, ageChecked: true } });
  const { decision } = await till.call('getBasket', { params });
  const tenders = [{ kind: 'token' as const, amountFen: decision.payableFen, token: 't' }];
  const body = { cashierId: 'c1', expectedPayableFen: decision.payableFen, tenders };
  await till.call('completeBasket', { key: key(), params, body });
}

async function counted(): Promise<StoreSales | undefined> {
  let told: StoreSales | undefined;
  const tell = (sales: StoreSales) => {
    told = sales;
  };
  await new StoreSalesCounter({ reader: rig.agent.app.journal, clock: { now: () => now }, tell }).refresh();
  return told;
}

it('counts imported purchases by member and time, of the last days only, while no till has sold', async () => {
  expect(await counted()).toEqual({
    baskets: 2,
    counts: new Map([
      [SECOND, 2],
      [FIRST, 1],
    ]),
  });
});

it('counts sales as HQ counts them from what it is told, each once, and imports before them', async () => {
  await sell([FIRST, FIRST, SECOND], 'TM:one');
  await sell([FIRST]);
  now += DAY_MS;
  await sell([FIRST]);
  const sales = await counted();
  const atHq = new StoreCount(now);
  const events = rig.agent.app.journal
    .all<{ envelope: string }>(`SELECT envelope FROM event WHERE type = 'tillside.sale.completed.v1'`)
    .map(({ envelope }) => JSON.parse(envelope).data as EventBody<'tillside.sale.completed.v1'>);
  for (const { lines, completedAt } of events) atHq.add(new Set(lines.map(({ sku }) => sku)), Date.parse(completedAt));
  const { baskets, counts } = atHq.sales();
  expect(baskets).toBe(3);
  expect(sales?.baskets).toBe(baskets + 2);
  expect(sales?.counts.get(FIRST)).toBe((counts.get(FIRST) ?? 0) + 1);
  expect(sales?.counts.get(SECOND)).toBe((counts.get(SECOND) ?? 0) + 2);
});

it('forgets what was sold long ago, and tells nothing more once stopped', async () => {
  now += STORE_SALES_DAYS * DAY_MS;
  await sell([SECOND]);
  expect(await counted()).toEqual({ baskets: 1, counts: new Map([[SECOND, 1]]) });
  const told: StoreSales[] = [];
  const { journal: reader, clock } = rig.agent.app;
  const counter = new StoreSalesCounter({ reader, clock, tell: (sales) => told.push(sales) });
  const counting = counter.refresh();
  counter.stop();
  await counting;
  expect(told).toEqual([]);
});
