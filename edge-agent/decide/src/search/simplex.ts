import type { Program } from './program.ts';

/** What a solve came to: `optimal`, `infeasible` (proven: nothing within the bounds), or `stopped` by its limit or by rounding. */
export type Solved = 'optimal' | 'infeasible' | 'stopped';

/** Bounds may be missed by this much, in scaled units. */
const TOLERANCE = 1e-9;
/** A pivot smaller than this share of its row's largest cell is noise. */
const SMALLEST_PIVOT = 1e-7;
/** Cells below this are cleared. */
const ZERO = 1e-13;
/** Share of a sum of absolute terms by which double precision may be off: far above what a few thousand additions can lose. */
const SAFETY = 1e-13;
/** Pivots after which the tableau is built anew. */
const PIVOTS_A_TABLE = 3_000;

/** The power of two next to a size: scaling by it loses nothing. */
function powerOfTwo(size: number): number {
  return 2 ** Math.round(Math.log2(size));
}

/**
 * The linear relaxation of a program, by the dual simplex method for bounded columns on a condensed tableau (Koberstein, "The Dual Simplex
 * Method", 2005, with its bound-flipping ratio test). Bounds may be changed between solves: a basis stays dual feasible, so that each solve
 * starts from the last one. `safeBound` needs no trust in the tableau: any dual values give a valid bound.
 */
export class Relaxation {
  private readonly program: Program;
  private readonly m: number;
  private readonly n: number;
  private readonly table: Float64Array;
  private readonly rowScale: Float64Array;
  private readonly columnScale: Float64Array;
  /** Scaled value of what is basic in a row. Ids below `n` are columns, the others slacks. */
  private readonly basicValue: Float64Array;
  private readonly basic: Int32Array;
  private readonly nonbasic: Int32Array;
  private readonly reduced: Float64Array;
  private readonly atUpper: Uint8Array;
  private readonly low: Float64Array;
  private readonly high: Float64Array;
  /** Where each id stands: row if basic, `-1 - position` if not. */
  private readonly place: Int32Array;
  private readonly nonzero: Int32Array;
  private readonly duals: Float64Array;
  private readonly rests: Float64Array;
  private pivots = 0;
  /** Bounds of the columns as they are now. */
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  /** Cells touched so far: the measure of work. */
  work = 0;

  constructor(program: Program) {
    const m = program.rows.length;
    const n = program.columns.length;
    this.program = program;
    this.m = m;
    this.n = n;
    this.table = new Float64Array(m * n);
    this.rowScale = new Float64Array(m);
    this.columnScale = new Float64Array(n);
    this.basicValue = new Float64Array(m);
    this.basic = new Int32Array(m);
    this.nonbasic = new Int32Array(n);
    this.reduced = new Float64Array(n);
    this.atUpper = new Uint8Array(n);
    this.low = new Float64Array(n + m);
    this.high = new Float64Array(n + m);
    this.place = new Int32Array(n + m);
    this.nonzero = new Int32Array(n);
    this.duals = new Float64Array(m);
    this.rests = new Float64Array(n);
    this.lower = new Float64Array(n);
    this.upper = new Float64Array(n);
    const largest = new Float64Array(m);
    program.columns.forEach((column, j) => {
      const scale = column.most > 64 ? powerOfTwo(column.most / 4) : 1;
      this.columnScale[j] = scale;
      this.lower[j] = column.least;
      this.upper[j] = column.most;
      this.low[j] = column.least / scale;
      this.high[j] = column.most / scale;
      column.rows.forEach((row, k) => {
        largest[row] = Math.max(largest[row] as number, Math.abs(column.coefs[k] ?? 0) * scale);
      });
    });
    program.rows.forEach((row, i) => {
      this.rowScale[i] = 1 / powerOfTwo((largest[i] as number) || 1);
      this.high[n + i] = row.equal ? 0 : Number.POSITIVE_INFINITY;
    });
    this.rebuild();
  }

  /** The tableau of the slack basis under the present bounds. */
  private rebuild(): void {
    const { program, m, n, table, rowScale, columnScale } = this;
    table.fill(0);
    this.pivots = 0;
    this.work += m * n;
    program.rows.forEach((row, i) => {
      this.basic[i] = n + i;
      this.place[n + i] = i;
      this.basicValue[i] = row.limit * (rowScale[i] as number);
    });
    program.columns.forEach((column, j) => {
      const scale = columnScale[j] as number;
      this.nonbasic[j] = j;
      this.place[j] = -1 - j;
      this.reduced[j] = column.worth * scale;
      this.atUpper[j] = column.worth > 0 ? 1 : 0;
      const value = (column.worth > 0 ? this.high[j] : this.low[j]) as number;
      for (let k = 0; k < column.rows.length; k += 1) {
        const row = column.rows[k] as number;
        const coef = (column.coefs[k] as number) * scale * (rowScale[row] as number);
        table[row * n + j] = coef;
        if (value !== 0) this.basicValue[row] = (this.basicValue[row] as number) - coef * value;
      }
    });
  }

  private scaledValue(id: number): number {
    const place = this.place[id] as number;
    if (place >= 0) return this.basicValue[place] as number;
    return (this.atUpper[-1 - place] ? this.high[id] : this.low[id]) as number;
  }

  /** Value of a column in the current basis. */
  valueOf(column: number): number {
    return this.scaledValue(column) * (this.columnScale[column] as number);
  }

  /** Narrows or widens a column; the basis stays and its values follow. */
  bound(column: number, least: number, most: number): void {
    const scale = this.columnScale[column] as number;
    const place = this.place[column] as number;
    const before = this.scaledValue(column);
    this.lower[column] = least;
    this.upper[column] = most;
    this.low[column] = least / scale;
    this.high[column] = most / scale;
    if (place >= 0) return;
    // A column that was fixed took no part in the ratio tests: its reduced worth may ask for the other bound now.
    const worth = this.reduced[-1 - place] as number;
    if (worth > 0) this.atUpper[-1 - place] = 1;
    else if (worth < 0) this.atUpper[-1 - place] = 0;
    this.shift(-1 - place, this.scaledValue(column) - before);
  }

  private shift(position: number, by: number): void {
    if (by === 0) return;
    const { table, n, m, basicValue } = this;
    for (let i = 0; i < m; i += 1) {
      const cell = table[i * n + position] as number;
      if (cell !== 0) basicValue[i] = (basicValue[i] as number) - cell * by;
    }
    this.work += m;
  }

  /** The row whose basic value is furthest out of its bounds; -1 where none is. */
  private leaving(): number {
    const { basic, basicValue, low, high, m } = this;
    let worst = TOLERANCE;
    let row = -1;
    for (let i = 0; i < m; i += 1) {
      const id = basic[i] as number;
      const value = basicValue[i] as number;
      const under = (low[id] as number) - value;
      const over = value - (high[id] as number);
      const out = Math.max(under, over);
      if (out > worst) {
        worst = out;
        row = i;
      }
    }
    this.work += m;
    return row;
  }

  /** Solves from the current basis, with at most `maxPivots`; where rounding got in the way, once more from the start. */
  solve(maxPivots: number): Solved {
    if (this.pivots > PIVOTS_A_TABLE) this.rebuild();
    const solved = this.iterate(maxPivots);
    if (solved !== 'stopped' || this.pivots === 0) return solved;
    this.rebuild();
    return this.iterate(maxPivots);
  }

  private iterate(maxPivots: number): Solved {
    for (let pivots = 0; pivots < maxPivots; pivots += 1) {
      const row = this.leaving();
      if (row < 0) return 'optimal';
      if (!this.step(row)) return this.cannot(row) ? 'infeasible' : 'stopped';
    }
    return 'stopped';
  }

  /** One pivot on a row that is out of its bounds; false where no column can mend it. */
  private step(row: number): boolean {
    const { table, n, reduced, nonbasic, atUpper, low, high, basic, basicValue } = this;
    const id = basic[row] as number;
    const value = basicValue[row] as number;
    const below = value < (low[id] as number);
    const target = (below ? low[id] : high[id]) as number;
    const sign = below ? 1 : -1;
    let slope = Math.abs(target - value);
    const start = row * n;
    // Those that can move the row the right way, gathered once.
    const able: number[] = [];
    let largest = 0;
    for (let j = 0; j < n; j += 1) {
      const cell = table[start + j] as number;
      if (cell === 0) continue;
      const size = cell < 0 ? -cell : cell;
      if (size > largest) largest = size;
      const right = atUpper[j] ? sign * cell > 0 : sign * cell < 0;
      if (!right) continue;
      const column = nonbasic[j] as number;
      if (low[column] !== high[column]) able.push(j);
    }
    this.work += n;
    const smallest = largest * SMALLEST_PIVOT;
    const flipped: number[] = [];
    for (;;) {
      let best = -1;
      let bestRatio = Number.POSITIVE_INFINITY;
      let bestSize = 0;
      for (const j of able) {
        const size = Math.abs(table[start + j] as number);
        if (size <= smallest) continue;
        const ratio = Math.abs(reduced[j] as number) / size;
        if (ratio < bestRatio - 1e-9 || (ratio <= bestRatio + 1e-9 && size > bestSize)) {
          best = j;
          bestRatio = ratio;
          bestSize = size;
        }
      }
      this.work += able.length;
      if (best < 0) return false;
      const column = nonbasic[best] as number;
      const range = (high[column] as number) - (low[column] as number);
      if (slope - bestSize * range > TOLERANCE) {
        slope -= bestSize * range;
        flipped.push(best);
        able.splice(able.indexOf(best), 1);
        continue;
      }
      for (const j of flipped) this.flip(j);
      this.pivot(row, best, target);
      return true;
    }
  }

  private flip(position: number): void {
    const column = this.nonbasic[position] as number;
    const range = (this.high[column] as number) - (this.low[column] as number);
    const up = this.atUpper[position] as number;
    this.atUpper[position] = up ? 0 : 1;
    this.shift(position, up ? -range : range);
  }

  private pivot(row: number, position: number, target: number): void {
    const { table, n, m, reduced, nonzero, basicValue, basic, nonbasic, place, atUpper } = this;
    const start = row * n;
    const pivot = table[start + position] as number;
    const leaving = basic[row] as number;
    const entering = nonbasic[position] as number;
    const by = ((basicValue[row] as number) - target) / pivot;
    const enteringValue = this.scaledValue(entering) + by;
    const inverse = 1 / pivot;
    let count = 0;
    for (let j = 0; j < n; j += 1) {
      const cell = table[start + j] as number;
      if (cell === 0 || j === position) continue;
      table[start + j] = cell * inverse;
      nonzero[count] = j;
      count += 1;
    }
    for (let i = 0; i < m; i += 1) {
      const base = i * n;
      const factor = table[base + position] as number;
      if (factor === 0 || i === row) continue;
      basicValue[i] = (basicValue[i] as number) - factor * by;
      for (let k = 0; k < count; k += 1) {
        const j = nonzero[k] as number;
        const cell = (table[base + j] as number) - factor * (table[start + j] as number);
        table[base + j] = cell > ZERO || cell < -ZERO ? cell : 0;
      }
      table[base + position] = -factor * inverse;
      this.work += count;
    }
    const cost = reduced[position] as number;
    if (cost !== 0) {
      for (let k = 0; k < count; k += 1) {
        const j = nonzero[k] as number;
        reduced[j] = (reduced[j] as number) - cost * (table[start + j] as number);
      }
    }
    reduced[position] = -cost * inverse;
    table[start + position] = inverse;
    basic[row] = entering;
    basicValue[row] = enteringValue;
    nonbasic[position] = leaving;
    atUpper[position] = target === this.high[leaving] && target !== this.low[leaving] ? 1 : 0;
    place[entering] = row;
    place[leaving] = -1 - position;
    this.pivots += 1;
    this.work += n + m;
  }

  /** Most that `sum of (worth - duals x coefs) x column` plus `duals x limits` can be within the bounds, rounding errors included. */
  private boxed(useWorth: boolean): number {
    const { program, duals, lower, upper, rests } = this;
    const { rows, columns } = program;
    let sum = 0;
    let size = 0;
    for (let i = 0; i < rows.length; i += 1) {
      const dual = duals[i] as number;
      if (dual === 0) continue;
      const term = dual * (rows[i]?.limit ?? 0);
      sum += term;
      size += term < 0 ? -term : term;
    }
    for (let j = 0; j < columns.length; j += 1) {
      const column = columns[j];
      if (!column) continue;
      let rest = useWorth ? column.worth : 0;
      let around = rest < 0 ? -rest : rest;
      for (let k = 0; k < column.rows.length; k += 1) {
        const term = (duals[column.rows[k] as number] as number) * (column.coefs[k] as number);
        rest -= term;
        around += term < 0 ? -term : term;
      }
      rests[j] = rest;
      sum += rest * ((rest > 0 ? upper[j] : lower[j]) as number);
      size += around * (upper[j] as number);
    }
    this.work += columns.length * 4;
    return sum + size * SAFETY;
  }

  /** A bound on the best worth within the current bounds. Valid whatever the tableau's rounding did; tight when solved. */
  safeBound(): number {
    const { duals, n, nonbasic, reduced, program, rowScale } = this;
    duals.fill(0);
    for (let j = 0; j < n; j += 1) {
      const id = nonbasic[j] as number;
      if (id < n) continue;
      const dual = -(reduced[j] as number) * (rowScale[id - n] as number);
      duals[id - n] = dual > 0 || program.rows[id - n]?.equal ? dual : 0;
    }
    return this.boxed(true);
  }

  /** After `safeBound`: by how much the bound falls when a column leaves, by one, the bound that its worth asks for. */
  costOfLeaving(column: number): number {
    return Math.abs(this.rests[column] as number);
  }

  /** After `safeBound`: true where a column's worth asks for its upper bound. */
  wantsUpper(column: number): boolean {
    return (this.rests[column] as number) > 0;
  }

  /** Proves by the row's own multipliers that nothing within the bounds satisfies the rows. */
  private cannot(row: number): boolean {
    const { duals, n, nonbasic, basic, table, high, program, basicValue, rowScale } = this;
    const id = basic[row] as number;
    // The row reads: basic + sum(cell x nonbasic) = constant. Above its upper bound it can't sink, below its lower it can't rise.
    const sign = (basicValue[row] as number) > (high[id] as number) ? -1 : 1;
    duals.fill(0);
    if (id >= n) duals[id - n] = sign * (rowScale[id - n] as number);
    for (let j = 0; j < n; j += 1) {
      const other = nonbasic[j] as number;
      if (other >= n) duals[other - n] = sign * (table[row * n + j] as number) * (rowScale[other - n] as number);
    }
    // Multipliers of "<=" rows must not be negative; noise below zero is dropped, and what is left still proves what it proves.
    for (let i = 0; i < this.m; i += 1) {
      if (!program.rows[i]?.equal && (duals[i] as number) < 0) duals[i] = 0;
    }
    return this.boxed(false) < 0;
  }
}
