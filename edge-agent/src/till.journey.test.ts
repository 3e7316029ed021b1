import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CallError, callAgent } from '@tillside/agent-contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkDigitRight } from './prices/gtin.ts';
import { ALWAYS, type Caller, campaignSet, ITEMS_CSV, type Rig, startRig } from './testing.ts';

let rig: Rig;
let till: Caller;
let otherTill: Caller;
let nextKey = 0;
const key = (): string => `k${nextKey++}`;

const code = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work;
    return 'ok';
  } catch (error) {
    return error instanceof CallError ? error.code : String(error);
  }
};

beforeAll(async () => {
  rig = await startRig();
  till = await rig.pair('terminal', '1');
  otherTill = await rig.pair('terminal', '2');
  const admin = { url: rig.agent.url, credential: rig.adminCredential() };
  const report = await callAgent(admin, 'importFile', {
    params: { what: 'items' },
    body: `${ITEMS_CSV}bad,123,x,x,,,d,c,t,each,-5,0,s,p\n`,
  });
  expect(report).toMatchObject({ accepted: 4, rejectedCount: 1, priceVersion: 1 });
  expect(report.rejected[0]).toMatchObject({ row: 6, code: 'ROW_FIELD' });
  await callAgent(admin, 'importFile', {
    params: { what: 'members' },
    body: 'memberId,code,tier,points,joinedAt,personalisation\nM000001,card-1,gold,100,2025-01-01T00:00:00Z,yes\n',
  });
  await callAgent(admin, 'importFile', {
    params: { what: 'coupons' },
    body: 'couponId,code,campaignId,memberId\nc1,AAA111,tea-coupon,M000001\nc2,BBB222,tea-coupon,\n',
  });
  const file = join(rig.dir, 'campaigns.json');
  writeFileSync(
    file,
    campaignSet([
      {
        schema: 1,
        id: 'milk-20',
        version: 1,
        kind: 'discount',
        name: { zh: '牛奶八折', en: 'Milk 20% off' },
        window: ALWAYS,
        fundedBy: 'store',
        items: { skus: ['milk'] },
        discount: { by: 'percent', percentOffBp: 2000 },
      },
      {
        schema: 1,
        id: 'full-30',
        version: 1,
        kind: 'spend-save',
        name: { zh: '满30减5', en: '5 off 30' },
        window: ALWAYS,
        fundedBy: 'store',
        items: { all: true },
        tiers: [{ spendFen: 3000, saveFen: 500 }],
        repeat: 'once',
        base: 'after-item-discounts',
      },
      {
        schema: 1,
        id: 'tea-coupon',
        version: 1,
        kind: 'discount',
        requiresCoupon: true,
        name: { zh: '绿茶券', en: 'Tea coupon' },
        window: ALWAYS,
        fundedBy: 'brand',
        items: { skus: ['tea'] },
        discount: { by: 'amount', amountOffFen: 200 },
        limits: { perBasket: 1 },
      },
    ]),
  );
  const { desired } = rig.agent.app;
  expect(await desired.apply('campaigns', { version: 7, sha256: 'a'.repeat(64), file, byDelta: false })).toEqual({
    outcome: 'applied',
  });
});
afterAll(() => rig.stop());

describe('a basket at the till', () => {
  it('test GTINs have right check digits', () => {
    for (const gtin of ITEMS_CSV.match(/29\d{11}/g) ?? []) expect(checkDigitRight(gtin)).toBe(true);
  });

  it('is opened, filled, identified, decided, completed and returned, to the fen', async () => {
    const open = await till.call('openBasket', { body: { cashierId: 'c-1' }, key: key() });
    const { basketId } = open;
    await till.call('addLine', { params: { basketId }, body: { gtin: '2900000000018', quantity: 2 }, key: key() });
    await till.call('addLine', { params: { basketId }, body: { scan: ']E02900000000025' }, key: key() });
    await till.call('addLine', { params: { basketId }, body: { sku: 'tea' }, key: key() });
    expect(await code(till.call('addLine', { params: { basketId }, body: { sku: 'apple' }, key: key() }))).toBe(
      'WEIGHT_NEEDED',
    );
    expect(
      await code(till.call('addLine', { params: { basketId }, body: { sku: 'apple', weigh: true }, key: key() })),
    ).toBe('NO_SCALE');
    const weighed = await till.call('addLine', {
      params: { basketId },
      body: { sku: 'apple', weightGrams: 505 },
      key: key(),
    });
    // 2 milk 2580 - 516, bread 990, tea 500, apples 1580 x 0.505 = 797.9 -> 798
    expect(weighed.decision.listFen).toBe(2580 + 990 + 500 + 798);
    expect(weighed.decision.savingsFen).toBe(516 + 500);
    const voided = await till.call('voidLine', { params: { basketId, lineId: '2' }, key: key() });
    expect(voided.lines.map((line) => line.sku)).toEqual(['milk', 'tea', 'apple']);
    expect(voided.messages.some((message) => message.kind === 'applied' && message.campaignId === 'milk-20')).toBe(
      true,
    );

    expect(await code(till.call('addCoupon', { params: { basketId }, body: { code: 'TC:AAA111' }, key: key() }))).toBe(
      'COUPON_OF_ANOTHER_MEMBER',
    );
    const member = await till.call('setMember', { params: { basketId }, body: { code: 'TM:card-1' }, key: key() });
    expect(member.member).toEqual({
      memberId: 'M000001',
      tier: 'gold',
      pointsBalance: 100,
      trust: 'card',
      personalised: true,
    });
    const withCoupon = await till.call('addCoupon', { params: { basketId }, body: { code: 'TC:AAA111' }, key: key() });
    expect(withCoupon.decision.couponsConsumed).toEqual(['c1']);
    const view = await till.call('getDecision', { params: { basketId } });
    const payable = view.basket.decision.payableFen;
    // milk 2580 - 516, apples 798, tea 500: 3362 reaches 3000, saves 500; the coupon saves 200.
    expect(payable).toBe(3362 - 500 - 200);

    const complete = {
      cashierId: 'c-1',
      receiptNumber: 'R1',
      expectedPayableFen: payable,
      tenders: [{ kind: 'token' as const, amountFen: payable, token: 'tok_abc' }],
    };
    expect(
      await code(
        till.call('completeBasket', { params: { basketId }, body: { ...complete, expectedPayableFen: 1 }, key: key() }),
      ),
    ).toBe('PRICE_CHANGED');
    expect(
      await code(
        till.call('completeBasket', {
          params: { basketId },
          body: { ...complete, tenders: [{ kind: 'cash', amountFen: 1 }] },
          key: key(),
        }),
      ),
    ).toBe('TENDER_MISMATCH');
    expect(
      await code(
        till.call('completeBasket', {
          params: { basketId },
          body: { ...complete, tenders: [{ kind: 'token', amountFen: payable, token: '4111 1111 1111 1111' }] },
          key: key(),
        }),
      ),
    ).toBe('CARD_NUMBER_REFUSED');
    const once = key();
    const sale = await till.call('completeBasket', { params: { basketId }, body: complete, key: once });
    expect(await till.call('completeBasket', { params: { basketId }, body: complete, key: once })).toEqual(sale);
    expect(
      await code(
        till.call('completeBasket', { params: { basketId }, body: { ...complete, receiptNumber: 'R2' }, key: once }),
      ),
    ).toBe('IDEMPOTENCY_KEY_REUSED');
    expect(await code(till.call('completeBasket', { params: { basketId }, body: complete, key: key() }))).toBe(
      'BASKET_STATE',
    );
    expect(sale.pointsEarned).toBe(Math.floor(payable / 100));
    expect(sale.pointsBalance).toBe(100 + sale.pointsEarned);

    const second = await till.call('openBasket', { body: { cashierId: 'c-1' }, key: key() });
    expect(
      await code(
        till.call('addCoupon', { params: { basketId: second.basketId }, body: { code: 'AAA111' }, key: key() }),
      ),
    ).toBe('COUPON_SPENT');
    await till.call('cancelBasket', { params: { basketId: second.basketId }, key: key() });

    const back = await till.call('returnLines', {
      body: {
        saleId: sale.saleId,
        cashierId: 'c-1',
        receiptNumber: 'R3',
        lines: [{ lineId: '1', quantity: 1 }],
      },
      key: key(),
    });
    const rest = await till.call('returnLines', {
      body: {
        saleId: sale.saleId,
        cashierId: 'c-1',
        receiptNumber: 'R4',
        lines: [{ lineId: '1', quantity: 1 }],
      },
      key: key(),
    });
    expect(back.refundFen + rest.refundFen).toBe(sale.decision.lines[0]?.payableFen);
    expect(
      await code(
        till.call('returnLines', {
          body: {
            saleId: sale.saleId,
            cashierId: 'c-1',
            receiptNumber: 'R5',
            lines: [{ lineId: '1', quantity: 1 }],
          },
          key: key(),
        }),
      ),
    ).toBe('RETURN_TOO_MANY');
  });

  it('moves from one lane to another by suspend and resume', async () => {
    const { basketId } = await till.call('openBasket', { body: { cashierId: 'c-1' }, key: key() });
    await till.call('addLine', { params: { basketId }, body: { sku: 'bread' }, key: key() });
    expect(await code(otherTill.call('addLine', { params: { basketId }, body: { sku: 'bread' }, key: key() }))).toBe(
      'BASKET_OF_ANOTHER_TERMINAL',
    );
    expect(await code(otherTill.call('resumeBasket', { params: { basketId }, key: key() }))).toBe('BASKET_STATE');
    await till.call('suspendBasket', { params: { basketId }, key: key() });
    expect(await code(till.call('addLine', { params: { basketId }, body: { sku: 'bread' }, key: key() }))).toBe(
      'BASKET_STATE',
    );
    const { baskets } = await otherTill.call('listBaskets', { query: { state: 'suspended' } });
    expect(baskets.map((basket) => basket.basketId)).toEqual([basketId]);
    const resumed = await otherTill.call('resumeBasket', { params: { basketId }, key: key() });
    expect(resumed).toMatchObject({ state: 'open', lane: '2', terminalId: otherTill.deviceId });
    await otherTill.call('cancelBasket', { params: { basketId }, key: key() });
  });

  it('takes a late sale once, with an unknown item kept as an open one', async () => {
    const late = {
      cashierId: 'c-2',
      receiptNumber: 'L1',
      businessDate: '2026-11-21',
      completedAt: '2026-11-21T20:00:00+08:00',
      memberCode: 'TM:card-1',
      lines: [
        { gtin: '2900000000018', quantity: 1, payableFen: 1290 },
        { gtin: '6901234567892', quantity: 1, payableFen: 500 },
      ],
      tenders: [{ kind: 'cash' as const, amountFen: 1790 }],
    };
    const sale = await otherTill.call('postLateSale', { body: late, key: key() });
    expect(sale).toMatchObject({ late: true, decision: { payableFen: 1790 }, pointsEarned: 17 });
    expect(sale.decision.lines[1]?.sku).toBe('open:6901234567892');
    // The same again is the same sale, also long after its key; something else under its number is not.
    expect(await otherTill.call('postLateSale', { body: late, key: key() })).toEqual(sale);
    const other = { ...late, cashierId: 'c-3' };
    expect(await code(otherTill.call('postLateSale', { body: other, key: key() }))).toBe('RECEIPT_NUMBER_USED');
    const totals = await otherTill.call('dayTotals', { params: { businessDate: '2026-11-21' } });
    expect(totals).toMatchObject({ sales: 1, salesFen: 1790, tenders: { cash: 1790 } });
    const agreed = await otherTill.call('closeDay', {
      params: { businessDate: '2026-11-21' },
      body: { sales: 1, returns: 0, salesFen: 1790, refundsFen: 0, tenders: { cash: 1790 } },
      key: key(),
    });
    expect(agreed.agreed).toBe(true);
    const off = await otherTill.call('closeDay', {
      params: { businessDate: '2026-11-21' },
      body: { sales: 1, returns: 0, salesFen: 1800, refundsFen: 0, tenders: { cash: 1800 } },
      key: key(),
    });
    expect(off.differences).toEqual([
      { what: 'salesFen', ours: 1790, pos: 1800 },
      { what: 'tender cash', ours: 1790, pos: 1800 },
    ]);
  });

  it('keeps every committed basket and sale over a restart', async () => {
    const { basketId } = await till.call('openBasket', { body: { cashierId: 'c-1' }, key: key() });
    await till.call('addLine', { params: { basketId }, body: { sku: 'tea' }, key: key() });
    const seqBefore = rig.agent.app.journal.get<{ n: number }>('SELECT count(*) AS n FROM event')?.n;
    await rig.restart();
    expect(rig.agent.app.journal.get<{ n: number }>('SELECT count(*) AS n FROM event')?.n).toBe(seqBefore);
    const basket = await till.call('getBasket', { params: { basketId } });
    expect(basket.lines.map((line) => line.sku)).toEqual(['tea']);
    expect(rig.agent.app.book.version).toBe(7);
  });
});

describe('bad input', () => {
  it('is refused with a code, a hint and the fields', async () => {
    const post = async (path: string, body: string, headers: Record<string, string> = {}) => {
      const response = await fetch(rig.agent.url + path, {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/json', authorization: `Bearer ${till.credential}`, ...headers },
      });
      return {
        status: response.status,
        ...((await response.json()) as { code: string; hint: string; fields?: { path: string }[] }),
      };
    };
    expect(await post('/v1/baskets', '{')).toMatchObject({ status: 400, code: 'BODY_REFUSED' });
    expect(await post('/v1/baskets', '{"cashierId":"c","x":1}', { 'idempotency-key': 'a' })).toMatchObject({
      status: 400,
      code: 'BODY_REFUSED',
    });
    expect(await post('/v1/baskets', '{"cashierId":"c"}')).toMatchObject({
      status: 400,
      code: 'IDEMPOTENCY_KEY_MISSING',
    });
    expect(await post('/v1/baskets', '{"cashierId":"c"}', { authorization: 'Bearer nobody' })).toMatchObject({
      status: 401,
      code: 'CREDENTIAL_MISSING',
    });
    expect(await post('/v1/pairing-codes', '{"kind":"terminal","name":"x"}')).toMatchObject({
      status: 403,
      code: 'NOT_ALLOWED',
    });
    expect(await post('/v1/nothing', '{}')).toMatchObject({ status: 404, code: 'NOT_FOUND' });
    expect(await post('/v1/pair', '{"code":"AAAAAAAA","kind":"terminal"}')).toMatchObject({
      status: 403,
      code: 'PAIRING_CODE_REFUSED',
    });
    expect(await code(till.call('getBasket', { params: { basketId: 'nope' } }))).toBe('BASKET_UNKNOWN');
    const { basketId } = await till.call('openBasket', { body: { cashierId: 'c-1' }, key: key() });
    expect(
      await code(till.call('addLine', { params: { basketId }, body: { gtin: '6901234567892' }, key: key() })),
    ).toBe('ITEM_UNKNOWN');
    expect(await code(till.call('addLine', { params: { basketId }, body: { scan: 'TM:card-1' }, key: key() }))).toBe(
      'CODE_NOT_AN_ITEM',
    );
    expect(
      await code(
        till.call('completeBasket', {
          params: { basketId },
          body: {
            cashierId: 'c',
            receiptNumber: 'E1',
            expectedPayableFen: 0,
            tenders: [{ kind: 'cash', amountFen: 0 }],
          },
          key: key(),
        }),
      ),
    ).toBe('BASKET_EMPTY');
  });

  it('stops at once when a terminal is revoked; its basket stays for another lane', async () => {
    const gone = await rig.pair('terminal', '9');
    const { basketId } = await gone.call('openBasket', { body: { cashierId: 'c-9' }, key: key() });
    await gone.call('addLine', { params: { basketId }, body: { sku: 'tea' }, key: key() });
    await gone.call('suspendBasket', { params: { basketId }, key: key() });
    rig.agent.app.pairing.revoke(gone.deviceId);
    expect(await code(gone.call('getBasket', { params: { basketId } }))).toBe('CREDENTIAL_REVOKED');
    expect((await till.call('resumeBasket', { params: { basketId }, key: key() })).state).toBe('open');
  });
});
