import { describe, expect, it } from 'vitest';
import { TrainingError } from '../errors.ts';
import { type Sparse, SparseBuilder } from '../neighbours/sparse.ts';
import { seededRandom } from '../random.ts';
import { type FactorParams, fitFactors, folderIn, scoresOf } from './als.ts';

const BLOCKS = 4;
const BLOCK_ITEMS = 10;
const ITEMS = BLOCKS * BLOCK_ITEMS;
const USERS = 60;
const PARAMS: FactorParams = { factors: BLOCKS, regularisation: 0.1, alpha: 5, iterations: 8 };

/** User u buys from block u mod BLOCKS alone, about half of its items. The last user bought nothing. */
function blocks(seed: number): Sparse {
  const random = seededRandom(seed);
  const builder = new SparseBuilder(ITEMS);
  for (let user = 0; user < USERS; user += 1) {
    const values = new Float64Array(ITEMS);
    const bought = Array.from({ length: BLOCK_ITEMS }, (_, item) => (user % BLOCKS) * BLOCK_ITEMS + item).filter(
      () => random() < 0.5 && user < USERS - 1,
    );
    for (const item of bought) values[item] = 1 + Math.floor(random() * 3);
    builder.addRow(Int32Array.from(bought), values);
  }
  return builder.build();
}

const bought = blocks(1);
const rowOf = (user: number) => {
  const [from, to] = [bought.start[user] as number, bought.start[user + 1] as number];
  return { column: bought.column.subarray(from, to), value: bought.value.subarray(from, to) };
};

describe('implicit ALS', () => {
  const losses: number[] = [];
  const { users, items } = fitFactors(bought, PARAMS, seededRandom(2), (_, loss) => losses.push(loss));
  const vectorOf = (user: number) => users.subarray(user * BLOCKS, (user + 1) * BLOCKS);

  it('puts what a user has not bought of their own block above all of the others', () => {
    for (let user = 0; user < USERS - 1; user += 1) {
      const scores = scoresOf(vectorOf(user), items);
      const isOwn = (item: number) => Math.floor(item / BLOCK_ITEMS) === user % BLOCKS;
      const own = [...scores].filter((_, item) => isOwn(item));
      const others = [...scores].filter((_, item) => !isOwn(item));
      expect(Math.min(...own)).toBeGreaterThan(Math.max(...others) + 0.3);
    }
    expect([...vectorOf(USERS - 1)]).toEqual(new Array(BLOCKS).fill(0));
  });

  it('lowers the loss in every pass, to what the definition says', () => {
    expect(losses).toHaveLength(PARAMS.iterations);
    losses.forEach((loss, pass) => {
      if (pass > 0) expect(loss).toBeLessThanOrEqual((losses[pass - 1] as number) * (1 + 1e-6));
    });
    let byHand = [...users, ...items].reduce((sum, value) => sum + PARAMS.regularisation * value * value, 0);
    for (let user = 0; user < USERS; user += 1) {
      const values = new Map([...rowOf(user).column].map((item, place) => [item, rowOf(user).value[place] as number]));
      scoresOf(vectorOf(user), items).forEach((score, item) => {
        const value = values.get(item);
        byHand += value === undefined ? score ** 2 : (1 + PARAMS.alpha * value) * (1 - score) ** 2;
      });
    }
    expect(losses.at(-1)).toBeCloseTo(byHand, 2);
  });

  it('is the same for the same seed', () => {
    const again = fitFactors(bought, PARAMS, seededRandom(2), () => undefined);
    expect(again).toEqual({ users, items });
    expect(fitFactors(bought, PARAMS, seededRandom(3), () => undefined).items).not.toEqual(items);
  });

  it('folds a user in where the fit would have put them', () => {
    const vector = folderIn(items, PARAMS)(rowOf(5));
    const [folded, fitted] = [scoresOf(vector, items), scoresOf(vectorOf(5), items)];
    folded.forEach((score, item) => {
      expect(score).toBeCloseTo(fitted[item] as number, 1);
    });
    // The vector solves the normal equations: no small step makes its own loss lower.
    const own = rowOf(5);
    const loss = (at: Float32Array) => {
      const scores = scoresOf(at, items);
      let sum = at.reduce((all, value) => all + PARAMS.regularisation * value * value, 0);
      scores.forEach((score, item) => {
        const place = own.column.indexOf(item);
        sum += place === -1 ? score ** 2 : (1 + PARAMS.alpha * (own.value[place] as number)) * (1 - score) ** 2;
      });
      return sum;
    };
    for (let place = 0; place < BLOCKS; place += 1) {
      for (const step of [0.01, -0.01]) {
        expect(loss(vector.with(place, (vector[place] as number) + step))).toBeGreaterThan(loss(vector));
      }
    }
    expect([...folderIn(items, PARAMS)({ column: new Int32Array(), value: new Float32Array() })]).toEqual([0, 0, 0, 0]);
  });

  it('refuses what makes no sense', () => {
    const fit = (change: Partial<FactorParams>, data: Partial<Sparse> = {}) => {
      return () => fitFactors({ ...bought, ...data }, { ...PARAMS, ...change }, seededRandom(1), () => undefined);
    };
    expect(fit({ factors: 0 })).toThrow(TrainingError);
    expect(fit({ regularisation: 0 })).toThrow(/regularisation/);
    expect(fit({}, { value: bought.value.with(0, Number.NaN) })).toThrow(/no number/);
    expect(fit({}, { rows: 3 })).toThrow(/row a user/);
  });
});
