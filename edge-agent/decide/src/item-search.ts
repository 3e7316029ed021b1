import { byFallingPrice } from './item-promos.ts';
import { DECIDE_LIMITS } from './limits.ts';
import type { ItemPromo, PreparedLine, WorkBudget } from './model.ts';

/** What the search asks of its owner. `boundFen` is an upper bound on what the item layer can still save below a node. */
export interface ItemSearchHooks {
  /** True when nothing below can beat the best known answer. */
  prune(boundFen: number): boolean;
  /**
   * A whole assignment and what it saves: for each promo, the lines of its units, dearest first. The arrays are reused: copy what you
   * keep.
   */
  leaf(units: readonly (readonly number[])[], savedFen: number): void;
  /** The work limit cut off a subtree that could save at most this much. */
  cut(boundFen: number): void;
}

interface Choice {
  readonly promo: number;
  /** Upper bound on what a unit of this line adds through this promo; a group's saving is shared by all its units. */
  readonly worthFen: number;
  /** Always given every unit that is left. */
  readonly takesRest: boolean;
}

/** One promo's units so far, and what its complete groups save. */
interface PromoState {
  readonly units: number[];
  savedFen: number;
}

const EPSILON = 1e-6;

/**
 * Depth-first search over "how many units of this line go to that promo", dearest line first. Every assignment is reached unless the
 * bound rules it out. `all` false leaves out what can only lose when the item layer alone is maximised: savings on single
 * units that an unlimited, better one on the same line beats.
 */
export class ItemSearch {
  private readonly lines: readonly PreparedLine[];
  private readonly promos: readonly ItemPromo[];
  private readonly hooks: ItemSearchHooks;
  private readonly budget: WorkBudget;
  private readonly order: readonly number[];
  private readonly choices: readonly (readonly Choice[])[];
  /** Best worth of a unit of the line at a depth, over its choices from an index on. */
  private readonly bestWorth: readonly (readonly number[])[];
  /** Most that the lines from a depth on can save. */
  private readonly suffixFen: readonly number[];
  private readonly state: readonly PromoState[];

  constructor(
    lines: readonly PreparedLine[],
    promos: readonly ItemPromo[],
    only: readonly number[],
    all: boolean,
    hooks: ItemSearchHooks,
    budget: WorkBudget,
  ) {
    const wanted = new Set(only);
    this.lines = lines;
    this.promos = promos;
    this.hooks = hooks;
    this.budget = budget;
    this.order = byFallingPrice(lines).filter((line) => wanted.has(line));
    this.choices = this.order.map((line) => choicesOf(promos, line, all));
    this.bestWorth = this.choices.map((choices) =>
      choices.map((_, from) => Math.max(...choices.slice(from).map((choice) => choice.worthFen))),
    );
    this.suffixFen = suffixSums(
      this.order.map((line, depth) => (lines[line]?.quantity ?? 0) * (this.bestWorth[depth]?.[0] ?? 0)),
    );
    this.state = promos.map(() => ({ units: [], savedFen: 0 }));
  }

  /** Upper bound on the saving before anything is decided. */
  get rootBoundFen(): number {
    return Math.floor((this.suffixFen[0] ?? 0) + EPSILON);
  }

  run(): void {
    // The walk is recursive: a basket too wide for the stack is answered with its bound instead.
    if (this.choices.reduce((sum, choices) => sum + choices.length + 1, 0) > DECIDE_LIMITS.maxSearchDepth) {
      this.hooks.cut(this.rootBoundFen);
      return;
    }
    this.place(0, 0, this.lines[this.order[0] ?? -1]?.quantity ?? 0);
  }

  private place(depth: number, choice: number, left: number): void {
    const line = this.order[depth];
    if (line === undefined) {
      const savedFen = this.state.reduce((sum, state) => sum + state.savedFen, 0);
      this.hooks.leaf(
        this.state.map((state) => state.units),
        savedFen,
      );
      return;
    }
    const here = this.choices[depth]?.[choice];
    if (here === undefined || left === 0) {
      this.place(depth + 1, 0, this.lines[this.order[depth + 1] ?? -1]?.quantity ?? 0);
      return;
    }
    const boundFen = this.bound(depth, choice, left, line);
    if (this.hooks.prune(boundFen)) return;
    if (!this.budget.spend()) {
      this.hooks.cut(boundFen);
      return;
    }
    const promo = this.promos[here.promo];
    const state = this.state[here.promo];
    if (!promo || !state) return;
    let taken = 0;
    while (taken < left && state.units.length < promo.maxUnits) {
      this.push(promo, state, line);
      taken += 1;
    }
    const fewest = here.takesRest ? taken : 0;
    for (; taken >= fewest; taken -= 1) {
      this.place(depth, choice + 1, left - taken);
      if (taken > 0) this.pop(promo, state);
    }
    for (; taken > 0; taken -= 1) this.pop(promo, state);
  }

  private push(promo: ItemPromo, state: PromoState, line: number): void {
    state.units.push(line);
    state.savedFen += this.completedFen(promo, state, line);
  }

  private pop(promo: ItemPromo, state: PromoState): void {
    const line = state.units.at(-1);
    if (line === undefined) return;
    state.savedFen -= this.completedFen(promo, state, line);
    state.units.pop();
  }

  /** What the newest unit adds: its own saving, or that of the group that it completes. */
  private completedFen(promo: ItemPromo, state: PromoState, line: number): number {
    if (!promo.group) return promo.saveFen[line] ?? 0;
    if (state.units.length % promo.group.size !== 0) return 0;
    return state.units.slice(-promo.group.get).reduce((sum, unit) => sum + (promo.saveFen[unit] ?? 0), 0);
  }

  /**
   * Savings so far, plus the most that open groups and units not yet placed can add. Units not yet placed count with their share of a
   * group; the units that complete an open group cost at most what this line's do, which limits what the group adds beyond those shares.
   */
  private bound(depth: number, choice: number, left: number, line: number): number {
    let boundFen = left * (this.bestWorth[depth]?.[choice] ?? 0) + (this.suffixFen[depth + 1] ?? 0);
    for (let index = 0; index < this.promos.length; index += 1) {
      const promo = this.promos[index];
      const state = this.state[index];
      if (!promo || !state || state.units.length === 0) continue;
      boundFen += state.savedFen;
      if (!promo.group) continue;
      boundFen += this.openGroupFen(promo, promo.group, state, line);
    }
    return Math.floor(boundFen + EPSILON);
  }

  /** What an open group can add beyond the shares of the units that would complete it. */
  private openGroupFen(
    promo: ItemPromo,
    group: { size: number; get: number },
    state: PromoState,
    line: number,
  ): number {
    const open = state.units.length % group.size;
    if (open === 0) return 0;
    const share = group.get / group.size;
    const unitFen = this.unitSaving(promo, line, state);
    const buy = group.size - group.get;
    if (open <= buy) return open * share * unitFen;
    const placedFen = state.units.slice(buy - open).reduce((sum, unit) => sum + (promo.saveFen[unit] ?? 0), 0);
    return placedFen + (group.size - open) * (1 - share) * unitFen;
  }

  /** Saving of a unit at this line's price; a line outside the promo falls back to the last placed unit's, which is no smaller. */
  private unitSaving(promo: ItemPromo, line: number, state: PromoState): number {
    const own = promo.saveFen[line] ?? 0;
    return own > 0 ? own : (promo.saveFen[state.units.at(-1) ?? line] ?? 0);
  }
}

function choicesOf(promos: readonly ItemPromo[], line: number, all: boolean): Choice[] {
  const choices: Choice[] = [];
  promos.forEach((promo, index) => {
    const saveFen = promo.saveFen[line] ?? 0;
    // In a group even a unit that saves nothing itself can complete it for the others.
    if (promo.group ? !promo.live.lines.includes(line) : saveFen === 0) return;
    const worthFen = promo.group ? (saveFen * promo.group.get) / promo.group.size : saveFen;
    choices.push({ promo: index, worthFen, takesRest: false });
  });
  const sorted = choices.sort((a, b) => b.worthFen - a.worthFen || a.promo - b.promo);
  if (all) return sorted;
  const isFree = ({ promo }: Choice): boolean => isUnlimitedSingle(promos[promo]);
  const floor = sorted.find(isFree);
  if (!floor) return sorted;
  // Single savings at or below the best unlimited one can't improve the item layer; that one goes last and takes what is left.
  const others = sorted.filter(
    (choice) => !isFree(choice) && (promos[choice.promo]?.group || choice.worthFen > floor.worthFen),
  );
  return [...others, { ...floor, takesRest: true }];
}

/** A saving on each unit by itself, as often as one likes. */
export function isUnlimitedSingle(promo: ItemPromo | undefined): boolean {
  return promo !== undefined && !promo.group && promo.maxUnits === Number.POSITIVE_INFINITY;
}

function suffixSums(values: readonly number[]): number[] {
  const sums = [...values, 0];
  for (let index = values.length - 1; index >= 0; index -= 1)
    sums[index] = (values[index] ?? 0) + (sums[index + 1] ?? 0);
  return sums;
}
