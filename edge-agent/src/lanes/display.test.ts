import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importItems } from '../prices/import.ts';
import { type Caller, ITEMS_CSV, type Rig, startRig } from '../testing.ts';

let rig: Rig;
let till: Caller;
let display: Caller;
let otherDisplay: Caller;
let now = Date.parse('2026-11-22T10:00:00+08:00');
let keys = 0;
const key = (): string => `k${keys++}`;
const shown = (of = display) => of.call('getDisplay', {});

beforeAll(async () => {
  rig = await startRig({}, { now: () => now });
  importItems(rig.agent.app.journal, { now: () => now }, ITEMS_CSV);
  till = await rig.pair('terminal', '1');
  display = await rig.pair('display', '1');
  otherDisplay = await rig.pair('display', '2');
});
afterAll(() => rig?.stop());

describe('the customer display of a lane', () => {
  it('is idle, then the basket, then thanks and change, then idle again; another lane sees none of it', async () => {
    expect(await shown()).toMatchObject({ state: 'idle', lane: '1' });
    const { basketId } = await till.call('openBasket', { body: { cashierId: 'c1' }, key: key() });
    const params = { basketId };
    expect((await shown()).state).toBe('idle');
    await till.call('addLine', { params, body: { sku: 'milk', quantity: 2 }, key: key() });
    expect(await shown()).toMatchObject({
      state: 'basket',
      basket: { basketId, revision: 2, totalFen: 2580, lines: [{ sku: 'milk', quantity: 2, payableFen: 2580 }] },
    });
    expect((await shown(otherDisplay)).state).toBe('idle');

    const tenders = [{ kind: 'cash' as const, amountFen: 2580, givenFen: 3000 }];
    await till.call('completeBasket', {
      params,
      body: { cashierId: 'c1', expectedPayableFen: 2580, tenders },
      key: key(),
    });
    expect(await shown()).toMatchObject({ state: 'paid', paid: { totalFen: 2580, changeFen: 420 } });
    expect((await shown(otherDisplay)).state).toBe('idle');
    now += 31_000;
    expect((await shown()).state).toBe('idle');
  });

  it('a suspended basket is off the screen, and on that of the lane that resumes it', async () => {
    const { basketId } = await till.call('openBasket', { body: { cashierId: 'c1' }, key: key() });
    const params = { basketId };
    await till.call('addLine', { params, body: { sku: 'tea' }, key: key() });
    await till.call('suspendBasket', { params, key: key() });
    expect((await shown()).state).toBe('idle');
    const second = await rig.pair('terminal', '2');
    await second.call('resumeBasket', { params, key: key() });
    expect((await shown()).state).toBe('idle');
    expect((await shown(otherDisplay)).state).toBe('basket');
  });

  it('is for displays: a till may not read it, a display may not sell', async () => {
    await expect(till.call('getDisplay', {})).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
    await expect(display.call('openBasket', { body: { cashierId: 'c' }, key: key() })).rejects.toMatchObject({
      code: 'NOT_ALLOWED',
    });
  });
});
