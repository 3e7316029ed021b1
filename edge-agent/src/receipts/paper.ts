import type { Locale } from '@tillside/agent-contract';
import type { Charset } from './charset.ts';
import { pick, WORDS } from './words.ts';

export interface TextRow {
  readonly kind: 'text';
  readonly left: string;
  /** Ends at the right edge of the same row. */
  readonly right: string;
  readonly align: 'left' | 'centre';
  readonly bold: boolean;
  /** Twice as wide and high: half as many columns. */
  readonly double: boolean;
  /** May be printed smaller where the printer has a smaller font. */
  readonly small: boolean;
}
/** A row of paper, fitted to its width. */
export type Row = TextRow | { readonly kind: 'qr'; readonly data: string };

type Style = Partial<Pick<TextRow, 'align' | 'bold' | 'double' | 'small'>>;

const PLAIN: TextRow = { kind: 'text', left: '', right: '', align: 'left', bold: false, double: false, small: false };
const RULE = '-';
/** A name that is longer than this many rows ends there. */
const MAX_ROWS_A_TEXT = 12;
/** Marks that may not begin a row. */
const CLOSING = /^[，。、；：！？）》」』】”’％,.;:!?)\]}%]/u;
const WIDE_WORD = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3000-\u303f\uff00-\uffef]/u;
const graphemes = new Intl.Segmenter('zh', { granularity: 'grapheme' });

export interface PaperOptions {
  readonly locale: Locale;
  /** Of normal characters. */
  readonly columns: number;
  readonly charset: Charset;
}

/** Collects a receipt's rows for a width of paper, a language and what can be printed on it. */
export class Paper {
  readonly rows: Row[] = [];
  readonly locale: Locale;
  readonly columns: number;
  readonly charset: Charset;

  constructor({ locale, columns, charset }: PaperOptions) {
    this.locale = locale;
    this.columns = columns;
    this.charset = charset;
  }

  say(key: keyof typeof WORDS): string {
    return pick(WORDS[key], this.locale);
  }

  /** An amount in figures, always with two decimals so that columns of them stand below each other. */
  figures(fen: number): string {
    const whole = Math.abs(fen);
    const digits = String(Math.floor(whole / 100));
    // Thousands are grouped in English only, as everywhere in Tillside (`formatFen`).
    const yuan = this.locale === 'en' ? digits.replace(/\B(?=(\d{3})+(?!\d))/gu, ',') : digits;
    return `${fen < 0 ? '-' : ''}${yuan}.${String(whole % 100).padStart(2, '0')}`;
  }

  /** The same with its currency. */
  money(fen: number): string {
    return `${fen < 0 ? '-' : ''}${this.charset.yuan}${this.figures(Math.abs(fen))}`;
  }

  text(text: string, style: Style = {}, indent = 0): void {
    for (const part of this.#wrap(this.charset.fit(text), this.#room(style) - indent))
      this.#push({ left: ' '.repeat(indent) + part }, style);
  }

  centre(text: string, style: Style = {}): void {
    this.text(text, { ...style, align: 'centre' });
  }

  /** `right` at the right edge, beside the last row of `left` or, where it does not fit, below it. */
  pair(left: string, right: string, style: Style = {}, indent = 0): void {
    const { charset } = this;
    const room = this.#room(style);
    const end = charset.fit(right);
    const margin = ' '.repeat(indent);
    const parts = this.#wrap(charset.fit(left), room - indent).map((part) => margin + part);
    const last = parts.pop() ?? '';
    for (const part of parts) this.#push({ left: part }, style);
    if (charset.width(last) + 1 + charset.width(end) <= room) {
      this.#push({ left: last, right: end }, style);
      return;
    }
    this.#push({ left: last }, style);
    for (const part of this.#wrap(end, room)) this.#push({ right: part }, style);
  }

  /** The same for two facts of one rank: where they do not fit beside each other, each begins a row. */
  beside(left: string, right: string): void {
    const { charset, columns } = this;
    if (charset.width(charset.fit(left)) + 1 + charset.width(charset.fit(right)) <= columns) this.pair(left, right);
    else for (const text of [left, right]) this.text(text);
  }

  /** In the middle, as large as fits into one row. */
  heading(text: string): void {
    const double = this.charset.width(this.charset.fit(text)) <= this.#room({ double: true });
    this.centre(text, { bold: true, double });
  }

  rule(): void {
    this.#push({ left: RULE.repeat(this.columns) }, {});
  }

  gap(): void {
    this.#push({}, {});
  }

  qr(data: string): void {
    this.rows.push({ kind: 'qr', data });
  }

  #room({ double }: Style): number {
    return double ? Math.floor(this.columns / 2) : this.columns;
  }

  #push(text: Partial<TextRow>, style: Style): void {
    this.rows.push({ ...PLAIN, ...style, ...text });
  }

  /** Chinese breaks between any two characters but before a closing mark; a Latin word only where it is alone too long. At least one row. */
  #wrap(text: string, room: number): string[] {
    const { width } = this.charset;
    const rows: string[] = [];
    let row = '';
    const end = (): void => {
      rows.push(row.trimEnd());
      row = '';
    };
    for (const word of wordsOf(text)) {
      if (row !== '' && width((row + word).trimEnd()) > room) end();
      if (row === '' && word.trim() === '') continue;
      if (width(word.trimEnd()) <= room) {
        row += word;
        continue;
      }
      for (const piece of piecesOf(word, (text) => width(text) <= room)) {
        if (row !== '' && width(row + piece) > room) end();
        row += piece;
      }
    }
    if (row !== '' || rows.length === 0) end();
    return rows.slice(0, MAX_ROWS_A_TEXT);
  }
}

/** A word too long for a row breaks behind a slash or a hyphen or, where that does not help, anywhere. */
const piecesOf = (word: string, fits: (text: string) => boolean): string[] =>
  word.split(/(?<=[/-])/u).flatMap((piece) => (fits(piece) ? [piece] : lettersOf(piece)));

const lettersOf = (text: string): string[] => [...graphemes.segment(text)].map(({ segment }) => segment);

/** What may not be broken: a Latin word with the space behind it, or one wide character with the closing marks behind it. */
function wordsOf(text: string): string[] {
  const words: string[] = [];
  let open = false;
  for (const letter of lettersOf(text)) {
    const last = words.length - 1;
    const isWide = WIDE_WORD.test(letter);
    const joins = last >= 0 && (CLOSING.test(letter) || letter === ' ' || (open && !isWide));
    if (joins) words[last] += letter;
    else words.push(letter);
    open = letter !== ' ' && !isWide;
  }
  return words;
}

/** Rows of text as one text; a QR code is told by its content. */
export function textOf(paper: Paper): string {
  return `${paper.rows.map((row) => (row.kind === 'qr' ? `[QR] ${row.data}` : padded(paper, row, paper.columns)).trimEnd()).join('\n')}\n`;
}

/** A row with the spaces that put its parts where they belong, in a width of so many columns. */
export function padded({ charset }: Paper, { left, right, align }: TextRow, columns: number): string {
  const room = Math.max(0, columns - charset.width(left) - charset.width(right));
  if (align === 'centre') return ' '.repeat(Math.floor(room / 2)) + left;
  return right === '' ? left : left + ' '.repeat(room) + right;
}
