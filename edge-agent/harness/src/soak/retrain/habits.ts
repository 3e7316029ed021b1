import type { DemoBasket } from '@tillside/demo';
import type { Chance } from '../../random.ts';

const STAPLES = 6;
const IMPULSES = 2;
const ITEMS = 240;
const PER_CATEGORY = 8;
/** Of the staples that are due, how many are bought. */
const BUYS = 0.85;
const DAY_MS = 86_400_000;
const WEEK_DAYS = 7;

/** What the chain sells. */
export const GOODS = Array.from({ length: ITEMS }, (_, number) => {
  const category = `c${Math.floor(number / PER_CATEGORY)}`;
  return { sku: `soak-${number + 1}`, department: `d-${category}`, category };
});

interface Shopper {
  readonly memberId: string;
  readonly store: string;
  /** Two lists for the weekly shopping; one is all there is until habits change. */
  readonly lists: readonly [readonly string[], readonly string[]];
  /** Which of them comes first after the change. */
  readonly first: number;
  readonly weekday: number;
}

/**
 * Members with a planted habit. At first each buys the same list every week, so that what was bought last is bought next. From a week on each takes turns between two lists: what was bought last
 * is then what is not bought next, and a model of before asks for the wrong list.
 */
export class PlantedHabits {
  readonly #shoppers: readonly Shopper[];
  readonly #chance: Chance;
  readonly #changeAt: number;
  readonly #firstMs: number;

  constructor(at: {
    chance: Chance;
    members: number;
    stores: readonly string[];
    changeAt: number;
    firstMs: number;
  }) {
    const { chance, members, stores } = at;
    this.#chance = chance;
    this.#changeAt = at.changeAt;
    this.#firstMs = at.firstMs;
    const skus = GOODS.map(({ sku }) => sku);
    this.#shoppers = Array.from({ length: members }, (_, number) => {
      const all = chance.sample(skus, 2 * STAPLES);
      return {
        memberId: `member-${number + 1}`,
        store: stores[number % stores.length] ?? '',
        lists: [all.slice(0, STAPLES), all.slice(STAPLES)],
        first: chance.between(0, 1),
        weekday: chance.between(0, WEEK_DAYS - 1),
      };
    });
  }

  /** What a store sells in a week, counted from 0, in order of time; weeks before are below 0. */
  weekOf(store: string, week: number): DemoBasket[] {
    return this.#shoppers
      .filter((shopper) => shopper.store === store)
      .map((shopper) => this.#basketOf(shopper, week))
      .sort((one, other) => (one.completedAt < other.completedAt ? -1 : 1));
  }

  #basketOf({ memberId, lists, first, weekday }: Shopper, week: number): DemoBasket {
    const chance = this.#chance;
    const turn = week < this.#changeAt ? 0 : (week - this.#changeAt + first) % lists.length;
    const due = (lists[turn] ?? []).filter(() => chance.happens(BUYS));
    const impulses = chance.sample(GOODS, IMPULSES).map(({ sku }) => sku);
    const seconds = chance.between(8 * 3_600, 20 * 3_600);
    const atMs = this.#firstMs + (week * WEEK_DAYS + weekday) * DAY_MS + seconds * 1_000;
    const line = (sku: string) => ({ sku, quantity: 1, weightGrams: 0, paidFen: 1_000, discountFen: 0 });
    return {
      basketId: `${memberId}-${week}`,
      memberId,
      completedAt: new Date(atMs).toISOString(),
      lines: [...new Set([...due, ...impulses])].map(line),
    };
  }
}
