import { afterAll, describe, expect, it } from 'vitest';
import { generateCase } from './generate.ts';
import { oracle } from './oracle.ts';
import { problemOf } from './problem.ts';
import { MipSolver } from './solver.ts';
import { bruteForce } from './testing/brute.ts';
import { caseOf } from './testing/cases.ts';
import { PRICED_ITEMS } from './testing/priced-items.ts';
import { PRICED_SPENDS } from './testing/priced-spends.ts';

const solver = new MipSolver();
afterAll(() => solver.dispose());

describe('the oracle by hand-worked answers', () => {
  it.each([...PRICED_ITEMS, ...PRICED_SPENDS])('%i: %s', async (lowestFen, _why, asked) => {
    const { lowFen, highFen } = await oracle(problemOf(caseOf(asked)), solver);
    expect({ lowFen, highFen }).toEqual({ lowFen: lowestFen, highFen: lowestFen });
  });
});

describe('the oracle beside every answer there is', () => {
  const SEED = 20;
  const TRIED = 300;
  const MAX_UNITS = 5;
  const MAX_CAMPAIGNS = 4;

  it(`holds them between its bounds (seed ${SEED})`, { timeout: 60_000 }, async () => {
    let [compared, exact] = [0, 0];
    for (let number = 0; number < TRIED; number += 1) {
      const problem = problemOf(generateCase(SEED, number));
      const units = problem.lines.reduce((sum, line) => sum + (line.open ? line.units : 0), 0);
      if (units > MAX_UNITS || problem.items.length === 0 || problem.items.length > MAX_CAMPAIGNS) continue;
      const { lowFen, highFen } = await oracle(problem, solver);
      const { best, unclear } = bruteForce(problem);
      compared += 1;
      expect(best.payableFen, `case ${number}`).toBeGreaterThanOrEqual(lowFen);
      expect(best.payableFen, `case ${number}`).toBeLessThanOrEqual(highFen);
      if (lowFen !== highFen) continue;
      exact += 1;
      if (!unclear) expect(best.payableFen, `case ${number}`).toBe(lowFen);
    }
    expect(compared).toBeGreaterThan(60);
    expect(exact / compared).toBeGreaterThan(0.95);
  });
});
