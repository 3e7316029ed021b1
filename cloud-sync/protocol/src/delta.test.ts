import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyDelta, DELTA_LIMITS, makeDelta, readDelta } from './delta.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString('utf8');
/** Lines in the order of their bytes, as a catalogue has them. */
const fileOf = (lines: readonly string[]): Uint8Array =>
  new Uint8Array(Buffer.concat([...new Set(lines)].map((line) => Buffer.from(`${line}\n`)).toSorted(Buffer.compare)));

const line = fc
  .tuple(
    fc.stringMatching(/^[a-z0-9]{1,4}$/),
    fc.integer({ min: 0, max: 3 }),
    fc.string({ unit: 'binary', maxLength: 6 }),
  )
  .map(([sku, priceFen, nameZh]) => JSON.stringify({ sku, nameZh, priceFen }));
const lines = fc.array(line, { maxLength: 40 });

describe('a delta', () => {
  it('makes any catalogue into any other, byte for byte', () => {
    fc.assert(
      fc.property(lines, lines, lines, (both, gone, come) => {
        const [from, to] = [fileOf([...both, ...gone]), fileOf([...both, ...come])];
        const delta = makeDelta(from, to);
        expect(delta && applyDelta(from, delta)).toEqual(to);
      }),
    );
  });

  it('goes with what differs: a price in ten thousand items costs two lines', () => {
    const item = (index: number, priceFen: number) =>
      JSON.stringify({ sku: `sku-${index}`, priceFen, nameEn: 'x'.repeat(200) });
    const all = Array.from({ length: 10_000 }, (_, index) => item(index, 100));
    const [from, to] = [fileOf(all), fileOf(all.map((each, index) => (index === 4_711 ? item(index, 90) : each)))];
    const delta = makeDelta(from, to);
    expect(Buffer.from(applyDelta(from, delta ?? from) ?? []).equals(to)).toBe(true);
    expect(delta?.length).toBeLessThan(600);
  });

  it('is written as the format says', () => {
    expect(textOf(makeDelta(bytesOf('a\nb\nd\n'), bytesOf('a\nc\nd\ne\n')))).toBe(
      'tillside-delta 1\n=2\n-2\n+2\nc\n\n=2\n+2\ne\n\n',
    );
    expect(textOf(makeDelta(bytesOf('a\n'), bytesOf('a\n')))).toBe('tillside-delta 1\n=2\n');
    expect(textOf(makeDelta(bytesOf(''), bytesOf('')))).toBe('tillside-delta 1\n');
  });

  it('is not made of files in another order, or without their last line end', () => {
    expect(makeDelta(bytesOf('b\na\n'), bytesOf('a\n'))).toBeUndefined();
    expect(makeDelta(bytesOf('a\na\n'), bytesOf('a\n'))).toBeUndefined();
    expect(makeDelta(bytesOf('a\n'), bytesOf('a\nb'))).toBeUndefined();
    expect(makeDelta(bytesOf(''), new Uint8Array(DELTA_LIMITS.maxBytes + 1).fill(97).fill(10, -1))).toBeUndefined();
  });

  it('that is cut, changed or none never reads past its end, and asks no file for more than it has', () => {
    for (const text of [
      '',
      'tillside-delta 2\n',
      'tillside-delta 1\n=',
      'tillside-delta 1\n=0\n',
      'tillside-delta 1\n=1',
    ]) {
      expect(readDelta(bytesOf(text)).ok).toBe(false);
    }
    for (const text of ['+2\na\n', '+9\na\n', '*3\n', '=99999999999999999999\n', '=-1\n', '=1e3\n']) {
      expect(readDelta(bytesOf(`tillside-delta 1\n${text}`)).ok).toBe(false);
    }
    expect(applyDelta(bytesOf('abc'), bytesOf('tillside-delta 1\n=4\n'))).toBeUndefined();
    expect(applyDelta(bytesOf('abc'), bytesOf('tillside-delta 1\n-2\n=2\n'))).toBeUndefined();
    fc.assert(
      fc.property(lines, lines, fc.nat(), fc.nat(255), (one, other, at, byte) => {
        const [from, to] = [fileOf(one), fileOf(other)];
        const delta = Uint8Array.from(makeDelta(from, to) ?? []);
        if (delta.length > 0) delta[at % delta.length] = byte;
        applyDelta(from, delta);
        applyDelta(from, delta.subarray(0, at % (delta.length + 1)));
      }),
    );
  });
});
