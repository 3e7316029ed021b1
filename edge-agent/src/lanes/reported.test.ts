import type { ReportedReturn, ReportedSale } from '@tillside/agent-contract';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { referencePriceFen } from '../labels/reference-price.ts';
import { dayTotals } from './day.ts';
import { campaign, DAY, TestShop, TILL } from './testing/shop.ts';
import type { Terminal } from './till.ts';

type Sale = z.infer<typeof ReportedSale>;
type Return = z.infer<typeof ReportedReturn>;

const POS: Terminal = { deviceId: 'terminal-9', lane: '9', priceOwner: 'pos-reports' };
let shop: TestShop;
beforeEach(() => {
  shop = new TestShop();
});
afterEach(() => shop.close());

const sale = (more: Partial<Sale> = {}): Sale => ({
  cashierId: 'c9',
  receiptNumber: 'P-1',
  businessDate: DAY,
  completedAt: '2026-11-22T12:00:00+08:00',
  lines: [
    { sku: 'milk', quantity: 2, payableFen: 2580 },
    { gtin: '2900000000049', quantity: 1, listFen: 500, payableFen: 450 },
  ],
  tenders: [{ kind: 'token', amountFen: 3030 }],
  ...more,
});
const tell = (input: Sale, at = POS, how: { source?: 'poslog'; late: boolean } = { late: false }) =>
  shop.journal.write((tx) => shop.reported.sale(tx, at, input, how));
const giveBack = (more: Partial<Return> = {}) =>
  shop.journal.write((tx) =>
    shop.reported.return(
      tx,
      POS,
      {
        cashierId: 'c9',
        receiptNumber: 'P-9',
        businessDate: DAY,
        completedAt: '2026-11-22T13:00:00+08:00',
        lines: [{ sku: 'milk', quantity: 1, payableFen: 1290 }],
        tenders: [{ kind: 'cash', amountFen: 1290 }],
        ...more,
      },
      { late: false },
    ),
  );
const event = (type: string): Record<string, unknown> => {
  const row = shop.journal.get<{ envelope: string }>(
    'SELECT envelope FROM event WHERE type = ? ORDER BY seq DESC',
    type,
  );
  return (JSON.parse(row?.envelope ?? '{}') as { data: Record<string, unknown> }).data;
};

describe('a sale that a POS tells', () => {
  it('is what it charged: no campaign of ours changes it, and its own price cuts are its own', () => {
    const half = { items: { all: true }, discount: { by: 'percent', percentOffBp: 5000 } };
    shop.run([campaign('half', 'discount', half)]);
    const { view } = tell(sale());
    expect(view).toMatchObject({ late: false, priceOwner: 'pos-reports', paidFen: 3030, roundingFen: 0 });
    expect(view.decision).toMatchObject({ listFen: 3080, savingsFen: 50, payableFen: 3030, applied: [] });
    const { lines, priceOwner } = event('tillside.sale.completed.v1') as { lines: object[]; priceOwner: string };
    expect(priceOwner).toBe('pos-reports');
    expect(lines).toMatchObject([
      { sku: 'milk', department: 'dairy' },
      { sku: 'tea', payableFen: 450 },
    ]);
    expect(lines[0]).not.toHaveProperty('priceSet');
    expect(dayTotals(shop.journal, POS.deviceId, DAY)).toMatchObject({ sales: 1, salesFen: 3030, promotions: [] });
    expect(referencePriceFen(shop.journal, 'tea', shop.now + 1, 'CN')).toBe(450);
  });

  it('is told once, however often: the same again is the same, something else under its number is refused', () => {
    const first = tell(sale());
    expect(first.repeated).toBe(false);
    expect(tell(sale())).toEqual({ view: first.view, repeated: true });
    expect(shop.outcome(() => tell(sale({ cashierId: 'c8' })))).toBe('RECEIPT_NUMBER_USED (P-1)');
    expect(tell(sale(), { ...POS, deviceId: 'terminal-8' }).repeated).toBe(false);
    expect(dayTotals(shop.journal, POS.deviceId, DAY).sales).toBe(1);
  });

  it('earns points for its member, by the rate of the policy, and is remembered', () => {
    shop.run([], { points: { fenPerPoint: 50, fenPer100Points: 100 } });
    const { view } = tell(sale({ memberCode: 'TM:card-1' }));
    expect(view).toMatchObject({ pointsEarned: 60, pointsBalance: 1060 });
    expect(shop.journal.get('SELECT count(*) AS n FROM purchase WHERE member_id = ?', 'M000001')).toEqual({ n: 2 });
    expect(tell(sale({ receiptNumber: 'P-2', memberCode: 'TM:nobody' })).view.pointsEarned).toBe(0);
    // Half of the milk, and the tea: their share of what was earned.
    const back = giveBack({ saleReceiptNumber: 'P-1' });
    expect(event('tillside.goods.returned.v1')).toMatchObject({ saleId: view.saleId, pointsTakenBack: 25 });
    expect(giveBack({ saleReceiptNumber: 'P-1' })).toEqual({ view: back.view, repeated: true });
    const tea = {
      lines: [{ sku: 'tea', quantity: 1, payableFen: 450 }],
      tenders: [{ kind: 'cash' as const, amountFen: 450 }],
    };
    giveBack({ receiptNumber: 'P-10', saleReceiptNumber: 'P-1', ...tea });
    giveBack({ receiptNumber: 'P-11', saleReceiptNumber: 'P-1' });
    expect(shop.points('M000001')).toBe(1000);
  });

  it('keeps what the item master lacks as an open item, reports it, and sets no price by it', () => {
    const lines = [
      { gtin: '6901234567892', name: '神秘', quantity: 1, payableFen: 700 },
      { sku: 'apple', quantity: 1, weightGrams: 505, payableFen: 600 },
    ];
    const { view } = tell(sale({ lines, tenders: [{ kind: 'cash', amountFen: 1300 }] }));
    expect(view.decision.lines.map(({ sku }) => sku)).toEqual(['open:6901234567892', 'apple']);
    expect(event('tillside.item.unknown.v1')).toMatchObject({
      gtin: '6901234567892',
      terminalId: POS.deviceId,
      sold: true,
    });
    expect(event('tillside.sale.completed.v1').lines).toMatchObject([
      { unknown: true, priceSet: { by: 'pos' }, department: 'open' },
      { weightGrams: 505, priceSet: { by: 'pos', masterFen: 1580 } },
    ]);
    expect(shop.journal.all('SELECT sku, fen FROM sold_price')).toEqual([{ sku: 'apple', fen: 1188 }]);
    expect(shop.giveBack(view.saleId, [['1', 1]]).refundFen).toBe(700);
  });

  it('may have tax on top, and cash that was rounded; returns give back what was paid', () => {
    const { view } = tell(sale({ addedTaxFen: 242, tenders: [{ kind: 'cash', amountFen: 3270 }] }));
    expect(view).toMatchObject({ paidFen: 3270, roundingFen: -2, decision: { totalFen: 3272, taxFen: 242 } });
    const units = ['1', '1', '2'];
    const backs = units.map((lineId) => shop.giveBack(view.saleId, [[lineId, 1]]).refundFen);
    expect(backs.reduce((sum, fen) => sum + fen, 0)).toBe(3270);
    expect(dayTotals(shop.journal, POS.deviceId, DAY)).toMatchObject({ taxFen: 242, roundingFen: -2, cashFen: 3270 });
    expect(
      shop.outcome(() => tell(sale({ receiptNumber: 'P-3', tenders: [{ kind: 'cash', amountFen: 2900 }] }))),
    ).toMatch(/^TENDER_MISMATCH/);
  });

  it('is taken whatever its clock and day say, closed or far away, and sets no price of the future', () => {
    const { view } = tell(sale({ businessDate: '2029-01-01', completedAt: '2029-01-01T03:00:00+08:00' }));
    expect(view).toMatchObject({ businessDate: '2029-01-01', completedAt: '2029-01-01T03:00:00+08:00' });
    expect(shop.journal.get('SELECT max(at) AS at FROM sold_price')).toEqual({ at: shop.now });
  });

  it('is refused with a card number in any field, and nothing of it is kept', () => {
    const card = '4111111111111111';
    const outcomes = [
      sale({ cashierId: card }),
      sale({ receiptNumber: `R ${card}` }),
      sale({ shiftId: card }),
      sale({ lines: [{ sku: card, quantity: 1, payableFen: 3030 }] }),
      sale({ lines: [{ name: '4111-1111-1111-1111', quantity: 1, payableFen: 3030 }] }),
      sale({ tenders: [{ kind: 'token', amountFen: 3030, token: card }] }),
    ].map((input) => shop.outcome(() => tell(input)));
    expect(outcomes).toEqual(Array(6).fill('CARD_NUMBER_REFUSED'));
    expect(JSON.stringify(shop.journal.all('SELECT * FROM sale'))).not.toContain(card);
  });

  it('of a till of ours that sold alone is a late one at our own price', () => {
    const { view } = tell(sale(), TILL, { late: true });
    expect(view).toMatchObject({ late: true });
    expect(view).not.toHaveProperty('priceOwner');
    expect(event('tillside.sale.completed.v1')).toMatchObject({ late: true });
  });
});

describe('a return that a POS tells', () => {
  it('is taken as it is, with or without the sale', () => {
    expect(giveBack().view).toMatchObject({ basis: 'reported', refundFen: 1290, receiptNumber: 'P-9' });
    expect(event('tillside.goods.returned.v1')).not.toHaveProperty('saleId');
    expect(shop.outcome(() => giveBack({ cashierId: 'other' }))).toBe('RECEIPT_NUMBER_USED (P-9)');
    expect(shop.outcome(() => tell(sale({ receiptNumber: 'P-9' })))).toBe('RECEIPT_NUMBER_USED (P-9)');
    expect(dayTotals(shop.journal, POS.deviceId, DAY)).toMatchObject({ returns: 1, refundsFen: 1290, cashFen: -1290 });
    giveBack({ receiptNumber: 'P-10', memberCode: 'card-1' });
    expect(shop.points('M000001')).toBe(988);
  });
});
