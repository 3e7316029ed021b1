import type { Chance } from '../../random.ts';

export interface ShopSize {
  readonly members: number;
  readonly baskets: number;
  readonly items: number;
}

const FIRST_DAY_MS = Date.parse('2025-07-01T00:00:00Z');
const [DAY_MS, MINUTE_MS] = [86_400_000, 60_000];
const DAYS = 180;
const OPEN_MINUTES = 14 * 60;
/** Share of baskets that nobody claims. */
const ANONYMOUS = 0.1;
/** Lines of a basket: 1 to twice this less 1, evenly. */
const LINES = 8;
/** Of a member's lines: their own usual ones, those of people like them, and what everybody buys. */
const [OWN, ALIKE] = [0.4, 0.35];
const OWN_ITEMS = 15;
/** Groups of people who buy alike, and what is theirs. */
const GROUPS = 60;
const GROUP_ITEMS = 200;
const ITEMS_PER_CATEGORY = 60;
const CATEGORIES_PER_DEPARTMENT = 12;

/**
 * A made-up shop's sales as the job reads them, one JSON object a line, oldest first. How often items are bought falls as in shops (about one over the rank); some members come
 * often, most seldom; who is alike buys alike.
 */
export function* shopLines({ members, baskets, items }: ShopSize, chance: Chance): Generator<string> {
  const shop = new Shop(items, chance);
  const people = Array.from({ length: members }, () => shop.person());
  const times = Float64Array.from({ length: baskets }, () => chance.next() * DAYS).sort();
  for (const [number, day] of times.entries()) {
    const isAnonymous = chance.happens(ANONYMOUS);
    // The square makes regulars: a tenth of the members bring a third of the baskets.
    const member = Math.floor(chance.next() ** 2 * members);
    const skus = new Set<number>();
    for (let left = chance.between(1, 2 * LINES - 1); left > 0; left -= 1)
      skus.add(isAnonymous ? shop.anyItem() : shop.itemOf(people[member]));
    yield `${JSON.stringify({
      saleId: `sale-${number}`,
      store: `store-${number % 3}`,
      ...(isAnonymous ? {} : { memberId: `m_${member}` }),
      completedAt: timeOf(day, chance),
      lines: [...skus].map((item) => shop.line(item)),
    })}\n`;
  }
}

interface Person {
  readonly own: readonly number[];
  readonly group: readonly number[];
}

class Shop {
  readonly #items: number;
  readonly #chance: Chance;
  readonly #groups: readonly (readonly number[])[];

  constructor(items: number, chance: Chance) {
    this.#items = items;
    this.#chance = chance;
    this.#groups = Array.from({ length: GROUPS }, () =>
      Array.from({ length: GROUP_ITEMS }, () => chance.between(0, items - 1)),
    );
  }

  person(): Person {
    const group = this.#chance.pick(this.#groups);
    const own = Array.from({ length: OWN_ITEMS }, () =>
      this.#chance.happens(ALIKE) ? this.#chance.pick(group) : this.anyItem(),
    );
    return { own, group };
  }

  /** About one over its rank. */
  anyItem(): number {
    return Math.min(this.#items - 1, Math.floor(this.#items ** this.#chance.next()) - 1);
  }

  itemOf(person: Person | undefined): number {
    const draw = this.#chance.next();
    if (person === undefined || draw >= OWN + ALIKE) return this.anyItem();
    return this.#chance.pick(draw < OWN ? person.own : person.group);
  }

  line(item: number) {
    const category = Math.floor(item / ITEMS_PER_CATEGORY);
    const department = Math.floor(category / CATEGORIES_PER_DEPARTMENT);
    return { sku: `sku-${item}`, quantity: 1, category: `c-${category}`, department: `d-${department}` };
  }
}

const timeOf = (day: number, chance: Chance): string =>
  new Date(
    FIRST_DAY_MS + Math.floor(day) * DAY_MS + Math.floor(chance.next() * OPEN_MINUTES) * MINUTE_MS,
  ).toISOString();
