import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { checkBody, checkOf, MEMBER, newGuid, payment, reverseBody, selection } from './testing/check.ts';
import { campaign, openToastShop, type ToastShop } from './testing/shop.ts';
import type { Offer } from './wire.ts';

let shop: ToastShop;
const now = Date.parse('2026-11-22T10:00:30Z');
beforeAll(async () => {
  shop = await openToastShop({ now: () => now });
  shop.run([
    campaign('milk-2', 'discount', {
      items: { skus: ['milk'] },
      discount: { by: 'amount', amountOffFen: 200 },
      audience: { memberOnly: true },
    }),
    campaign('ten-off', 'spend-save', {
      items: { all: true },
      repeat: 'once',
      base: 'after-item-discounts',
      tiers: [{ spendFen: 2000, saveFen: 1000 }],
      requiresCoupon: true,
    }),
    campaign('points', 'points-pay', { items: { all: true }, pointsPerStep: 100, fenPerStep: 100, maxShareBp: 5000 }),
    campaign('gold', 'discount', {
      items: { skus: ['tea'] },
      discount: { by: 'percent', percentOffBp: 1000 },
      audience: { tiers: ['platinum'] },
    }),
    campaign('everybody', 'discount', { items: { skus: ['bread'] }, discount: { by: 'percent', percentOffBp: 5000 } }),
  ]);
  shop.coupons(`C1,code-1,ten-off,${MEMBER}\n`);
});
afterAll(() => shop.rig.stop());

const offer = (offers: Offer[] | undefined, identifier: string): Offer | undefined =>
  offers?.find((one) => one.identifier === identifier);
const salesOf = () => shop.events('tillside.sale.completed.v1') as Record<string, unknown>[];

describe('a whole check', () => {
  const check = newGuid();
  const milk = selection({ item: 'milk', quantity: 2, price: 25.8 });
  const bread = selection({ item: 'bread', price: 9.9 });
  const discounts = { coupon: newGuid(), milk: newGuid() };
  const redeemed = [
    {
      identifier: 'coupon:C1',
      itemId: null,
      selectionGuid: null,
      appliedDiscountGuid: discounts.coupon,
      amount: 10,
      quantity: 1,
    },
    {
      identifier: 'campaign:milk-2',
      selectionGuid: milk.guid,
      appliedDiscountGuid: discounts.milk,
      amount: 4,
      quantity: 1,
    },
  ];
  const redeemGuid = newGuid();
  const accrueGuid = newGuid();

  it('looks for a phone in the one way before it answers, as it was typed and with the country of the restaurant', async () => {
    const looked: unknown[] = [];
    const { finder } = shop.rig.agent.app;
    const prepare = finder.prepare.bind(finder);
    const spy = vi.spyOn(finder, 'prepare').mockImplementation((shown) => {
      looked.push(shown);
      return prepare(shown);
    });
    const searched = async (phone: string) =>
      (await shop.send('LOYALTY_SEARCH', { searchTransactionInformation: { searchCriteria: { phone } } })).status;
    expect(await Promise.all(['2025550188', '+86 138 0013 8000', 'no phone'].map(searched))).toEqual([404, 404, 404]);
    spy.mockRestore();
    expect(looked).toHaveLength(2);
    expect(looked).toEqual(expect.arrayContaining([{ phone: '+12025550188' }, { phone: '+8613800138000' }]));
  });

  it('finds the account by the code that the guest shows', async () => {
    const { status, body } = await shop.send('LOYALTY_SEARCH', {
      searchTransactionInformation: {
        searchCriteria: { firstName: null, lastName: 'tm:card-1', email: null, phone: null },
      },
      checkTransactionInformation: null,
    });
    expect(status).toBe(200);
    expect(body).toEqual({
      transactionStatus: 'ACCEPT',
      searchResponse: {
        accounts: [{ identifier: MEMBER, firstName: 'Member', lastName: '0001', pointsBalance: '1000' }],
      },
    });
  });

  it('offers what the account has for this check, decided by the engine', async () => {
    const { status, body } = await shop.send('LOYALTY_INQUIRE', checkBody(checkOf(check, [milk, bread])));
    expect(status).toBe(200);
    expect(body.checkResponse?.accountInfo).toMatchObject({ identifier: MEMBER, pointsBalance: '1000' });
    const offers = body.checkResponse?.offers;
    expect(offer(offers, 'coupon:C1')).toMatchObject({
      name: 'Offer ten-off',
      applicable: true,
      selectionType: 'CHECK',
      itemApplication: [],
      amount: 10,
      quantity: 1,
      expiration: [{ date: '2099-01-01T00:00:00.000Z' }],
    });
    expect(offer(offers, 'campaign:milk-2')).toMatchObject({
      applicable: true,
      selectionType: 'ITEM',
      itemApplication: [{ selectionIdentifier: milk.guid, amount: 4 }],
      amount: 4,
    });
    expect(offer(offers, 'campaign:points')).toMatchObject({ applicable: true, selectionType: 'CHECK', amount: 10 });
    // Not of this tier, and not for members: the POS has its own prices for everybody.
    expect(offers?.map(({ identifier }) => identifier)).toEqual(['coupon:C1', 'campaign:milk-2', 'campaign:points']);
  });

  it('says that an offer does not apply to a smaller check', async () => {
    const { body } = await shop.send(
      'LOYALTY_INQUIRE',
      checkBody(checkOf(check, [selection({ item: 'tea', price: 5 })])),
    );
    expect(offer(body.checkResponse?.offers, 'coupon:C1')).toMatchObject({ applicable: false, amount: 0 });
    expect(offer(body.checkResponse?.offers, 'campaign:milk-2')).toMatchObject({
      applicable: false,
      selectionType: 'ITEM',
    });
  });

  it('works out what is chosen together, and rejects what no longer holds', async () => {
    const both = await shop.send('LOYALTY_INQUIRE', checkBody(checkOf(check, [milk, bread]), MEMBER, redeemed));
    expect(both.body.checkResponse?.rejectedRedemptions).toEqual([]);
    expect(both.body.checkResponse?.appliedRedemptions).toMatchObject([
      { identifier: 'coupon:C1', appliedDiscountGuid: discounts.coupon, amount: 10, quantity: 1 },
      { identifier: 'campaign:milk-2', selectionGuid: milk.guid, amount: 4 },
    ]);
    expect(both.body.checkResponse?.offers?.map(({ identifier }) => identifier)).toEqual(['campaign:points']);
    const less = await shop.send('LOYALTY_INQUIRE', checkBody(checkOf(check, [bread]), MEMBER, redeemed));
    expect(less.body.checkResponse?.appliedRedemptions).toEqual([]);
    expect(less.body.checkResponse?.rejectedRedemptions).toMatchObject([
      { redemption: { identifier: 'coupon:C1', appliedDiscountGuid: discounts.coupon, amount: 10 } },
      { redemption: { identifier: 'campaign:milk-2' } },
    ]);
    expect(less.body.checkResponse?.rejectedRedemptions?.[0]?.message).toMatch(/\S/);
    expect(shop.points()).toBe(1000);
  });

  it('redeems once, under whatever GUID', async () => {
    const body = checkBody(checkOf(check, [milk, bread]), MEMBER, redeemed);
    const first = await shop.send('LOYALTY_REDEEM', body, { guid: redeemGuid });
    expect(first).toMatchObject({ status: 200, body: { transactionStatus: 'ACCEPT' } });
    expect(first.body.checkResponse?.appliedRedemptions).toMatchObject([{ amount: 10 }, { amount: 4 }]);
    expect(first.body.checkResponse?.rejectedRedemptions).toEqual([]);
    expect(await shop.send('LOYALTY_REDEEM', body, { guid: redeemGuid })).toEqual(first);
    const again = await shop.send('LOYALTY_REDEEM', body);
    expect(again.body.checkResponse?.appliedRedemptions).toEqual(first.body.checkResponse?.appliedRedemptions);
    expect(shop.events('tillside.coupon.redeemed.v1')).toEqual([
      { couponId: 'C1', campaignId: 'ten-off', saleId: check, memberId: MEMBER, amountFen: 1000 },
    ]);
    const uses = shop.rig.agent.app.journal.all(`SELECT campaign_id, uses FROM campaign_use WHERE scope = 'store'`);
    expect(uses).toEqual([
      { campaign_id: 'milk-2', uses: 1 },
      { campaign_id: 'ten-off', uses: 1 },
    ]);
  });

  it('does not offer a spent coupon to another check', async () => {
    const { body } = await shop.send('LOYALTY_INQUIRE', checkBody(checkOf(newGuid(), [milk, bread])));
    expect(offer(body.checkResponse?.offers, 'coupon:C1')).toBeUndefined();
    const other = await shop.send(
      'LOYALTY_REDEEM',
      checkBody(checkOf(newGuid(), [milk, bread]), MEMBER, [redeemed[0]]),
    );
    expect(other.body.checkResponse?.appliedRedemptions).toEqual([]);
    expect(other.body.checkResponse?.rejectedRedemptions).toHaveLength(1);
  });

  // 35.70 less 10 and 4, and tax on top; the POS spreads what is off over its selections.
  const paid = checkOf(
    check,
    [
      { ...milk, price: 15.23 },
      { ...bread, price: 6.47 },
    ],
    { tax: 1.95 },
  );

  it('books the paid check as reported, with points, once', async () => {
    const body = checkBody(paid, MEMBER, redeemed);
    const first = await shop.send('LOYALTY_ACCRUE', body, { guid: accrueGuid });
    expect(first).toMatchObject({
      status: 200,
      body: {
        transactionStatus: 'ACCEPT',
        checkResponse: { accountInfo: { pointsBalance: '1021' }, userMessage: 'You earned 21 points.' },
      },
    });
    expect(await shop.send('LOYALTY_ACCRUE', body, { guid: accrueGuid })).toEqual(first);
    expect((await shop.send('LOYALTY_ACCRUE', body)).body.transactionStatus).toBe('ACCEPT');
    expect(shop.points()).toBe(1021);
    expect(salesOf()).toMatchObject([
      {
        receiptNumber: check,
        terminalId: shop.deviceId,
        lane: '7',
        businessDate: '2026-11-22',
        completedAt: '2026-11-22T18:00:00+08:00',
        memberId: MEMBER,
        source: 'toast',
        priceOwner: 'pos-adjusts',
        coupons: ['C1'],
        listFen: 3570,
        payableFen: 2170,
        totalFen: 2365,
        tenders: [{ kind: 'token', amountFen: 2365 }],
        pointsEarned: 21,
        lines: [
          { sku: 'milk', quantity: 2, listFen: 2580, payableFen: 1523 },
          { sku: 'bread', quantity: 1, listFen: 990, payableFen: 647 },
        ],
      },
    ]);
    const lines = salesOf()[0]?.lines as { adjustments: { campaignId: string; amountFen: number }[] }[];
    expect(lines.map(({ adjustments }) => adjustments)).toEqual([
      [
        { campaignId: 'milk-2', amountFen: 400 },
        { campaignId: 'ten-off', couponId: 'C1', amountFen: 657 },
      ],
      [{ campaignId: 'ten-off', couponId: 'C1', amountFen: 343 }],
    ]);
  });

  it('reverses both when the check is voided, once', async () => {
    const reverse = newGuid();
    const done = await shop.send('LOYALTY_REVERSE', reverseBody(redeemGuid), { guid: reverse });
    expect(done).toEqual({ status: 200, body: { transactionStatus: 'ACCEPT' } });
    expect(await shop.send('LOYALTY_REVERSE', reverseBody(redeemGuid), { guid: reverse })).toEqual(done);
    expect(await shop.send('LOYALTY_REVERSE', reverseBody(redeemGuid))).toMatchObject({
      status: 400,
      body: { transactionStatus: 'ERROR_TRANSACTION_CANNOT_BE_REVERSED' },
    });
    const { body } = await shop.send('LOYALTY_INQUIRE', checkBody(checkOf(newGuid(), [milk, bread])));
    expect(offer(body.checkResponse?.offers, 'coupon:C1')).toMatchObject({ applicable: true });
    const uses = shop.rig.agent.app.journal.all(`SELECT DISTINCT uses FROM campaign_use`);
    expect(uses).toEqual([{ uses: 0 }]);
  });

  it('returns the sale when the last of its accruals is reversed', async () => {
    const { journal } = shop.rig.agent.app;
    const accruals = journal
      .all<{ guid: string }>(`SELECT guid FROM toast_transaction WHERE type = 'LOYALTY_ACCRUE' ORDER BY at, guid`)
      .map(({ guid }) => guid);
    expect(accruals).toHaveLength(2);
    expect((await shop.send('LOYALTY_REVERSE', reverseBody(accrueGuid))).status).toBe(200);
    expect(shop.events('tillside.goods.returned.v1')).toEqual([]);
    const other = accruals.find((guid) => guid !== accrueGuid) ?? '';
    expect((await shop.send('LOYALTY_REVERSE', reverseBody(other))).status).toBe(200);
    expect(shop.events('tillside.goods.returned.v1')).toMatchObject([
      { basis: 'reported', receiptNumber: `${check}/R`, refundFen: 2365, pointsTakenBack: 21 },
    ]);
    expect(shop.points()).toBe(1000);
    const total = (what: string) =>
      journal.get<{ n: number }>('SELECT sum(amount) AS n FROM till_total WHERE what = ?', what)?.n ?? 0;
    expect([total('salesFen') + total('taxFen'), total('refundsFen')]).toEqual([2170, 2365]);
    expect(total('taxFen')).toBe(0);
  });

  it('books the changed check anew', async () => {
    const changed = checkOf(check, [{ ...milk, price: 25.8 }], {
      tax: 1.95,
      payments: [payment(27.75, { type: 'CASH' })],
    });
    expect((await shop.send('LOYALTY_ACCRUE', checkBody(changed))).status).toBe(200);
    expect(salesOf()[1]).toMatchObject({
      receiptNumber: `${check}/2`,
      payableFen: 2580,
      tenders: [{ kind: 'cash', amountFen: 2775 }],
    });
    expect(shop.points()).toBe(1025);
  });
});
