import { type Basket, compareText } from '@tillside/features';

/** Rules that are kept, and what makes a pair of items one. */
export const RULE_LIMITS = {
  /** Baskets that hold both: fewer are chance. */
  minBaskets: 5,
  /** Share of all baskets that hold both. */
  minSupport: 0.0002,
  minConfidence: 0.05,
  /** At or below 1 an item is no likelier beside the other than anywhere. */
  minLift: 1.1,
  /** Rules that are kept, strongest first. */
  rules: 2_000,
  /** Items of one basket that are paired: pairs grow with the square. The rest, by SKU, is passed over. */
  basketItems: 100,
  /** Different pairs that are counted; a catalogue that has more is cut to the items bought most. */
  pairs: 5_000_000,
} as const;
export type RuleLimits = { readonly [K in keyof typeof RULE_LIMITS]: number };

/** Whoever has `antecedent` in the basket often has `consequent` too. Shares 0 to 1. */
export interface AssociationRule {
  readonly antecedent: string;
  readonly consequent: string;
  /** Baskets with both. */
  readonly baskets: number;
  /** Share of all baskets with both. */
  readonly support: number;
  /** Share of the antecedent's baskets that hold the consequent. */
  readonly confidence: number;
  /** Confidence over the consequent's share of all baskets: how many times likelier than by chance. The same both ways. */
  readonly lift: number;
}

export interface RuleItem {
  readonly sku: string;
  readonly department: string;
  readonly category: string;
}

export interface FoundRules {
  /** Baskets that were counted, also those of one item. */
  readonly baskets: number;
  /** By lift, then baskets, then SKUs. */
  readonly rules: readonly AssociationRule[];
  /** The items of the rules, by SKU. */
  readonly items: readonly RuleItem[];
}

const SHARE_DIGITS = 1e6;
const rounded = (value: number): number => Math.round(value * SHARE_DIGITS) / SHARE_DIGITS;

/** Association rules between two items, each direction by itself (R. Agrawal et al., 1993, for sets of two). The same baskets in any order give the same rules. */
export function associationRules(baskets: readonly Basket[], limits: RuleLimits = RULE_LIMITS): FoundRules {
  const counts = new Map<string, number>();
  for (const { items } of baskets) for (const { sku } of items) counts.set(sku, (counts.get(sku) ?? 0) + 1);
  const fewest = Math.max(1, limits.minBaskets, Math.ceil(limits.minSupport * baskets.length));
  const skus = frequent(counts, fewest, limits.pairs);
  const together = countPairs(baskets, skus, limits.basketItems);
  const rules: AssociationRule[] = [];
  for (const [pair, both] of together) {
    if (both < fewest) continue;
    const [one, other] = [skus[Math.floor(pair / skus.length)] ?? '', skus[pair % skus.length] ?? ''];
    for (const [antecedent, consequent] of [
      [one, other],
      [other, one],
    ] as const) {
      const confidence = both / (counts.get(antecedent) ?? 1);
      const lift = (confidence * baskets.length) / (counts.get(consequent) ?? 1);
      if (confidence < limits.minConfidence || lift < limits.minLift) continue;
      rules.push({
        antecedent,
        consequent,
        baskets: both,
        support: rounded(both / baskets.length),
        confidence: rounded(confidence),
        lift: rounded(lift),
      });
    }
  }
  const kept = rules.sort(strongerFirst).slice(0, limits.rules);
  return { baskets: baskets.length, rules: kept, items: itemsOf(baskets, kept) };
}

const strongerFirst = (left: AssociationRule, right: AssociationRule): number =>
  right.lift - left.lift ||
  right.baskets - left.baskets ||
  compareText(left.antecedent, right.antecedent) ||
  compareText(left.consequent, right.consequent);

/** Items that may be in a rule, by SKU: a pair is never in more baskets than either of its items. */
function frequent(counts: ReadonlyMap<string, number>, fewest: number, pairs: number): string[] {
  const most = Math.floor((1 + Math.sqrt(1 + 8 * pairs)) / 2);
  return [...counts]
    .filter(([, count]) => count >= fewest)
    .sort(([left, a], [right, b]) => b - a || compareText(left, right))
    .slice(0, most)
    .map(([sku]) => sku)
    .sort(compareText);
}

/** Baskets of each pair; a pair is `lower place * items + higher place`. */
function countPairs(baskets: readonly Basket[], skus: readonly string[], basketItems: number): Map<number, number> {
  const placeOf = new Map(skus.map((sku, place) => [sku, place]));
  const together = new Map<number, number>();
  for (const { items } of baskets) {
    // In order of SKU, as a basket's items are.
    const places = items.flatMap(({ sku }) => placeOf.get(sku) ?? []).slice(0, basketItems);
    places.forEach((one, at) => {
      for (const other of places.slice(at + 1)) {
        const pair = one * skus.length + other;
        together.set(pair, (together.get(pair) ?? 0) + 1);
      }
    });
  }
  return together;
}

function itemsOf(baskets: readonly Basket[], rules: readonly AssociationRule[]): RuleItem[] {
  const wanted = new Set(rules.flatMap(({ antecedent, consequent }) => [antecedent, consequent]));
  const found = new Map<string, RuleItem>();
  // What the newest basket says of an item holds.
  for (const { items } of baskets) {
    for (const { sku, department, category } of items)
      if (wanted.has(sku)) found.set(sku, { sku, department, category });
  }
  return [...found.values()].sort((left, right) => compareText(left.sku, right.sku));
}
