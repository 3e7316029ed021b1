import { agentEvents, CallError, callAgent, type StreamEvent } from '@tillside/agent-contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Caller, ITEMS_CSV, type Rig, SUPERVISOR_PIN, startRig } from './testing.ts';

/** Baskets over HTTP where things come together: two tills, retries, a terminal that is taken away, clocks that jump, a POS with prices of its own. */

type BasketEvent = Extract<StreamEvent, { type: 'basket' }>;
const HOUR_MS = 3_600_000;
const UNKNOWN = '6901234567892';

let now = Date.parse('2026-11-22T02:00:00Z');
let rig: Rig;
let till: Caller;
let other: Caller;
let nextKey = 0;
const key = (): string => `b${nextKey++}`;

const code = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work;
    return 'ok';
  } catch (error) {
    return error instanceof CallError ? error.code : String(error);
  }
};
const open = async (at: Caller): Promise<string> =>
  (await at.call('openBasket', { body: { cashierId: 'c-1' }, key: key() })).basketId;
const add = (at: Caller, basketId: string, sku: string) =>
  at.call('addLine', { params: { basketId }, body: { sku }, key: key() });
const complete = (at: Caller, basketId: string, payableFen: number, under = key()) =>
  at.call('completeBasket', {
    params: { basketId },
    body: {
      cashierId: 'c-1',
      expectedPayableFen: payableFen,
      tenders: [{ kind: 'token', amountFen: payableFen, token: 'tok_1' }],
    },
    key: under,
  });
const count = (table: string): number =>
  rig.agent.app.journal.get<{ n: number }>(`SELECT count(*) AS n FROM ${table}`)?.n ?? 0;
const eventsOf = (type: string): Record<string, unknown>[] =>
  rig.agent.app.journal
    .all<{ envelope: string }>('SELECT envelope FROM event WHERE type = ? ORDER BY seq', type)
    .map(({ envelope }) => JSON.parse(envelope).data);

/** What a lane hears until it has heard `count` events of its baskets. */
async function heard(caller: Caller, count: number, work: () => Promise<unknown>): Promise<BasketEvent[]> {
  const listening = new AbortController();
  const events: BasketEvent[] = [];
  const clients = rig.agent.app.stream.clientCount;
  const listen = (async () => {
    const options = { url: rig.agent.url, credential: caller.credential };
    for await (const { event } of agentEvents(options, listening.signal)) {
      if (event.type === 'basket') events.push(event);
      if (events.length >= count) return;
    }
  })();
  while (rig.agent.app.stream.clientCount === clients) await new Promise((resolve) => setTimeout(resolve, 5));
  await work();
  await listen;
  listening.abort();
  return events;
}

beforeAll(async () => {
  rig = await startRig({}, { now: () => now });
  till = await rig.pair('terminal', '1');
  other = await rig.pair('terminal', '2');
  await callAgent({ url: rig.agent.url, credential: rig.adminCredential() }, 'importFile', {
    params: { what: 'items' },
    body: ITEMS_CSV,
  });
});
afterAll(() => rig.stop());

describe('two terminals', () => {
  it('complete one basket at once: only its own does, and one sale is made', async () => {
    const basketId = await open(till);
    await add(till, basketId, 'milk');
    const before = count('sale');
    const outcomes = await Promise.all([
      code(complete(till, basketId, 1290)),
      code(complete(till, basketId, 1290)),
      code(complete(other, basketId, 1290)),
    ]);
    expect(outcomes.filter((outcome) => outcome === 'ok')).toHaveLength(1);
    expect(outcomes.slice(0, 2).sort()).toEqual(['BASKET_STATE', 'ok']);
    expect(['BASKET_STATE', 'BASKET_OF_ANOTHER_TERMINAL']).toContain(outcomes[2]);
    expect(count('sale')).toBe(before + 1);
  });

  it('resume one basket at once: one of them has it, and each line is there once', async () => {
    const basketId = await open(till);
    await add(till, basketId, 'milk');
    await till.call('suspendBasket', { params: { basketId }, key: key() });
    const third = await rig.pair('terminal', '3');
    const callers = [till, other, third];
    const outcomes = await Promise.all(
      callers.map((at) => code(at.call('resumeBasket', { params: { basketId }, key: key() }))),
    );
    expect([...outcomes].sort()).toEqual(['BASKET_STATE', 'BASKET_STATE', 'ok']);
    const winner = callers[outcomes.indexOf('ok')];
    for (const at of callers)
      expect(await code(add(at, basketId, 'tea'))).toBe(at === winner ? 'ok' : 'BASKET_OF_ANOTHER_TERMINAL');
    const { lines, terminalId } = await till.call('getBasket', { params: { basketId } });
    expect(lines.map(({ sku }) => sku)).toEqual(['milk', 'tea']);
    expect(terminalId).toBe(winner?.deviceId);
    await winner?.call('cancelBasket', { params: { basketId }, key: key() });
  });

  it('change one basket: the other is refused, whatever the call', async () => {
    const basketId = await open(till);
    await add(till, basketId, 'milk');
    const params = { basketId };
    const line = { basketId, lineId: '1' };
    const outcomes = await Promise.all([
      code(add(other, basketId, 'tea')),
      code(other.call('changeLine', { params: line, body: { quantity: 2 }, key: key() })),
      code(other.call('voidLine', { params: line, key: key() })),
      code(other.call('setMember', { params, body: { code: 'TM:nobody' }, key: key() })),
      code(other.call('suspendBasket', { params, key: key() })),
      code(other.call('cancelBasket', { params, key: key() })),
      code(other.call('putLines', { params, body: { lines: [] }, key: key() })),
    ]);
    expect(new Set(outcomes)).toEqual(new Set(['BASKET_OF_ANOTHER_TERMINAL']));
    expect(await till.call('getBasket', { params })).toMatchObject({ revision: 2, lines: [{ quantity: 1 }] });
  });
});

describe('a key', () => {
  it('is one request: the same again answers the same, another body is refused, and neither changes anything', async () => {
    const basketId = await open(till);
    const once = key();
    const request = { params: { basketId }, body: { sku: 'milk', quantity: 2 }, key: once };
    const [first, second] = await Promise.all([till.call('addLine', request), till.call('addLine', request)]);
    expect(second).toEqual(first);
    expect(await till.call('addLine', request)).toEqual(first);
    expect(await code(till.call('addLine', { ...request, body: { sku: 'milk', quantity: 3 } }))).toBe(
      'IDEMPOTENCY_KEY_REUSED',
    );
    expect(await code(till.call('voidLine', { params: { basketId, lineId: '1' }, key: once }))).toBe(
      'IDEMPOTENCY_KEY_REUSED',
    );
    // Another terminal's keys are its own.
    expect(await code(other.call('openBasket', { body: { cashierId: 'c-2' }, key: once }))).toBe('ok');
    expect(await till.call('getBasket', { params: { basketId } })).toMatchObject({
      revision: 2,
      lines: [{ quantity: 2 }],
    });
  });

  it('spends an approval once: a retry has the first answer', async () => {
    const basketId = await open(till);
    const { approvalId } = await till.call('approve', { body: { pin: SUPERVISOR_PIN, action: 'price-override' } });
    const request = {
      params: { basketId },
      body: { sku: 'milk', price: { unitPriceFen: 1000, reason: 'damaged' as const, approvalId } },
      key: key(),
    };
    const first = await till.call('addLine', request);
    expect(first.lines[0]?.priceSet).toEqual({
      by: 'override',
      reason: 'damaged',
      approvedBy: 'sup-1',
      masterFen: 1290,
    });
    expect(await till.call('addLine', request)).toEqual(first);
    expect(await code(till.call('addLine', { ...request, key: key() }))).toBe('APPROVAL_REFUSED');
    expect(await code(till.call('approve', { body: { pin: '2468', action: 'price-override' } }))).toBe(
      'APPROVAL_REFUSED',
    );
  });
});

describe('the lane', () => {
  it('hears each change once, with what it did', async () => {
    const basketId = await open(till);
    const params = { basketId };
    const events = await heard(till, 4, async () => {
      const request = { params, body: { sku: 'tea', quantity: 2 }, key: key() };
      await till.call('addLine', request);
      await till.call('addLine', request);
      expect(await code(add(till, basketId, 'nothing'))).toBe('ITEM_UNKNOWN');
      // Not of this lane.
      await open(other);
      await till.call('suspendBasket', { params, key: key() });
      await till.call('resumeBasket', { params, key: key() });
      await till.call('cancelBasket', { params, key: key() });
    });
    expect(events.map(({ what, revision, lane }) => [what, revision, lane])).toEqual([
      ['changed', 2, '1'],
      ['suspended', 3, '1'],
      ['changed', 4, '1'],
      ['cancelled', 5, '1'],
    ]);
    expect(events[0]?.delta).toMatchObject({
      lines: [{ lineId: '1', sku: 'tea', change: 'added', quantity: 2, payableFen: { before: 0, now: 1000 } }],
      payableFen: { before: 0, now: 1000 },
    });
    expect(events[1]?.delta?.lines).toEqual([]);
  });
});

describe('a terminal that is revoked in the middle', () => {
  it('loses nothing: what it had open is found, taken over and sold by another, and its old lane is told', async () => {
    const gone = await rig.pair('terminal', '9');
    const screen = await rig.pair('display', '9');
    const left = await open(gone);
    await add(gone, left, 'milk');
    expect(await code(other.call('resumeBasket', { params: { basketId: left }, key: key() }))).toBe('BASKET_STATE');
    expect((await other.call('listBaskets', { query: {} })).baskets.map(({ basketId }) => basketId)).not.toContain(
      left,
    );
    rig.agent.app.pairing.revoke(gone.deviceId);
    expect(await code(add(gone, left, 'milk'))).toBe('CREDENTIAL_REVOKED');
    expect(await code(complete(gone, left, 1290))).toBe('CREDENTIAL_REVOKED');
    expect(
      (await other.call('listBaskets', { query: { state: 'open' } })).baskets.map(({ basketId }) => basketId),
    ).toContain(left);
    const events = await heard(screen, 1, async () => {
      const resumed = await other.call('resumeBasket', { params: { basketId: left }, key: key() });
      expect(resumed).toMatchObject({ state: 'open', lane: '2', lines: [{ sku: 'milk' }] });
    });
    expect(events).toMatchObject([{ what: 'suspended', lane: '9', basketId: left }]);
    expect((await complete(other, left, 1290)).terminalId).toBe(other.deviceId);
  });
});

describe('a clock that is hours off', () => {
  it('opens baskets in the future, which are sold all the same once it is put right', async () => {
    now += 7 * HOUR_MS;
    const basketId = await open(till);
    await add(till, basketId, 'milk');
    const { approvalId } = await till.call('approve', { body: { pin: SUPERVISOR_PIN, action: 'price-override' } });
    now -= 7 * HOUR_MS;
    const price = { unitPriceFen: 1, reason: 'manager' as const, approvalId };
    expect(
      await code(till.call('changeLine', { params: { basketId, lineId: '1' }, body: { price }, key: key() })),
    ).toBe('APPROVAL_REFUSED');
    const view = await add(till, basketId, 'tea');
    expect(Date.parse(view.openedAt)).toBeGreaterThan(now);
    const sale = await complete(till, basketId, 1790);
    expect(Date.parse(sale.completedAt)).toBe(now);
  });
});

describe('bad input', () => {
  it('with a card number in what a person writes is refused, naming the field, and nothing is kept', async () => {
    const basketId = await open(till);
    const pan = '4111 1111 1111 1111';
    const before = count('idempotency');
    const refused = async (work: Promise<unknown>) => {
      const error = await work.then(
        () => undefined,
        (failure: unknown) => failure,
      );
      return error instanceof CallError ? [error.code, error.body.fields?.[0]?.path] : error;
    };
    expect(await refused(till.call('openBasket', { body: { cashierId: pan }, key: key() }))).toEqual([
      'CARD_NUMBER_REFUSED',
      'cashierId',
    ]);
    const price = { unitPriceFen: 100, reason: 'other' as const, note: `card ${pan}` };
    expect(
      await refused(till.call('addLine', { params: { basketId }, body: { department: 'dairy', price }, key: key() })),
    ).toEqual(['CARD_NUMBER_REFUSED', 'price.note']);
    expect(count('idempotency')).toBe(before);
    // Numbers of goods often look like a card's and are none.
    expect(
      await code(till.call('addLine', { params: { basketId }, body: { scan: '4111111111111111' }, key: key() })),
    ).toMatch(/^CODE_/);
  });

  it('with a code that the master lacks is refused and told to HQ once', async () => {
    const basketId = await open(till);
    const ask = () =>
      code(till.call('addLine', { params: { basketId }, body: { scan: UNKNOWN, weigh: true }, key: key() }));
    expect([await ask(), await ask()]).toEqual(['ITEM_UNKNOWN', 'ITEM_UNKNOWN']);
    expect(eventsOf('tillside.item.unknown.v1').filter(({ gtin }) => gtin === UNKNOWN)).toEqual([
      expect.objectContaining({ sold: false, terminalId: till.deviceId }),
    ]);
  });
});

describe('training', () => {
  it('marks what is opened for it, and a cancelled one is not told', async () => {
    const view = await till.call('openBasket', { body: { cashierId: 'c-1', training: true }, key: key() });
    expect(view.training).toBe(true);
    const before = count('event');
    await till.call('cancelBasket', { params: { basketId: view.basketId }, key: key() });
    expect(count('event')).toBe(before);
  });

  it('is what a terminal does in a session that trains, asked or not', async () => {
    const { sessionId } = await other.call('openSession', { body: { cashierId: 'c-2', training: true }, key: key() });
    expect((await other.call('openBasket', { body: { cashierId: 'c-2' }, key: key() })).training).toBe(true);
    await other.call('closeSession', { params: { sessionId }, body: {}, key: key() });
    expect((await other.call('openBasket', { body: { cashierId: 'c-2' }, key: key() })).training).toBeUndefined();
  });
});

describe('a POS that owns its prices and takes our adjustments', () => {
  it('sends its basket, follows it, pays our price, and its sale says whose prices they were', async () => {
    const pos = await rig.pair('terminal', '7', 'pos-adjusts');
    const { url } = rig.agent;
    const phone = await rig.pair('staff');
    phone.session = (await phone.call('staffSignIn', { body: { pin: SUPERVISOR_PIN } })).session;
    await phone.call('putPromotion', {
      body: { sku: 'milk', percentOffBasisPoints: 2000, until: new Date(now + HOUR_MS).toISOString() },
    });
    const opened = await pos.call('openBasket', { body: { cashierId: 'c-7' }, key: key() });
    expect(opened).toMatchObject({ priceOwner: 'pos-adjusts', lines: [] });
    const params = { basketId: opened.basketId };
    expect(await code(add(pos, opened.basketId, 'milk'))).toBe('PRICE_OWNER');
    const put = (lines: Parameters<typeof pos.call<'putLines'>>[1]['body']['lines']) =>
      pos.call('putLines', { params, body: { lines }, key: key() });
    await put([{ lineId: '10', gtin: '2900000000018', unitPriceFen: 1400 }]);
    const view = await put([
      { lineId: '10', gtin: '2900000000018', quantity: 2, unitPriceFen: 1400 },
      { lineId: '20', gtin: UNKNOWN, name: 'Imported biscuits', unitPriceFen: 1500 },
      { lineId: '30', sku: 'apple', weightGrams: 505, unitPriceFen: 1600 },
    ]);
    // 2 x 14.00 less a fifth, 15.00, 0.505 kg at 16.00.
    expect(view.lines.map(({ lineId, listFen, payableFen }) => [lineId, listFen, payableFen])).toEqual([
      ['10', 2800, 2240],
      ['20', 1500, 1500],
      ['30', 808, 808],
    ]);
    expect(view.delta?.lines.map(({ lineId, change }) => [lineId, change])).toEqual([
      ['10', 'changed'],
      ['20', 'added'],
      ['30', 'added'],
    ]);
    await pos.call('suspendBasket', { params, key: key() });
    expect(await code(till.call('resumeBasket', { params, key: key() }))).toBe('PRICE_OWNER');
    await pos.call('resumeBasket', { params, key: key() });
    const sale = await complete(pos, opened.basketId, 2240 + 1500 + 808);
    expect(sale).toMatchObject({ priceOwner: 'pos-adjusts', paidFen: 4548 });
    const [told] = eventsOf('tillside.sale.completed.v1').filter(({ saleId }) => saleId === sale.saleId);
    expect(told).toMatchObject({
      priceOwner: 'pos-adjusts',
      lines: [
        { lineId: '10', adjustments: [{ amountFen: 560 }], priceSet: { by: 'pos', masterFen: 1290 } },
        { lineId: '20', sku: `open:${UNKNOWN}`, unknown: true, priceSet: { by: 'pos' } },
        { lineId: '30', priceSet: { by: 'pos', masterFen: 1580 } },
      ],
    });
    expect(
      await code(callAgent({ url, credential: pos.credential }, 'getSale', { params: { saleId: sale.saleId } })),
    ).toBe('ok');
  });
});
