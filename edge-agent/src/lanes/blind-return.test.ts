import type { BlindReturnRequest } from '@tillside/agent-contract';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { SUPERVISOR_PIN } from '../testing.ts';
import { dayTotals } from './day.ts';
import { campaign, DAY, MAX_BLIND_RETURN_FEN, OTHER_TILL, TestShop, TILL } from './testing/shop.ts';

let shop: TestShop;
beforeEach(() => {
  shop = new TestShop();
});
afterEach(() => shop.close());

const DAY_MS = 86_400_000;
const approve = async () =>
  (await shop.approvals.approve(TILL, { pin: SUPERVISOR_PIN, action: 'return-without-receipt' })).approvalId;
const take = (approvalId: string, lines: z.infer<typeof BlindReturnRequest>['lines'], more: object = {}, at = TILL) =>
  shop.journal.write((tx) =>
    shop.blindReturns.take(tx, at, { approvalId, cashierId: 'c1', reason: 'no receipt', lines, ...more }),
  );
const one = (sku: string) => [{ sku, quantity: 1 }];

describe('a return without a receipt', () => {
  it('gives the lowest that the item was sold for in thirty days, else what anybody pays today', async () => {
    const half = { items: { skus: ['milk'] }, discount: { by: 'percent', percentOffBp: 5000 } };
    shop.run([campaign('half', 'discount', half)]);
    shop.pay(shop.fill([{ sku: 'milk' }]));
    shop.run([
      campaign('tea-4', 'discount', { items: { skus: ['tea'] }, discount: { by: 'fixed-price', fixedPriceFen: 400 } }),
    ]);
    shop.now += 10 * DAY_MS;
    shop.pay(shop.fill([{ sku: 'milk' }]));
    expect(take(await approve(), one('milk'))).toMatchObject({ basis: 'no-receipt', refundFen: 645 });
    shop.now += 21 * DAY_MS;
    expect(take(await approve(), one('milk')).refundFen).toBe(1290);
    expect(take(await approve(), one('tea')).refundFen).toBe(400);
    const apples = take(await approve(), [{ sku: 'apple', quantity: 1, weightGrams: 505 }]);
    expect(apples.lines).toEqual([{ sku: 'apple', quantity: 1, weightGrams: 505, refundFen: 798 }]);
  });

  it("needs a supervisor's word for each, at this till", async () => {
    const id = await approve();
    expect(shop.outcome(() => take('nobody', one('tea')))).toBe('APPROVAL_REFUSED');
    expect(shop.outcome(() => take(id, one('tea'), {}, OTHER_TILL))).toBe('APPROVAL_REFUSED');
    take(id, one('tea'));
    expect(shop.outcome(() => take(id, one('tea')))).toBe('APPROVAL_REFUSED');
    const event = shop.journal.get<{ envelope: string }>(
      `SELECT envelope FROM event WHERE type = 'tillside.goods.returned.v1'`,
    );
    expect(JSON.parse(event?.envelope ?? '')).toMatchObject({
      data: { approvedBy: 'sup-1', reason: 'no receipt', tenders: [{ kind: 'cash', amountFen: 500 }] },
    });
    expect(dayTotals(shop.journal, TILL.deviceId, DAY)).toMatchObject({ returns: 1, refundTenders: { cash: 500 } });
  });

  it('what is refused leaves the approval good', async () => {
    const id = await approve();
    const pieces = Math.floor(MAX_BLIND_RETURN_FEN / 500);
    expect(
      [
        () => take(id, one('ghost')),
        () => take(id, one('apple')),
        () => take(id, [{ sku: 'tea', quantity: pieces + 1 }]),
        () => take(id, one('tea'), { tenders: [{ kind: 'cash', amountFen: 1 }] }),
        () => take(id, one('tea'), { businessDate: '2026-10-22' }),
        () => take(id, one('tea'), { reason: 'card 4111 1111 1111 1111' }),
        () => take(id, one('tea'), {}, { ...TILL, priceOwner: 'pos-reports' }),
      ].map((work) => shop.outcome(work).split(' ')[0]),
    ).toEqual([
      'ITEM_UNKNOWN',
      'WEIGHT_NEEDED',
      'BLIND_RETURN_LIMIT',
      'TENDER_MISMATCH',
      'DATE_FAR',
      'CARD_NUMBER_REFUSED',
      'PRICE_OWNER',
    ]);
    expect(take(id, [{ sku: 'tea', quantity: pieces }]).refundFen).toBe(MAX_BLIND_RETURN_FEN);
  });
});
