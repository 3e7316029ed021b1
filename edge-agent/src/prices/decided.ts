import {
  type Basket,
  type Campaign,
  type CampaignUsage,
  type CompiledCampaigns,
  type Decision,
  type DecisionContext,
  type ItemFacts,
  selectorsOf,
  type UnlockOptions,
} from '@tillside/decide';

/** Decisions kept at once: a till asks again for what it was shown a moment ago, not for what was there many changes before. */
export const MAX_KEPT_DECISIONS = 200;
const MS_PER_DAY = 86_400_000;

/** A decision, and what it was made of. */
export interface Decided {
  readonly context: DecisionContext;
  readonly compiled: CompiledCampaigns;
  /** The basket with the shelf's guards. */
  readonly guarded: Basket;
  readonly decision: Decision;
}

/** The decision with its unlocks, and the items that were looked up for them: their prices may change while the campaigns stay. */
interface Unlocked {
  readonly most: number;
  readonly asked: ReadonlyMap<string, ItemFacts | undefined>;
  readonly decision: Decision;
}

/** What campaigns know goods by. */
type Goods = Pick<ItemFacts, 'sku' | 'department' | 'category'>;

interface Kept extends Decided {
  unlocked?: Unlocked;
}

/**
 * Decisions of the running minute under one state of the campaigns; whoever holds it makes a new one when either changes. A change of a basket is decided, the till then
 * asks for the decision, and completing decides once more: the same question has the same answer, since deciding is pure.
 */
export class DecidedBaskets {
  #kept = new Map<string, Kept>();

  /** `make` is called where the question is new. */
  decided(key: string, make: () => Decided): Decided {
    return this.#entry(key, make);
  }

  /** The same with unlocks: `confirm` is called with the options to use where they are not known. */
  unlocked(
    key: string,
    options: UnlockOptions,
    make: () => Decided,
    confirm: (decided: Decided, options: UnlockOptions) => Decision,
  ): Decision {
    const entry = this.#entry(key, make);
    const known = entry.unlocked;
    const isSame = (sku: string, facts: ItemFacts | undefined): boolean =>
      JSON.stringify(options.itemOf?.(sku)) === JSON.stringify(facts);
    if (known?.most === options.most && [...known.asked].every(([sku, facts]) => isSame(sku, facts)))
      return known.decision;
    const asked = new Map<string, ItemFacts | undefined>();
    const itemOf: UnlockOptions['itemOf'] = (sku) => {
      const facts = options.itemOf?.(sku);
      asked.set(sku, facts);
      return facts;
    };
    const decision = confirm(entry, { ...options, itemOf });
    entry.unlocked = { most: options.most, asked, decision };
    return decision;
  }

  /** Forgets the answers that a change touches: of baskets with such goods, and unlocks that would add some. */
  forget(touches: (goods: Goods) => boolean): void {
    for (const [key, kept] of this.#kept) {
      if (kept.guarded.lines.some(touches)) this.#kept.delete(key);
      else if ([...(kept.unlocked?.asked ?? [])].some(([, facts]) => facts !== undefined && touches(facts)))
        delete kept.unlocked;
    }
  }

  #entry(key: string, make: () => Decided): Kept {
    const known = this.#kept.get(key);
    if (known !== undefined) {
      // The one that was asked for last is forgotten last.
      this.#kept.delete(key);
      this.#kept.set(key, known);
      return known;
    }
    const made: Kept = { ...make() };
    this.#kept.set(key, made);
    if (this.#kept.size > MAX_KEPT_DECISIONS) {
      const [oldest] = this.#kept.keys();
      if (oldest !== undefined) this.#kept.delete(oldest);
    }
    return made;
  }
}

/** All that a decision looks at beside campaigns, guards and the minute. A member's age counts in begun days, as campaigns for new members do. */
export function questionOf(basket: Basket, usage: readonly CampaignUsage[], atMs: number): string {
  const joinedAt = basket.member?.joinedAt;
  const days = joinedAt === undefined ? null : Math.ceil((atMs - Date.parse(joinedAt)) / MS_PER_DAY);
  return JSON.stringify([basket, usage, days]);
}

/** Whether any of these campaigns is about the goods; of what they leave out nothing is asked. */
export function touchedBy(campaigns: readonly Campaign[]): (goods: Goods) => boolean {
  const selectors = campaigns.flatMap((campaign) => selectorsOf(campaign));
  const names = (kind: 'skus' | 'categories' | 'departments') => new Set(selectors.flatMap((one) => one[kind] ?? []));
  const [skus, categories, departments] = [names('skus'), names('categories'), names('departments')];
  const all = selectors.some((one) => one.all === true);
  return (goods) => all || skus.has(goods.sku) || categories.has(goods.category) || departments.has(goods.department);
}
