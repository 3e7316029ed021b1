import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Durations, median } from './quantiles.ts';

describe('Durations', () => {
  it('gives quantiles within three digits of the exact ones', () => {
    const durations = new Durations();
    for (let ms = 1; ms <= 1_000; ms++) durations.record(ms);
    expect(durations.count).toBe(1_000);
    expect(Math.abs(durations.quantileMs(50) - 500)).toBeLessThanOrEqual(1);
    expect(Math.abs(durations.quantileMs(99) - 990)).toBeLessThanOrEqual(1);
  });

  it('has no quantile without durations, and never goes down', () => {
    expect(new Durations().quantileMs(50)).toBeNaN();
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1 }), (many) => {
        const durations = new Durations();
        for (const ms of many) durations.record(ms);
        const quantiles = [50, 99, 99.9, 100].map((percentage) => durations.quantileMs(percentage));
        expect(quantiles).toEqual([...quantiles].sort((left, right) => left - right));
      }),
    );
  });
});

describe('median', () => {
  it('takes the middle, or the mean of the two', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(median([])).toBeNaN();
  });
});
