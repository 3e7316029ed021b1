import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { HarnessError } from '../../errors.ts';
import { personalFrequency } from '../baselines.ts';
import { meanOf, scoresOf } from '../metrics.ts';
import { COMPLETE_JOURNEY, hasSharedData, PRODUCTS, TAFENG } from '../testing/shared-data.ts';
import { splitFold } from '../world.ts';
import { readCompleteJourney } from './complete-journey.ts';
import { readDnntsp } from './dnntsp.ts';
import { readRealityCheck } from './reality-check.ts';

if (!hasSharedData)
  console.warn('Skipped in part: the public baskets for evaluation are not here (TILLSIDE_EVAL_DATA).');

const folder = mkdtempSync(join(tmpdir(), 'tillside-forms-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function written(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' || Buffer.isBuffer(content) ? content : JSON.stringify(content));
  return path;
}

const HISTORY = {
  1: [[-1], [1, 2, 2], [], [3], [-1]],
  two: [[-1], ['a', 7], [-1]],
  3: [[-1], [-1]],
  4: [[-1], [9], [-1]],
};
const FUTURE = { 1: [[-1], [3, 4], [-1]], two: [[-1], ['a'], ['b'], [-1]], 3: [[-1], [5], [-1]], 5: [[-1], [6], [-1]] };
const SPLITS = { folds: [{ train: [1, 'two', 3], val: ['nobody', 5], test: ['3', 4, 'two'] }] };

const read = (history: unknown, future: unknown, splits: unknown) =>
  readRealityCheck({
    history: written('history.json', history),
    future: written('future.json', future),
    splits: written('splits.json', splits),
  });

function codeOf(act: () => unknown): string | undefined {
  try {
    act();
  } catch (error) {
    if (!(error instanceof HarnessError)) throw error;
    return `${error.code} ${error.message}`;
  }
  return undefined;
}

describe('the reality-check form', () => {
  it('is read with numbers and words as ids, and what is odd is counted', () => {
    const { people, folds, oddities } = read(HISTORY, FUTURE, SPLITS);
    expect(people.get('1')).toEqual({
      history: [
        { items: ['1', '2'], day: undefined },
        { items: ['3'], day: undefined },
      ],
      future: { items: ['3', '4'], day: undefined },
    });
    // Who is named to be asked and to be learnt from is asked only.
    expect(folds).toEqual([{ train: ['1'], val: ['5'], test: ['3', 'two'] }]);
    expect(oddities).toEqual({
      emptyBaskets: 1,
      duplicateItems: 1,
      extraFutureBaskets: 1,
      peopleWithoutHistory: 2,
      peopleWithoutFuture: 1,
      unknownPeople: 1,
      peopleNamedTwice: 2,
    });
  });

  it('takes one fold alone, packed files, nobody to learn from, and a history of 10,000 baskets', () => {
    const many = { 1: [[-1], ...Array.from({ length: 10_000 }, (_, at) => [at % 50]), [-1]] };
    const packed = gzipSync(JSON.stringify(many));
    const { world } = (({ folds: [fold], ...dataset }) =>
      splitFold({ ...dataset, folds: [] }, fold ?? { train: [], val: [], test: [] }))(
      read(packed, FUTURE, { train: [], val: [], test: [1] }),
    );
    expect(world.histories[0]).toHaveLength(10_000);
    expect(world.asked).toHaveLength(1);
  });

  it.each([
    ['no JSON', '{"1": [', 'it is no JSON'],
    ['a list', [], 'the file should be an object'],
    ['a user who is no list', { 1: { 2: 3 } }, 'user 1 should be a list'],
    ['a basket that is no list', { 1: [[-1], 5] }, 'basket 1 of user 1 should be a list'],
    ['an item that is neither number nor word', { 1: [[-1], [{ sku: 1 }]] }, 'an item of basket 1 of user 1'],
    ['an item in fractions', { 1: [[1.5]] }, 'whole number'],
    ['an item below zero', { 1: [[-1], [-7], [-1]] }, 'from 0 on'],
    ['bytes that are no text', Buffer.from([0xff, 0xfe, 0x00]), 'no UTF-8'],
    ['a torn archive', gzipSync('{}').subarray(0, 12), "can't be unpacked"],
  ])('refuses %s', (_what, history, message) => {
    const said = codeOf(() => read(history, FUTURE, SPLITS));
    expect(said).toMatch(/^HARNESS_DATA_INVALID/);
    expect(said).toContain(message);
  });

  it('refuses splits without folds or without anybody to ask, and a file that is not there', () => {
    expect(codeOf(() => read(HISTORY, FUTURE, { folds: [] }))).toContain('it has no folds');
    expect(codeOf(() => read(HISTORY, FUTURE, { folds: [{ train: [1], val: [] }] }))).toContain('test of fold 1');
    expect(codeOf(() => read(HISTORY, FUTURE, { train: [1], val: [], test: ['x'] }))).toContain('nobody to ask');
    const gone = join(folder, 'gone.json');
    expect(codeOf(() => readRealityCheck({ history: gone, future: gone, splits: gone }))).toBe(
      `HARNESS_DATA_MISSING ${gone} can't be read: ENOENT`,
    );
  });
});

describe('the other forms', () => {
  it('are read from small files', () => {
    const sets = { train: { 1: [[1], [2]] }, validate: { 2: [[1], [3, 3]] }, test: { 3: [[4]] } };
    const dnntsp = readDnntsp(written('sets.json', sets));
    expect(dnntsp.folds).toEqual([{ train: ['1'], val: ['2'], test: ['3'] }]);
    expect(dnntsp.people.get('2')?.future).toEqual({ items: ['3'], day: undefined });
    expect(codeOf(() => readDnntsp(written('sets.json', { ...sets, test: sets.train })))).toContain('in two parts');

    const rows = [...Array(12).keys()].flatMap((user) =>
      [3, 1, 2].map((day) => `${day},${user}-${day},${user},${day}0`),
    );
    written('baskets_day1-79.csv.gz', gzipSync(['date,basket_id,user_id,item_id', ...rows, '5,x,99,10'].join('\n')));
    const head = 'product_id,department,product_category,product_type,brand,manufacturer_id,package_size';
    const journey = readCompleteJourney(
      folder,
      written('products.csv', `${head}\n10,DAIRY,MILK,"MILK, WHOLE",National,69,1 L`),
      1,
    );
    expect(journey.people.get('0')?.history.map(({ day }) => day)).toEqual([1, 2]);
    expect(journey.people.get('99')?.future).toBeUndefined();
    expect(journey.catalogue.get('10')).toMatchObject({ type: 'MILK, WHOLE', brand: 'National 69', size: '1 L' });
    expect(journey.folds.flatMap(({ test }) => test).sort()).toEqual([...Array(12).keys()].map(String).sort());
    expect(codeOf(() => readCompleteJourney(folder, written('products.csv', 'product_id\n10'), 1))).toContain(
      'department',
    );
  });

  it.skipIf(!hasSharedData)(
    'have the public counts, and personal frequency its known worth',
    { timeout: 60_000 },
    async () => {
      const tafeng = readDnntsp(TAFENG);
      const baskets = (data: typeof tafeng) =>
        [...data.people.values()].reduce(
          (sum, one) => sum + one.history.length + (one.future === undefined ? 0 : 1),
          0,
        );
      expect(baskets(tafeng)).toBe(73_355);
      expect(tafeng.folds[0]?.test).toHaveLength(1_969);
      const { world, answers } = splitFold(tafeng, tafeng.folds[0] ?? { train: [], val: [], test: [] });
      const fitted = await personalFrequency.fit(world, () => undefined);
      const recalls: number[] = [];
      for (const { user, truth, day } of answers) {
        const ranked = await fitted.rank({ user, day, basket: new Int32Array(0) }, 20);
        recalls.push(scoresOf(ranked, truth, new Set()).recallAt10);
      }
      expect(meanOf(recalls)).toBeCloseTo(0.1398, 4);

      const journey = readCompleteJourney(COMPLETE_JOURNEY, PRODUCTS, 1);
      expect(baskets(journey)).toBe(10_664);
      expect(journey.folds.flatMap(({ test }) => test)).toHaveLength(981);
    },
  );
});
