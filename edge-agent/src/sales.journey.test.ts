import { agentEvents, CallError, callAgent, type RouteName, type StreamEvent } from '@tillside/agent-contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { balanceOf } from './points/balance.ts';
import { ALWAYS, type Caller, ITEMS_CSV, type Rig, SUPERVISOR_PIN, startRig, TEST_PIN } from './testing.ts';

/** A day of two terminals over HTTP: one whose prices are ours, one whose POS only reports what it sold. Each is closed to the fen. */

const DAY = '2026-11-22';
const CARD = '4111 1111 1111 1111';
/** The number in any grouping, or only its first digits, as where the rest is masked; not digits amid a hash. */
const OF_CARD = /4111[\s.-]?1111|(?<![\w-])4111(?:11)?(?![\w-])/u;
const now = Date.parse('2026-11-22T02:00:00Z');
let rig: Rig;
let till: Caller;
let pos: Caller;
let nextKey = 0;
const key = (): string => `s${nextKey++}`;

const code = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work;
    return 'ok';
  } catch (error) {
    return error instanceof CallError ? error.code : String(error);
  }
};
const campaign = (id: string, more: Record<string, unknown>) => ({
  schema: 1,
  id,
  version: 1,
  name: { zh: `活动 ${id}`, en: id },
  window: ALWAYS,
  fundedBy: 'brand',
  items: { skus: ['milk'] },
  ...more,
});
const basketOf = async (...skus: string[]) => {
  const { basketId } = await till.call('openBasket', { body: { cashierId: 'lin' }, key: key() });
  for (const sku of skus)
    await till.call('addLine', {
      params: { basketId },
      body: sku === 'apple' ? { sku, weightGrams: 505 } : { sku },
      key: key(),
    });
  return till.call('getBasket', { params: { basketId } });
};
const told = (receiptNumber: string, more: Record<string, unknown> = {}) => ({
  cashierId: 'wang',
  receiptNumber,
  businessDate: DAY,
  completedAt: `${DAY}T10:00:00+08:00`,
  lines: [{ gtin: '2900000000018', quantity: 2, payableFen: 2400, listFen: 2580 }],
  tenders: [{ kind: 'token' as const, amountFen: 2400, token: 'tok_9' }],
  ...more,
});

beforeAll(async () => {
  rig = await startRig({ maxBlindReturnFen: 1_000 }, { now: () => now });
  till = await rig.pair('terminal', '1');
  pos = await rig.pair('terminal', '9', 'pos-reports');
  const admin = { url: rig.agent.url, credential: rig.adminCredential() };
  await callAgent(admin, 'importFile', { params: { what: 'items' }, body: ITEMS_CSV });
  await callAgent(admin, 'importFile', {
    params: { what: 'members' },
    body: 'memberId,code,tier,points,joinedAt,personalisation\nM000001,card-1,gold,500,2025-01-01T00:00:00Z,yes\n',
  });
  const { journal, book } = rig.agent.app;
  const set = {
    schema: 1,
    setId: 'test',
    version: 1,
    campaigns: [
      campaign('milk-15', { kind: 'discount', discount: { by: 'percent', percentOffBp: 1500 } }),
      campaign('pay', {
        kind: 'points-pay',
        items: { all: true },
        pointsPerStep: 100,
        fenPerStep: 100,
        maxShareBp: 5000,
      }),
    ],
    policy: {
      version: 1,
      objective: 'best-for-customer',
      couponsPerBasket: 2,
      cashRounding: { toFen: 10, mode: 'down', cashPart: true },
    },
  };
  journal.write((tx) =>
    tx.run(
      `INSERT INTO desired VALUES ('campaigns', 1, ?, ?, '2026-01-01T00:00:00Z')`,
      'a'.repeat(64),
      JSON.stringify(set),
    ),
  );
  book.reload();
});
afterAll(() => rig.stop());

describe('a terminal whose prices are ours', () => {
  it('signs on, sells with points and mixed tenders, and the lane hears that it is paid', async () => {
    expect(await code(till.call('currentSession', {}))).toBe('SESSION_UNKNOWN');
    const session = await till.call('openSession', { body: { cashierId: 'lin', openingFloatFen: 10_000 }, key: key() });
    expect(await till.call('currentSession', {})).toEqual(session);
    const { basketId } = await basketOf('milk', 'milk', 'apple');
    await till.call('setMember', { params: { basketId }, body: { code: 'TM:card-1' }, key: key() });
    const view = await till.call('payWithPoints', { params: { basketId }, body: { points: 300 }, key: key() });
    // Milk 10.96 each, apples 7.98, three yuan in points.
    expect(view.decision).toMatchObject({ payableFen: 2690, points: { spentFen: 300 } });
    const body = {
      cashierId: 'lin',
      expectedPayableFen: 2690,
      expectedDecisionKey: view.decisionKey,
      // 6.95 is left to cash, 6.90 by rounding.
      tenders: [
        { kind: 'voucher' as const, amountFen: 1995 },
        { kind: 'cash' as const, amountFen: 690, givenFen: 1000 },
      ],
    };
    const listening = new AbortController();
    const heard: StreamEvent[] = [];
    const clients = rig.agent.app.stream.clientCount;
    const listen = (async () => {
      for await (const { event } of agentEvents(
        { url: rig.agent.url, credential: till.credential },
        listening.signal,
      )) {
        heard.push(event);
        return;
      }
    })();
    while (rig.agent.app.stream.clientCount === clients) await new Promise((resolve) => setTimeout(resolve, 5));
    const once = key();
    const sale = await till.call('completeBasket', { params: { basketId }, body, key: once });
    await listen;
    listening.abort();
    expect(heard).toMatchObject([{ type: 'basket', what: 'completed', basketId, lane: '1' }]);
    expect(sale).toMatchObject({
      paidFen: 2685,
      roundingFen: -5,
      changeFen: 310,
      pointsSpent: 300,
      pointsBalance: 226,
      shiftId: '1',
      sessionId: session.sessionId,
    });
    expect(sale.receiptNumber).toBe(`${session.numbering.online.prefix}000001`);
    expect(await till.call('completeBasket', { params: { basketId }, body, key: once })).toEqual(sale);
    expect(await till.call('getSale', { params: { saleId: sale.saleId } })).toEqual(sale);
  });

  it('exchanges, takes back with and without a receipt, and trains for nothing', async () => {
    const bought = await basketOf('tea');
    const sale = await till.call('completeBasket', {
      params: { basketId: bought.basketId },
      body: { cashierId: 'lin', expectedPayableFen: 500, tenders: [{ kind: 'cash', amountFen: 500 }] },
      key: key(),
    });
    const dearer = await basketOf('bread');
    const exchanged = await till.call('exchange', {
      body: {
        returned: { saleId: sale.saleId, lines: [{ lineId: '1', quantity: 1 }], reason: 'wrong tea' },
        basketId: dearer.basketId,
        complete: { cashierId: 'lin', expectedPayableFen: 990 },
        tenders: [{ kind: 'token', amountFen: 490, token: 'tok_2' }],
      },
      key: key(),
    });
    expect(exchanged).toMatchObject({ payFen: 490, refundFen: 0 });
    const back = await till.call('returnLines', {
      body: { saleId: exchanged.sale.saleId, cashierId: 'lin', lines: [{ lineId: '1', quantity: 1 }] },
      key: key(),
    });
    expect(back.refundFen).toBe(990);

    const blind = async (approvalId: string, quantity = 1) =>
      till.call('returnWithoutReceipt', {
        body: { approvalId, cashierId: 'lin', reason: 'gift of an aunt', lines: [{ sku: 'tea', quantity }] },
        key: key(),
      });
    const action = 'return-without-receipt' as const;
    expect(await code(till.call('approve', { body: { pin: TEST_PIN, action } }))).toBe('APPROVAL_REFUSED');
    const { approvalId } = await till.call('approve', { body: { pin: SUPERVISOR_PIN, action } });
    expect(await code(blind(approvalId, 3))).toBe('BLIND_RETURN_LIMIT');
    expect(await blind(approvalId)).toMatchObject({ basis: 'no-receipt', refundFen: 500 });
    expect(await code(blind(approvalId))).toBe('APPROVAL_REFUSED');

    const { basketId } = await till.call('openBasket', { body: { cashierId: 'new', training: true }, key: key() });
    await till.call('addLine', { params: { basketId }, body: { sku: 'milk', quantity: 9 }, key: key() });
    const trained = await till.call('completeBasket', {
      params: { basketId },
      body: { cashierId: 'new', expectedPayableFen: 9864, tenders: [{ kind: 'cash', amountFen: 9860 }] },
      key: key(),
    });
    expect(trained).toMatchObject({ training: true });
    expect(await till.call('getSale', { params: { saleId: trained.saleId } })).toEqual(trained);
    const request = { saleId: trained.saleId, cashierId: 'lin', lines: [{ lineId: '1', quantity: 1 }] };
    expect(await code(till.call('returnLines', { body: request, key: key() }))).toBe('RETURN_OF_TRAINING');
  });

  it('does not report sales: it sells them', async () => {
    expect(await code(till.call('reportSale', { body: told('P-1'), key: key() }))).toBe('PRICE_OWNER');
    expect(await code(till.call('reportReturn', { body: told('P-1'), key: key() }))).toBe('PRICE_OWNER');
  });

  it('signs off with an X, closes with a Z, sells no more that day, and still posts what it sold alone', async () => {
    const { sessionId } = await till.call('currentSession', {});
    // 100.00 to start, 6.90 and 5.00 taken, 9.90 and 5.00 handed out.
    const x = await till.call('closeSession', { params: { sessionId }, body: { countedCashFen: 9_700 }, key: key() });
    expect(x).toMatchObject({
      sales: 3,
      returns: 3,
      cashFen: 9_700,
      cashOverFen: 0,
      roundingFen: -5,
      pointsSpentFen: 300,
    });
    expect(x.tenders).toEqual({ cash: 1190, exchange: 500, token: 490, voucher: 1995 });
    expect(x.refundTenders).toEqual({ cash: 1490, exchange: 500 });
    expect(x.promotions).toMatchObject([
      { campaignId: 'milk-15', amountFen: 388, sales: 1, brandFen: 388, storeFen: 0 },
      { campaignId: 'pay', amountFen: 300 },
    ]);
    const { sales, returns, salesFen, refundsFen, tenders, refundTenders } = x;
    const own = { sales, returns, salesFen, refundsFen, tenders, refundTenders };
    const close = (body: typeof own) => till.call('closeDay', { params: { businessDate: DAY }, body, key: key() });
    expect(await close(own)).toMatchObject({ zNumber: 1, agreed: true });
    expect(
      await code(
        basketOf('tea').then(({ basketId }) =>
          till.call('completeBasket', {
            params: { basketId },
            body: { cashierId: 'lin', expectedPayableFen: 500, tenders: [{ kind: 'cash', amountFen: 500 }] },
            key: key(),
          }),
        ),
      ),
    ).toBe('BUSINESS_DAY_CLOSED');
    expect(await code(till.call('openSession', { body: { cashierId: 'lin' }, key: key() }))).toBe(
      'BUSINESS_DAY_CLOSED',
    );
    const body = told('A-1');
    const late = await till.call('postLateSale', { body, key: key() });
    expect(late).toMatchObject({ late: true, businessDate: DAY });
    expect(await till.call('postLateSale', { body, key: key() })).toEqual(late);
    expect(await till.call('dayTotals', { params: { businessDate: DAY } })).toMatchObject({
      closed: true,
      sales: 4,
      bookedSinceClosing: 1,
    });
    const again = await close(own);
    expect(again.differences.map(({ what }) => what)).toEqual(['sales', 'salesFen', 'tender token']);
    expect(again.zNumber).toBe(2);
  });
});

describe('a terminal whose POS only reports', () => {
  it('opens no basket here', async () => {
    expect(await code(pos.call('openBasket', { body: { cashierId: 'wang' }, key: key() }))).toBe('PRICE_OWNER');
  });

  it("reports a member's sale once at its own price, then its return, and the day agrees", async () => {
    const body = told('P-1', { memberCode: 'TM:card-1' });
    const once = key();
    const sale = await pos.call('reportSale', { body, key: once });
    expect(sale).toMatchObject({ priceOwner: 'pos-reports', paidFen: 2400, pointsEarned: 24, late: false });
    expect(sale.decision).toMatchObject({ applied: [], savingsFen: 180, listFen: 2580 });
    expect(await pos.call('reportSale', { body, key: once })).toEqual(sale);
    expect(await pos.call('reportSale', { body, key: key() })).toEqual(sale);
    expect(await code(pos.call('reportSale', { body: { ...body, cashierId: 'x' }, key: once }))).toBe(
      'IDEMPOTENCY_KEY_REUSED',
    );
    expect(await code(pos.call('reportSale', { body: { ...body, cashierId: 'x' }, key: key() }))).toBe(
      'RECEIPT_NUMBER_USED',
    );
    const part = {
      lines: [{ sku: 'milk', quantity: 1, payableFen: 1200 }],
      tenders: [{ kind: 'token' as const, amountFen: 1200 }],
    };
    const back = await pos.call('reportReturn', {
      body: told('P-2', { ...part, saleReceiptNumber: 'P-1' }),
      key: key(),
    });
    expect(back).toMatchObject({ basis: 'reported', refundFen: 1200, lines: [{ sku: 'milk', refundFen: 1200 }] });
    expect(balanceOf(rig.agent.app.journal, 'M000001', Date.now()).available).toBe(226 + 12);
    const open = {
      lines: [{ name: 'mystery', quantity: 1, payableFen: 90 }],
      tenders: [{ kind: 'cash' as const, amountFen: 90 }],
    };
    expect((await pos.call('reportSale', { body: told('P-3', open), key: key() })).decision.lines[0]?.sku).toBe(
      'open:1',
    );
    const closing = await pos.call('closeDay', {
      params: { businessDate: DAY },
      body: {
        sales: 2,
        returns: 1,
        salesFen: 2490,
        refundsFen: 1200,
        tenders: { token: 2400, cash: 90 },
        refundTenders: { token: 1200 },
        promotions: {},
      },
      key: key(),
    });
    expect(closing).toMatchObject({ zNumber: 1, agreed: true });
  });
});

describe('a card number', () => {
  it('is refused in every field that a till can write it into, and nothing of it is stored', async () => {
    const sale = { cashierId: 'c', expectedPayableFen: 500, tenders: [{ kind: 'cash' as const, amountFen: 500 }] };
    const { basketId } = await basketOf('tea');
    const returned = { saleId: 'x', lines: [{ lineId: '1', quantity: 1 }] };
    const lines = [{ sku: 'tea', quantity: 1 }];
    const complete = { cashierId: 'c', expectedPayableFen: 500 };
    const requests: [RouteName, object][] = [
      ['openBasket', { body: { cashierId: CARD } }],
      ['openSession', { body: { cashierId: CARD } }],
      ['openSession', { body: { cashierId: 'c', shiftId: CARD } }],
      [
        'addLine',
        {
          params: { basketId },
          body: { department: 'drinks', price: { unitPriceFen: 1, reason: 'other', note: CARD } },
        },
      ],
      ['completeBasket', { params: { basketId }, body: { ...sale, cashierId: CARD } }],
      ['completeBasket', { params: { basketId }, body: { ...sale, receiptNumber: CARD } }],
      [
        'completeBasket',
        { params: { basketId }, body: { ...sale, tenders: [{ kind: 'token', amountFen: 500, token: CARD }] } },
      ],
      ['returnLines', { body: { ...returned, cashierId: 'c', reason: CARD } }],
      ['exchange', { body: { returned: { ...returned, reason: CARD }, basketId, complete, tenders: [] } }],
      ['returnWithoutReceipt', { body: { approvalId: 'a', cashierId: 'c', reason: CARD, lines } }],
      ['postLateSale', { body: told(CARD) }],
    ];
    for (const [name, args] of requests)
      expect(await code(till.call(name, { ...args, key: key() } as never)), `${name} ${JSON.stringify(args)}`).toBe(
        'CARD_NUMBER_REFUSED',
      );
    const named = { lines: [{ name: CARD, quantity: 1, payableFen: 2400 }] };
    expect(await code(pos.call('reportSale', { body: told('P-8', named), key: key() }))).toBe('CARD_NUMBER_REFUSED');
    expect(await code(pos.call('reportReturn', { body: told('P-8', { saleReceiptNumber: CARD }), key: key() }))).toBe(
      'CARD_NUMBER_REFUSED',
    );
    const { journal } = rig.agent.app;
    for (const table of ['basket', 'sale', 'sale_return', 'goods_return', 'till_session', 'event', 'idempotency'])
      expect(JSON.stringify(journal.all(`SELECT * FROM ${table}`)), table).not.toMatch(OF_CARD);
  });
});
