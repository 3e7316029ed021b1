/** Receipts at the kiosk: a member's own, anybody's by number and amount, and their prints on a simulated printer. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Caller } from '../testing.ts';
import { MAX_QR_BYTES } from './qr-text.ts';
import { type ReceiptStore, refusalOf, startReceiptStore } from './testing/store.ts';

const dir = mkdtempSync(join(tmpdir(), 'tillside-kiosk-receipts-'));
let store: ReceiptStore;
let kiosk: Caller;
let farKiosk: Caller;

beforeAll(async () => {
  store = await startReceiptStore(dir);
  kiosk = await store.rig.pair('kiosk', '1');
  farKiosk = await store.rig.pair('kiosk', '2');
}, 60_000);
afterAll(async () => {
  await store?.stop();
  rmSync(dir, { recursive: true, force: true });
});

const saleOf = (saleId: string) => store.till.call('getSale', { params: { saleId } });
const showTo = (who: Caller, receiptNumber: string, amountFen: number) =>
  who.call('showReceipt', { body: { receiptNumber, amountFen, locale: 'zh-CN' } });
const print = (who: Caller, receiptNumber: string, amountFen: number, key = store.key()) =>
  who.call('printReceipt', { key, body: { receiptNumber, amountFen, locale: 'zh-CN' } });

describe('a receipt by its number and amount', { timeout: 60_000 }, () => {
  it('is found by whole number or the digits at its end, by what was payable or paid, and names no member', async () => {
    const saleId = await store.sell([{ sku: 'milk' }, { sku: 'tea' }], {
      member: 'TM:card-1',
      coupon: 'AAA111',
      points: 100,
    });
    const { receiptNumber, decision, paidFen } = await saleOf(saleId);
    const digits = receiptNumber.split('-')[1] ?? '';
    for (const number of [receiptNumber, receiptNumber.toLowerCase(), digits])
      expect((await showTo(kiosk, number, paidFen)).receipt).toMatchObject({ saleId });
    const shown = await showTo(kiosk, digits, decision.payableFen);
    const whole = JSON.stringify(shown);
    expect(whole).not.toContain('绿茶券');
    for (const hidden of ['member', 'points']) expect(shown.receipt).not.toHaveProperty(hidden);
    expect(shown.receipt).toMatchObject({ couponsUsed: [], wallet: [] });
    expect(whole).not.toMatch(/gold|9d21|积分余额|本次积分|会员/u);
    expect(shown.qr).toMatchObject({ holds: 'e-invoice', data: expect.stringMatching(/^https:\/\/fp\.example\.cn/) });
  });

  it('wrong number and wrong amount are told alike, and ten misses close the kiosk for a while, but no other', async () => {
    const saleId = await store.sell([{ sku: 'milk' }]);
    const { receiptNumber, paidFen } = await saleOf(saleId);
    const misses = [showTo(farKiosk, receiptNumber, paidFen + 1), showTo(farKiosk, 'NONE-999999', paidFen)];
    const errors = await Promise.all(misses.map((miss) => miss.catch((error: unknown) => String(error))));
    expect(errors[0]).toBe(errors[1]);
    // A wildcard is no digit.
    for (const number of ['%%%%', '____', '[0-9]*', "'; --"])
      expect(await refusalOf(showTo(farKiosk, number, paidFen))).toBe('RECEIPT_UNKNOWN');
    for (let miss = 6; miss < 10; miss += 1) await refusalOf(showTo(farKiosk, '0000', 1));
    expect(await refusalOf(showTo(farKiosk, receiptNumber, paidFen))).toBe('TOO_MANY_ATTEMPTS');
    expect(await refusalOf(showTo(kiosk, receiptNumber, paidFen))).toBe('ok');
  });

  it("prints on the kiosk's lane, marked as a reprint, opens no drawer, and keeps no bytes under the key", async () => {
    const saleId = await store.sell([{ sku: 'milk' }], { cash: 5000 });
    const { receiptNumber, paidFen } = await saleOf(saleId);
    store.printer.takeAway();
    expect(await print(kiosk, receiptNumber, paidFen, 'kiosk-print')).toEqual({ number: 1 });
    expect(store.printer.drawerPulses).toEqual([]);
    expect(store.printer.lines.join('\n')).not.toContain('补打');
    store.printer.takeAway();
    // The answer was lost: no second paper comes.
    expect(await print(kiosk, receiptNumber, paidFen, 'kiosk-print')).toEqual({ number: 1 });
    expect(store.printer.lines).toEqual([]);
    expect(await print(kiosk, receiptNumber, paidFen)).toEqual({ number: 2 });
    expect(store.printer.lines.join('\n')).toContain('补打 1');
    const { journal } = store.rig.agent.app;
    const kept = journal.get<{ response: string }>(`SELECT response FROM idempotency WHERE key = 'kiosk-print'`);
    expect(kept?.response).toBe('{"number":1}');
  });

  it('without a printer says so and counts nothing; out of paper, the same print again under its key', async () => {
    const saleId = await store.sell([{ sku: 'milk' }]);
    const { receiptNumber, paidFen } = await saleOf(saleId);
    const lane2 = await store.rig.pair('kiosk', '2');
    expect((await showTo(lane2, receiptNumber, paidFen)).canPrint).toBe(false);
    expect(await refusalOf(print(lane2, receiptNumber, paidFen))).toBe('NO_PRINTER');
    store.printer.setPaper('out');
    expect(await refusalOf(print(kiosk, receiptNumber, paidFen, 'no-paper'))).toBe('PRINTER_REFUSED');
    store.printer.setPaper('full');
    store.printer.takeAway();
    expect(await print(kiosk, receiptNumber, paidFen, 'no-paper')).toEqual({ number: 1 });
  });

  it('what waits for the printer when its shopper leaves never comes', async () => {
    const saleId = await store.sell([{ sku: 'milk' }, { sku: 'bread' }]);
    const { receiptNumber, paidFen } = await saleOf(saleId);
    store.printer.takeAway();
    const jobs = [1, 2, 3].map(() => refusalOf(print(kiosk, receiptNumber, paidFen)));
    const { shopperPrints } = store.rig.agent.app;
    // The first is at the printer by then.
    while (shopperPrints.waitingFor(kiosk.deviceId) < 2) await new Promise((resolve) => setTimeout(resolve, 1));
    const { dropped } = await kiosk.call('dropPrints', { body: {} });
    const outcomes = await Promise.all(jobs);
    expect(outcomes.filter((outcome) => outcome === 'PRINT_DROPPED')).toHaveLength(dropped);
    expect(dropped).toBeGreaterThan(0);
    expect(store.printer.lines.filter((line) => line.trim() === '[cut]')).toHaveLength(jobs.length - dropped);
    expect(shopperPrints.waitingFor(kiosk.deviceId)).toBe(0);
  });
});

describe("a member's own receipts", { timeout: 60_000 }, () => {
  it('are listed and shown whole to the member alone', async () => {
    const mine = await store.sell([{ sku: 'bread', quantity: 3 }], { member: 'TM:card-1' });
    const notMine = await store.sell([{ sku: 'bread' }]);
    const { visit } = await kiosk.call('signIn', { body: { code: 'TM:card-1' } });
    const { receipts } = await kiosk.call('ownReceipts', { body: { code: visit } });
    expect(receipts[0]).toMatchObject({ saleId: mine, lines: 1, returns: 0 });
    expect(receipts.map(({ saleId }) => saleId)).not.toContain(notMine);
    const show = (saleId: string, code = visit) => kiosk.call('showReceipt', { body: { code, saleId, locale: 'en' } });
    expect((await show(mine)).receipt).toMatchObject({ member: { tier: 'gold' }, locale: 'en' });
    expect(await refusalOf(show(notMine))).toBe('RECEIPT_UNKNOWN');
    await kiosk.call('endVisit', { body: { code: visit } });
    expect(await refusalOf(show(mine))).toBe('VISIT_ENDED');
  });
});

describe('the code for a phone', { timeout: 60_000 }, () => {
  it('holds the receipt as text where there is no e-invoice, and says what found no room', async () => {
    const training = { member: 'TM:card-1' };
    const saleId = await store.sell(
      Array.from({ length: 40 }, () => ({ sku: 'bread' })),
      training,
    );
    const { receiptQr } = await import('./qr-text.ts');
    const { receipt } = store.rig.agent.app.receipts.sale(store.rig.agent.app.journal, saleId, { locale: 'zh-CN' });
    const { fapiaoUrl: _none, ...plain } = receipt;
    const qr = receiptQr(plain);
    expect(qr.holds).toBe('text');
    expect(Buffer.byteLength(qr.data)).toBeLessThanOrEqual(MAX_QR_BYTES);
    expect(qr.data).toContain(receipt.receiptNumber);
    if (qr.holds === 'text' && receipt.lines.length > 1) {
      expect(qr.leftOut).toBeGreaterThan(0);
      expect(qr.data).toContain(`另有 ${qr.leftOut} 行`);
    }
  });
});
