import type { PrinterEncoding } from '@tillside/agent-contract';
import iconv from 'iconv-lite';
import { widthOf } from '../columns.ts';

/** What can be printed, and how many columns it takes. */
export interface Charset {
  /** The text with only what can be printed; never a control character, so that no name can command a printer. */
  fit(text: string): string;
  /** Columns of a fitted text. */
  width(text: string): number;
  /** How an amount's currency is written. */
  readonly yuan: string;
}

/** Stands for a letter or a character that the printer lacks. A picture (emoji) is left out: nobody misses it. */
const MISSING = '?';

/** Line ends and tabs become spaces; the rest of the controls, and what has no width of its own, goes. */
const withoutControls = (text: string): string =>
  text.replace(/[\r\n\t\v\f\u2028\u2029]+/gu, ' ').replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}]/gu, '');

/** Typographic marks that printers lack or print as wide as a Chinese character, where a narrow one says the same. */
const NARROW: Readonly<Record<string, string>> = {
  '\u00a0': ' ',
  '\u2018': "'",
  '\u2019': "'",
  '\u201c': '"',
  '\u201d': '"',
  '\u2013': '-',
  '\u2014': '-',
  '\u2212': '-',
  '\u2026': '...',
  '\u00d7': 'x',
  '\u2022': '*',
  '\u00b7': '.',
};
const HAN = /\p{Script=Han}/u;
const YUAN = '\u00a5';
const WIDE_YUAN = '\uffe5';

export const isAscii = (text: string): boolean => /^[\x20-\x7e]*$/u.test(text);
/** A pictogram or a mark upon another character. */
const isPicture = (character: string): boolean => /[\p{So}\p{Sk}\p{M}]/u.test(character);
/** Accents and widths taken off: `é` is printed `e`, `Ａ` as `A`. */
const plain = (character: string): string => character.normalize('NFKD').replace(/\p{M}/gu, '');

/** Each character as it is where it can be printed, else what is nearest to it. */
const fitted = (
  text: string,
  canPrint: (character: string) => boolean,
  own: Readonly<Record<string, string>>,
): string =>
  [...withoutControls(text)]
    .map((character) => {
      const instead = own[character];
      if (instead !== undefined) return instead;
      if (canPrint(character)) return character;
      const nearest = NARROW[character] ?? plain(character);
      if (nearest !== '' && [...nearest].every(canPrint)) return nearest;
      return isPicture(character) ? '' : MISSING;
    })
    .join('');

/** For screens: everything but control characters; widths after Unicode. */
export const UNICODE: Charset = { fit: withoutControls, width: widthOf, yuan: YUAN };

const CNY = 'CNY ';
const ASCII: Charset = {
  fit: (text) => fitted(text, isAscii, { [YUAN]: CNY, [WIDE_YUAN]: CNY }),
  width: (text) => text.length,
  yuan: CNY,
};

const isTwoByte = (character: string): boolean => iconv.encode(character, 'gb18030').length === 2;

/**
 * GB 18030 as receipt printers have it: one byte for ASCII and two for the rest, the part that is also GBK. Printers' manuals name GB 18030 and take its double-byte areas; the
 * four-byte part (rare characters, emoji, the narrow yuan sign) would come out as two wrong ones. A double-byte character is printed two columns wide, be it Chinese or `×`: in
 * a text without Chinese the narrow form is taken.
 */
const GB18030: Charset = {
  fit: (text) =>
    fitted(text, (character) => isAscii(character) || isTwoByte(character), {
      ...(HAN.test(text) ? {} : NARROW),
      [YUAN]: WIDE_YUAN,
    }),
  width: (text) => iconv.encode(text, 'gb18030').length,
  yuan: WIDE_YUAN,
};

const CHARSETS: Record<PrinterEncoding, Charset> = { gb18030: GB18030, ascii: ASCII };
export const charsetOf = (encoding: PrinterEncoding): Charset => CHARSETS[encoding];
