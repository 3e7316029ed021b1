import ReceiptPrinterEncoder from '@point-of-sale/receipt-printer-encoder';
import type { PrinterEncoding, ReceiptColumns } from '@tillside/agent-contract';
import iconv from 'iconv-lite';
import { isAscii } from './charset.ts';
import { type Paper, padded, type Row, type TextRow } from './paper.ts';

/**
 * Kanji mode on and off: FS & and FS . (1C 26, 1C 2E). Within it a printer for China reads a byte above 7F and the next as one GB 18030 character and the others as ASCII. Source:
 * ESC/POS command reference, "FS &", "FS ."; makers' manuals of GB 18030 models.
 */
const HAN_ON = [0x1c, 0x26];
const HAN_OFF = [0x1c, 0x2e];
/** ESC a: effective at the beginning of a line. */
const ALIGN_LEFT = [0x1b, 0x61, 0];
const ALIGN_CENTRE = [0x1b, 0x61, 1];
const LINE_FEED = 0x0a;
/** Rows that are fed before the cut: the knife stands behind the print head. */
const FEED_BEFORE_CUT = 4;
/** Dots of a module of a QR code. 8 dots are 1 mm: 0.5 mm and 0.63 mm, which a phone reads with ease. */
const QR_DOTS: Record<ReceiptColumns, number> = { 32: 4, 42: 5, 48: 5 };
/** The drawer's solenoid: on and off time on pin 2, in milliseconds. */
const DRAWER_PULSE_MS = { on: 100, off: 500 } as const;

export interface EscposOptions {
  readonly columns: ReceiptColumns;
  readonly encoding: PrinterEncoding;
  /** Open the cash drawer before printing. */
  readonly drawer: boolean;
}

/**
 * Rows as ESC/POS: initialised, text with weight and size, QR codes, a partial cut. What stands in the middle is put there by the printer, whatever its font is wide; amounts are
 * put to the right edge by spaces. The rows must have been fitted to the same encoding.
 */
export function escpos(paper: Paper, { columns, encoding, drawer }: EscposOptions): Uint8Array {
  const encoder = newEncoder(columns).initialize();
  for (const row of paper.rows) print(encoder, paper, row, { columns, encoding });
  const receipt = encoder.cut('partial').encode();
  // The library feeds a line behind everything, so the next receipt would begin with an empty one.
  const whole = receipt.at(-1) === LINE_FEED ? receipt.subarray(0, -1) : receipt;
  if (!drawer) return whole;
  const pulse = newEncoder(columns).pulse(0, DRAWER_PULSE_MS.on, DRAWER_PULSE_MS.off).encode();
  return Uint8Array.from([...pulse, ...whole]);
}

const newEncoder = (columns: ReceiptColumns): ReceiptPrinterEncoder =>
  new ReceiptPrinterEncoder({
    columns,
    language: 'esc-pos',
    newline: '\n',
    feedBeforeCut: FEED_BEFORE_CUT,
    codepageMapping: 'epson',
  });

function print(
  encoder: ReceiptPrinterEncoder,
  paper: Paper,
  row: Row,
  { columns, encoding }: Pick<EscposOptions, 'columns' | 'encoding'>,
): void {
  if (row.kind === 'qr') {
    encoder.align('center').qrcode(row.data, { model: 2, size: QR_DOTS[columns], errorlevel: 'm' }).align('left');
    return;
  }
  const isCentred = row.align === 'centre';
  const text = isCentred ? row.left : padded(paper, row, row.double ? Math.floor(columns / 2) : columns).trimEnd();
  dress(encoder, row, true);
  // The library would do it with spaces, counted by characters: wrong for Chinese, and for the small font.
  if (isCentred) encoder.raw(ALIGN_CENTRE);
  // The library measures and wraps by characters, which is right for ASCII alone; rows have their width already.
  if (isAscii(text)) encoder.text(text);
  else if (encoding === 'gb18030') encoder.raw([...HAN_ON, ...iconv.encode(text, 'gb18030'), ...HAN_OFF]);
  else throw new Error('a row was not fitted to its printer');
  encoder.newline();
  if (isCentred) encoder.raw(ALIGN_LEFT);
  dress(encoder, row, false);
}

function dress(encoder: ReceiptPrinterEncoder, { bold, double, small }: TextRow, on: boolean): void {
  if (bold) encoder.bold(on);
  if (double) encoder.size(on ? 2 : 1, on ? 2 : 1);
  if (small) encoder.font(on ? 'B' : 'A');
}
