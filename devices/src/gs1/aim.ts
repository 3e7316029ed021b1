/** An AIM symbology identifier is `]`, a letter and a modifier (ISO/IEC 15424), e.g. `]E0` for EAN-13. */
export function splitAim(raw: string): { aim?: string; data: string } {
  const match = /^\][A-Za-z][0-9A-Za-z]/.exec(raw);
  return match ? { aim: match[0], data: raw.slice(3) } : { data: raw };
}

/** Identifiers that say "the data is a GS1 element string": GS1-128, DataBar, GS1 DataMatrix, GS1 QR, GS1 DotCode. */
export const GS1_AIMS: ReadonlySet<string> = new Set([']C1', ']e0', ']d2', ']Q3', ']J1']);

/** What the data after an identifier is: a bare key of EAN/UPC, GS1 elements, or whatever the maker of the code liked. */
export type AimContent = 'gtin' | 'elements' | 'any';

export interface AimSymbology {
  readonly aim: string;
  /** Name of the symbology and, where the modifier says it, the form. */
  readonly name: string;
  readonly content: AimContent;
}

/** Modifiers that change the name or the content, by ISO/IEC 15424 and the symbology's own standard. */
const EXACT: Readonly<Record<string, readonly [name: string, content: AimContent]>> = {
  // UPC-A and UPC-E share the identifier of EAN-13: readers send them as 13 digits, some as 12 or 8.
  ']E0': ['EAN-13, UPC-A or UPC-E', 'gtin'],
  ']E1': ['EAN/UPC add-on of two digits', 'any'],
  ']E2': ['EAN/UPC add-on of five digits', 'any'],
  ']E3': ['EAN-13, UPC-A or UPC-E with add-on', 'any'],
  ']E4': ['EAN-8', 'gtin'],
  ']C1': ['GS1-128', 'elements'],
  ']C2': ['Code 128 with FNC1 in second position', 'any'],
  ']C4': ['Code 128, joined by ISBT 128', 'any'],
  ']e0': ['GS1 DataBar or GS1 composite', 'elements'],
  // After a symbol separator or an escape of the composite part the data are no elements any more.
  ']e1': ['GS1 composite, after a symbol separator', 'any'],
  ']e2': ['GS1 composite, after an escape', 'any'],
  ']e3': ['GS1 composite, after an escape, with ECI', 'any'],
  ']d0': ['Data Matrix ECC 000-140', 'any'],
  ']d2': ['GS1 DataMatrix', 'elements'],
  ']Q0': ['QR Code model 1', 'any'],
  ']Q3': ['GS1 QR Code', 'elements'],
  ']J1': ['GS1 DotCode', 'elements'],
  ']zC': ['Aztec Rune', 'any'],
  ']L3': ['MicroPDF417 as Code 128 with FNC1 in first position', 'any'],
};

/** Names by the letter alone. */
const LETTERS: Readonly<Record<string, string>> = {
  A: 'Code 39',
  B: 'Telepen',
  C: 'Code 128',
  D: 'Code One',
  E: 'EAN/UPC',
  F: 'Codabar',
  G: 'Code 93',
  H: 'Code 11',
  I: 'Interleaved 2 of 5',
  J: 'DotCode',
  K: 'Code 16K',
  L: 'PDF417 or MicroPDF417',
  M: 'MSI',
  N: 'Anker Code',
  O: 'Codablock',
  P: 'Plessey',
  Q: 'QR Code',
  R: 'Straight 2 of 5, two-bar start',
  S: 'Straight 2 of 5, three-bar start',
  T: 'Code 49',
  U: 'MaxiCode',
  X: 'Other bar code',
  Z: 'No bar code',
  c: 'Channel Code',
  d: 'Data Matrix',
  e: 'GS1 composite',
  g: 'Grid Matrix',
  h: 'Han Xin Code',
  o: 'OCR',
  p: 'PosiCode',
  s: 'SuperCode',
  z: 'Aztec Code',
};

/** What an identifier (with its `]`) stands for; undefined when the letter is not in ISO/IEC 15424. */
export function symbologyOf(aim: string): AimSymbology | undefined {
  const letter = /^\]([A-Za-z])[0-9A-Za-z]$/.exec(aim)?.[1];
  const name = letter === undefined ? undefined : LETTERS[letter];
  if (name === undefined) return undefined;
  const [exact, content] = EXACT[aim] ?? [name, 'any'];
  return { aim, name: exact, content };
}
