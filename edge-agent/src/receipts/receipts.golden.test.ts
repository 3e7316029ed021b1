import { readdirSync } from 'node:fs';
import type { Locale, ReceiptColumns } from '@tillside/agent-contract';
import { Receipt } from '@tillside/agent-contract';
import { describe, expect, it } from 'vitest';
import { widthOf } from '../columns.ts';
import { UNICODE } from './charset.ts';
import { saleRows } from './layout.ts';
import { reportRows } from './layout-report.ts';
import { returnRows } from './layout-return.ts';
import { type Paper, type PaperOptions, textOf } from './paper.ts';
import { saleReceipt } from './receipt.ts';
import { returnReceipt } from './return-receipt.ts';
import { CASES } from './testing/cases.ts';
import { CLOSING, EXCHANGE_CASES, REPORT, RETURN_CASES } from './testing/cases-back.ts';
import { STORE } from './testing/sale.ts';

const FOLDER = new URL('./golden/', import.meta.url).pathname;
const LOCALES: readonly Locale[] = ['zh-CN', 'en'];
const COLUMNS: readonly ReceiptColumns[] = [32, 48];

type Draw = (options: PaperOptions) => Paper;
const known = <T extends Receipt>(receipt: T): T => {
  expect(Receipt.parse(receipt)).toEqual(receipt);
  return receipt;
};
const drawings: Record<string, Draw> = {
  ...Object.fromEntries(
    Object.entries({ ...CASES, ...EXCHANGE_CASES }).map(([name, facts]): [string, Draw] => [
      name,
      (options) => saleRows(known(saleReceipt(STORE, facts(), options.locale)), options),
    ]),
  ),
  ...Object.fromEntries(
    Object.entries(RETURN_CASES).map(([name, facts]): [string, Draw] => [
      name,
      (options) => returnRows(known(returnReceipt(STORE, facts(), options.locale)), options),
    ]),
  ),
  xReport: (options) => reportRows(REPORT, options),
  zReport: (options) => reportRows({ ...REPORT, closing: CLOSING }, options),
};
const EACH = Object.entries(drawings).flatMap(([name, draw]) =>
  LOCALES.flatMap((locale) => COLUMNS.map((columns) => ({ name, locale, columns, draw }))),
);
const fileOf = ({ name, locale, columns }: (typeof EACH)[number]): string =>
  `${name}-${locale.slice(0, 2)}-${columns}.txt`;

describe('golden receipts', () => {
  it.each(EACH)('$name, $locale, $columns columns', async (one) => {
    const { locale, columns, draw } = one;
    const text = textOf(draw({ locale, columns, charset: UNICODE }));
    for (const row of text.split('\n'))
      if (!row.startsWith('[QR]')) expect(widthOf(row), row).toBeLessThanOrEqual(columns);
    await expect(text).toMatchFileSnapshot(`${FOLDER}${fileOf(one)}`);
  });

  it('are all of the folder', () => {
    expect(readdirSync(FOLDER).sort()).toEqual(EACH.map(fileOf).sort());
  });

  it('a receipt in Chinese says nothing in English but names, and the reverse', () => {
    for (const { draw, name } of EACH) {
      if (name === 'training') continue;
      const english = textOf(draw({ locale: 'en', columns: 48, charset: UNICODE }));
      expect(english, name).not.toMatch(/\p{Script=Han}/u);
    }
  });
});
