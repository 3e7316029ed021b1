import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { closeDay, dayTotals } from './day.ts';
import { numberingOf } from './numbering.ts';
import { DAY, OTHER_TILL, TestShop, TILL } from './testing/shop.ts';
import type { Terminal } from './till.ts';

let shop: TestShop;
beforeEach(() => {
  shop = new TestShop();
});
afterEach(() => shop.close());

const DAY_MS = 86_400_000;
const open = (more: Record<string, unknown> = {}, terminal: Terminal = TILL) =>
  shop.journal.write((tx) =>
    shop.sessions.open(tx, terminal, { cashierId: 'c1', openingFloatFen: 0, training: false, ...more }),
  );
const close = (sessionId: string, countedCashFen?: number) =>
  shop.journal.write((tx) =>
    shop.sessions.close(tx, TILL, sessionId, countedCashFen === undefined ? {} : { countedCashFen }),
  );
const closeToday = (terminal: Terminal = TILL, day = DAY) =>
  shop.journal.write((tx) =>
    closeDay(
      tx,
      terminal.deviceId,
      day,
      { sales: 0, returns: 0, salesFen: 0, refundsFen: 0, tenders: {} },
      '2026-11-22T22:00:00+08:00',
    ),
  );
const sellMilk = (more: Record<string, unknown> = {}) => {
  const { basketId, decision } = shop.fill([{ sku: 'milk' }]);
  return shop.journal.write((tx) =>
    shop.sales.complete(tx, TILL, basketId, {
      cashierId: 'c1',
      expectedPayableFen: decision.payableFen,
      tenders: [{ kind: 'cash', amountFen: decision.totalFen }],
      ...more,
    }),
  );
};

describe('a session', () => {
  it('is one a terminal, and the shifts of its day count', () => {
    expect(shop.outcome(() => shop.sessions.current(shop.journal, TILL))).toBe('SESSION_UNKNOWN');
    const first = open();
    expect(first).toMatchObject({ shiftId: '1', businessDate: DAY, terminalId: 'terminal-1', lane: '1' });
    expect(shop.sessions.current(shop.journal, TILL)).toEqual(first);
    expect(shop.outcome(() => open())).toBe('SESSION_OPEN (c1)');
    expect(open({}, OTHER_TILL).shiftId).toBe('1');
    close(first.sessionId);
    const second = open({ shiftId: '7' });
    close(second.sessionId);
    const third = open();
    expect(third.shiftId).toBe('8');
    expect(shop.outcome(() => close(first.sessionId))).toMatch(/^SESSION_CLOSED/);
    expect(shop.outcome(() => close('nobody'))).toBe('SESSION_UNKNOWN');
    close(third.sessionId);
    expect(open({ businessDate: '2026-11-23' }).shiftId).toBe('1');
  });

  it("names what is sold in it, and its X report counts the drawer's cash", () => {
    sellMilk();
    const { sessionId, shiftId } = open({ openingFloatFen: 20_000 });
    const sale = sellMilk({ tenders: [{ kind: 'cash', amountFen: 1290, givenFen: 2000 }] });
    expect(sale).toMatchObject({ sessionId, shiftId, changeFen: 710 });
    const back = shop.giveBack(sale.saleId, [['1', 1]]);
    sellMilk();
    expect(shop.journal.get('SELECT session_id AS s, shift_id AS f FROM sale_return')).toEqual({
      s: sessionId,
      f: '1',
    });
    const x = close(sessionId, 21_280);
    expect(x).toMatchObject({ sales: 2, returns: 1, salesFen: 2580, refundsFen: back.refundFen, closed: false });
    // 200.00 to start, two sales of 12.90, one of them handed back; a jiao is missing.
    expect(x).toMatchObject({ cashFen: 21_290, countedCashFen: 21_280, cashOverFen: -10 });
    expect(dayTotals(shop.journal, TILL.deviceId, DAY)).toMatchObject({ sales: 3, cashFen: 22_580 });
    expect(dayTotals(shop.journal, TILL.deviceId, DAY, { shiftId })).toMatchObject({ sales: 2, cashOverFen: -10 });
    expect(dayTotals(shop.journal, TILL.deviceId, DAY, { shiftId: '9' })).toMatchObject({ sales: 0, cashFen: 0 });
  });

  it('that trains is counted nowhere', () => {
    const { sessionId, shiftId } = open({ training: true, openingFloatFen: 500 });
    expect(shiftId).toBe('T');
    expect(close(sessionId, 500)).toMatchObject({ sales: 0, cashFen: 0 });
    expect(open().shiftId).toBe('1');
  });
});

describe('receipt numbers', () => {
  it('are given in two series, and one that the till used alone moves its series on', () => {
    const { numbering } = open();
    expect(numbering).toEqual({
      online: { prefix: 'INAL-1-', next: 1 },
      alone: { prefix: 'INAL-1-A', next: 1 },
    });
    expect([sellMilk().receiptNumber, sellMilk().receiptNumber]).toEqual(['INAL-1-000001', 'INAL-1-000002']);
    const late = {
      cashierId: 'c1',
      receiptNumber: 'INAL-1-A000004',
      businessDate: DAY,
      completedAt: '2026-11-22T12:00:00+08:00',
      lines: [{ sku: 'milk', quantity: 1, payableFen: 1290 }],
      tenders: [{ kind: 'cash' as const, amountFen: 1290 }],
    };
    shop.journal.write((tx) => shop.reported.sale(tx, TILL, late, { late: true }));
    expect(numberingOf(shop.journal, TILL.deviceId)).toMatchObject({ online: { next: 3 }, alone: { next: 5 } });
    sellMilk({ receiptNumber: 'INAL-1-000009' });
    sellMilk({ receiptNumber: 'X-77' });
    expect(sellMilk().receiptNumber).toBe('INAL-1-000010');
    expect(shop.outcome(() => sellMilk({ receiptNumber: 'X-77' }))).toBe('RECEIPT_NUMBER_USED (X-77)');
    expect(shop.outcome(() => sellMilk({ receiptNumber: 'INAL-1-A000004' }))).toMatch(/^RECEIPT_NUMBER_USED/);
  });
});

describe('a business day', () => {
  it('that is closed takes nothing new, ends its session, and opens no other', () => {
    const sale = sellMilk();
    open();
    expect(closeToday().ours.closed).toBe(true);
    expect(shop.outcome(() => shop.sessions.current(shop.journal, TILL))).toBe('SESSION_UNKNOWN');
    expect(shop.outcome(() => sellMilk())).toBe(`BUSINESS_DAY_CLOSED (${DAY})`);
    expect(shop.outcome(() => closeToday(OTHER_TILL, '2026-11-23'))).toBe('DAY_NOT_BEGUN (2026-11-23)');
    expect(shop.outcome(() => shop.giveBack(sale.saleId, [['1', 1]]))).toMatch(/^BUSINESS_DAY_CLOSED/);
    expect(shop.outcome(() => open())).toMatch(/^BUSINESS_DAY_CLOSED/);
    expect(sellMilk({ businessDate: '2026-11-23' }).businessDate).toBe('2026-11-23');
    // Of another terminal it is open still.
    expect(
      shop.pay(shop.fill([{ sku: 'milk' }], { terminal: OTHER_TILL }), { terminal: OTHER_TILL }).businessDate,
    ).toBe(DAY);
  });

  it('more than two days off is a wrong date, at any end', () => {
    const on = (businessDate: string) => shop.outcome(() => sellMilk({ businessDate }));
    expect(['2026-11-19', '2026-11-20', '2026-11-24', '2026-11-25'].map(on)).toEqual([
      'DATE_FAR (2026-11-19 / 2026-11-22)',
      'ok',
      'ok',
      'DATE_FAR (2026-11-25 / 2026-11-22)',
    ]);
    expect(shop.outcome(() => open({ businessDate: '2027-11-22' }))).toMatch(/^DATE_FAR/);
  });

  it("follows the store's zone over midnight, and the session that is open over it", () => {
    // 23:30 in Shanghai.
    shop.now = Date.parse('2026-11-22T15:30:00Z');
    const { sessionId } = open();
    shop.now += 3_600_000;
    expect(sellMilk()).toMatchObject({ businessDate: DAY, sessionId });
    close(sessionId);
    expect(sellMilk().businessDate).toBe('2026-11-23');
    shop.now += DAY_MS;
    expect(sellMilk().businessDate).toBe('2026-11-24');
  });

  it('a session that nobody closed for days stops selling, and says why', () => {
    open();
    shop.now += 3 * DAY_MS;
    expect(shop.outcome(() => sellMilk())).toMatch(/^DATE_FAR/);
  });
});
