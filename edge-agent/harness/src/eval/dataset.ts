/** Baskets of many people as a form of files gives them, and who is learnt from and who is asked. */
export interface Dataset {
  readonly people: ReadonlyMap<string, Person>;
  readonly folds: readonly Fold[];
  /** What is known of products; empty where the form has none. */
  readonly catalogue: ReadonlyMap<string, ProductInfo>;
  /** What was odd in the files, by a word of the output, and how often. */
  readonly oddities: Readonly<Record<string, number>>;
}

export interface Person {
  /** Oldest first, none empty, each item once. */
  readonly history: readonly Visit[];
  /** The basket after them, where there is one. */
  readonly future: Visit | undefined;
}

export interface Visit {
  readonly items: readonly string[];
  /** Day number; undefined where the form has no times. */
  readonly day: number | undefined;
}

/** Ids of people; nobody is in two of the three. */
export interface Fold {
  readonly train: readonly string[];
  readonly val: readonly string[];
  readonly test: readonly string[];
}

export interface ProductInfo {
  readonly department: string;
  readonly category: string;
  readonly type: string;
  readonly brand: string;
  readonly size: string;
}

/** Counts what is odd, so that it is told and not swallowed. Every word is in the output, at 0 too. */
export class Oddities {
  readonly counts = {
    emptyBaskets: 0,
    duplicateItems: 0,
    extraFutureBaskets: 0,
    peopleWithoutHistory: 0,
    peopleWithoutFuture: 0,
    unknownPeople: 0,
    peopleNamedTwice: 0,
  };

  /** A basket's items, each once; undefined when there are none. */
  basket(items: readonly string[]): string[] | undefined {
    const distinct = [...new Set(items)];
    this.counts.duplicateItems += items.length - distinct.length;
    if (distinct.length > 0) return distinct;
    this.counts.emptyBaskets += 1;
    return undefined;
  }
}

/**
 * Keeps of a fold whom the files know with a next basket. Who is named twice stays where it harms least: with those who are asked, then
 * with those whom settings are chosen by, so that nobody's answer is learnt from.
 */
export function cleanFold(fold: Fold, people: ReadonlyMap<string, Person>, { counts }: Oddities): Fold {
  const taken = new Set<string>();
  const keep = (ids: readonly string[]): string[] =>
    ids.filter((id) => {
      const person = people.get(id);
      if (taken.has(id)) counts.peopleNamedTwice += 1;
      else if (person === undefined) counts.unknownPeople += 1;
      else if (person.future === undefined) counts.peopleWithoutFuture += 1;
      else {
        if (person.history.length === 0) counts.peopleWithoutHistory += 1;
        taken.add(id);
        return true;
      }
      return false;
    });
  const test = keep(fold.test);
  const val = keep(fold.val);
  return { test, val, train: keep(fold.train) };
}
