import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compileCampaigns } from '../compile.ts';
import { prepareBasket } from '../prepare.ts';
import { anyTinyCase } from '../testing/arbitraries.ts';
import { naiveOptimum } from '../testing/oracle.ts';
import { searchBasket } from './search.ts';

it('bounds the lowest price from below however early the work limit stops it', { timeout: 60_000 }, () => {
  let stopped = 0;
  fc.assert(
    fc.property(anyTinyCase, fc.constantFrom(0, 300, 1_000, 3_000, 10_000), ({ context, set, basket }, maxWork) => {
      const policy = { ...set.policy, objective: 'best-for-customer' as const };
      const prepared = prepareBasket(context, compileCampaigns(set), basket);
      const { outcome, lowestFen } = searchBasket(prepared, policy, maxWork);
      const optimum = Number(naiveOptimum(context, { ...set, policy }, basket).payableFen);
      expect(lowestFen).toBeLessThanOrEqual(optimum);
      expect(outcome.payableFen).toBeGreaterThanOrEqual(optimum);
      if (lowestFen < outcome.payableFen) stopped += 1;
    }),
    { numRuns: 500 },
  );
  // Without answers that are no proof the check above would say little.
  expect(stopped).toBeGreaterThan(10);
});
