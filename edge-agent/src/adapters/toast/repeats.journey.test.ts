import { generateKeyPairSync } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { setPublicKeys } from '../../members/members.ts';
import { makeRotatingCode } from '../../members/rotating-code.ts';
import { checkBody, checkOf, MEMBER, newGuid, payment, reverseBody, selection } from './testing/check.ts';
import { campaign, openToastShop, RESTAURANT, type ToastShop } from './testing/shop.ts';
import { TOAST_PATH } from './wire.ts';

let shop: ToastShop;
let now = Date.parse('2026-11-22T10:00:30Z');
beforeAll(async () => {
  shop = await openToastShop({ now: () => now }, { itemSkus: { 'menu-green': 'tea' } });
});
afterAll(() => shop.rig.stop());
beforeEach(() => {
  now += 1_000;
});

const milk = () => selection({ item: 'milk', price: 12.9 });
const paid = (guid: string, price = 12.9) =>
  checkOf(guid, [selection({ guid: `${guid.slice(-8)}-m`, item: 'milk', price })], {
    payments: [payment(price, { guid: 'p' })],
  });
const count = (table: string): number =>
  shop.rig.agent.app.journal.get<{ n: number }>(`SELECT count(*) AS n FROM ${table}`)?.n ?? 0;
const refused = (transactionStatus: string, status = 400) => ({ status, body: { transactionStatus } });

describe('one GUID', () => {
  it('is one request: the same again is answered the same, another under it is refused', async () => {
    for (const type of ['LOYALTY_INQUIRE', 'LOYALTY_REDEEM', 'LOYALTY_ACCRUE'] as const) {
      const guid = newGuid();
      const check = newGuid();
      const first = await shop.send(type, checkBody(paid(check)), { guid });
      expect(first.status).toBe(200);
      now += 1_000;
      const later = {
        ...paid(check),
        paidDate: '2026-11-22T10:00:09.000+0000',
        modifiedDate: '2026-11-22T10:00:09.000+0000',
      };
      expect(await shop.send(type, checkBody(later), { guid })).toEqual(first);
      expect(await shop.send(type, checkBody(paid(check, 13.9)), { guid })).toMatchObject(
        refused('ERROR_INVALID_INPUT_PROPERTIES'),
      );
      expect(await shop.send(type, checkBody(paid(check), 'M000002'), { guid })).toMatchObject(
        refused('ERROR_INVALID_INPUT_PROPERTIES'),
      );
    }
  });

  it('books once when the POS asks again after 5 s while the first is still at work', async () => {
    const sales = count('sale');
    const body = checkBody(paid(newGuid()));
    const guid = newGuid();
    const all = await Promise.all(Array.from({ length: 8 }, () => shop.send('LOYALTY_ACCRUE', body, { guid })));
    expect(new Set(all.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(all[0]?.status).toBe(200);
    expect(count('sale')).toBe(sales + 1);
  });

  it('books once when the POS hangs up before the answer and asks again', async () => {
    const sales = count('sale');
    const body = checkBody(paid(newGuid()));
    const guid = newGuid();
    await hangUp('LOYALTY_ACCRUE', guid, body);
    expect((await shop.send('LOYALTY_ACCRUE', body, { guid })).status).toBe(200);
    expect(count('sale')).toBe(sales + 1);
  });

  it('is answered the same after the agent was restarted', async () => {
    const guid = newGuid();
    const body = checkBody(paid(newGuid()));
    const first = await shop.send('LOYALTY_ACCRUE', body, { guid });
    await shop.rig.restart();
    expect(await shop.send('LOYALTY_ACCRUE', body, { guid })).toEqual(first);
  });

  it('leaves nothing when it is refused, and may be tried again', async () => {
    const guid = newGuid();
    const transactions = count('toast_transaction');
    expect((await shop.send('LOYALTY_ACCRUE', checkBody(paid(newGuid()), 'M999'), { guid })).status).toBe(404);
    expect(count('toast_transaction')).toBe(transactions);
    expect((await shop.send('LOYALTY_ACCRUE', checkBody(paid(newGuid())), { guid })).status).toBe(200);
  });
});

describe('accruals', () => {
  it('books guests without an account, and takes no notice of open or voided checks', async () => {
    const sales = count('sale');
    const guest = await shop.send('LOYALTY_ACCRUE', checkBody(paid(newGuid()), null));
    expect(guest).toEqual({ status: 200, body: { transactionStatus: 'ACCEPT' } });
    expect(count('sale')).toBe(sales + 1);
    for (const more of [
      { paymentStatus: 'OPEN' },
      { voided: true },
      { deleted: true },
      { selections: [], amount: 0, totalAmount: 0, payments: [] },
    ])
      expect((await shop.send('LOYALTY_ACCRUE', checkBody({ ...paid(newGuid()), ...more }, null))).status).toBe(200);
    expect(count('sale')).toBe(sales + 1);
  });

  it('keeps what stands until it is reversed', async () => {
    const check = newGuid();
    const guid = newGuid();
    await shop.send('LOYALTY_ACCRUE', checkBody(paid(check)), { guid });
    const changed = checkBody(paid(check, 20));
    expect(await shop.send('LOYALTY_ACCRUE', changed)).toMatchObject(refused('ERROR'));
    await shop.send('LOYALTY_REVERSE', reverseBody(guid));
    expect((await shop.send('LOYALTY_ACCRUE', changed)).status).toBe(200);
  });

  it('refuses payments that are not the amount, and tokens that are cards', async () => {
    const sales = count('sale');
    const wrong = { ...paid(newGuid()), payments: [payment(5)] };
    expect(await shop.send('LOYALTY_ACCRUE', checkBody(wrong))).toMatchObject(
      refused('ERROR_INVALID_INPUT_PROPERTIES'),
    );
    const card = { ...paid(newGuid()), payments: [payment(12.9, { guid: '4111 1111 1111 1111' })] };
    const answer = await shop.send('LOYALTY_ACCRUE', checkBody(card));
    expect(answer).toMatchObject(refused('ERROR_INVALID_INPUT_PROPERTIES'));
    expect(answer.body.message).not.toContain('4111');
    expect(count('sale')).toBe(sales);
  });

  it('finds items by external id, PLU, GTIN and the table of the config', async () => {
    const check = checkOf(
      newGuid(),
      [
        selection({ item: 'milk', price: 1 }),
        selection({ price: 1, more: { plu: 'bread' } }),
        selection({ price: 1, more: { plu: '2900000000049' } }),
        selection({ item: 'green', price: 1 }),
        selection({ item: 'soup', price: 1 }),
      ],
      { payments: [payment(5)] },
    );
    expect((await shop.send('LOYALTY_ACCRUE', checkBody(check, null))).status).toBe(200);
    const sales = shop.events('tillside.sale.completed.v1') as { lines: { sku: string }[] }[];
    expect(sales.at(-1)?.lines.map(({ sku }) => sku)).toEqual(['milk', 'bread', 'tea', 'tea', 'open:menu-soup']);
    expect(shop.events('tillside.item.unknown.v1')).toMatchObject([{ sku: 'menu-soup', sold: true }]);
  });
});

describe('reversals', () => {
  it('knows what can be undone', async () => {
    expect(await shop.send('LOYALTY_REVERSE', reverseBody(newGuid()))).toMatchObject(
      refused('ERROR_TRANSACTION_DOES_NOT_EXIST'),
    );
    // Without an account there was nothing to keep: the contract asks to accept it.
    expect((await shop.send('LOYALTY_REVERSE', reverseBody(newGuid(), null))).body).toEqual({
      transactionStatus: 'ACCEPT',
    });
    const guid = newGuid();
    await shop.send('LOYALTY_INQUIRE', checkBody(checkOf(newGuid(), [])), { guid });
    expect(await shop.send('LOYALTY_REVERSE', reverseBody(guid))).toMatchObject(
      refused('ERROR_TRANSACTION_CANNOT_BE_REVERSED'),
    );
    const accrual = newGuid();
    await shop.send('LOYALTY_ACCRUE', checkBody(paid(newGuid())), { guid: accrual });
    expect(await shop.send('LOYALTY_REVERSE', reverseBody(accrual, 'M000002'))).toMatchObject(
      refused('ERROR_ACCOUNT_INVALID', 404),
    );
    expect((await shop.send('LOYALTY_REVERSE', reverseBody(accrual, null))).status).toBe(200);
  });

  it('takes single redemptions back, named or not', async () => {
    shop.run([
      campaign('off-a', 'spend-save', {
        items: { all: true },
        repeat: 'once',
        base: 'list',
        tiers: [{ spendFen: 100, saveFen: 100 }],
        requiresCoupon: true,
      }),
      campaign('pay', 'points-pay', { items: { all: true }, pointsPerStep: 10, fenPerStep: 100, maxShareBp: 5_000 }),
    ]);
    shop.coupons(`A1,code-a1,off-a,${MEMBER}\n`);
    const check = checkOf(newGuid(), [milk()]);
    const guid = newGuid();
    const before = shop.points() ?? 0;
    const [coupon, points] = [
      { identifier: 'coupon:A1', appliedDiscountGuid: 'd1', amount: 1 },
      { identifier: 'campaign:pay', appliedDiscountGuid: 'd2', amount: null },
    ];
    const { body } = await shop.send('LOYALTY_REDEEM', checkBody(check, MEMBER, [coupon, points]), { guid });
    expect(body.checkResponse?.appliedRedemptions).toMatchObject([
      { amount: 1 },
      { identifier: 'campaign:pay', amount: 5 },
    ]);
    expect(shop.points()).toBe(before - 50);
    expect(await shop.send('LOYALTY_REVERSE', reverseBody(guid, MEMBER, [{ identifier: 'coupon:B9' }]))).toMatchObject(
      refused('ERROR_TRANSACTION_DOES_NOT_EXIST'),
    );
    // The guide's own example names one twice.
    expect((await shop.send('LOYALTY_REVERSE', reverseBody(guid, MEMBER, [points, points]))).status).toBe(200);
    expect(shop.points()).toBe(before);
    expect(await shop.send('LOYALTY_REVERSE', reverseBody(guid, MEMBER, [points]))).toMatchObject(
      refused('ERROR_TRANSACTION_CANNOT_BE_REVERSED'),
    );
    expect((await shop.send('LOYALTY_REVERSE', reverseBody(guid))).status).toBe(200);
    const offers = (await shop.send('LOYALTY_INQUIRE', checkBody(checkOf(newGuid(), [milk()])))).body.checkResponse
      ?.offers;
    expect(offers?.map(({ identifier, applicable }) => [identifier, applicable])).toEqual([
      ['coupon:A1', true],
      ['campaign:pay', true],
    ]);
  });
});

describe('a rotating code', () => {
  it('stays the account of its check, long after it has run out, and opens no other', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('base64url');
    shop.rig.agent.app.journal.write((tx) => setPublicKeys(tx, MEMBER, [raw]));
    const code = makeRotatingCode(privateKey, now);
    const check = newGuid();
    expect(
      (await shop.send('LOYALTY_INQUIRE', checkBody(paid(check), code))).body.checkResponse?.accountInfo?.identifier,
    ).toBe(MEMBER);
    const other = makeRotatingCode(privateKey, now - 10 * 60_000);
    now += 40 * 60_000;
    expect((await shop.send('LOYALTY_ACCRUE', checkBody(paid(check), code))).status).toBe(200);
    for (const old of [other, makeRotatingCode(privateKey, now - 10 * 60_000)])
      expect(await shop.send('LOYALTY_INQUIRE', checkBody(paid(check), old))).toMatchObject(
        refused('ERROR_ACCOUNT_INVALID', 404),
      );
  });
});

describe('a POS that only reports', () => {
  it('is told of accounts and of no offers, and its sales are booked', async () => {
    const reports = await shop.pair('pos-reports', '11');
    const { body } = await shop.send('LOYALTY_INQUIRE', checkBody(checkOf(newGuid(), [milk()])), reports);
    expect(body.checkResponse).toMatchObject({ accountInfo: { identifier: MEMBER }, offers: [] });
    expect((await shop.send('LOYALTY_ACCRUE', checkBody(paid(newGuid())), reports)).status).toBe(200);
    expect(shop.events('tillside.sale.completed.v1').at(-1)).toMatchObject({
      terminalId: reports.deviceId,
      priceOwner: 'pos-reports',
    });
  });
});

/** Sends all of a request and goes away before the answer. */
function hangUp(type: string, guid: string, body: unknown): Promise<void> {
  const { hostname, port } = new URL(shop.rig.agent.url);
  return new Promise((resolve) => {
    const outgoing = httpRequest({
      method: 'POST',
      hostname,
      port,
      path: TOAST_PATH,
      headers: {
        'content-type': 'application/json',
        authorization: shop.credential,
        'toast-transaction-type': type,
        'toast-transaction-guid': guid,
        'toast-restaurant-external-id': RESTAURANT,
      },
    });
    outgoing.on('error', () => undefined);
    outgoing.on('close', () => resolve());
    outgoing.end(JSON.stringify(body), () => outgoing.destroy());
  });
}
