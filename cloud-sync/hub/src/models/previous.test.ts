import { expect, test } from 'vitest';
import { previousModel } from './previous.ts';

const given = (...names: string[]) =>
  names.map((name) => ({ origin: name.replace('!', ''), refused: name.endsWith('!') }));

test.each([
  [[], null],
  [['a'], null],
  [['a', 'b'], 'a'],
  [['a', 'a'], null],
  [['z', 'a', 'b', 'a'], 'z'],
  [['a', 'b', 'a', 'b'], 'a'],
  [['a', 'x!', 'b'], 'a'],
  [['a', 'b!'], 'a'],
  [['a!'], null],
])('of what a store was given, %j, it goes back to %s', (names, model) => {
  expect(previousModel(given(...names))).toBe(model);
});
