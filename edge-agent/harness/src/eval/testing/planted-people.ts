/** Test support: people with planted habits, as files of the reality-check form. Made up, so it may ship. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createChance } from '../../random.ts';
import type { RealityCheckFiles } from '../forms/reality-check.ts';

const PEOPLE = 60;
const TASTES = 6;
const ITEMS_OF_TASTE = 12;
const VISITS = 5;
/** People of which each fold asks a fifth; a tenth chooses settings. */
const FOLDS = 2;

type Baskets = Record<string, number[][]>;

/** Everybody has one of six tastes, three items of it that they often buy, and buys another of it now and then. */
export function plantedPeople(seed: number): { history: Baskets; future: Baskets; splits: unknown } {
  const chance = createChance(seed);
  const [history, future]: [Baskets, Baskets] = [{}, {}];
  for (let person = 0; person < PEOPLE; person += 1) {
    const taste = Array.from({ length: ITEMS_OF_TASTE }, (_, item) => (person % TASTES) * ITEMS_OF_TASTE + item);
    const own = chance.sample(taste, 3);
    const baskets = Array.from({ length: VISITS }, () => [
      ...new Set([...own.filter(() => chance.happens(0.7)), chance.pick(taste), chance.pick(taste)]),
    ]);
    history[person] = [[-1], ...baskets.slice(0, -1), [-1]];
    future[person] = [[-1], ...baskets.slice(-1), [-1]];
  }
  const folds = Array.from({ length: FOLDS }, () => {
    const mixed = chance.sample(Object.keys(history), PEOPLE);
    return { test: mixed.slice(0, 12), val: mixed.slice(12, 18), train: mixed.slice(18).map(Number) };
  });
  return { history, future, splits: { folds } };
}

/** Writes them to a folder. @returns the options that name them */
export function writePlantedPeople(folder: string, people = plantedPeople(5)): RealityCheckFiles {
  const write = (part: keyof typeof people): string => {
    const path = join(folder, `${part}.json`);
    writeFileSync(path, JSON.stringify(people[part]));
    return path;
  };
  return { history: write('history'), future: write('future'), splits: write('splits') };
}
