import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkBody, checkOf, MEMBER, newGuid, selection } from './testing/check.ts';
import { campaign, openToastShop, type ToastShop } from './testing/shop.ts';

let shop: ToastShop;
const MEMBERS = { audience: { memberOnly: true } };
beforeAll(async () => {
  shop = await openToastShop();
  shop.run([
    campaign('pair', 'bundle', {
      slots: [
        { items: { skus: ['milk'] }, quantity: 1 },
        { items: { skus: ['bread'] }, quantity: 1 },
      ],
      price: { by: 'amount', amountOffFen: 300 },
      ...MEMBERS,
    }),
    campaign('tea-half', 'discount', {
      items: { skus: ['tea'] },
      discount: { by: 'percent', percentOffBp: 5000 },
      ...MEMBERS,
    }),
    campaign('tea-third', 'discount', {
      items: { skus: ['tea'] },
      discount: { by: 'percent', percentOffBp: 3000 },
      ...MEMBERS,
    }),
    campaign('share', 'spend-save', {
      items: { all: true },
      repeat: 'once',
      base: 'after-item-discounts',
      tiers: [{ spendFen: 100, percentOffBp: 1000 }],
      ...MEMBERS,
    }),
  ]);
});
afterAll(() => shop.rig.stop());

const inquire = async (selections: ReturnType<typeof selection>[], redemptions: object[] = [], more: object = {}) => {
  const { body } = await shop.send(
    'LOYALTY_INQUIRE',
    checkBody({ ...checkOf(newGuid(), selections), ...more }, MEMBER, redemptions),
  );
  const { offers = [], appliedRedemptions = [], rejectedRedemptions = [] } = body.checkResponse ?? {};
  return {
    offer: (id: string) => offers.find(({ identifier }) => identifier === `campaign:${id}`),
    applied: appliedRedemptions,
    rejected: rejectedRedemptions,
  };
};

describe('how an offer can stand on a check', () => {
  it('on one selection, on several of quantity 1, or on the check', async () => {
    const milk = selection({ item: 'milk', price: 12.9 });
    const bread = selection({ item: 'bread', price: 9.9 });
    const single = await inquire([milk, bread, selection({ item: 'tea', quantity: 3, price: 15 })]);
    expect(single.offer('pair')).toMatchObject({ applicable: true, selectionType: 'MULTI_ITEM', amount: 3 });
    const parts = single.offer('pair')?.itemApplication ?? [];
    expect(parts.map(({ selectionIdentifier }) => selectionIdentifier).sort()).toEqual([milk.guid, bread.guid].sort());
    expect(parts.reduce((sum, { amount }) => sum + Math.round(amount * 100), 0)).toBe(300);
    expect(single.offer('tea-half')).toMatchObject({ selectionType: 'ITEM', amount: 7.5 });
    expect(single.offer('share')).toMatchObject({ selectionType: 'CHECK', itemApplication: [], amount: 3.78 });
    const several = await inquire([selection({ item: 'milk', quantity: 2, price: 25.8 }), bread]);
    expect(several.offer('pair')).toMatchObject({
      applicable: true,
      selectionType: 'CHECK',
      itemApplication: [],
      amount: 3,
    });
  });

  it('leaves alone what the POS discounted, what the store does not know, and goods by weight', async () => {
    const own = { appliedDiscounts: [{ guid: 'd', discountAmount: 1 }] };
    const { offer } = await inquire([
      selection({ item: 'tea', price: 5, more: own }),
      selection({ item: 'soup', price: 5 }),
      selection({ item: 'apple', price: 5, quantity: 0.3, more: { unitOfMeasure: 'KG' } }),
    ]);
    expect([offer('tea-half')?.applicable, offer('share')?.applicable]).toEqual([false, false]);
  });

  it('counts with what the POS took off the whole check', async () => {
    const { offer } = await inquire([selection({ item: 'milk', price: 12.9 })], [], {
      appliedDiscounts: [{ guid: 'd', discountAmount: 2.9 }],
    });
    expect(offer('share')).toMatchObject({ applicable: true, amount: 1 });
  });
});

describe('offers that are chosen', () => {
  const tea = selection({ item: 'tea', quantity: 2, price: 10 });
  const half = { identifier: 'campaign:tea-half', selectionGuid: tea.guid, appliedDiscountGuid: 'd1', amount: 5 };

  it('are not applicable beside what takes their goods, nor where they would take it away', async () => {
    const alone = await inquire([tea]);
    expect([alone.offer('tea-half')?.applicable, alone.offer('tea-third')?.applicable]).toEqual([true, true]);
    const withThird = await inquire([tea], [{ identifier: 'campaign:tea-third', selectionGuid: tea.guid, amount: 3 }]);
    expect(withThird.applied).toMatchObject([{ identifier: 'campaign:tea-third', amount: 3 }]);
    expect(withThird.offer('tea-half')?.applicable).toBe(false);
    const both = await inquire([tea], [half, { identifier: 'campaign:tea-third', amount: 3 }]);
    expect(both.applied).toMatchObject([{ identifier: 'campaign:tea-half' }]);
    expect(both.rejected).toMatchObject([{ redemption: { identifier: 'campaign:tea-third', amount: 3 } }]);
  });

  it('are told their new amount until they are paid for, and rejected then', async () => {
    const more = selection({ guid: tea.guid, item: 'tea', quantity: 4, price: 20 });
    expect((await inquire([more], [half])).applied).toMatchObject([{ amount: 10, appliedDiscountGuid: 'd1' }]);
    const { body } = await shop.send('LOYALTY_REDEEM', checkBody(checkOf(newGuid(), [more]), MEMBER, [half]));
    expect(body.checkResponse?.appliedRedemptions).toEqual([]);
    expect(body.checkResponse?.rejectedRedemptions).toMatchObject([
      { redemption: { identifier: half.identifier, amount: 5 } },
    ]);
  });

  it('are rejected from other selections, twice on one check, and when nobody offered them', async () => {
    const bread = selection({ item: 'bread', price: 9.9 });
    const elsewhere = await inquire([tea, bread], [{ ...half, selectionGuid: bread.guid }]);
    expect([elsewhere.applied.length, elsewhere.rejected.length]).toEqual([0, 1]);
    const twice = await inquire([tea], [half, { ...half, appliedDiscountGuid: 'd2' }]);
    expect([twice.applied.length, twice.rejected.length]).toEqual([1, 1]);
    const times = await inquire([tea], [{ ...half, quantity: 2 }]);
    expect([times.applied.length, times.rejected.length]).toEqual([0, 1]);
    expect((await inquire([tea], [{ identifier: 'campaign:none' }])).rejected).toHaveLength(1);
  });

  it('keep their place on several selections', async () => {
    const milk = selection({ item: 'milk', price: 12.9 });
    const bread = selection({ item: 'bread', price: 9.9 });
    const parts = (await inquire([milk, bread])).offer('pair')?.itemApplication ?? [];
    const pair = { identifier: 'campaign:pair', multiItemDiscountGuid: 'm1', amount: null, itemApplication: parts };
    const check = newGuid();
    const redeem = () => shop.send('LOYALTY_REDEEM', checkBody(checkOf(check, [milk, bread]), MEMBER, [pair]));
    const { body } = await redeem();
    expect(body.checkResponse?.appliedRedemptions).toMatchObject([{ ...pair, itemApplication: parts }]);
    expect((await redeem()).body.checkResponse?.appliedRedemptions).toEqual(body.checkResponse?.appliedRedemptions);
    // One of the two is voided: the POS is to take it off, and reverse it.
    const { body: later } = await shop.send(
      'LOYALTY_INQUIRE',
      checkBody(checkOf(check, [milk, { ...bread, voided: true }]), MEMBER, [pair]),
    );
    expect(later.checkResponse?.rejectedRedemptions).toMatchObject([{ redemption: { identifier: 'campaign:pair' } }]);
  });
});
