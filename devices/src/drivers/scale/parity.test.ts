import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addEvenParity, stripEvenParity } from './parity.ts';

const sevenBits = fc.uint8Array({ max: 0x7f, maxLength: 40 });

describe('even parity in bit 7', () => {
  it('is what a table of parity says', () => {
    expect([...addEvenParity(Uint8Array.of(0x00, 0x01, 0x03, 0x57, 0x7f))]).toEqual([0x00, 0x81, 0x03, 0xd7, 0xff]);
  });

  it('is stripped as it was added, and bytes without it pass', () => {
    fc.assert(
      fc.property(sevenBits, (bytes) => {
        expect(stripEvenParity(addEvenParity(bytes))).toEqual({ bytes, badCount: 0 });
        expect(stripEvenParity(bytes)).toEqual({ bytes, badCount: 0 });
      }),
    );
  });

  it('finds every flipped bit that leaves the parity bit set, and drops that byte alone', () => {
    fc.assert(
      fc.property(sevenBits, fc.nat(), fc.integer({ min: 0, max: 6 }), (bytes, at, bit) => {
        const sent = addEvenParity(bytes);
        const index = at % Math.max(1, sent.length);
        fc.pre((sent[index] ?? 0) >= 0x80);
        sent[index] = (sent[index] ?? 0) ^ (1 << bit);
        const { bytes: left, badCount } = stripEvenParity(sent);
        expect(badCount).toBe(1);
        expect([...left]).toEqual([...bytes].filter((_, other) => other !== index));
      }),
    );
  });
});
