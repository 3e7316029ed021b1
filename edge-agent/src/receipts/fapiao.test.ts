import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { FapiaoConfig, type FapiaoSale, fapiaoLinks, readFapiaoKey } from './fapiao.ts';

const KEY = 'a-secret-of-the-platform';
const config = FapiaoConfig.parse({
  urlTemplate: 'https://fp.example.cn/q?s={store}&n={sale}&a={amount}&d={date}&k={sign}',
  keyFile: 'fapiao.key',
});
const SALE: FapiaoSale = {
  saleId: 'sale/1&2',
  businessDate: '2026-11-22',
  training: false,
  paidFen: 10_005,
  tenders: [{ kind: 'token', amountFen: 10_005 }],
  refundedFen: 0,
  isReturned: false,
};
const port = fapiaoLinks(config, KEY, 'store-0001');
const amountOf = (sale: Partial<FapiaoSale>): string | null | undefined => {
  const link = port.linkFor({ ...SALE, ...sale });
  return link === undefined ? undefined : new URL(link).searchParams.get('a');
};

const folder = mkdtempSync(join(tmpdir(), 'tillside-fapiao-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the e-invoice link', () => {
  it('carries store, sale, amount, date and a signature over them that its receiver can check', () => {
    const { searchParams } = new URL(port.linkFor(SALE) ?? '');
    expect(Object.fromEntries(searchParams)).toEqual({
      s: 'store-0001',
      n: 'sale/1&2',
      a: '100.05',
      d: '2026-11-22',
      k: createHmac('sha256', KEY).update('store-0001\nsale/1&2\n100.05\n2026-11-22').digest('base64url'),
    });
  });

  it('changes its signature with every part', () => {
    const sign = (sale: Partial<FapiaoSale>, key = KEY) =>
      new URL(fapiaoLinks(config, key, 'store-0001').linkFor({ ...SALE, ...sale }) ?? '').searchParams.get('k');
    const signs = [
      sign({}),
      sign({ saleId: 'sale-2' }),
      sign({ paidFen: 10_006 }),
      sign({ businessDate: '2026-11-23' }),
      sign({}, 'another-secret-of-it'),
    ];
    expect(new Set(signs).size).toBe(signs.length);
  });

  it('is for what was paid, less what came back and what a prepaid card paid', () => {
    expect(amountOf({})).toBe('100.05');
    expect(amountOf({ refundedFen: 2_500 })).toBe('75.05');
    const tenders = [
      { kind: 'voucher', amountFen: 5_000 },
      { kind: 'cash', amountFen: 5_005 },
    ];
    expect(amountOf({ tenders })).toBe('50.05');
    // Goods that came back for these were invoiced with their own sale: these are goods sold.
    expect(amountOf({ tenders: [{ kind: 'exchange', amountFen: 10_005 }] })).toBe('100.05');
  });

  it('is not offered for training, after all came back, or where nothing is left', () => {
    expect(amountOf({ training: true })).toBeUndefined();
    expect(amountOf({ isReturned: true, refundedFen: 10_000 })).toBeUndefined();
    expect(amountOf({ refundedFen: 10_005 })).toBeUndefined();
    expect(amountOf({ tenders: [{ kind: 'voucher', amountFen: 10_005 }] })).toBeUndefined();
    expect(amountOf({ paidFen: 0, tenders: [] })).toBeUndefined();
  });

  it('keeps the fen of any amount', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10 ** 12 }), (paidFen) => {
        const text = amountOf({ paidFen, tenders: [] }) ?? '';
        expect(text).toMatch(/^\d+\.\d{2}$/u);
        expect(Number(text.replace('.', ''))).toBe(paidFen);
      }),
    );
  });
});

describe('its configuration', () => {
  it.each([
    ['http://fp.example.cn/{store}{sale}{amount}{date}{sign}', 'no TLS'],
    ['https://fp.example.cn/?n={sale}&a={amount}&d={date}&k={sign}', 'no store'],
    ['https://fp.example.cn/?s={store}&n={sale}&a={amount}&d={date}', 'no signature'],
    [`https://fp.example.cn/${'x'.repeat(300)}{store}{sale}{amount}{date}{sign}`, 'more than a code can carry'],
  ])('%s is refused: %s', (urlTemplate) => {
    expect(FapiaoConfig.safeParse({ urlTemplate, keyFile: 'k' }).success).toBe(false);
  });

  it('reads the key without what an editor puts behind it, and refuses a short one or none', () => {
    const file = join(folder, 'fapiao.key');
    writeFileSync(file, `${KEY}\n`);
    expect(readFapiaoKey(file)).toBe(KEY);
    writeFileSync(file, 'short');
    expect(() => readFapiaoKey(file)).toThrow(expect.objectContaining({ code: 'CONFIG_REFUSED' }));
    expect(() => readFapiaoKey(join(folder, 'none'))).toThrow(expect.objectContaining({ code: 'CONFIG_REFUSED' }));
  });
});
