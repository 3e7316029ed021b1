import { afterAll, describe, expect, it } from 'vitest';
import { LinearModel, times, total } from './linear.ts';
import { MipSolver } from './solver.ts';

const solver = new MipSolver();
afterAll(() => solver.dispose());

/** Holds a sum of variables, each with its factor, to at most a number. */
const atMost = (model: LinearModel, terms: readonly (readonly [number, number])[], most: number): void =>
  model.atMost(total(terms.map(([factor, variable]) => times(factor, variable))), most);

describe('the solver', () => {
  it('finds 342 where its presolve would say 0', async () => {
    const model = new LinearModel();
    const [a, b, c, d, e] = [1, 2, 1, 2, 1].map((upper) => model.whole(upper)) as [
      number,
      number,
      number,
      number,
      number,
    ];
    atMost(
      model,
      [
        [-1, b],
        [-1, c],
        [1, d],
        [1, e],
      ],
      0,
    );
    atMost(
      model,
      [
        [1, e],
        [-1, c],
      ],
      0,
    );
    atMost(
      model,
      [
        [1, b],
        [1, c],
      ],
      2,
    );
    atMost(
      model,
      [
        [1, b],
        [1, d],
      ],
      2,
    );
    atMost(
      model,
      [
        [1, a],
        [1, c],
        [1, e],
      ],
      1,
    );
    model.gain(total([times(342, a), times(750, e)]));
    expect(await solver.solve(model)).toMatchObject({ status: 'optimal', bound: 342 });
  });

  it('says what cannot hold, with and without variables', async () => {
    const model = new LinearModel();
    model.hold(times(1, model.whole(3)), 4, 9);
    expect(await solver.solve(model)).toEqual({ status: 'infeasible' });
    const empty = new LinearModel();
    empty.hold({ terms: [], constant: 1 }, 0, 0);
    expect(await solver.solve(empty)).toEqual({ status: 'infeasible' });
    expect(await solver.solve(new LinearModel())).toMatchObject({ status: 'optimal', bound: 0 });
  });

  it('goes on after it was disposed', async () => {
    solver.dispose();
    const model = new LinearModel();
    model.gain(times(2, model.whole(3)));
    expect(await solver.solve(model)).toMatchObject({ status: 'optimal', bound: 6 });
  });
});
