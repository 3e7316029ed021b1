/** A column of an integer program: bounds, what a unit of it is worth, and where it stands in the rows. */
export interface Column {
  readonly worth: number;
  readonly least: number;
  readonly most: number;
  readonly whole: boolean;
  /** Of columns that are not whole, those with the highest rank are split first. */
  readonly rank: number;
  readonly rows: readonly number[];
  readonly coefs: readonly number[];
}

/** `sum of coef x column <= limit`, or `= limit`. */
export interface Row {
  readonly limit: number;
  readonly equal: boolean;
}

/** Maximise the worth of bounded columns under rows. All columns have finite bounds. */
export interface Program {
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
}

interface DraftColumn {
  worth: number;
  least: number;
  most: number;
  whole: boolean;
  rank: number;
  rows: number[];
  coefs: number[];
}

/** Builds a program column by column and row by row. */
export class ProgramDraft implements Program {
  readonly columns: DraftColumn[] = [];
  readonly rows: Row[] = [];

  /** Adds a column from 0 to `most`; answers its index. */
  column(worth: number, most: number, whole: boolean, rank: number): number {
    return this.columns.push({ worth, least: 0, most, whole, rank, rows: [], coefs: [] }) - 1;
  }

  /** Adds a row over `[column, coefficient]` terms, `<= limit` or `= limit`. Terms of one column add up; zero terms vanish. */
  row(terms: Iterable<readonly [number, number]>, limit: number, equal: boolean): void {
    const row = this.rows.push({ limit, equal }) - 1;
    for (const [index, coef] of terms) {
      const column = this.columns[index];
      if (!column || coef === 0) continue;
      const last = column.rows.length - 1;
      if (column.rows[last] === row) column.coefs[last] = (column.coefs[last] ?? 0) + coef;
      else {
        column.rows.push(row);
        column.coefs.push(coef);
      }
    }
  }
}
