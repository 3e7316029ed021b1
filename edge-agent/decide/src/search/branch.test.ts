import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maximise, WorkLimit } from './branch.ts';
import { type Program, ProgramDraft } from './program.ts';

interface Drawn {
  readonly worths: readonly number[];
  readonly mosts: readonly number[];
  readonly rows: readonly { readonly coefs: readonly number[]; readonly limit: number; readonly equal: boolean }[];
}

const COLUMNS = 5;
const row = fc.record({
  coefs: fc.array(fc.integer({ min: -4, max: 9 }), { minLength: COLUMNS, maxLength: COLUMNS }),
  limit: fc.integer({ min: 0, max: 20 }),
  equal: fc.boolean(),
});
const drawn: fc.Arbitrary<Drawn> = fc.record({
  worths: fc.array(fc.integer({ min: -50, max: 300 }), { minLength: COLUMNS, maxLength: COLUMNS }),
  mosts: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: COLUMNS, maxLength: COLUMNS }),
  rows: fc.array(row, { maxLength: 5 }),
});

function programOf({ worths, mosts, rows }: Drawn): Program {
  const draft = new ProgramDraft();
  worths.forEach((worth, j) => {
    draft.column(worth, mosts[j] ?? 0, true, j % 3);
  });
  for (const { coefs, limit, equal } of rows) {
    draft.row(
      coefs.map((coef, j) => [j, coef] as const),
      limit,
      equal,
    );
  }
  return draft;
}

/** The best worth by trying every point; -Infinity where none is allowed. */
function byTryingAll({ worths, mosts, rows }: Drawn): number {
  let best = Number.NEGATIVE_INFINITY;
  const point: number[] = [];
  const visit = (): void => {
    const j = point.length;
    if (j === COLUMNS) {
      const sum = (coefs: readonly number[]): number => coefs.reduce((all, coef, k) => all + coef * (point[k] ?? 0), 0);
      const fits = rows.every(({ coefs, limit, equal }) => (equal ? sum(coefs) === limit : sum(coefs) <= limit));
      if (fits) best = Math.max(best, sum(worths));
      return;
    }
    for (let value = 0; value <= (mosts[j] ?? 0); value += 1) {
      point.push(value);
      visit();
      point.pop();
    }
  };
  visit();
  return best;
}

const exactOf = ({ worths }: Drawn) => ({
  step: 1,
  fenStep: 1,
  worthOf: (point: Float64Array): number => worths.reduce((sum, worth, j) => sum + worth * (point[j] as number), 0),
});

describe('maximise', () => {
  it('finds what trying every point finds, and proves it', () => {
    let possible = 0;
    fc.assert(
      fc.property(drawn, (one) => {
        const best = maximise(programOf(one), exactOf(one), -1e6, new WorkLimit(5_000_000));
        const truth = byTryingAll(one);
        if (truth === Number.NEGATIVE_INFINITY) {
          expect(best.point).toBeUndefined();
          return;
        }
        possible += 1;
        expect(best.worth).toBe(truth);
        expect(best.bound).toBeLessThan(truth + 1);
      }),
      { numRuns: 1_500 },
    );
    expect(possible).toBeGreaterThan(500);
  });

  it('bounds the optimum from above wherever its work is cut off', () => {
    let cut = 0;
    fc.assert(
      fc.property(drawn, fc.constantFrom(0, 100, 300, 1_000, 3_000), (one, cells) => {
        const truth = byTryingAll(one);
        fc.pre(truth >= 0);
        const best = maximise(programOf(one), exactOf(one), -1e6, new WorkLimit(cells));
        expect(best.bound).toBeGreaterThanOrEqual(truth);
        expect(best.worth).toBeLessThanOrEqual(truth);
        if (best.bound >= best.worth + 1) cut += 1;
      }),
      { numRuns: 1_500 },
    );
    expect(cut).toBeGreaterThan(50);
  });

  it('keeps to whole values where prices are as large as prices may be', () => {
    const draft = new ProgramDraft();
    const huge = 2 ** 39;
    const a = draft.column(huge - 1, 1, true, 0);
    const b = draft.column(huge - 2, 1, true, 0);
    draft.row(
      [
        [a, huge - 1],
        [b, huge - 2],
      ],
      huge,
      false,
    );
    const worthOf = (point: Float64Array): number =>
      (huge - 1) * (point[0] as number) + (huge - 2) * (point[1] as number);
    const best = maximise(draft, { step: 1, fenStep: 1, worthOf }, 0, new WorkLimit(1_000_000));
    expect(best.worth).toBe(huge - 1);
    expect(best.bound).toBeGreaterThanOrEqual(huge - 1);
  });
});
