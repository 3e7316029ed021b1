import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nextTry, RETRY } from './retry.ts';

const attempt = fc.record({
  attempts: fc.nat(60),
  firstMs: fc.nat(1_000_000),
  afterMs: fc.nat(2 * RETRY.giveUpMs),
  retryAfterMs: fc.nat(2 * RETRY.mostMs),
});

test('a pause is never longer than its bound, never shorter than was asked for, and ends with the stated time', () => {
  fc.assert(
    fc.property(attempt, fc.double({ min: 0, max: 0.999_999, noNaN: true }), (given, chance) => {
      const { attempts, firstMs, afterMs, retryAfterMs } = given;
      const nowMs = firstMs + afterMs;
      const next = nextTry({ attempts, firstMs, nowMs, retryAfterMs }, () => chance);
      if (afterMs >= RETRY.giveUpMs) return next === null;
      if (next === null) return false;
      const bound = Math.min(RETRY.mostMs, RETRY.baseMs * 2 ** attempts);
      const asked = Math.min(retryAfterMs, RETRY.mostMs);
      const last = firstMs + RETRY.giveUpMs;
      return (
        next <= Math.max(nowMs + 1, Math.min(last, nowMs + Math.max(bound, asked))) &&
        next >= Math.min(last, nowMs + asked)
      );
    }),
  );
});

test('a receiver that stays away is tried for 72 hours, and not for ever', () => {
  let nowMs = 0;
  let attempts = 0;
  for (let next: number | null = 0; next !== null; attempts += 1) {
    nowMs = next;
    next = nextTry({ attempts, firstMs: 0, nowMs, retryAfterMs: 0 }, () => 0.5);
  }
  expect(nowMs).toBe(RETRY.giveUpMs);
  expect(attempts).toBeGreaterThan(20);
  expect(attempts).toBeLessThan(60);
});
