import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findSaturation, MAX_RATE, MAX_STEPS } from './saturation.ts';

describe('the search for saturation', () => {
  it('comes within a tenth of a limit, from above or below, in few steps', async () => {
    await fc.assert(
      fc.asyncProperty(fc.double({ min: 5, max: 2_000, noNaN: true }), async (limit) => {
        const { ratePerSecond, steps } = await findSaturation(50, async (rate) => rate <= limit, MAX_STEPS);
        expect(ratePerSecond).toBeLessThanOrEqual(limit);
        expect(limit / ratePerSecond).toBeLessThanOrEqual(1.1);
        expect(steps.length).toBeLessThanOrEqual(MAX_STEPS);
      }),
    );
  });

  it('believes a failure only the second time', async () => {
    let hiccups = 1;
    const holds = async (rate: number): Promise<boolean> => (rate === 100 && hiccups-- > 0 ? false : rate <= 300);
    const { ratePerSecond } = await findSaturation(50, holds, MAX_STEPS);
    expect(ratePerSecond).toBeGreaterThan(270);
  });

  it('ends where nothing is too much, and where nothing holds', async () => {
    const endless = await findSaturation(50, async () => true, MAX_STEPS);
    expect(endless.ratePerSecond).toBe(MAX_RATE);
    const dead = await findSaturation(50, async () => false, MAX_STEPS);
    expect(dead).toMatchObject({ ratePerSecond: 0 });
    expect(dead.steps.length).toBeLessThanOrEqual(MAX_STEPS);
    expect(await findSaturation(50, async () => true, 2)).toMatchObject({ ratePerSecond: 100, steps: { length: 2 } });
  });
});
