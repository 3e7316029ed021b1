import { expect, it } from 'vitest';
import { countReading, estimate } from './klm.ts';

it('adds up what somebody does', () => {
  // M P B, then M P and eleven keys, and a minute of reading in each script.
  const deeds = { typed: [11], touches: 1, readChars: 400, readWords: 250 };
  const { seconds, keySeconds, pointSeconds, thinkSeconds, readSeconds } = estimate(deeds);
  expect(keySeconds).toBeCloseTo(3.08);
  expect(pointSeconds).toBeCloseTo(1.1 + 1.3);
  expect(thinkSeconds).toBeCloseTo(2.7);
  expect(readSeconds).toBe(120);
  expect(seconds).toBeCloseTo(3.08 + 2.4 + 2.7 + 120);
});

it('counts Chinese by characters and the rest by words, without punctuation', () => {
  expect(countReading(['满 14 岁，同意入会', 'I’m 14 or older – and agree.'])).toEqual({ readChars: 6, readWords: 7 });
});
