import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CallError, callAgent } from '@tillside/agent-contract';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ALWAYS, type Caller, campaignSet, ITEMS_CSV, type Rig, startRig } from './testing.ts';

const TILLS = 4;
let rig: Rig;
let tills: Caller[];
let nextKey = 0;
const key = (): string => `p${nextKey++}`;

const campaign = (id: string, kind: string, more: Record<string, unknown>) => ({
  schema: 1,
  id,
  version: 1,
  kind,
  name: { zh: id, en: id },
  window: ALWAYS,
  fundedBy: 'store',
  ...more,
});

beforeAll(async () => {
  rig = await startRig();
  tills = await Promise.all(Array.from({ length: TILLS }, (_, lane) => rig.pair('terminal', String(lane + 1))));
  const admin = { url: rig.agent.url, credential: rig.adminCredential() };
  await callAgent(admin, 'importFile', { params: { what: 'items' }, body: ITEMS_CSV });
  await callAgent(admin, 'importFile', {
    params: { what: 'members' },
    body: 'memberId,code,tier,points,joinedAt,personalisation\nM000001,card-1,gold,1000,2025-01-01T00:00:00Z,yes\n',
  });
  const file = join(rig.dir, 'campaigns.json');
  const bag = { sku: 'bag', name: { zh: '购物袋', en: 'Bag' }, quantity: 1, valueFen: 500 };
  const cup = { ...bag, sku: 'cup', name: { zh: '杯子', en: 'Cup' }, valueFen: 300 };
  writeFileSync(
    file,
    campaignSet([
      campaign('first-milk', 'discount', {
        items: { skus: ['milk'] },
        discount: { by: 'fixed-price', fixedPriceFen: 100 },
        limits: { total: 2 },
      }),
      campaign('gift', 'gift', {
        items: { all: true },
        spendFen: 900,
        repeat: 'once',
        base: 'list',
        gifts: [bag, cup],
      }),
      campaign('pay', 'points-pay', { items: { all: true }, pointsPerStep: 100, fenPerStep: 100, maxShareBp: 10_000 }),
    ]),
  );
  const { desired } = rig.agent.app;
  expect(await desired.apply('campaigns', { version: 1, sha256: 'a'.repeat(64), file, byDelta: false })).toEqual({
    outcome: 'applied',
  });
});
afterAll(() => rig.stop());

const open = async (till: Caller, sku: string) => {
  const { basketId } = await till.call('openBasket', { body: { cashierId: 'c' }, key: key() });
  return till.call('addLine', { params: { basketId }, body: { sku }, key: key() });
};
const pay = (till: Caller, view: Awaited<ReturnType<typeof open>>, receiptNumber: string) =>
  till.call('completeBasket', {
    params: { basketId: view.basketId },
    body: {
      cashierId: 'c',
      receiptNumber,
      expectedPayableFen: view.decision.payableFen,
      expectedDecisionKey: view.decisionKey,
      tenders: [{ kind: 'token', amountFen: view.decision.totalFen, token: 't' }],
    },
    key: key(),
  });

it('of four tills that pay at once with an offer that two may have, two sell it and two are told', async () => {
  const views = await Promise.all(tills.map((till) => open(till, 'milk')));
  expect(views.map((view) => view.decision.payableFen)).toEqual([100, 100, 100, 100]);
  const outcomes = await Promise.all(
    tills.map((till, index) =>
      pay(till, views[index] as (typeof views)[number], `A${index}`).then(
        () => 'sold',
        (error: unknown) => (error instanceof CallError ? error.code : String(error)),
      ),
    ),
  );
  expect(outcomes.toSorted()).toEqual(['LIMIT_REACHED', 'LIMIT_REACHED', 'sold', 'sold']);
  expect((await open(tills[0] as Caller, 'milk')).decision.payableFen).toBe(1290);
});

it('gift and points are asked for over the API, and stand on the sale and in the past sale', async () => {
  const till = tills[0] as Caller;
  const { basketId } = await open(till, 'bread');
  const params = { basketId };
  await till.call('setMember', { params, body: { code: 'TM:card-1' }, key: key() });
  await till.call('chooseGift', { params, body: { campaignId: 'gift', sku: 'cup' }, key: key() });
  const view = await till.call('payWithPoints', { params, body: { points: 500 }, key: key() });
  expect(view).toMatchObject({ payWithPoints: 500, decision: { payableFen: 490 } });
  const sale = await pay(till, view, 'B1');
  expect(sale).toMatchObject({
    pointsSpent: 500,
    paidFen: 490,
    pointsBalance: 504,
    decision: { gifts: [{ chosen: { sku: 'cup' } }] },
  });
  expect(await till.call('getSale', { params: { saleId: sale.saleId } })).toEqual(sale);
  const back = await till.call('returnLines', {
    body: {
      saleId: sale.saleId,
      cashierId: 'c',
      receiptNumber: 'B2',
      lines: [{ lineId: '1', quantity: 1 }],
      gifts: [{ campaignId: 'gift', pieces: 1 }],
    },
    key: key(),
  });
  expect(back).toMatchObject({ refundFen: 490, payFen: 0, pointsGivenBack: 500, pointsTakenBack: 4 });
});
