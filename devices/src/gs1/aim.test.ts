import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GS1_AIMS, splitAim, symbologyOf } from './aim.ts';

describe('symbologyOf', () => {
  it.each([
    [']E0', 'EAN-13, UPC-A or UPC-E', 'gtin'],
    [']E1', 'EAN/UPC add-on of two digits', 'any'],
    [']E2', 'EAN/UPC add-on of five digits', 'any'],
    [']E3', 'EAN-13, UPC-A or UPC-E with add-on', 'any'],
    [']E4', 'EAN-8', 'gtin'],
    [']C0', 'Code 128', 'any'],
    [']C1', 'GS1-128', 'elements'],
    [']e0', 'GS1 DataBar or GS1 composite', 'elements'],
    [']e1', 'GS1 composite, after a symbol separator', 'any'],
    [']d1', 'Data Matrix', 'any'],
    [']d2', 'GS1 DataMatrix', 'elements'],
    [']Q1', 'QR Code', 'any'],
    [']Q3', 'GS1 QR Code', 'elements'],
    [']J0', 'DotCode', 'any'],
    [']J1', 'GS1 DotCode', 'elements'],
    [']I1', 'Interleaved 2 of 5', 'any'],
    [']A0', 'Code 39', 'any'],
    [']G0', 'Code 93', 'any'],
    [']L2', 'PDF417 or MicroPDF417', 'any'],
    [']z0', 'Aztec Code', 'any'],
    [']zC', 'Aztec Rune', 'any'],
    [']U1', 'MaxiCode', 'any'],
    [']F0', 'Codabar', 'any'],
    [']h0', 'Han Xin Code', 'any'],
    [']X0', 'Other bar code', 'any'],
  ])('%s is %s', (aim, name, content) => expect(symbologyOf(aim)).toEqual({ aim, name, content }));

  it('says nothing of what is no identifier', () => {
    for (const aim of ['', ']', 'E0', ']E', ']E00', ']w0', ']E-']) expect(symbologyOf(aim)).toBeUndefined();
  });

  it('says elements for exactly the identifiers of GS1', () => {
    const modifiers = [...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'];
    const all = modifiers.flatMap((letter) => modifiers.map((modifier) => `]${letter}${modifier}`));
    const elements = all.filter((aim) => symbologyOf(aim)?.content === 'elements');
    expect(new Set(elements)).toEqual(GS1_AIMS);
  });
});

describe('splitAim', () => {
  it('takes the identifier off, and only that', () => {
    expect(splitAim(']E06901234567892')).toEqual({ aim: ']E0', data: '6901234567892' });
    expect(splitAim('6901234567892')).toEqual({ data: '6901234567892' });
    expect(splitAim(']')).toEqual({ data: ']' });
  });

  it('loses nothing', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const { aim = '', data } = splitAim(text);
        expect(aim + data).toBe(text);
      }),
    );
  });
});
