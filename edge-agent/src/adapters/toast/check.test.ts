import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { basketLines, selectionOf } from './basket.ts';
import { linesOf } from './check.ts';
import { decimalOf } from './money.ts';
import { selection } from './testing/check.ts';
import { toldCheck } from './told.ts';
import { Check } from './wire.ts';

const check = (selections: readonly unknown[], more: Record<string, unknown> = {}) =>
  Check.parse({ guid: 'check-1', paymentStatus: 'CLOSED', selections, ...more });
const nobody = () => undefined;

describe('what a check sells', () => {
  it('leaves voided selections out, and what the POS took off itself', () => {
    const lines = linesOf(
      check([
        selection({ guid: 'a', price: 10 }),
        selection({ guid: 'b', price: 20, more: { voided: true } }),
        selection({
          guid: 'c',
          price: 30,
          more: { appliedDiscounts: [{ guid: 'own', discountAmount: 5.5, nonTaxDiscountAmount: 5 }] },
        }),
        selection({
          guid: 'd',
          price: 15,
          more: {
            appliedDiscounts: [{ guid: 'ours', discountAmount: 3, loyaltyDetails: { vendor: null, referenceId: 'x' } }],
          },
        }),
        selection({ guid: 'e', price: 50, more: { deferred: true } }),
      ]),
    );
    expect(lines.map(({ selectionGuid, ownCutFen, closed }) => [selectionGuid, ownCutFen, closed])).toEqual([
      ['a', 0, false],
      ['c', 500, true],
      ['d', 0, false],
      ['e', 0, true],
    ]);
  });

  it('shares discounts of the whole check, ours left out', () => {
    const discounts = [
      { guid: 'own', discountAmount: 10 },
      { guid: 'ours', discountAmount: 7, entityType: 'AppliedLoyaltyProviderDiscount' },
    ];
    const lines = linesOf(
      check(
        [selection({ guid: 'a', price: 43 }), selection({ guid: 'b', price: 14 }), selection({ guid: 'c', price: 23 })],
        {
          appliedDiscounts: discounts,
        },
      ),
    );
    expect(lines.map(({ ownCutFen }) => ownCutFen)).toEqual([538, 175, 287]);
  });

  it('reads what is sold by weight, or in parts, as one', () => {
    const amounts = [
      { quantity: 2, unitOfMeasure: 'KG' },
      { quantity: 0.5, unitOfMeasure: 'LB' },
      { quantity: 1.5, unitOfMeasure: 'NONE' },
      { quantity: 8.0, unitOfMeasure: null },
    ];
    const lines = linesOf(check(amounts.map((more) => selection({ price: 1, more }))));
    expect(lines.map(({ quantity, weightGrams }) => [quantity, weightGrams])).toEqual([
      [1, 2000],
      [1, 227],
      [1, undefined],
      [8, undefined],
    ]);
  });

  it('loses no fen and no unit on the way to the engine', () => {
    const wish = fc.record({
      quantity: fc.integer({ min: 1, max: 50 }),
      fen: fc.integer({ min: 0, max: 100_000 }),
      own: fc.integer({ min: 0, max: 500 }),
      spent: fc.integer({ min: 0, max: 500 }),
    });
    fc.assert(
      fc.property(fc.array(wish, { minLength: 1, maxLength: 8 }), fc.integer({ min: 0, max: 2_000 }), (wishes, cut) => {
        const selections = wishes.map(({ quantity, fen, own }, index) =>
          selection({
            guid: `s${index}`,
            quantity,
            price: decimalOf(fen),
            more: { appliedDiscounts: own === 0 ? [] : [{ discountAmount: decimalOf(own) }] },
          }),
        );
        const lines = linesOf(check(selections, { appliedDiscounts: [{ discountAmount: decimalOf(cut) }] }));
        const spent = new Map(wishes.map(({ spent: fen }, index) => [`s${index}`, fen]));
        const engine = basketLines(lines, nobody, spent);
        for (const line of lines) {
          const parts = engine.filter(({ lineId }) => selectionOf(lineId) === line.selectionGuid);
          const units = parts.reduce((sum, { quantity }) => sum + quantity, 0);
          const fen = parts.reduce((sum, { quantity, unitPriceFen }) => sum + quantity * unitPriceFen, 0);
          expect(units).toBe(line.quantity);
          expect(fen).toBe(Math.max(0, line.listFen - line.ownCutFen - (spent.get(line.selectionGuid) ?? 0)));
        }
        const list = lines.reduce((sum, { listFen }) => sum + listFen, 0);
        const own = lines.reduce((sum, { ownCutFen }) => sum + ownCutFen, 0);
        const onItems = wishes.reduce((sum, { fen, own: item }) => sum + Math.min(fen, item), 0);
        expect(own).toBe(onItems + Math.min(cut, list - onItems));
      }),
    );
  });
});

describe('what a paid check is booked as', () => {
  const told = (selections: readonly unknown[], more: Record<string, unknown>) =>
    toldCheck(check(selections, more), nobody, []);

  it('keeps tax, service charges and tenders apart; tips are not of the sale', () => {
    const result = told([selection({ guid: 'a', item: 'Soup', price: 20 })], {
      amount: 22,
      totalAmount: 23.5,
      appliedServiceCharges: [{ name: 'Delivery', chargeAmount: 2 }],
      payments: [
        { guid: 'p1', type: 'CASH', amount: 10, tipAmount: 3 },
        { guid: 'p2', type: 'CREDIT', amount: 13.5, paymentStatus: 'AUTHORIZED', paidBusinessDate: 20_261_121 },
        { guid: 'p3', type: 'CREDIT', amount: 13.5, paymentStatus: 'DENIED' },
        { guid: 'p4', type: 'GIFTCARD', amount: 5, voidInfo: { voidDate: 'x' } },
      ],
    });
    expect(result).toEqual({
      sold: {
        lines: [
          { sku: 'menu-Soup', name: 'Soup', quantity: 1, listFen: 2000, payableFen: 2000 },
          { name: 'Delivery', quantity: 1, payableFen: 200 },
        ],
        tenders: [
          { kind: 'cash', amountFen: 1000 },
          { kind: 'token', amountFen: 1350, token: 'p2' },
        ],
        addedTaxFen: 150,
      },
      businessDate: '2026-11-21',
      redeemed: [],
    });
  });

  it('spreads a discount that the selections do not show', () => {
    const lines = told([selection({ guid: 'a', price: 10 }), selection({ guid: 'b', price: 20 })], { amount: 27 })?.sold
      .lines;
    expect(lines?.map(({ payableFen }) => payableFen)).toEqual([900, 1800]);
  });

  it.each([
    ['comes to less than the check', { amount: 11 }],
    ['has charges above the check', { amount: 3, appliedServiceCharges: [{ chargeAmount: 5 }] }],
    ['has a total below its amount', { amount: 10, totalAmount: 9 }],
  ])('refuses a check that %s', (_what, more) => {
    expect(() => told([selection({ price: 10 })], more)).toThrow(
      expect.objectContaining({ status: 'ERROR_INVALID_INPUT_PROPERTIES' }),
    );
  });

  it('has nothing to book of an empty check, and takes one that costs nothing', () => {
    expect(told([], { amount: 0 })).toBeUndefined();
    expect(told([selection({ price: 0 })], { amount: 0, payments: [] })?.sold.tenders).toEqual([
      { kind: 'cash', amountFen: 0 },
    ]);
  });

  it('keeps no card number of a name or code', () => {
    const lines = told(
      [selection({ item: '4111111111111111', price: 1, more: { displayName: 'card 4111 1111 1111 1111' } })],
      {
        amount: 1,
      },
    )?.sold.lines;
    expect(JSON.stringify(lines)).not.toContain('4111');
  });

  it('reads days only', () => {
    for (const paidBusinessDate of [20_261_131, 0, 99_999_999, 20_260_230])
      expect(
        told([selection({ price: 1 })], { payments: [{ type: 'CASH', amount: 1, paidBusinessDate }] })?.businessDate,
      ).toBe(undefined);
  });
});
