import { byFallingPrice } from './item-promos.ts';
import { DECIDE_LIMITS } from './limits.ts';
import type { ItemPromo, PreparedLine, WorkBudget } from './model.ts';
import type { ThresholdTerm } from './thresholds.ts';

/** What the search asks of its owner. `boundFen` is an upper bound on what items and thresholds can save below a node. */
export interface ItemSearchHooks {
  /** True when nothing below can beat the best known answer. */
  prune(boundFen: number): boolean;
  /**
   * A whole assignment and what it saves, thresholds counted: for each promo, the lines of its units, dearest first. The arrays are
   * reused: copy what you keep.
   */
  leaf(units: readonly (readonly number[])[], savedFen: number): void;
  /** The work limit cut off a subtree that could save at most this much. */
  cut(boundFen: number): void;
}

/** What an assignment is searched over. */
export interface ItemSpace {
  readonly lines: readonly PreparedLine[];
  readonly promos: readonly ItemPromo[];
  /** The lines whose units are placed. */
  readonly only: readonly number[];
  /** Lines on which saving less can pay, so that every choice has to be tried; elsewhere what an unlimited saving beats is left out. */
  readonly tryAll: ReadonlySet<number>;
  readonly terms: readonly ThresholdTerm[];
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

/** A depth of the search: a line, its choices, and bounds over the choices from an index on. */
interface Level {
  readonly line: number;
  readonly quantity: number;
  readonly choices: readonly Choice[];
  /** Best worth of a unit. */
  readonly bestFen: readonly number[];
  /** For each term, how much of that worth is surely a saving on the term's own lines. */
  readonly sureFen: readonly (readonly number[])[];
}

const EPSILON = 1e-6;
/** Fewer unit counts than this left of a line are still bounded one by one when the work limit is reached; more get one bound. */
const MOST_LOOKED_AT = 4;

/**
 * Depth-first search over "how many units of this line go to that promo", dearest line first. Every assignment that could be the best
 * is reached unless the bound rules it out.
 */
export class ItemSearch {
  private readonly space: ItemSpace;
  private readonly hooks: ItemSearchHooks;
  private readonly budget: WorkBudget;
  private readonly levels: readonly Level[];
  /** Most that the lines from a depth on can save; and for each term what of it is surely on the term's lines. */
  private readonly suffixFen: readonly number[];
  private readonly sureSuffixFen: readonly (readonly number[])[];
  private readonly state: readonly PromoState[];
  private readonly groups: readonly number[];
  private readonly termsOf: readonly (readonly ThresholdTerm[])[];
  /** Saved by all promos so far. */
  private savedFen = 0;
  private readonly stepCost: number;

  constructor(space: ItemSpace, hooks: ItemSearchHooks, budget: WorkBudget) {
    const { lines, promos, terms } = space;
    const wanted = new Set(space.only);
    this.space = space;
    this.hooks = hooks;
    this.budget = budget;
    this.levels = byFallingPrice(lines)
      .filter((line) => wanted.has(line))
      .map((line) => levelOf(space, line));
    this.suffixFen = suffixSums(this.levels.map((level) => level.quantity * (level.bestFen[0] ?? 0)));
    this.sureSuffixFen = terms.map((_, term) =>
      suffixSums(this.levels.map((level) => level.quantity * (level.sureFen[term]?.[0] ?? 0))),
    );
    this.state = promos.map(() => ({ units: [], savedFen: 0 }));
    this.groups = promos.flatMap((promo, index) => (promo.group ? [index] : []));
    this.termsOf = lines.map((_, line) => terms.filter((term) => term.inside.has(line)));
    this.stepCost = 2 + this.groups.length + 2 * terms.length;
  }

  /** Upper bound on what items and thresholds can save before anything is placed. */
  rootBoundFen(): number {
    for (const term of this.space.terms) term.committedFen = 0;
    return this.bound(0, 0, this.levels[0]?.quantity ?? 0);
  }

  run(): void {
    const rootFen = this.rootBoundFen();
    // The walk is recursive: a basket too wide for the stack is answered with its bound instead.
    const depth = this.levels.reduce((sum, level) => sum + level.choices.length + 1, 0);
    const setUp = this.levels.length * (this.space.promos.length + this.space.terms.length);
    if (depth > DECIDE_LIMITS.maxSearchDepth || !this.budget.spend(setUp)) {
      this.hooks.cut(rootFen);
      return;
    }
    this.place(0, 0, this.levels[0]?.quantity ?? 0);
  }

  private place(depth: number, choice: number, left: number): void {
    const level = this.levels[depth];
    const boundFen = this.bound(depth, choice, left);
    if (this.hooks.prune(boundFen)) return;
    if (level === undefined) {
      this.hooks.leaf(
        this.state.map((state) => state.units),
        boundFen,
      );
      return;
    }
    const here = level.choices[choice];
    if (here === undefined || left === 0) {
      this.place(depth + 1, 0, this.levels[depth + 1]?.quantity ?? 0);
      return;
    }
    if (!this.budget.spend(this.stepCost + left)) {
      this.hooks.cut(boundFen);
      return;
    }
    const promo = this.space.promos[here.promo];
    const state = this.state[here.promo];
    if (!promo || !state) return;
    let taken = 0;
    while (taken < left && state.units.length < promo.maxUnits) {
      this.push(promo, state, level.line);
      taken += 1;
    }
    const fewest = here.takesRest ? taken : 0;
    for (; taken >= fewest; taken -= 1) {
      this.place(depth, choice + 1, left - taken);
      if (taken > 0) this.pop(promo, state);
      if (taken > MOST_LOOKED_AT && this.budget.left <= 0) {
        this.hooks.cut(boundFen);
        taken -= 1;
        break;
      }
    }
    for (; taken > 0; taken -= 1) this.pop(promo, state);
  }

  private push(promo: ItemPromo, state: PromoState, line: number): void {
    state.units.push(line);
    this.count(promo, state, line, 1);
  }

  private pop(promo: ItemPromo, state: PromoState): void {
    const line = state.units.at(-1);
    if (line === undefined) return;
    this.count(promo, state, line, -1);
    state.units.pop();
  }

  /** Adds or takes back what the newest unit adds: its own saving, or that of the group that it completes. */
  private count(promo: ItemPromo, state: PromoState, line: number, sign: 1 | -1): void {
    if (!promo.group) {
      this.save(promo, state, line, sign);
      return;
    }
    const { length } = state.units;
    if (length % promo.group.size !== 0) return;
    for (let at = length - promo.group.get; at < length; at += 1)
      this.save(promo, state, state.units[at] ?? line, sign);
  }

  private save(promo: ItemPromo, state: PromoState, line: number, sign: 1 | -1): void {
    const amountFen = sign * (promo.saveFen[line] ?? 0);
    state.savedFen += amountFen;
    this.savedFen += amountFen;
    for (const term of this.termsOf[line] ?? []) term.committedFen += amountFen;
  }

  /**
   * Savings so far, plus the most that open groups, units not yet placed and thresholds can add. Units not yet placed count with their
   * share of a group; the units that complete an open group cost at most what this line's do, which limits what the group adds beyond
   * those shares. Exact once everything is placed.
   */
  private bound(depth: number, choice: number, left: number): number {
    const level = this.levels[depth];
    let boundFen = this.savedFen + left * (level?.bestFen[choice] ?? 0) + (this.suffixFen[depth + 1] ?? 0);
    if (level) {
      for (const index of this.groups) {
        const promo = this.space.promos[index];
        const state = this.state[index];
        if (!promo?.group || !state || state.units.length === 0) continue;
        boundFen += this.openGroupFen(promo, promo.group, state, level.line);
      }
    }
    const { terms } = this.space;
    for (let index = 0; index < terms.length; index += 1) {
      const term = terms[index];
      if (!term) continue;
      const restFen = left * (level?.sureFen[index]?.[choice] ?? 0) + (this.sureSuffixFen[index]?.[depth + 1] ?? 0);
      boundFen += term.gainFen(term.committedFen + restFen);
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
    let placedFen = 0;
    for (let at = state.units.length - (open - buy); at < state.units.length; at += 1)
      placedFen += promo.saveFen[state.units[at] ?? line] ?? 0;
    return placedFen + (group.size - open) * (1 - share) * unitFen;
  }

  /** Saving of a unit at this line's price; a line outside the promo falls back to the last placed unit's, which is no smaller. */
  private unitSaving(promo: ItemPromo, line: number, state: PromoState): number {
    const own = promo.saveFen[line] ?? 0;
    return own > 0 ? own : (promo.saveFen[state.units.at(-1) ?? line] ?? 0);
  }
}

function levelOf({ lines, promos, tryAll, terms }: ItemSpace, line: number): Level {
  const choices = choicesOf(promos, line, tryAll.has(line));
  const most = (worths: readonly number[]): number => Math.max(0, ...worths);
  const bestFen = choices.map((_, from) => most(choices.slice(from).map((choice) => choice.worthFen)));
  const sureFen = terms.map((term) => {
    if (!term.inside.has(line)) return choices.map(() => 0);
    // A group that reaches beyond the term's lines may save on those others instead.
    const mayLeave = ({ promo }: Choice): boolean =>
      promos[promo]?.group !== undefined && !promos[promo].live.lines.every((other) => term.inside.has(other));
    return choices.map(
      (_, from) =>
        (bestFen[from] ?? 0) -
        most(
          choices
            .slice(from)
            .filter(mayLeave)
            .map((choice) => choice.worthFen),
        ),
    );
  });
  return { line, quantity: lines[line]?.quantity ?? 0, choices, bestFen, sureFen };
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
