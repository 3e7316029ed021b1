/** A sum of variables (by index) times whole or decimal factors, plus a constant. */
export interface Expression {
  readonly terms: readonly (readonly [variable: number, factor: number])[];
  readonly constant: number;
}

export const NOTHING: Expression = { terms: [], constant: 0 };

export const constant = (value: number): Expression => ({ terms: [], constant: value });

export const times = (factor: number, variable: number): Expression => ({ terms: [[variable, factor]], constant: 0 });

export const scaled = (expression: Expression, factor: number): Expression => ({
  terms: expression.terms.map(([variable, by]) => [variable, by * factor]),
  constant: expression.constant * factor,
});

export const total = (expressions: readonly Expression[]): Expression => ({
  terms: expressions.flatMap(({ terms }) => terms),
  constant: expressions.reduce((sum, expression) => sum + expression.constant, 0),
});

export const minus = (left: Expression, right: Expression): Expression => total([left, scaled(right, -1)]);

export interface Column {
  readonly lower: number;
  readonly upper: number;
  readonly whole: boolean;
}

export interface Row {
  readonly terms: ReadonlyMap<number, number>;
  readonly lower: number;
  readonly upper: number;
}

/** A mixed-integer program: what is to be as large as possible, and the rows that hold it. */
export class LinearModel {
  readonly columns: Column[] = [];
  readonly rows: Row[] = [];
  readonly objective = new Map<number, number>();

  /** A whole number from 0 to `upper`. */
  whole(upper: number): number {
    return this.columns.push({ lower: 0, upper, whole: true }) - 1;
  }

  /** Yes (1) or no (0). */
  choice(): number {
    return this.whole(1);
  }

  /** Any number from 0 to `upper`. */
  amount(upper: number): number {
    return this.columns.push({ lower: 0, upper, whole: false }) - 1;
  }

  /** Holds an expression between two values, both included. */
  hold(expression: Expression, lower: number, upper: number): void {
    const terms = new Map<number, number>();
    for (const [variable, factor] of expression.terms) terms.set(variable, (terms.get(variable) ?? 0) + factor);
    for (const [variable, factor] of terms) if (factor === 0) terms.delete(variable);
    const bounds = { lower: lower - expression.constant, upper: upper - expression.constant };
    // A row that always holds would only slow the solver down; one without variables that cannot hold must stay.
    if (terms.size > 0 || bounds.lower > 0 || bounds.upper < 0) this.rows.push({ terms, ...bounds });
  }

  /** Holds one expression to at most another. */
  atMost(left: Expression, right: Expression | number): void {
    const difference = typeof right === 'number' ? left : minus(left, right);
    this.hold(difference, Number.NEGATIVE_INFINITY, typeof right === 'number' ? right : 0);
  }

  equal(left: Expression, right: Expression): void {
    this.hold(minus(left, right), 0, 0);
  }

  /** Adds to what is to be as large as possible. A constant would change nothing and is refused. */
  gain(expression: Expression): void {
    if (expression.constant !== 0) throw new RangeError('a gain has no constant');
    for (const [variable, factor] of expression.terms) {
      this.objective.set(variable, (this.objective.get(variable) ?? 0) + factor);
    }
  }
}
