import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SharedLineSplitter, type SplitterOutput } from './splitter.ts';

const STX = 0x02;
const bytes = (text: string) => Uint8Array.from(Buffer.from(text, 'latin1'));
const text = (of: Uint8Array) => Buffer.from(of).toString('latin1');
const handed = (outputs: readonly SplitterOutput[], start: number | undefined) =>
  outputs.flatMap((output) => (output.kind === 'bytes' && output.start === start ? [text(output.bytes)] : []));
const rejects = (outputs: readonly SplitterOutput[]) =>
  outputs.flatMap((output) => (output.kind === 'reject' ? [[output.start, output.code, output.byteCount]] : []));
const sizeOf = (outputs: readonly SplitterOutput[]) =>
  outputs.reduce((sum, output) => sum + (output.kind === 'bytes' ? output.bytes.length : output.byteCount), 0);

describe('SharedLineSplitter', () => {
  it.each([1, 2, 3, 1000])('gives each device its own messages, in chunks of %i', (size) => {
    const splitter = new SharedLineSplitter([STX]);
    const wire = bytes('TM:a\r\x0201.234\rTM:b\r\nTM:c\r\x02?A\r\x0200.000\rTM:d\x03');
    const outputs: SplitterOutput[] = [];
    for (let at = 0; at < wire.length; at += size) outputs.push(...splitter.push(wire.slice(at, at + size)));
    expect(handed(outputs, undefined).join('')).toBe('TM:a\rTM:b\r\nTM:c\rTM:d\x03');
    expect(handed(outputs, STX)).toEqual(['\x0201.234\r', '\x02?A\r', '\x0200.000\r']);
    expect(rejects(outputs)).toEqual([]);
    expect(splitter.pendingBytes).toBe(0);
  });

  it('never joins half a scan to the next one', () => {
    const splitter = new SharedLineSplitter([STX]);
    const outputs = splitter.push(bytes('TM:half\x0201.234\rTM:b\r'));
    expect(rejects(outputs)).toEqual([[undefined, 'FRAME_NOISE', 7]]);
    expect(handed(outputs, undefined)).toEqual(['TM:b\r']);
    expect(handed(outputs, STX)).toEqual(['\x0201.234\r']);
  });

  it('drops half a weight when the next begins, when time passes, and when it never ends', () => {
    const splitter = new SharedLineSplitter([STX]);
    expect(rejects(splitter.push(bytes('\x0201\x0201.234\r')))).toEqual([[STX, 'FRAME_NOISE', 3]]);
    expect(splitter.push(bytes('\x0201'))).toEqual([]);
    expect(rejects(splitter.idle())).toEqual([[STX, 'FRAME_IDLE', 3]]);
    const long = splitter.push(bytes(`\x02${'9'.repeat(100)}\rTM:a\r`));
    expect(rejects(long)).toEqual([[STX, 'FRAME_OVERSIZE', 102]]);
    expect(handed(long, undefined)).toEqual(['TM:a\r']);
  });

  it('hands on what has no end that it knows once the line is quiet', () => {
    const splitter = new SharedLineSplitter([STX]);
    expect(splitter.push(bytes('no end'))).toEqual([]);
    expect(handed(splitter.idle(), undefined)).toEqual(['no end']);
    splitter.push(bytes('gone'));
    splitter.reset();
    expect(splitter.idle()).toEqual([]);
  });

  it('tells two sharing devices apart', () => {
    const outputs = new SharedLineSplitter([STX, 0x01]).push(bytes('\x0201.234\r\x01w\rTM:a\r'));
    expect([handed(outputs, STX), handed(outputs, 0x01), handed(outputs, undefined)]).toEqual([
      ['\x0201.234\r'],
      ['\x01w\r'],
      ['TM:a\r'],
    ]);
  });

  it('accounts for every byte and keeps no more than a scan, whatever comes', () => {
    const piece = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.constant(bytes('\x0201.234\r')),
      fc.constant(bytes('TM:a\r')),
      fc.constant(new Uint8Array(5_000).fill(0x41)),
      fc.constant(bytes(`\x02${'1'.repeat(5_000)}`)),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(piece, fc.boolean()), { maxLength: 12 }), (pieces) => {
        const splitter = new SharedLineSplitter([STX]);
        let given = 0;
        let out = 0;
        for (const [chunk, quiet] of pieces) {
          given += chunk.length;
          const outputs = [...splitter.push(chunk), ...(quiet ? splitter.idle() : [])];
          out += sizeOf(outputs);
          for (const one of handed(outputs, STX))
            expect([one.lastIndexOf('\x02'), one.length <= 64]).toEqual([0, true]);
          for (const one of handed(outputs, undefined)) expect(one).not.toContain('\x02');
          expect(splitter.pendingBytes).toBeLessThanOrEqual(4_096);
          expect(out + splitter.pendingBytes).toBe(given);
        }
      }),
      { numRuns: 200 },
    );
  });
});
