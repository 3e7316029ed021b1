import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineReader } from './ndjson.ts';

describe('LineReader', () => {
  it('skips a line that is too long, tells it once, and goes on', () => {
    const reader = new LineReader(4);
    const lines = ['ab\ncdef', 'ghi', 'jkl\nmn\n'].flatMap((part) => reader.push(Buffer.from(part)));
    expect(lines).toEqual([{ kind: 'line', text: 'ab' }, { kind: 'too-long' }, { kind: 'line', text: 'mn' }]);
  });

  it('reads the same lines however the bytes are cut, characters included', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'grapheme', maxLength: 12 }), { maxLength: 8 }),
        fc.integer({ min: 1, max: 7 }),
        (texts, size) => {
          const lines = texts.map((text) => text.replaceAll('\n', ' '));
          const bytes = Buffer.from(lines.map((text) => `${text}\n`).join(''));
          const reader = new LineReader();
          const read = [];
          for (let at = 0; at < bytes.length; at += size) read.push(...reader.push(bytes.subarray(at, at + size)));
          expect(read).toEqual(lines.map((text) => ({ kind: 'line', text: Buffer.from(text).toString() })));
        },
      ),
    );
  });
});
