import { Improver } from './improve.ts';
import { byFallingPrice, outcomeOf } from './item-promos.ts';
import { ItemSearch, isUnlimitedSingle } from './item-search.ts';
import type { ItemOutcome, ItemPromo, PreparedLine, WorkBudget } from './model.ts';

/** The most that the item layer can save: found, and a bound on it that equals it when the search was exhausted. */
export interface BestItems {
  readonly outcome: ItemOutcome;
  /** The outcome's units by promo, dearest first. */
  readonly units: readonly (readonly number[])[];
  readonly boundFen: number;
}

/** Lines that share a limited or grouped campaign have to be decided together; the others stand alone. */
function components(lines: readonly PreparedLine[], promos: readonly ItemPromo[]): number[][] {
  const parent = lines.map((_, index) => index);
  const rootOf = (line: number): number => {
    let root = line;
    while (parent[root] !== undefined && parent[root] !== root) root = parent[root] ?? root;
    parent[line] = root;
    return root;
  };
  for (const promo of promos) {
    if (isUnlimitedSingle(promo)) continue;
    const [first, ...rest] = promo.live.lines;
    if (first === undefined) continue;
    for (const line of rest) parent[rootOf(line)] = rootOf(first);
  }
  const groups = new Map<number, number[]>();
  lines.forEach((_, line) => {
    const root = rootOf(line);
    const group = groups.get(root);
    if (group) group.push(line);
    else groups.set(root, [line]);
  });
  return [...groups.values()];
}

/** The best single saving without limits, for every unit: where nothing is shared this is the optimum. */
function greedy(lines: readonly PreparedLine[], promos: readonly ItemPromo[], only: readonly number[]): number[][] {
  const units: number[][] = promos.map(() => []);
  for (const line of only) {
    let best = -1;
    promos.forEach((promo, index) => {
      if (!isUnlimitedSingle(promo)) return;
      if ((promo.saveFen[line] ?? 0) > (promos[best]?.saveFen[line] ?? 0)) best = index;
    });
    for (let unit = 0; unit < (lines[line]?.quantity ?? 0); unit += 1) units[best]?.push(line);
  }
  return units;
}

/**
 * The most that these promos could save together, quickly: every unit at its best, groups by their share. An upper bound, not a plan.
 */
export function mostSavedFen(lines: readonly PreparedLine[], promos: readonly ItemPromo[]): number {
  let mostFen = 0;
  lines.forEach((line, index) => {
    let unitFen = 0;
    for (const promo of promos) {
      const share = promo.group ? promo.group.get / promo.group.size : 1;
      unitFen = Math.max(unitFen, (promo.saveFen[index] ?? 0) * share);
    }
    mostFen += unitFen * line.quantity;
  });
  return Math.floor(mostFen + 1e-6);
}

/** The item layer's own optimum, component by component. */
export function bestItems(lines: readonly PreparedLine[], promos: readonly ItemPromo[], budget: WorkBudget): BestItems {
  const total: number[][] = promos.map(() => []);
  const shared = new Set(promos.filter((promo) => !isUnlimitedSingle(promo)).flatMap((promo) => promo.live.lines));
  let boundFen = 0;
  for (const component of components(lines, promos)) {
    const together = component.some((line) => shared.has(line));
    let best = greedy(lines, promos, component);
    if (together) best = new Improver(lines, promos, [], budget).run(best, component);
    let bestFen = outcomeOf(lines, promos, best).savedFen;
    let openFen = bestFen;
    if (together) {
      const search = new ItemSearch(
        { lines, promos, only: component, tryAll: new Set(), terms: [] },
        {
          prune: (bound) => bound <= bestFen,
          cut: (bound) => {
            openFen = Math.max(openFen, bound);
          },
          leaf: (units, savedFen) => {
            if (savedFen <= bestFen) return;
            bestFen = savedFen;
            best = units.map((list) => [...list]);
          },
        },
        budget,
      );
      search.run();
    }
    boundFen += Math.max(bestFen, openFen);
    best.forEach((list, index) => {
      total[index]?.push(...list);
    });
  }
  // Groups are read dearest unit first; components may interleave only for promos on single units, but one order serves both.
  const place = new Map(byFallingPrice(lines).map((line, position) => [line, position]));
  for (const list of total) list.sort((a, b) => (place.get(a) ?? 0) - (place.get(b) ?? 0));
  return { outcome: outcomeOf(lines, promos, total), units: total, boundFen };
}
