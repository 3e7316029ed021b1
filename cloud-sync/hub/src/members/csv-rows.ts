/** A record of a CSV, with the row that it begins in as a spreadsheet counts it; `fields` null: too long, or a quote inside plain text. */
export interface CsvRow {
  readonly row: number;
  readonly fields: readonly string[] | null;
}

export const CSV_LIMITS = { rowChars: 8_192 } as const;

/**
 * RFC 4180 as it comes, a piece at a time: in memory is never more than one row. A row that is too long (a quote that nobody closed) is given up, and reading goes on at the next line
 * end after it. Empty lines are passed over. CR LF, LF and CR end a line.
 */
export class CsvRows {
  #fields: string[] = [];
  #field = '';
  #chars = 0;
  #row = 1;
  #state: 'start' | 'plain' | 'quoted' | 'quote' | 'lost' = 'start';
  #isBad = false;
  #isFirst = true;
  /** A line feed that follows belongs to the carriage return before. */
  #isAfterReturn = false;

  /** Rows that are whole by now. */
  *push(piece: string): Generator<CsvRow> {
    let from = 0;
    if (this.#isFirst && piece.length > 0) {
      this.#isFirst = false;
      if (piece.startsWith('\uFEFF')) from = 1;
    }
    for (let at = from; at < piece.length; at += 1) {
      const char = piece[at] ?? '';
      const isRest = this.#isAfterReturn && char === '\n';
      this.#isAfterReturn = false;
      if (isRest) continue;
      const row = this.#take(char);
      if (row !== null) yield row;
    }
  }

  /** What is left at the end. */
  *end(): Generator<CsvRow> {
    if (this.#state === 'quoted') this.#isBad = true;
    const row = this.#endRow();
    if (row !== null) yield row;
  }

  #take(char: string): CsvRow | null {
    this.#chars += 1;
    if (this.#chars > CSV_LIMITS.rowChars && this.#state !== 'lost') this.#lose();
    const isEnd = char === '\n' || char === '\r';
    // Inside quotes it is text.
    this.#isAfterReturn = char === '\r' && this.#state !== 'quoted';
    switch (this.#state) {
      case 'quoted':
        if (char === '"') this.#state = 'quote';
        else this.#field += char;
        return null;
      case 'quote':
        if (char === '"') {
          this.#field += char;
          this.#state = 'quoted';
          return null;
        }
        if (char !== ',' && !isEnd) this.#isBad = true;
        this.#state = 'plain';
        break;
      case 'start':
        if (char === '"') {
          this.#state = 'quoted';
          return null;
        }
        this.#state = 'plain';
        break;
      case 'lost':
        return isEnd ? this.#endRow() : null;
    }
    if (isEnd) return this.#endRow();
    if (char === ',') this.#endField();
    else {
      if (char === '"') this.#isBad = true;
      this.#field += char;
    }
    return null;
  }

  #lose(): void {
    this.#state = 'lost';
    this.#isBad = true;
    this.#fields = [];
    this.#field = '';
  }

  #endField(): void {
    this.#fields.push(this.#field);
    this.#field = '';
    this.#state = 'start';
  }

  #endRow(): CsvRow | null {
    this.#endField();
    const isEmpty = this.#fields.length === 1 && this.#fields[0] === '' && !this.#isBad;
    const row = { row: this.#row, fields: this.#isBad ? null : this.#fields };
    this.#fields = [];
    this.#chars = 0;
    this.#isBad = false;
    this.#row += 1;
    return isEmpty ? null : row;
  }
}
