import type {
  Basket,
  CampaignUsage,
  CompiledCampaigns,
  Decision,
  DecisionContext,
  UnlockOptions,
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
  readonly asked: ReadonlyMap<string, string>;
  readonly decision: Decision;
}

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
    const factsOf = (sku: string): string => JSON.stringify(options.itemOf?.(sku) ?? null);
    if (known?.most === options.most && [...known.asked].every(([sku, facts]) => factsOf(sku) === facts))
      return known.decision;
    const asked = new Map<string, string>();
    const itemOf: UnlockOptions['itemOf'] = (sku) => {
      const facts = options.itemOf?.(sku);
      asked.set(sku, JSON.stringify(facts ?? null));
      return facts;
    };
    const decision = confirm(entry, { ...options, itemOf });
    entry.unlocked = { most: options.most, asked, decision };
    return decision;
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
