import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type ReceiptStore, refusalOf, startReceiptStore } from './testing/store.ts';

const dir = mkdtempSync(join(tmpdir(), 'tillside-receipts-'));
let store: ReceiptStore;

const view = (saleId: string, locale: 'zh-CN' | 'en' = 'zh-CN') =>
  store.till.call('saleReceipt', { params: { saleId }, query: { locale } });
const toPrinter = (saleId: string, key = store.key()) =>
  store.till.call('printSale', { params: { saleId }, body: { format: 'escpos', printer: true }, key });

beforeAll(async () => {
  store = await startReceiptStore(dir);
});
afterAll(async () => {
  await store?.stop();
  rmSync(dir, { recursive: true, force: true });
});
afterEach(() => {
  store.printer.setPaper('full');
  store.printer.takeAway();
});

describe('printing', { timeout: 60_000 }, () => {
  it('counts: the first is the original, the next are marked with their number; a look counts nothing', async () => {
    const saleId = await store.sell([{ sku: 'milk' }], { member: 'TM:card-1' });
    await view(saleId);
    const print = (key = store.key()) =>
      store.till.call('printSale', { params: { saleId }, body: { format: 'text' }, key });
    const first = await print('same-key');
    expect(first.number).toBe(1);
    expect(first.text).not.toContain('补打');
    expect(first.text).toContain('您还有这些券');
    expect(await print('same-key')).toEqual(first);
    const second = await print();
    expect(second.number).toBe(2);
    expect(second.text?.match(/补打 1 /gu)).toHaveLength(2);
    expect(second.text).not.toContain('您还有这些券');
    expect((await print()).text).toContain('补打 2');
    expect((await view(saleId)).text).not.toContain('补打');
  });

  it("goes to the lane's printer, opens the drawer for cash once, and is what was laid out", async () => {
    const saleId = await store.sell([{ sku: 'milk', quantity: 2 }], { cash: 5000 });
    const answer = await toPrinter(saleId, 'cash-1');
    expect(answer).toMatchObject({ number: 1, printed: true, columns: 48 });
    expect(store.printer.drawerPulses).toEqual([2]);
    const lines = store.printer.lines.map((line) => line.trim());
    expect(lines[0]).toBe('晨市 · 人民路店');
    expect(lines).toContain('鲜牛奶 1 升');
    expect(lines.some((line) => /^应付 +￥20\.64$/u.test(line))).toBe(true);
    expect(lines.find((line) => line.startsWith('[qr'))).toContain('https://fp.example.cn/q?s=store-test');
    expect(lines.at(-1)).toBe('[cut]');
    store.printer.takeAway();
    // The answer was lost: the same key is the same receipt, and no second one comes out.
    expect(await toPrinter(saleId, 'cash-1')).toEqual(answer);
    expect(store.printer.lines).toEqual([]);
    expect(await toPrinter(saleId)).toMatchObject({ number: 2, printed: true });
    expect(store.printer.lines.join('\n')).toContain('补打 1');
    expect(store.printer.drawerPulses).toEqual([]);
  });

  it('out of paper is the same receipt again under its key, not a reprint', async () => {
    const saleId = await store.sell([{ sku: 'milk' }]);
    store.printer.setPaper('out');
    expect(await refusalOf(toPrinter(saleId, 'paper-1'))).toBe('PRINTER_REFUSED');
    store.printer.setPaper('full');
    store.printer.takeAway();
    expect(await toPrinter(saleId, 'paper-1')).toMatchObject({ number: 1, printed: true });
    const text = store.printer.lines.join('\n');
    expect(text.match(/销售小票/gu)).toHaveLength(1);
    expect(text).not.toContain('补打');
  });

  it('two at once under one key print once', async () => {
    const saleId = await store.sell([{ sku: 'milk' }]);
    const both = await Promise.all([toPrinter(saleId, 'twice'), toPrinter(saleId, 'twice')]);
    expect(both[0]).toEqual(both[1]);
    expect(store.printer.lines.join('\n').match(/销售小票/gu)).toHaveLength(1);
  });

  it('a lane without a printer is told so, and nothing is counted; its till may print the bytes itself', async () => {
    const saleId = await store.sell([{ sku: 'milk' }]);
    const ask = (body: { format: 'escpos'; printer?: true; encoding?: 'ascii'; columns?: 32 }) =>
      store.otherTill.call('printSale', { params: { saleId }, body, key: store.key() });
    expect(await refusalOf(ask({ format: 'escpos', printer: true }))).toBe('NO_PRINTER');
    const { number, bytes = '' } = await ask({ format: 'escpos', encoding: 'ascii', columns: 32 });
    expect(number).toBe(1);
    const printed = Buffer.from(bytes, 'base64');
    expect(printed.toString('latin1')).toContain('Milk 20% off');
    expect(printed.includes(Buffer.from([0x1c, 0x26]))).toBe(false);
  });

  it('ends after 99 times', async () => {
    const saleId = await store.sell([{ sku: 'tea' }]);
    store.rig.agent.app.journal.write((tx) =>
      tx.run(
        'INSERT INTO receipt_print (subject, number, terminal_id, at) VALUES (?, 99, ?, 0)',
        `sale:${saleId}`,
        't',
      ),
    );
    expect(await refusalOf(toPrinter(saleId))).toBe('PRINT_LIMIT');
  });
});
