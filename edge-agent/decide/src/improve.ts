import { byFallingPrice } from './item-promos.ts';
import type { ItemPromo, PreparedLine, WorkBudget } from './model.ts';
import type { ThresholdTerm } from './thresholds.ts';

/** Rounds over all moves; each round but the last has found something better, so few are ever used. */
const MAX_ROUNDS = 6;

/** Units of a line handed from one promo to another; -1 stands for none. */
interface Move {
  readonly line: number;
  readonly from: number;
  readonly to: number;
  readonly units: number;
}

/**
 * Makes an assignment of units better by moving units of one line, or the units of two lines that complete a group, as long as
 * that saves more on items and thresholds together. A good first answer is what lets the exact search leave most of its tree unseen.
 */
export class Improver {
  private readonly lines: readonly PreparedLine[];
  private readonly promos: readonly ItemPromo[];
  private readonly terms: readonly ThresholdTerm[];
  private readonly budget: WorkBudget;
  /** Lines of each promo, dearest first, and the promos of each line. */
  private readonly linesOf: readonly (readonly number[])[];
  private readonly promosOf: readonly (readonly number[])[];
  private readonly termsOf: readonly (readonly ThresholdTerm[])[];
  /** Units of a line in a promo, and those in none. */
  private readonly counts: number[][];
  private readonly free: number[];
  /** What each promo saves on each line. */
  private readonly saved: number[][];
  private savedFen = 0;

  constructor(
    lines: readonly PreparedLine[],
    promos: readonly ItemPromo[],
    terms: readonly ThresholdTerm[],
    budget: WorkBudget,
  ) {
    const order = byFallingPrice(lines);
    this.lines = lines;
    this.promos = promos;
    this.terms = terms;
    this.budget = budget;
    this.linesOf = promos.map((promo) => {
      const touched = new Set(promo.live.lines);
      return order.filter((line) => touched.has(line));
    });
    this.promosOf = lines.map((_, line) =>
      promos.flatMap((promo, index) => (promo.live.lines.includes(line) ? [index] : [])),
    );
    this.termsOf = lines.map((_, line) => terms.filter((term) => term.inside.has(line)));
    this.counts = promos.map(() => lines.map(() => 0));
    this.free = lines.map((line) => line.quantity);
    this.saved = promos.map(() => lines.map(() => 0));
  }

  /** Units by promo, dearest first, that save at least as much as the given ones. */
  run(units: readonly (readonly number[])[], only: readonly number[]): number[][] {
    this.start(units);
    this.budget.spend(2 * this.promos.length * this.lines.length);
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      let better = false;
      for (const line of only) better = this.improveLine(line) || better;
      if (!better || this.budget.left <= 0) break;
    }
    return this.linesOf.map((lines, promo) =>
      lines.flatMap((line) => Array.from({ length: this.counts[promo]?.[line] ?? 0 }, () => line)),
    );
  }

  private start(units: readonly (readonly number[])[]): void {
    for (const term of this.terms) term.committedFen = 0;
    units.forEach((list, promo) => {
      for (const line of list) this.shift({ line, from: -1, to: promo, units: 1 });
    });
    for (let promo = 0; promo < this.promos.length; promo += 1) this.recount(promo);
  }

  private worthFen(): number {
    let worthFen = this.savedFen;
    for (const term of this.terms) worthFen += term.gainFen(term.committedFen);
    return worthFen;
  }

  private improveLine(line: number): boolean {
    let better = false;
    const own = this.promosOf[line] ?? [];
    for (const from of [-1, ...own]) {
      for (const to of [...own, -1]) {
        const have = this.countOf(line, from);
        if (from === to || have === 0) continue;
        better = this.attempt([{ line, from, to, units: 1 }]) || better;
        const rest = this.countOf(line, from);
        if (rest > 1) better = this.attempt([{ line, from, to, units: rest }]) || better;
        if (to >= 0) better = this.completeGroup(line, from, to) || better;
      }
    }
    return better;
  }

  /** Moves units of this line together with the units of a partner that make whole groups with them. */
  private completeGroup(line: number, from: number, to: number): boolean {
    const size = this.promos[to]?.group?.size ?? 0;
    for (let units = 1; units < size; units += 1) {
      for (const partner of this.linesOf[to] ?? []) {
        if (partner === line) continue;
        for (const source of [-1, ...(this.promosOf[partner] ?? [])]) {
          if (source === to || this.countOf(partner, source) < size - units || this.countOf(line, from) < units)
            continue;
          const second = { line: partner, from: source, to, units: size - units };
          if (this.attempt([{ line, from, to, units }, second])) return true;
        }
      }
    }
    return false;
  }

  private countOf(line: number, promo: number): number {
    return (promo < 0 ? this.free[line] : this.counts[promo]?.[line]) ?? 0;
  }

  /** Makes the moves and keeps them when they save more. */
  private attempt(moves: readonly Move[]): boolean {
    let cost = 4 + 2 * this.terms.length;
    for (const { from, to } of moves) cost += 3 * ((this.linesOf[from]?.length ?? 0) + (this.linesOf[to]?.length ?? 0));
    if (!this.budget.spend(cost)) return false;
    const beforeFen = this.worthFen();
    for (const move of moves) this.shift(move);
    const fits = moves.every(({ to }) => this.fits(to));
    this.recountAll(moves);
    if (fits && this.worthFen() > beforeFen) return true;
    for (const move of moves) this.shift({ ...move, from: move.to, to: move.from });
    this.recountAll(moves);
    return false;
  }

  private fits(promo: number): boolean {
    let units = 0;
    for (const line of this.linesOf[promo] ?? []) units += this.countOf(line, promo);
    return units <= (this.promos[promo]?.maxUnits ?? Number.POSITIVE_INFINITY);
  }

  private shift({ line, from, to, units }: Move): void {
    const source = from < 0 ? this.free : this.counts[from];
    const target = to < 0 ? this.free : this.counts[to];
    if (!source || !target) return;
    source[line] = (source[line] ?? 0) - units;
    target[line] = (target[line] ?? 0) + units;
  }

  private recountAll(moves: readonly Move[]): void {
    for (const { from, to } of moves) {
      this.recount(from);
      this.recount(to);
    }
  }

  /** Works out anew what a promo saves on each of its lines. */
  private recount(index: number): void {
    const promo = this.promos[index];
    const saved = this.saved[index];
    const counts = this.counts[index];
    if (!promo || !saved || !counts) return;
    const { group } = promo;
    const lines = this.linesOf[index] ?? [];
    let units = 0;
    for (const line of lines) units += counts[line] ?? 0;
    const whole = group ? Math.floor(units / group.size) * group.size : units;
    let position = 0;
    for (const line of lines) {
      let discounted = counts[line] ?? 0;
      if (group) {
        const end = position + discounted;
        discounted = paidLess(Math.min(end, whole), group) - paidLess(Math.min(position, whole), group);
        position = end;
      }
      const amountFen = discounted * (promo.saveFen[line] ?? 0);
      const changeFen = amountFen - (saved[line] ?? 0);
      if (changeFen === 0) continue;
      saved[line] = amountFen;
      this.savedFen += changeFen;
      for (const term of this.termsOf[line] ?? []) term.committedFen += changeFen;
    }
  }
}

/** Discounted units among the first `count` of a row of groups, the discounted ones last in each. */
function paidLess(count: number, group: { size: number; get: number }): number {
  const whole = Math.floor(count / group.size);
  return whole * group.get + Math.max(0, count - whole * group.size - (group.size - group.get));
}
