import type { Dataset, Fold, Person, ProductInfo } from './dataset.ts';

/**
 * All that a model may see of a fold: everybody's history, and the next baskets of those it learns from. The next baskets of those who are
 * asked are not in here in any way, not even as product numbers: what is only in them has none.
 */
export interface World {
  /** By item. */
  readonly skus: readonly string[];
  /** By item. */
  readonly products: readonly (ProductInfo | undefined)[];
  /** [user][basket] -> items, oldest first, each item once a basket. */
  readonly histories: readonly (readonly Int32Array[])[];
  /** [user][basket] -> day number; undefined where the data has no times. */
  readonly days: readonly (readonly number[])[] | undefined;
  readonly lessons: readonly Lesson[];
  /** To choose settings by; final models may learn from them too. */
  readonly validation: readonly Lesson[];
  /** Users who will be asked. */
  readonly asked: Int32Array;
}

/** The next basket of a user. */
export interface Lesson {
  readonly user: number;
  readonly basket: Int32Array;
  readonly day: number | undefined;
}

/** What a model is asked with. */
export interface Question {
  readonly user: number;
  /** In the basket already. */
  readonly basket: Int32Array;
  /** Today, where the data has times. */
  readonly day: number | undefined;
}

/** A user who is asked, with the answer. Items that the world doesn't know are NO_ITEM: nobody can find them. */
export interface Answer {
  readonly user: number;
  readonly truth: Int32Array;
  readonly day: number | undefined;
}

export const NO_ITEM = -1;

/** One fold as what models see, and apart from it what they are measured by. */
export function splitFold(dataset: Dataset, fold: Fold): { world: World; answers: Answer[] } {
  const ids = [...dataset.people.keys()];
  const userOf = new Map(ids.map((id, user) => [id, user]));
  const people = ids.map((id) => dataset.people.get(id) as Person);
  const itemOf = new Map<string, number>();
  const numbered = (items: readonly string[]): Int32Array =>
    Int32Array.from(items, (sku) => {
      const item = itemOf.get(sku) ?? itemOf.size;
      itemOf.set(sku, item);
      return item;
    });
  const usersOf = (wanted: readonly string[]): number[] => wanted.map((id) => userOf.get(id) as number);
  const lesson = (user: number): Lesson => {
    const { items = [], day } = people[user]?.future ?? {};
    return { user, basket: numbered(items), day };
  };
  const histories = people.map(({ history }) => history.map(({ items }) => numbered(items)));
  const lessons = usersOf(fold.train).map(lesson);
  const validation = usersOf(fold.val).map(lesson);
  const asked = usersOf(fold.test);
  const skus = [...itemOf.keys()];
  const timed = people.every(({ history }) => history.every(({ day }) => day !== undefined));
  const world = {
    skus,
    products: skus.map((sku) => dataset.catalogue.get(sku)),
    histories,
    days: timed ? people.map(({ history }) => history.map(({ day }) => day as number)) : undefined,
    lessons,
    validation,
    asked: Int32Array.from(asked),
  };
  const answers = asked.map((user): Answer => {
    const { items = [], day } = people[user]?.future ?? {};
    return { user, truth: Int32Array.from(items, (sku) => itemOf.get(sku) ?? NO_ITEM), day };
  });
  return { world, answers };
}

/** Every basket that a model may count: histories, and the next baskets of those it learns from. */
export function knownBaskets({ histories, lessons, validation }: World): Int32Array[] {
  return [...histories.flat(), ...lessons.map(({ basket }) => basket), ...validation.map(({ basket }) => basket)];
}
