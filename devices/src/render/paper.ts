/** What a receipt printer puts on its paper, as pictures of it are drawn. */

/** A character of font A is 12 dots wide, one of font B 9; 80 mm paper has 576. */
export const PAPER_DOTS = 576;
const CELL_DOTS = { A: 12, B: 9 } as const;

export interface Bitmap {
  /** A multiple of eight. */
  readonly widthDots: number;
  readonly heightDots: number;
  /** Rows of bits, most significant first, 1 = black. */
  readonly bits: Uint8Array;
}

export type Align = 'left' | 'centre' | 'right';

/** Text of one style; sizes are multiples of the font's own. */
export interface PrintedRun {
  readonly text: string;
  readonly bold: boolean;
  readonly underline: boolean;
  readonly inverse: boolean;
  /** B is the smaller one. */
  readonly font: 'A' | 'B';
  /** Of a two-byte character set: what is not ASCII takes two columns. */
  readonly wide: boolean;
  readonly width: number;
  readonly height: number;
}

export type PrintedItem =
  | { readonly kind: 'line'; readonly align: Align; readonly runs: readonly PrintedRun[]; readonly heightDots: number }
  | { readonly kind: 'feed'; readonly heightDots: number }
  | ({ readonly kind: 'picture'; readonly align: Align } & Bitmap)
  | {
      readonly kind: 'qr';
      readonly align: Align;
      readonly data: string;
      readonly moduleDots: number;
      readonly level: string;
    }
  | {
      readonly kind: 'barcode';
      readonly align: Align;
      readonly symbology: string;
      readonly data: string;
      readonly heightDots: number;
      readonly moduleDots: number;
      /** Where its digits stand. */
      readonly digits: 'none' | 'above' | 'below' | 'both';
    }
  | { readonly kind: 'cut'; readonly partial: boolean };

/** Dots that a character takes across the paper. */
export function advanceOf(character: string, { font, wide, width }: PrintedRun): number {
  const columns = wide && (character.codePointAt(0) ?? 0) > 0x7f ? 2 : 1;
  return CELL_DOTS[font] * columns * width;
}
