import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FramerOutput } from './framer.ts';
import { PatternFramer } from './pattern.ts';

/** `!` is a message of its own; `<` begins one of four bytes that ends with `>`. */
const pattern = {
  maxFrameBytes: 4,
  length: (bytes: Uint8Array) => {
    if (bytes[0] === 0x21) return 1;
    if (bytes[0] !== 0x3c) return 'none';
    if (bytes.length < 4) return 'more';
    return bytes[3] === 0x3e ? 4 : 'none';
  },
} as const;

const told = (outputs: readonly FramerOutput[]): string[] =>
  outputs.map((output) =>
    output.kind === 'frame' ? Buffer.from(output.bytes).toString('latin1') : `${output.code} ${output.byteCount}`,
  );
const push = (framer: PatternFramer, text: string): string[] => told(framer.push(Buffer.from(text, 'latin1')));

describe('PatternFramer', () => {
  it('finds a message after noise, after half of another, and one that is inside a false start', () => {
    expect(push(new PatternFramer(pattern), 'xx<ab>!')).toEqual(['FRAME_NOISE 2', '<ab>', '!']);
    expect(push(new PatternFramer(pattern), '<a<bc>')).toEqual(['FRAME_NOISE 2', '<bc>']);
  });

  it('keeps a message that is not whole yet, and drops it when nothing more comes', () => {
    const framer = new PatternFramer(pattern);
    expect(push(framer, '<a')).toEqual([]);
    expect(framer.pendingBytes).toBe(2);
    expect(push(framer, 'b>')).toEqual(['<ab>']);
    push(framer, '<a');
    expect(told(framer.idle())).toEqual(['FRAME_IDLE 2']);
    expect(push(framer, '<ab>')).toEqual(['<ab>']);
  });

  it('says when what could be a message grows too long', () => {
    const endless = new PatternFramer({ maxFrameBytes: 3, length: (bytes) => (bytes[0] === 0x3c ? 'more' : 'none') });
    expect(push(endless, '<abcd')).toEqual(['FRAME_OVERSIZE 5']);
    expect(endless.pendingBytes).toBe(0);
  });

  it('accounts for every byte, however it is split', () => {
    const text = fc.array(fc.constantFrom('<', '>', '!', 'a'), { maxLength: 40 }).map((chars) => chars.join(''));
    fc.assert(
      fc.property(fc.array(text, { maxLength: 6 }), (chunks) => {
        const framer = new PatternFramer(pattern);
        let seen = 0;
        for (const chunk of chunks) {
          for (const output of framer.push(Buffer.from(chunk))) {
            seen += output.kind === 'frame' ? output.bytes.length : output.byteCount;
          }
        }
        expect(seen + framer.pendingBytes).toBe(chunks.join('').length);
        expect(framer.pendingBytes).toBeLessThan(4);
      }),
    );
  });
});
