import { afterAll, describe, expect, it } from 'vitest';
import { generateCase } from '../oracle/generate.ts';
import { type Engine, judge, tillsideEngine } from '../oracle/judge.ts';
import { isExact } from '../oracle/oracle.ts';
import { MipSolver } from '../oracle/solver.ts';

const SEED = Number(process.env.SOAK_SEED ?? 2026);
const CASES = 300;

const solver = new MipSolver();
afterAll(() => solver.dispose());

describe('the engine beside the integer program', () => {
  it(`agrees on ${CASES} cases (seed ${SEED}; SOAK_SEED sets another)`, { timeout: 90_000 }, async () => {
    let [exact, proven] = [0, 0];
    const failures: string[] = [];
    for (let number = 0; number < CASES; number += 1) {
      const judged = await judge(generateCase(SEED, number), { solver, engine: tillsideEngine });
      failures.push(...judged.failures.map(({ code, message }) => `case ${number}: ${code} ${message}`));
      if (isExact(judged.verdict)) exact += 1;
      if (judged.decision?.provenOptimal) proven += 1;
    }
    expect(failures).toEqual([]);
    expect(exact / CASES).toBeGreaterThan(0.95);
    expect(proven / CASES).toBeGreaterThan(0.5);
  });

  /** An engine that answers as ours does, a little wrong. */
  const wrong =
    (change: (decision: ReturnType<Engine>) => void): Engine =>
    (asked) => {
      const decision = structuredClone(tillsideEngine(asked));
      change(decision);
      return decision;
    };

  it.each<[string, Engine]>([
    ['NOT_LOWEST', wrong((decision) => Object.assign(decision, { payableFen: decision.payableFen + 1 }))],
    ['BELOW_LOWER_BOUND', wrong((decision) => Object.assign(decision, { payableFen: decision.payableFen - 1 }))],
    [
      'GAP_TOO_SMALL',
      wrong((decision) => Object.assign(decision, { payableFen: decision.payableFen + 1, provenOptimal: false })),
    ],
    ['PROVEN_WITH_GAP', wrong((decision) => Object.assign(decision, { gapFen: 1, provenOptimal: true }))],
    [
      'DECIDE_THREW',
      () => {
        throw new RangeError('over the edge');
      },
    ],
    ['NOT_ALLOWED', wrong((decision) => void decision.couponsConsumed.push('K-none'))],
  ])('finds %s of an engine that does it', async (code, engine) => {
    const judged = await judge(generateCase(SEED, 0), { solver, engine });
    expect(judged.failures.map((failure) => failure.code)).toContain(code);
  });
});
