import type { Locale, ReceiptColumns } from '@tillside/agent-contract';
import { describe, expect, it } from 'vitest';
import { widthOf } from '../columns.ts';
import { UNICODE } from './charset.ts';
import { saleRows } from './layout.ts';
import { textOf } from './paper.ts';
import { saleReceipt } from './receipt.ts';
import { CASES } from './testing/cases.ts';
import { STORE } from './testing/sale.ts';

const golden = (name: string): string => new URL(`./golden/${name}.txt`, import.meta.url).pathname;
const LOCALES: readonly Locale[] = ['zh-CN', 'en'];
const COLUMNS: readonly ReceiptColumns[] = [32, 48];
const EACH = Object.keys(CASES).flatMap((name) =>
  LOCALES.flatMap((locale) => COLUMNS.map((columns) => [name, locale, columns] as const)),
);

describe('receipts of sales', () => {
  it.each(EACH)('%s, %s, %i columns', async (name, locale, columns) => {
    const facts = CASES[name]?.();
    if (facts === undefined) throw new Error(name);
    const text = textOf(saleRows(saleReceipt(STORE, facts, locale), { locale, columns, charset: UNICODE }));
    for (const row of text.split('\n'))
      if (!row.startsWith('[QR]')) expect(widthOf(row), row).toBeLessThanOrEqual(columns);
    await expect(text).toMatchFileSnapshot(golden(`${name}-${locale.slice(0, 2)}-${columns}`));
  });
});
