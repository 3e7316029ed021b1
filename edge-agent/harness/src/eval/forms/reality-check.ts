import { cleanFold, type Dataset, type Fold, Oddities, type Person, type Visit } from '../dataset.ts';
import { idOf, invalid, listOf, objectOf, readObject } from './read-file.ts';

/** Stands before the first and after the last basket. */
const EDGE = '-1';

export interface RealityCheckFiles {
  /** `{ uid: [[-1], basket, …, [-1]] }` */
  readonly history: string;
  /** `{ uid: [[-1], basket, [-1]] }` */
  readonly future: string;
  /** `{ folds: [{ train, val, test }] }`, or one fold alone. */
  readonly splits: string;
}

/**
 * The form of the "next basket reality check" benchmark (Li et al.). What is odd is counted; what is not of the form is refused.
 *
 * @throws HarnessError HARNESS_DATA_MISSING, HARNESS_DATA_INVALID
 */
export function readRealityCheck(files: RealityCheckFiles): Dataset {
  const oddities = new Oddities();
  const histories = readVisits(files.history, oddities);
  const futures = readVisits(files.future, oddities);
  const people = new Map<string, Person>();
  for (const id of new Set([...histories.keys(), ...futures.keys()])) {
    const future = futures.get(id) ?? [];
    oddities.counts.extraFutureBaskets += Math.max(0, future.length - 1);
    people.set(id, { history: histories.get(id) ?? [], future: future[0] });
  }
  const folds = readFolds(files.splits).map((fold) => cleanFold(fold, people, oddities));
  if (folds.every(({ test }) => test.length === 0)) throw invalid(files.splits, 'nobody to ask is in the other files');
  return { people, folds, catalogue: new Map(), oddities: oddities.counts };
}

function readVisits(path: string, oddities: Oddities): Map<string, Visit[]> {
  const read = Object.entries(readObject(path)).map(([id, value]): [string, Visit[]] => {
    const baskets = listOf(value, path, `user ${id}`);
    return [idOf(id, path, 'a user'), visitsOf(baskets, path, id, oddities)];
  });
  return new Map(read);
}

function visitsOf(baskets: readonly unknown[], path: string, id: string, oddities: Oddities): Visit[] {
  return baskets.flatMap((value, place): Visit[] => {
    const where = `basket ${place} of user ${id}`;
    const given = listOf(value, path, where).map((item) => idOf(item, path, `an item of ${where}`));
    if (given.length === 1 && given[0] === EDGE) return [];
    const items = oddities.basket(given.filter((item) => item !== EDGE));
    return items === undefined ? [] : [{ items, day: undefined }];
  });
}

function readFolds(path: string): Fold[] {
  const file = readObject(path);
  const folds = file.folds === undefined ? [file] : listOf(file.folds, path, 'folds');
  if (folds.length === 0) throw invalid(path, 'it has no folds');
  return folds.map((value, place) => {
    const fold = objectOf(value, path, `fold ${place + 1}`);
    const ids = (part: keyof Fold): string[] =>
      listOf(fold[part], path, `${part} of fold ${place + 1}`).map((id) =>
        idOf(id, path, `${part} of fold ${place + 1}`),
      );
    return { train: ids('train'), val: ids('val'), test: ids('test') };
  });
}
