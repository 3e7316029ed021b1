import { cleanFold, type Dataset, Oddities, type Person, type Visit } from '../dataset.ts';
import { idOf, invalid, listOf, objectOf, readObject } from './read-file.ts';

const PARTS = { train: 'train', val: 'validate', test: 'test' } as const;

/**
 * Temporal sets as DNNTSP (Yu et al., KDD 2020) has them: `{ train, validate, test }`, each `{ user: [basket, …, nextBasket] }`; one fold.
 *
 * @throws HarnessError HARNESS_DATA_MISSING, HARNESS_DATA_INVALID
 */
export function readDnntsp(path: string): Dataset {
  const file = readObject(path);
  const oddities = new Oddities();
  const people = new Map<string, Person>();
  const idsOf = (part: string): string[] => {
    const users = Object.entries(objectOf(file[part], path, part));
    return users.map(([id, value]) => {
      const visits = listOf(value, path, `user ${id} of ${part}`).flatMap((basket): Visit[] => {
        const given = listOf(basket, path, `a basket of user ${id}`).map((item) =>
          idOf(item, path, `an item of user ${id}`),
        );
        const items = oddities.basket(given);
        return items === undefined ? [] : [{ items, day: undefined }];
      });
      if (people.has(id)) throw invalid(path, `user ${id} is in two parts`);
      people.set(id, { history: visits.slice(0, -1), future: visits.at(-1) });
      return id;
    });
  };
  const fold = { train: idsOf(PARTS.train), val: idsOf(PARTS.val), test: idsOf(PARTS.test) };
  return { people, folds: [cleanFold(fold, people, oddities)], catalogue: new Map(), oddities: oddities.counts };
}
