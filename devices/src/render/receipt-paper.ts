import { createCanvas, type SKRSContext2D } from '@napi-rs/canvas';
import bwipjs from 'bwip-js';
import QRCode from 'qrcode';
import { RECEIPT_FONTS, registerReceiptFonts } from './fonts.ts';
import { advanceOf, PAPER_DOTS, type PrintedItem, type PrintedRun } from './paper.ts';

const MARGIN = 24;
const TOP = 28;
const CUT_DOTS = 44;
const DIGITS_DOTS = 28;
/** Taller pictures take too much memory: take the paper away in time. */
export const MAX_RECEIPT_ROWS = 30_000;
const [INK, PAPER, EDGE] = ['#1c1c1e', '#fdfdfb', '#b9b9b4'];
const FONT_DOTS = { A: 24, B: 17 } as const;
/** Latin words as a whole, every other character by itself, so that columns of figures stand straight. */
const WORDS = /[A-Za-z]{2,}|./gsu;
/** Characters that join those beside them, and where their strokes lie. */
const RULES: Readonly<Record<string, readonly number[]>> = { '─': [-1], '═': [-4, 2] };
const QR_LEVELS = { L: 'L', M: 'M', Q: 'Q', H: 'H' } as const;

type Line = Extract<PrintedItem, { kind: 'line' }>;
type Of<K extends PrintedItem['kind']> = Extract<PrintedItem, { kind: K }>;

/** What came out of a printer of 80 mm, as a PNG with a dot to a pixel. Throws LABEL_FONT_MISSING, or a RangeError when there is too much paper. */
export function receiptPng(items: readonly PrintedItem[]): Uint8Array {
  registerReceiptFonts();
  const heights = items.map(heightOf);
  const height = heights.reduce((sum, one) => sum + one, 2 * TOP);
  if (height > MAX_RECEIPT_ROWS)
    throw new RangeError(`${height} rows of paper; at most ${MAX_RECEIPT_ROWS} make a picture`);
  const canvas = createCanvas(PAPER_DOTS + 2 * MARGIN, height);
  const ctx = canvas.getContext('2d');
  ctx.fillStyle = PAPER;
  ctx.fillRect(0, 0, canvas.width, height);
  let y = TOP;
  for (const [place, item] of items.entries()) {
    ctx.fillStyle = INK;
    draw(ctx, item, y);
    y += heights[place] ?? 0;
  }
  return canvas.toBuffer('image/png');
}

function heightOf(item: PrintedItem): number {
  if (item.kind === 'cut') return CUT_DOTS;
  if (item.kind === 'qr') return qrOf(item).size * item.moduleDots;
  if (item.kind === 'barcode') return item.heightDots + DIGITS_DOTS * rowsOfDigits(item);
  return item.heightDots;
}

function draw(ctx: SKRSContext2D, item: PrintedItem, y: number): void {
  if (item.kind === 'line') drawLine(ctx, item, y);
  else if (item.kind === 'picture') drawBits(ctx, item, y);
  else if (item.kind === 'qr') drawQr(ctx, item, y);
  else if (item.kind === 'barcode') drawBarcode(ctx, item, y);
  else if (item.kind === 'cut') drawCut(ctx, y);
}

function left(item: { readonly align: string }, width: number): number {
  if (item.align === 'left') return MARGIN;
  return MARGIN + Math.max(0, item.align === 'right' ? PAPER_DOTS - width : Math.floor((PAPER_DOTS - width) / 2));
}

function drawLine(ctx: SKRSContext2D, line: Line, y: number): void {
  const widthOf = (run: PrintedRun): number => [...run.text].reduce((sum, one) => sum + advanceOf(one, run), 0);
  let x = left(
    line,
    line.runs.reduce((sum, run) => sum + widthOf(run), 0),
  );
  const bottom = y + line.heightDots;
  for (const run of line.runs) {
    const width = widthOf(run);
    const height = FONT_DOTS[run.font] * run.height;
    if (run.inverse) ctx.fillRect(x, bottom - height - 3, width, height + 3);
    ctx.fillStyle = run.inverse ? PAPER : INK;
    let at = x;
    for (const word of run.text.match(WORDS) ?? []) {
      drawWord(ctx, word, run, at, bottom - height);
      at += [...word].reduce((sum, one) => sum + advanceOf(one, run), 0);
    }
    ctx.fillStyle = INK;
    if (run.underline) ctx.fillRect(x, bottom - 2, width, 2);
    x += width;
  }
}

function setFont(ctx: SKRSContext2D, sizePx: number, bold: boolean): void {
  const { weight, families } = bold ? RECEIPT_FONTS.bold : RECEIPT_FONTS.plain;
  ctx.font = `${weight} ${sizePx}px ${families}`;
  ctx.textAlign = 'center';
  ctx.textBaseline = 'alphabetic';
}

/** In the cells that a printer's own font would fill: letters of a word share its cells, all else stands in the middle of its own. */
function drawWord(ctx: SKRSContext2D, word: string, run: PrintedRun, x: number, top: number): void {
  const width = [...word].reduce((sum, one) => sum + advanceOf(one, { ...run, width: 1 }), 0);
  const dots = FONT_DOTS[run.font];
  ctx.save();
  ctx.translate(x, top);
  ctx.scale(run.width, run.height);
  const rules = RULES[word];
  if (rules) for (const at of rules) ctx.fillRect(0, dots / 2 + at, width, 2);
  else {
    const isWide = word.length === 1 && width > dots / 2 + 1;
    setFont(ctx, isWide ? dots - 2 : Math.round(dots * 0.8), run.bold);
    const spare = Math.max(0, width - ctx.measureText(word).width) / word.length;
    ctx.letterSpacing = word.length > 1 ? `${spare}px` : '0px';
    ctx.textAlign = word.length > 1 ? 'left' : 'center';
    ctx.fillText(word, word.length > 1 ? spare / 2 : width / 2, dots - 5, width);
  }
  ctx.restore();
}

function drawBits(ctx: SKRSContext2D, item: Of<'picture'>, y: number): void {
  const x = left(item, item.widthDots);
  const rowBytes = item.widthDots / 8;
  for (let row = 0; row < item.heightDots; row += 1)
    for (let column = 0; column < Math.min(item.widthDots, PAPER_DOTS); column += 1)
      if (((item.bits[row * rowBytes + (column >> 3)] ?? 0) & (0x80 >> (column & 7))) !== 0)
        ctx.fillRect(x + column, y + row, 1, 1);
}

function qrOf(item: Of<'qr'>): { size: number; get(row: number, column: number): number } {
  const errorCorrectionLevel = QR_LEVELS[item.level as keyof typeof QR_LEVELS] ?? 'L';
  return QRCode.create(item.data === '' ? ' ' : item.data, { errorCorrectionLevel }).modules;
}

function drawQr(ctx: SKRSContext2D, item: Of<'qr'>, y: number): void {
  const modules = qrOf(item);
  const side = modules.size * item.moduleDots;
  const x = left(item, side);
  for (let row = 0; row < modules.size; row += 1)
    for (let column = 0; column < modules.size; column += 1)
      if (modules.get(row, column) === 1)
        ctx.fillRect(x + column * item.moduleDots, y + row * item.moduleDots, item.moduleDots, item.moduleDots);
}

const rowsOfDigits = ({ digits }: Of<'barcode'>): number => (digits === 'both' ? 2 : digits === 'none' ? 0 : 1);

/** A code that can not be made (a wrong check digit, say) shows as its text, as a printer prints none. */
function drawBarcode(ctx: SKRSContext2D, item: Of<'barcode'>, y: number): void {
  const bars = barsOf(item);
  const width = bars.reduce((sum, bar) => sum + bar, 0) * item.moduleDots;
  const top = y + (item.digits === 'above' || item.digits === 'both' ? DIGITS_DOTS : 0);
  let x = left(item, width);
  for (const [place, bar] of bars.entries()) {
    if (place % 2 === 0) ctx.fillRect(x, top, bar * item.moduleDots, item.heightDots);
    x += bar * item.moduleDots;
  }
  if (item.digits === 'none' && bars.length > 0) return;
  setFont(ctx, 20, false);
  const middle = left(item, width) + width / 2;
  if (item.digits !== 'above') ctx.fillText(item.data, middle, top + item.heightDots + 22);
  if (item.digits === 'above' || item.digits === 'both') ctx.fillText(item.data, middle, top - 8);
}

/** Widths of bars and spaces in turn, in modules. */
function barsOf({ symbology, data }: Of<'barcode'>): number[] {
  try {
    const [symbol] = bwipjs.raw({ bcid: symbology, text: data }) as { sbs?: number[] }[];
    return symbol?.sbs ?? [];
  } catch {
    return [];
  }
}

function drawCut(ctx: SKRSContext2D, y: number): void {
  ctx.fillStyle = EDGE;
  for (let x = 0; x < PAPER_DOTS + 2 * MARGIN; x += 16) ctx.fillRect(x, y + CUT_DOTS / 2, 8, 2);
  ctx.fillStyle = INK;
}
