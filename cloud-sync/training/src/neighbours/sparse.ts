/** Rows of few numbers each (CSR): row r has the columns `column[start[r] .. start[r + 1])`, ascending, and their values. */
export interface Sparse {
  readonly rows: number;
  readonly columns: number;
  /** int32[rows + 1] */
  readonly start: Int32Array;
  readonly column: Int32Array;
  readonly value: Float32Array;
}

/** Adds rows one after the other; room grows by doubling. */
export class SparseBuilder {
  readonly #columns: number;
  readonly #start: number[] = [0];
  #column: Int32Array;
  #value: Float32Array;
  #size = 0;

  /** @param room numbers to have room for at first */
  constructor(columns: number, room = 1024) {
    this.#columns = columns;
    this.#column = new Int32Array(room);
    this.#value = new Float32Array(room);
  }

  /** @param columns ascending, each once @param values by column, dense @param scale factor of all */
  addRow(columns: Int32Array, values: Float64Array, scale = 1): void {
    const needed = this.#size + columns.length;
    if (needed > this.#column.length) {
      const room = Math.max(needed, 2 * this.#column.length);
      this.#column = grown(this.#column, new Int32Array(room));
      this.#value = grown(this.#value, new Float32Array(room));
    }
    for (const column of columns) {
      this.#column[this.#size] = column;
      this.#value[this.#size] = (values[column] as number) * scale;
      this.#size += 1;
    }
    this.#start.push(this.#size);
  }

  build(): Sparse {
    return {
      rows: this.#start.length - 1,
      columns: this.#columns,
      start: Int32Array.from(this.#start),
      column: this.#column.slice(0, this.#size),
      value: this.#value.slice(0, this.#size),
    };
  }
}

function grown<T extends Int32Array | Float32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}

/** The same numbers by column: an inverted index. Rows of a column are ascending. @param only rows that are taken, ascending; all when absent */
export function transposed(sparse: Sparse, only?: Int32Array): Sparse {
  const { rows, columns, start, column, value } = sparse;
  const begin = new Int32Array(columns + 1);
  const taken = only?.length ?? rows;
  let size = 0;
  for (let place = 0; place < taken; place += 1) {
    const from = only?.[place] ?? place;
    const end = start[from + 1] as number;
    for (let at = start[from] as number; at < end; at += 1) {
      const to = (column[at] as number) + 1;
      begin[to] = (begin[to] as number) + 1;
      size += 1;
    }
  }
  for (let at = 0; at < columns; at += 1) begin[at + 1] = (begin[at + 1] as number) + (begin[at] as number);
  const next = begin.slice();
  const row = new Int32Array(size);
  const turned = new Float32Array(size);
  for (let each = 0; each < taken; each += 1) {
    const from = only?.[each] ?? each;
    for (let place = start[from] as number; place < (start[from + 1] as number); place += 1) {
      const at = column[place] as number;
      const to = next[at] as number;
      next[at] = to + 1;
      row[to] = from;
      turned[to] = value[place] as number;
    }
  }
  return { rows: columns, columns: rows, start: begin, column: row, value: turned };
}
