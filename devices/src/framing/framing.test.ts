import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DelimiterFramer, type Framer, type FramerOutput, StartEndFramer } from './index.ts';

const bytes = (text: string) => Buffer.from(text, 'latin1');
const shown = (outputs: FramerOutput[]) =>
  outputs.map((output) =>
    output.kind === 'frame' ? Buffer.from(output.bytes).toString('latin1') : [output.code, output.byteCount],
  );

describe('DelimiterFramer', () => {
  const make = () => new DelimiterFramer({ delimiters: [0x0d, 0x0a], maxFrameBytes: 8 });

  it('takes a whole frame', () => expect(shown(make().push(bytes('abc\r')))).toEqual(['abc']));
  it('joins a split frame', () => {
    const framer = make();
    expect(framer.push(bytes('ab'))).toEqual([]);
    expect(framer.pendingBytes).toBe(2);
    expect(shown(framer.push(bytes('c\r')))).toEqual(['abc']);
  });
  it('splits joined frames and skips the empty one between CR and LF', () =>
    expect(shown(make().push(bytes('ab\r\ncd\r\n')))).toEqual(['ab', 'cd']));
  it('drops noise that stood before, once idle', () => {
    const framer = make();
    framer.push(bytes('\x00\xff'));
    expect(shown(framer.idle())).toEqual([['FRAME_IDLE', 2]]);
    expect(shown(framer.push(bytes('ab\r')))).toEqual(['ab']);
  });
  it('has nothing to say when idle with nothing pending', () => expect(make().idle()).toEqual([]));
  it('drops an oversize frame up to its delimiter, then goes on', () =>
    expect(shown(make().push(bytes('0123456789ab\rcd\r')))).toEqual([
      ['FRAME_OVERSIZE', 9],
      ['FRAME_OVERSIZE', 3],
      'cd',
    ]));
  it('reports an endless stream at once, and its rest when it falls idle', () => {
    const framer = make();
    expect(shown(framer.push(bytes('x'.repeat(20))))).toEqual([['FRAME_OVERSIZE', 9]]);
    expect(shown(framer.idle())).toEqual([['FRAME_OVERSIZE', 11]]);
    expect(framer.pendingBytes).toBe(0);
  });
});

describe('StartEndFramer', () => {
  const make = () => new StartEndFramer({ start: 0x02, end: 0x0d, maxFrameBytes: 8 });

  it('takes a whole frame', () => expect(shown(make().push(bytes('\x0201.234\r')))).toEqual(['01.234']));
  it('joins a split frame', () => {
    const framer = make();
    expect(framer.push(bytes('\x0201'))).toEqual([]);
    expect(shown(framer.push(bytes('.234\r')))).toEqual(['01.234']);
  });
  it('splits joined frames', () => expect(shown(make().push(bytes('\x021\r\x022\r')))).toEqual(['1', '2']));
  it('reports noise that stands first', () =>
    expect(shown(make().push(bytes('zz\x021\r')))).toEqual([['FRAME_NOISE', 2], '1']));
  it('drops a frame that lost its end', () =>
    expect(shown(make().push(bytes('\x0211\x0222\r')))).toEqual([['FRAME_NOISE', 3], '22']));
  it('drops an oversize frame and waits for the next start', () =>
    expect(shown(make().push(bytes('\x02123456789\r\x021\r')))).toEqual([
      ['FRAME_OVERSIZE', 10],
      ['FRAME_NOISE', 1],
      '1',
    ]));
  it('drops half a frame when idle', () => {
    const framer = make();
    framer.push(bytes('\x0212'));
    expect(shown(framer.idle())).toEqual([['FRAME_IDLE', 3]]);
    expect(framer.pendingBytes).toBe(0);
  });
});

describe('every framer', () => {
  const framers: [string, () => Framer, (frames: number, input: Uint8Array) => number][] = [
    [
      'delimiter',
      () => new DelimiterFramer({ delimiters: [0x0d], maxFrameBytes: 16 }),
      (_frames, input) => input.filter((byte) => byte === 0x0d).length,
    ],
    ['start-end', () => new StartEndFramer({ start: 0x02, end: 0x0d, maxFrameBytes: 16 }), (frames) => frames * 2],
  ];
  // Bytes that matter are frequent, so that frames, restarts and overflow all happen.
  const chunk = fc
    .array(fc.oneof(fc.constantFrom(0x02, 0x0d, 0x41), fc.integer({ min: 0, max: 255 })), { maxLength: 60 })
    .map((list) => Uint8Array.from(list));

  it.each(framers)('%s: never throws, stays bounded, accounts for every byte', (_name, make, markers) => {
    fc.assert(
      fc.property(fc.array(chunk, { maxLength: 12 }), (chunks) => {
        const framer = make();
        const outputs = chunks.flatMap((part) => {
          const out = framer.push(part);
          return out;
        });
        outputs.push(...framer.idle());
        const frames = outputs.filter((output) => output.kind === 'frame');
        const kept = outputs.reduce((sum, o) => sum + (o.kind === 'frame' ? o.bytes.length : o.byteCount), 0);
        const input = Uint8Array.from(chunks.flatMap((part) => [...part]));
        expect(frames.every((frame) => frame.bytes.length <= 16)).toBe(true);
        expect(framer.pendingBytes).toBe(0);
        expect(kept + markers(frames.length, input)).toBe(input.length);
      }),
      { numRuns: 300 },
    );
  });

  it.each(framers)('%s: frames do not depend on how the bytes were cut', (_name, make) => {
    fc.assert(
      fc.property(fc.array(chunk, { maxLength: 6 }), (chunks) => {
        const framesOf = (outputs: FramerOutput[]) => shown(outputs.filter((output) => output.kind === 'frame'));
        const whole = make().push(Uint8Array.from(chunks.flatMap((part) => [...part])));
        const framer = make();
        const split = chunks.flatMap((part) => [...part].flatMap((byte) => framer.push(Uint8Array.of(byte))));
        expect(framesOf(split)).toEqual(framesOf(whole));
      }),
    );
  });
});
