import { Heap } from './heap.ts';
import type { Program } from './program.ts';
import { Relaxation } from './simplex.ts';

/** How near to a whole number a value must be to count as one. */
const WHOLE = 1e-6;
const PIVOTS_PER_COLUMN = 20;
/** Nodes that may be spent on ties; after them only differences of a whole fen are followed. */
const NODES_FOR_TIES = 60;
/** From this rank on both halves of a split are looked at before one is followed. */
const LOOK_AHEAD_RANK = 3;

/** What the search asks of the exact world. */
export interface Exact {
  /** The exact worth of whole values of the columns, or -Infinity where they are not allowed after all. */
  worthOf(point: Float64Array): number;
  /** Smallest difference in worth that matters: below it an answer is as good as another. At most 1, a fen. */
  readonly step: number;
  /** Smallest difference in worth between two answers of which one saves a fen more: 1, less what ties can weigh against it. */
  readonly fenStep: number;
}

/** Counts work down in touched cells, so that a limit bounds real cost and the same inputs stop at the same place. */
export class WorkLimit {
  private cells: number;

  constructor(cells: number) {
    this.cells = cells;
  }

  get left(): number {
    return this.cells;
  }

  spend(cells: number): void {
    this.cells -= cells;
  }
}

/** The best point found, its worth, and a bound that no allowed point exceeds by a fen: `bound - worth < 1` is a proof. */
export interface Best {
  readonly worth: number;
  readonly point: Float64Array | undefined;
  readonly bound: number;
}

/** A narrower column on the way to a node. */
interface Change {
  readonly column: number;
  readonly least: number;
  readonly most: number;
  readonly before: Change | undefined;
}

/** A node that waits: no point below it is worth more than `bound`. */
interface Open {
  readonly bound: number;
  readonly serial: number;
  readonly change: Change | undefined;
}

/**
 * Branch and bound: the open node with the highest bound is followed down until it is answered or shown to be no better than what is known
 * (best first, with plunging; Achterberg, "Constraint Integer Programming", 2007). Each relaxation starts from the basis of the last.
 */
export function maximise(program: Program, exact: Exact, knownWorth: number, limit: WorkLimit): Best {
  return new Search(program, exact, knownWorth, limit).run();
}

/** What splits on each column have cost so far, for each unit that its value was moved (pseudo-costs). */
class SplitCosts {
  private readonly down: Float64Array;
  private readonly up: Float64Array;
  private readonly downs: Float64Array;
  private readonly ups: Float64Array;

  constructor(program: Program) {
    const n = program.columns.length;
    this.down = new Float64Array(n);
    this.up = new Float64Array(n);
    this.downs = new Float64Array(n).fill(1);
    this.ups = new Float64Array(n).fill(1);
    // Before anything is known: a column that is worth more costs more.
    program.columns.forEach((column, j) => {
      const guess = 0.1 * Math.abs(column.worth) + 1;
      this.down[j] = guess;
      this.up[j] = guess;
    });
  }

  learn(column: number, up: boolean, moved: number, lost: number): void {
    const [sums, counts] = up ? [this.up, this.ups] : [this.down, this.downs];
    sums[column] = (sums[column] as number) + lost / Math.max(moved, WHOLE);
    counts[column] = (counts[column] as number) + 1;
  }

  score(column: number, fraction: number): number {
    const down = ((this.down[column] as number) / (this.downs[column] as number)) * fraction;
    const up = ((this.up[column] as number) / (this.ups[column] as number)) * (1 - fraction);
    return Math.max(down, 1e-6) * Math.max(up, 1e-6);
  }
}

class Search {
  private readonly program: Program;
  private readonly exact: Exact;
  private readonly limit: WorkLimit;
  private readonly relaxation: Relaxation;
  private readonly values: Float64Array;
  private readonly nodeCost: number;
  private readonly waiting = new Heap<Open>(
    (a, b) => a.bound > b.bound || (a.bound === b.bound && a.serial > b.serial),
  );
  /** What waits before there is an answer: the newest first, so that one is found soon. */
  private readonly untilAnswer: Open[] = [];
  private readonly costs: SplitCosts;
  private here: Change | undefined;
  private lastSplit: { readonly column: number; readonly up: boolean; readonly moved: number } | undefined;
  private worth: number;
  private point: Float64Array | undefined;
  private serial = 0;
  private spent = 0;

  constructor(program: Program, exact: Exact, knownWorth: number, limit: WorkLimit) {
    this.program = program;
    this.exact = exact;
    this.limit = limit;
    this.worth = knownWorth;
    this.relaxation = new Relaxation(program);
    this.values = new Float64Array(program.columns.length);
    this.costs = new SplitCosts(program);
    const terms = program.columns.reduce((sum, column) => sum + column.rows.length, 0);
    this.nodeCost = 10 * terms + 20 * (program.columns.length + program.rows.length);
  }

  run(): Best {
    // The first relaxation is solved whatever the limit: without it there would be no bound.
    this.plunge(Number.POSITIVE_INFINITY);
    let node = this.next();
    while (node && this.limit.left > 0) {
      if (this.worthwhile(node.bound)) {
        this.goTo(node.change);
        this.plunge(node.bound);
      } else if (this.point) {
        break;
      }
      node = this.next();
    }
    // What is left waiting, and the node at hand, is what may still be better.
    const left = [node, ...this.untilAnswer, this.waiting.first].map((one) => one?.bound ?? Number.NEGATIVE_INFINITY);
    const open = Math.max(...left);
    return { worth: this.worth, point: this.point, bound: this.worthwhile(open) ? open : this.worth };
  }

  private next(): Open | undefined {
    if (!this.point) return this.untilAnswer.pop();
    for (const one of this.untilAnswer.splice(0)) this.waiting.push(one);
    return this.waiting.pop();
  }

  private worthwhile(bound: number): boolean {
    return bound >= this.worth + this.step;
  }

  private get step(): number {
    return this.serial < NODES_FOR_TIES ? this.exact.step : this.exact.fenStep;
  }

  /** Makes the columns as narrow as the changes say, and no narrower. */
  private goTo(change: Change | undefined): void {
    const { relaxation, program } = this;
    if (change === this.here) return;
    const wanted = new Map<number, Change>();
    for (let one = change; one; one = one.before) if (!wanted.has(one.column)) wanted.set(one.column, one);
    for (let one = this.here; one; one = one.before) {
      if (wanted.has(one.column)) continue;
      const column = program.columns[one.column];
      if (column) relaxation.bound(one.column, column.least, column.most);
    }
    for (const one of wanted.values()) relaxation.bound(one.column, one.least, one.most);
    this.here = change;
  }

  private narrow(column: number, least: number, most: number): void {
    this.here = { column, least, most, before: this.here };
    this.relaxation.bound(column, least, most);
  }

  /** Solves the relaxation here: its safe bound, -Infinity where nothing is allowed. */
  private solveHere(above: number): number {
    const { relaxation, program, limit } = this;
    const solved = relaxation.solve(PIVOTS_PER_COLUMN * (program.columns.length + program.rows.length));
    limit.spend(relaxation.work - this.spent + this.nodeCost);
    this.spent = relaxation.work;
    return solved === 'infeasible' ? Number.NEGATIVE_INFINITY : Math.min(above, relaxation.safeBound());
  }

  /** Follows one node down; the other halves of its splits wait. */
  private plunge(above: number): void {
    let bound = above;
    for (;;) {
      const before = bound;
      bound = this.solveHere(bound);
      this.learn(before, bound);
      if (!this.worthwhile(bound)) return;
      if (this.limit.left <= 0) {
        this.wait(bound, this.here);
        return;
      }
      this.fixByWorth(bound);
      const column = this.fractional();
      if (column < 0) {
        if (!this.answered(bound)) return;
      } else if ((this.program.columns[column]?.rank ?? 0) >= LOOK_AHEAD_RANK) {
        bound = this.lookAhead(column, bound);
        if (!this.worthwhile(bound)) return;
      } else {
        this.split(column, bound);
      }
    }
  }

  /** What the last split cost; one that leaves nothing allowed counts as all that was to be won. */
  private learn(before: number, bound: number): void {
    const { lastSplit } = this;
    this.lastSplit = undefined;
    if (!lastSplit || !Number.isFinite(before)) return;
    const lost = Number.isFinite(bound) ? before - bound : Math.max(1, before - this.worth);
    this.costs.learn(lastSplit.column, lastSplit.up, lastSplit.moved, Math.max(0, lost));
  }

  /** Columns whose leaving of their bound would cost more than an answer may are fixed below this node. */
  private fixByWorth(bound: number): void {
    const { relaxation, program } = this;
    const spare = bound - this.worth - this.step;
    if (!Number.isFinite(spare)) return;
    for (let j = 0; j < program.columns.length; j += 1) {
      const least = relaxation.lower[j] as number;
      const most = relaxation.upper[j] as number;
      if (least === most || !program.columns[j]?.whole) continue;
      // A column may leave its bound by so many whole steps, and no more.
      const steps = Math.max(0, Math.floor(spare / relaxation.costOfLeaving(j)));
      if (!(steps < most - least)) continue;
      if (relaxation.wantsUpper(j)) this.narrow(j, most - steps, most);
      else this.narrow(j, least, least + steps);
    }
  }

  /** Splits where much hangs on it: both halves are solved, the worse one waits with its own bound. Answers the bound of the better. */
  private lookAhead(column: number, bound: number): number {
    const halves = this.halves(column);
    const from = this.here;
    const bounds = halves.map(([least, most]) => {
      this.goTo({ column, least, most, before: from });
      return this.solveHere(bound);
    });
    this.goTo(from);
    const [first, second] = bounds as [number, number];
    const better = second > first ? 1 : 0;
    const other = halves[1 - better] as readonly [number, number];
    const otherBound = bounds[1 - better] as number;
    if (this.worthwhile(otherBound)) {
      this.wait(otherBound, { column, least: other[0], most: other[1], before: from });
    }
    const next = halves[better] as readonly [number, number];
    this.narrow(column, next[0], next[1]);
    return bounds[better] as number;
  }

  private wait(bound: number, change: Change | undefined): void {
    this.serial += 1;
    const open = { bound, serial: this.serial, change };
    if (this.point) this.waiting.push(open);
    else this.untilAnswer.push(open);
  }

  /** All values are whole: an answer. Where its exact worth is below the relaxation's, the rest is split on: then true. */
  private answered(bound: number): boolean {
    const { relaxation, values, program } = this;
    const { columns } = program;
    for (let j = 0; j < columns.length; j += 1) {
      const value = relaxation.valueOf(j);
      values[j] = columns[j]?.whole ? Math.round(value) : value;
    }
    const worth = this.allowed() ? this.exact.worthOf(values) : Number.NEGATIVE_INFINITY;
    if (worth > this.worth) {
      this.worth = worth;
      this.point = values.slice();
    }
    if (bound < this.worth + this.exact.fenStep) return false;
    const free = columns.findIndex(
      (column, j) => column.whole && (relaxation.lower[j] as number) < (relaxation.upper[j] as number),
    );
    if (free < 0) return false;
    this.split(free, bound);
    return true;
  }

  /** Columns are within their bounds and rows of whole columns hold exactly: a solve that rounding stopped may leave neither. */
  private allowed(): boolean {
    const { program, values } = this;
    const within = program.columns.every(({ least, most }, j) => {
      const value = values[j] as number;
      return value >= least && value <= most;
    });
    if (!within) return false;
    const sums = new Float64Array(program.rows.length);
    const loose = new Uint8Array(program.rows.length);
    program.columns.forEach((column, j) => {
      const value = values[j] as number;
      for (let k = 0; k < column.rows.length; k += 1) {
        const row = column.rows[k] as number;
        if (column.whole) sums[row] = (sums[row] as number) + value * (column.coefs[k] as number);
        else loose[row] = 1;
      }
    });
    return program.rows.every((row, i) => {
      if (loose[i]) return true;
      return row.equal ? sums[i] === row.limit : (sums[i] as number) <= row.limit;
    });
  }

  /** The column to split on: of the highest rank, the one whose split is expected to lower the bound most. */
  private fractional(): number {
    const { columns } = this.program;
    const { relaxation, costs } = this;
    let best = -1;
    let bestRank = -1;
    let bestScore = -1;
    for (let j = 0; j < columns.length; j += 1) {
      const column = columns[j];
      if (!column?.whole || column.rank < bestRank || relaxation.lower[j] === relaxation.upper[j]) continue;
      const value = relaxation.valueOf(j);
      if (Math.abs(value - Math.round(value)) <= WHOLE) continue;
      const score = costs.score(j, value - Math.floor(value));
      if (column.rank === bestRank && score <= bestScore) continue;
      best = j;
      bestRank = column.rank;
      bestScore = score;
    }
    return best;
  }

  /** The two halves of a column's range at its value, the nearer first. */
  private halves(column: number): [readonly [number, number], readonly [number, number]] {
    const { relaxation } = this;
    const least = relaxation.lower[column] as number;
    const most = relaxation.upper[column] as number;
    const value = relaxation.valueOf(column);
    // A solve that was stopped may leave values outside of their bounds.
    const near = Math.min(most, Math.max(least, Math.round(value)));
    const isWhole = Math.abs(value - near) <= WHOLE;
    const below = isWhole ? (near < most ? near : near - 1) : Math.floor(value);
    const cut = Math.min(most - 1, Math.max(least, below));
    const upFirst = isWhole ? near > cut : value - cut >= 0.5;
    const low = [least, cut] as const;
    const high = [cut + 1, most] as const;
    return upFirst ? [high, low] : [low, high];
  }

  /** Splits on a column: goes on with the nearer half, the other waits. */
  private split(column: number, bound: number): void {
    const value = this.relaxation.valueOf(column);
    const [next, later] = this.halves(column);
    this.wait(bound, { column, least: later[0], most: later[1], before: this.here });
    const up = next[0] > value;
    this.lastSplit = { column, up, moved: up ? next[0] - value : value - next[1] };
    this.narrow(column, next[0], next[1]);
  }
}
