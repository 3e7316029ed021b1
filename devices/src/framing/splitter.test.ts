import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SharedLineSplitter, type SharedMark, type SplitterOutput } from './splitter.ts';

const STX = '\x02';
const anywhere = (text: string): SharedMark => ({ text, counts: 'anywhere' });
const atStart = (text: string): SharedMark => ({ text, counts: 'at-start' });
const bytes = (text: string) => Uint8Array.from(Buffer.from(text, 'latin1'));
const text = (of: Uint8Array) => Buffer.from(of).toString('latin1');
const handed = (outputs: readonly SplitterOutput[], mark: string | undefined) =>
  outputs.flatMap((output) => (output.kind === 'bytes' && output.mark === mark ? [text(output.bytes)] : []));
const rejects = (outputs: readonly SplitterOutput[]) =>
  outputs.flatMap((output) => (output.kind === 'reject' ? [[output.mark, output.code, output.byteCount]] : []));
const sizeOf = (outputs: readonly SplitterOutput[]) =>
  outputs.reduce((sum, output) => sum + (output.kind === 'bytes' ? output.bytes.length : output.byteCount), 0);

describe('SharedLineSplitter', () => {
  it.each([1, 2, 3, 1000])('gives each device its own messages, in chunks of %i', (size) => {
    const splitter = new SharedLineSplitter([anywhere(STX)]);
    const wire = bytes('TM:a\r\x0201.234\rTM:b\r\nTM:c\r\x02?A\r\x0200.000\rTM:d\x03');
    const outputs: SplitterOutput[] = [];
    for (let at = 0; at < wire.length; at += size) outputs.push(...splitter.push(wire.slice(at, at + size)));
    expect(handed(outputs, undefined).join('')).toBe('TM:a\rTM:b\r\nTM:c\rTM:d\x03');
    expect(handed(outputs, STX)).toEqual(['\x0201.234\r', '\x02?A\r', '\x0200.000\r']);
    expect(rejects(outputs)).toEqual([]);
    expect(splitter.pendingBytes).toBe(0);
  });

  it('never joins half a scan to the next one', () => {
    const splitter = new SharedLineSplitter([anywhere(STX)]);
    const outputs = splitter.push(bytes('TM:half\x0201.234\rTM:b\r'));
    expect(rejects(outputs)).toEqual([[undefined, 'FRAME_NOISE', 7]]);
    expect(handed(outputs, undefined)).toEqual(['TM:b\r']);
    expect(handed(outputs, STX)).toEqual(['\x0201.234\r']);
  });

  it('drops half a weight when the next begins, when time passes, and when it never ends', () => {
    const splitter = new SharedLineSplitter([anywhere(STX)]);
    expect(rejects(splitter.push(bytes('\x0201\x0201.234\r')))).toEqual([[STX, 'FRAME_NOISE', 3]]);
    expect(splitter.push(bytes('\x0201'))).toEqual([]);
    expect(rejects(splitter.idle())).toEqual([[STX, 'FRAME_IDLE', 3]]);
    const long = splitter.push(bytes(`\x02${'9'.repeat(100)}\rTM:a\r`));
    expect(rejects(long)).toEqual([[STX, 'FRAME_OVERSIZE', 102]]);
    expect(handed(long, undefined)).toEqual(['TM:a\r']);
  });

  it('hands on what has no end that it knows once the line is quiet', () => {
    const splitter = new SharedLineSplitter([anywhere(STX)]);
    expect(splitter.push(bytes('no end'))).toEqual([]);
    expect(handed(splitter.idle(), undefined)).toEqual(['no end']);
    splitter.push(bytes('gone'));
    splitter.reset();
    expect(splitter.idle()).toEqual([]);
  });

  it('tells two sharing devices apart', () => {
    const outputs = new SharedLineSplitter([anywhere(STX), anywhere('\x01')]).push(bytes('\x0201.234\r\x01w\rTM:a\r'));
    expect([handed(outputs, STX), handed(outputs, '\x01'), handed(outputs, undefined)]).toEqual([
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
        const splitter = new SharedLineSplitter([anywhere(STX)]);
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

describe('SharedLineSplitter by a prefix', () => {
  const split = (wire: string, size = 1000, quiet = false) => {
    const splitter = new SharedLineSplitter([atStart('S1')]);
    const outputs: SplitterOutput[] = [];
    const all = bytes(wire);
    for (let at = 0; at < all.length; at += size) outputs.push(...splitter.push(all.slice(at, at + size)));
    if (quiet) outputs.push(...splitter.idle());
    return { outputs, pending: splitter.pendingBytes };
  };

  it.each([1, 2, 3, 1000])('gives each device its own messages, in chunks of %i', (size) => {
    const { outputs, pending } = split('S08F690\rS14400500\rS1100500\rS08B3S14400\r\nS141\rSS1\rS\r', size);
    expect(handed(outputs, undefined).join('')).toBe('S08F690\rS08B3S14400\r\nSS1\rS\r');
    expect(handed(outputs, 'S1')).toEqual(['S14400500\r', 'S1100500\r', 'S141\r']);
    expect([rejects(outputs), pending]).toEqual([[], 0]);
  });

  it('knows a prefix only where a message begins: not behind a TAB or LF in a code, but behind CR LF and a pause', () => {
    const { outputs } = split('S08QRa\nS14400500\tS14400501\r\nS143\r');
    expect(handed(outputs, undefined).join('')).toBe('S08QRa\nS14400500\tS14400501\r\n');
    expect(handed(outputs, 'S1')).toEqual(['S143\r']);
    const splitter = new SharedLineSplitter([atStart('S1')]);
    splitter.push(bytes('half'));
    splitter.idle();
    expect(handed(splitter.push(bytes('S143\r')), 'S1')).toEqual(['S143\r']);
  });

  it('leaves what is undecided pending, and hands it on once the line is quiet', () => {
    expect(split('S')).toEqual({ outputs: [], pending: 1 });
    expect(handed(split('S', 1, true).outputs, undefined)).toEqual(['S']);
    expect(rejects(split('S14', 1, true).outputs)).toEqual([['S1', 'FRAME_IDLE', 3]]);
    expect(rejects(split(`S14${'9'.repeat(100)}\r`).outputs)).toEqual([['S1', 'FRAME_OVERSIZE', 104]]);
  });

  it('gives both to one device where an end was lost, for it to refuse', () => {
    expect(handed(split('S08F690S14400500\r').outputs, undefined)).toEqual(['S08F690S14400500\r']);
    expect(handed(split('S144S08F690\r').outputs, 'S1')).toEqual(['S144S08F690\r']);
  });

  it('tells both kinds of marks apart on one line', () => {
    const splitter = new SharedLineSplitter([atStart('S1'), anywhere(STX)]);
    const outputs = splitter.push(bytes('S143\rhalf\x0201.234\rS1\x0200.000\rS08a\r'));
    expect(handed(outputs, 'S1')).toEqual(['S143\r']);
    expect(handed(outputs, STX)).toEqual(['\x0201.234\r', '\x0200.000\r']);
    expect(handed(outputs, undefined)).toEqual(['S08a\r']);
    expect(rejects(outputs)).toEqual([
      [undefined, 'FRAME_NOISE', 4],
      ['S1', 'FRAME_NOISE', 2],
    ]);
  });

  it('loses and mixes nothing of whole messages, however they are cut', () => {
    const scan = fc.stringMatching(/^[ -~]{0,30}$/).map((text) => `S08${text}\r`);
    const weight = fc.stringMatching(/^\d{0,9}$/).map((digits) => `S1${digits}\r`);
    fc.assert(
      fc.property(
        fc.array(fc.oneof(scan, weight), { maxLength: 20 }),
        fc.integer({ min: 1, max: 12 }),
        (sent, size) => {
          const { outputs, pending } = split(sent.join(''), size);
          expect(handed(outputs, 'S1')).toEqual(sent.filter((one) => one.startsWith('S1')));
          expect(handed(outputs, undefined)).toEqual(sent.filter((one) => !one.startsWith('S1')));
          expect([rejects(outputs), pending]).toEqual([[], 0]);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('accounts for every byte and keeps no more than a scan, whatever comes', () => {
    const piece = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.array(fc.constantFrom('S', '1', '\r', '\n', STX), { maxLength: 40 }).map((all) => bytes(all.join(''))),
      fc.constant(bytes(`S1${'1'.repeat(5_000)}`)),
      fc.constant(new Uint8Array(5_000).fill(0x53)),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(piece, fc.boolean()), { maxLength: 12 }), (pieces) => {
        const splitter = new SharedLineSplitter([atStart('S1'), anywhere(STX)]);
        let given = 0;
        let out = 0;
        for (const [chunk, quiet] of pieces) {
          given += chunk.length;
          const outputs = [...splitter.push(chunk), ...(quiet ? splitter.idle() : [])];
          out += sizeOf(outputs);
          for (const one of handed(outputs, 'S1')) expect([one.indexOf('S1'), one.length <= 64]).toEqual([0, true]);
          expect(splitter.pendingBytes).toBeLessThanOrEqual(4_096);
          expect(out + splitter.pendingBytes).toBe(given);
        }
      }),
      { numRuns: 200 },
    );
  });
});
