import type { Locale, PrinterEncoding, ReceiptColumns } from '@tillside/agent-contract';
import { EscPosSimulator, type PrintedItem } from '@tillside/devices/simulators';
import fc from 'fast-check';
import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { charsetOf } from './charset.ts';
import { escpos } from './escpos.ts';
import { saleRows } from './layout.ts';
import { Paper, padded, type TextRow } from './paper.ts';
import { saleReceipt } from './receipt.ts';
import { CASES } from './testing/cases.ts';
import { STORE } from './testing/sale.ts';

/** What a printer makes of the bytes. */
async function printed(bytes: Uint8Array): Promise<EscPosSimulator> {
  let feed: (bytes: Uint8Array) => void = () => undefined;
  const printer = new EscPosSimulator({
    connection: { kind: 'tcp', host: '127.0.0.1', port: 9100 },
    start: async (onBytes) => {
      feed = onBytes;
    },
    write: async () => undefined,
    stop: async () => undefined,
  });
  await printer.start();
  feed(bytes);
  return printer;
}

const OPTIONS = { columns: 48, encoding: 'gb18030', drawer: false } as const;
const paperOf = (encoding: PrinterEncoding, columns: ReceiptColumns = 48, locale: Locale = 'zh-CN'): Paper =>
  new Paper({ locale, columns, charset: charsetOf(encoding) });
const linesOf = (items: readonly PrintedItem[]): string[] =>
  items.flatMap((item) => (item.kind === 'line' ? [item.runs.map(({ text }) => text).join('')] : []));

/** What stands in the middle is put there by the printer. */
const printedRow = (paper: Paper, row: TextRow, width: number): string =>
  row.align === 'centre' ? row.left : padded(paper, row, width).trimEnd();

describe('ESC/POS', () => {
  it('is the bytes of the command reference', () => {
    const paper = paperOf('gb18030');
    paper.pair('应付', '5.00', { bold: true, double: true });
    paper.centre('ok', { small: true });
    paper.qr('HTTPS://A');
    const bytes = [...escpos(paper, { ...OPTIONS, columns: 32, drawer: true })];
    const hex = bytes.map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    // ESC p 0 on off; ESC @, FS ., ESC M 0; ESC E 1, GS ! 11, FS &, 应付 in GB 18030 and the amount, FS ., GS ! 0, ESC E 0.
    expect(hex).toMatch(/^1b 70 00 32 fa 1b 40 1c 2e 1b 4d 00 /);
    expect(hex).toContain(`1b 45 01 1d 21 11 1c 26 d3 a6 b8 b6${' 20'.repeat(8)} 35 2e 30 30 1c 2e`);
    expect(hex).toContain('1b 4d 01');
    // ESC a 1; QR: model 2, 4 dots, level M, the data, print.
    expect(hex).toContain('1b 61 01 1d 28 6b 04 00 31 41 32 00 1d 28 6b 03 00 31 43 04 1d 28 6b 03 00 31 45 31');
    expect(hex).toContain('1d 28 6b 0c 00 31 50 30 48 54 54 50 53 3a 2f 2f 41 1d 28 6b 03 00 31 51 30');
    // A partial cut is the last.
    expect(hex.endsWith('1d 56 01')).toBe(true);
  });

  it.each(['zh-CN', 'en'] as const)('prints a whole receipt as it was laid out, in %s', async (locale) => {
    for (const make of Object.values(CASES)) {
      const receipt = saleReceipt(STORE, make(), locale);
      const paper = saleRows(receipt, { locale, columns: 48, charset: charsetOf('gb18030') });
      const printer = await printed(escpos(paper, OPTIONS));
      const wanted = paper.rows.flatMap((row) =>
        row.kind === 'qr' ? [] : [printedRow(paper, row, row.double ? 24 : 48)],
      );
      expect(linesOf(printer.printed).filter((line) => line !== '')).toEqual(wanted.filter((line) => line !== ''));
      expect(printer.printed.at(-1)).toEqual({ kind: 'cut', partial: true });
      expect(printer.drawerPulses).toEqual([]);
    }
  });

  it('gives what must be seen its weight and size', async () => {
    const facts = CASES.points?.();
    if (facts === undefined) throw new Error('points');
    const paper = saleRows(saleReceipt(STORE, { ...facts, reprint: 1 }, 'zh-CN'), {
      locale: 'zh-CN',
      columns: 48,
      charset: charsetOf('gb18030'),
    });
    const { printed: items } = await printed(escpos(paper, OPTIONS));
    const runs = items.flatMap((item) => (item.kind === 'line' ? item.runs : []));
    const of = (word: string) => runs.find(({ text }) => text.includes(word));
    expect(of('补打')).toMatchObject({ bold: true, width: 1 });
    expect(of('应付')).toMatchObject({ bold: true, width: 2, height: 2 });
    expect(of('鲜牛奶')).toMatchObject({ bold: false, width: 1, font: 'A' });
    expect(of('largest-remainder')).toMatchObject({ font: 'B' });
    const aligned = items.flatMap((item) => (item.kind === 'line' ? [[item.align, item.runs[0]?.text ?? '']] : []));
    expect(aligned).toContainEqual(['centre', '晨市 · 人民路店']);
    expect(aligned).toContainEqual(['left', '小票号 A1B2C3-000042']);
  });

  it('opens the drawer first, on pin 2', async () => {
    const printer = await printed(escpos(paperOf('gb18030'), { ...OPTIONS, drawer: true }));
    expect(printer.drawerPulses).toEqual([2]);
  });

  it.each([
    ['gb18030', 'Crème brûlée 🎂', 'Crème brulée', 'è and é have a double-byte form, û has none'],
    ['gb18030', '鲜牛奶👍🏽', '鲜牛奶', 'a picture is left out'],
    ['gb18030', '𠮷野家牛丼', '?野家牛丼', 'a character of four bytes'],
    ['gb18030', '晨市 · 人民路', '晨市 · 人民路', 'Chinese text keeps its marks'],
    ['gb18030', 'Today’s “fresh” ¥5', 'Today\'s "fresh" ￥5', 'English text keeps narrow'],
    ['ascii', 'Crème brûlée ¥5 × 2', 'Creme brulee CNY 5 x 2', 'accents go, the currency is written out'],
    ['ascii', '牛奶 Milk', '?? Milk', 'no Chinese'],
    ['ascii', 'Cut\u001bhere\u001dV\u0000now\r\nand\tthen', 'CuthereVnow and then', 'no control character'],
  ] as const)('%s prints %s as %s: %s', async (encoding, text, wanted, _why) => {
    const paper = paperOf(encoding);
    paper.text(text);
    const [line] = linesOf((await printed(escpos(paper, { ...OPTIONS, encoding }))).printed);
    expect(line).toBe(wanted.trimEnd());
  });
});

const name = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.stringMatching(/^[一-龥，。！A-Za-z0-9 ¥×·é𠮷👍]{0,80}$/u),
);
const columns = fc.constantFrom<ReceiptColumns[]>(32, 42, 48);
const encodings = fc.constantFrom<PrinterEncoding[]>('gb18030', 'ascii');

describe('whatever a name holds', () => {
  it('rows fit the paper, and the printer prints exactly them', async () => {
    await fc.assert(
      fc.asyncProperty(name, name, columns, encodings, fc.boolean(), async (left, right, width, encoding, double) => {
        const paper = paperOf(encoding, width);
        paper.text(left, { double });
        paper.pair(left, right, { bold: true }, 2);
        paper.centre(right);
        paper.beside(left, right);
        paper.heading(left);
        const rows = paper.rows.flatMap((row) =>
          row.kind === 'qr' ? [] : [{ row, text: printedRow(paper, row, row.double ? width / 2 : width) }],
        );
        for (const { row, text } of rows)
          expect(paper.charset.width(text)).toBeLessThanOrEqual(row.double ? Math.floor(width / 2) : width);
        const printer = await printed(escpos(paper, { columns: width, encoding, drawer: false }));
        expect(linesOf(printer.printed).filter((line) => line !== '')).toEqual(
          rows.map(({ text }) => text).filter((text) => text !== ''),
        );
        // Nothing of a name was taken for a command.
        expect(printer.printed.filter(({ kind }) => kind === 'cut')).toHaveLength(1);
        expect(printer.printed.every(({ kind }) => kind === 'line' || kind === 'cut' || kind === 'feed')).toBe(true);
        expect(printer.drawerPulses).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it('what was fitted comes back from its bytes, two to a Chinese character', () => {
    fc.assert(
      fc.property(name, (text) => {
        const { fit, width } = charsetOf('gb18030');
        const bytes = iconv.encode(fit(text), 'gb18030');
        expect(new TextDecoder('gb18030').decode(bytes)).toBe(fit(text));
        expect(width(fit(text))).toBe([...fit(text)].reduce((sum, one) => sum + (one < '\x7f' ? 1 : 2), 0));
        expect(charsetOf('ascii').fit(text)).toMatch(/^[\x20-\x7e]*$/u);
      }),
    );
  });
});
