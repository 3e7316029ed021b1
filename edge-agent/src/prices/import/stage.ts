import type { ImportMode } from '@tillside/agent-contract';
import { isWholeItem } from '@tillside/protocol';
import { AgentError } from '../../errors.ts';
import type { Reader, Tx } from '../../journal/index.ts';
import type { ItemOwner } from '../item.ts';
import { type ItemRow, parseRow } from './columns.ts';
import { IMPORT_LIMITS } from './limits.ts';
import { FACT_COLUMNS, type Known, type Merged, merge } from './merge.ts';
import { Notes } from './notes.ts';
import type { RawRow } from './rows.ts';
import { PUT_ROW } from './stage-tables.ts';
import { factsHash, knownItem, rawCells, stateOf, trimmed } from './staged-row.ts';
import { type Timing, timingOf } from './timing.ts';

export interface StageOptions {
  readonly mode: ImportMode;
  /** Who speaks: rows of the store's own about items of HQ's catalogue are left out. */
  readonly owner: ItemOwner;
  readonly nowMs: number;
  /** Times of rows that have none of their own. */
  readonly effectiveFrom: string | undefined;
  readonly effectiveTo: string | undefined;
  readonly timeOf: (text: string) => number | undefined;
}

interface Seen {
  row: number;
  facts: string;
  base_from: number | null;
}

class BadRow extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** Checks rows one by one and stages the good ones. What it keeps in memory does not grow with the file. */
export class ItemStage {
  readonly rejected = new Notes();
  readonly warnings = new Notes();
  rows = 0;
  accepted = 0;
  /** Items that good rows are about; of those new, different, and no longer sold. */
  items = 0;
  created = 0;
  changed = 0;
  discontinued = 0;
  /** Prices that wait for their time. */
  staged = 0;
  #options: StageOptions;

  constructor(options: StageOptions) {
    this.#options = options;
  }

  /** Stages a batch in one transaction. Throws IMPORT_TOO_LARGE, IMPORT_REFUSED (a full file whose quotes swallow rows). */
  take(tx: Tx, batch: readonly RawRow[]): void {
    for (const raw of batch) {
      this.rows += 1;
      if (this.rows > IMPORT_LIMITS.maxRows || this.accepted >= IMPORT_LIMITS.maxGoodRows)
        throw new AgentError('IMPORT_TOO_LARGE', { detail: `(row ${raw.row})` });
      try {
        this.#row(tx, raw);
        this.accepted += 1;
      } catch (error) {
        if (!(error instanceof BadRow)) throw error;
        this.#reject(tx, raw, error);
      }
    }
  }

  #reject(tx: Tx, raw: RawRow, error: BadRow): void {
    this.rejected.add(raw.row, error.code, error.message);
    const text = 'problem' in raw ? raw.raw : JSON.stringify(raw.cells);
    // Rows inside an open quote would look as if the file lacked them.
    const cells = 'problem' in raw ? [raw.raw] : Object.values(raw.cells);
    if (this.#options.mode === 'full' && cells.some((cell) => cell.includes('\n')))
      throw new AgentError('IMPORT_REFUSED', {
        detail: `Row ${raw.row}: a line break in a column, as behind a quote that is not closed.`,
      });
    if ('cells' in raw && raw.cells.sku)
      tx.run('INSERT OR IGNORE INTO scratch.kept (sku) VALUES (?)', raw.cells.sku.trim());
    if (this.rejected.count > IMPORT_LIMITS.maxQuarantined) return;
    tx.run(
      'INSERT OR IGNORE INTO scratch.quarantine (row, code, message, raw) VALUES (?, ?, ?, ?)',
      raw.row,
      error.code,
      error.message,
      'problem' in raw ? trimmed(text) : rawCells(raw.cells),
    );
  }

  #row(tx: Tx, raw: RawRow): void {
    if ('problem' in raw) throw new BadRow(raw.problem, raw.message);
    const parsed = parseRow(raw.cells);
    if (!parsed.ok) throw new BadRow('ROW_FIELD', parsed.message);
    const { value } = parsed;
    const timing = timingOf(value, this.#options);
    if (!timing.ok) throw new BadRow('ROW_DATES', timing.message);
    const seen = tx.get<Seen>('SELECT row, facts, base_from FROM scratch.seen WHERE sku = ?', value.sku);
    const facts = factsHash(value);
    const known = knownItem(tx, value.sku);
    if (known?.item.owner === 'hq' && this.#options.owner === 'store')
      throw new BadRow('ROW_HQ_ITEM', "the item is of HQ's catalogue, and changes there");
    if (seen !== undefined) {
      this.#anotherPrice(tx, value, { timing, seen, facts, known });
      return;
    }
    const merged = merge(value, known);
    if (!merged.ok) throw new BadRow(merged.code, merged.message);
    if (known === undefined && timing.toMs !== undefined)
      throw new BadRow('ROW_INCOMPLETE', 'a new item needs a regular price before one for a time');
    this.#checkCodes(tx, value.sku, merged.codes);
    this.#warn(raw.row, value, merged, known);
    this.#stage(tx, raw.row, value, { timing, facts, known, merged });
  }

  #stage(
    tx: Tx,
    row: number,
    value: ItemRow,
    with_: { timing: Timing; facts: string; known: Known | undefined; merged: Merged & { ok: true } },
  ): void {
    const { timing, facts, known, merged } = with_;
    const now = timing.when === 'now' && value.priceFen !== undefined;
    const listed = this.#options.mode === 'full' || isWholeItem(value);
    const state = stateOf(value, { known: known?.item.state, when: timing.when, listed });
    tx.run(
      'INSERT INTO scratch.seen (sku, row, facts, base_from, listed) VALUES (?, ?, ?, ?, ?)',
      value.sku,
      row,
      facts,
      now ? timing.fromMs : null,
      Number(listed && state !== 'discontinued'),
    );
    for (const [code, units] of merged.codes)
      tx.run(
        'INSERT INTO scratch.code (code, sku, units, row, changed) VALUES (?, ?, ?, ?, ?)',
        code,
        value.sku,
        units,
        row,
        Number(merged.codesDiffer),
      );
    this.items += 1;
    if (state === 'discontinued' && known?.item.state !== state) this.discontinued += 1;
    const priced = now && value.priceFen !== known?.item.base_fen;
    if (merged.factsDiffer || merged.codesDiffer || priced || state !== known?.item.state) {
      const values = FACT_COLUMNS.map((column) => merged.facts[column]);
      const [base, first] = [
        now ? (value.priceFen ?? null) : null,
        known === undefined ? (value.priceFen ?? null) : null,
      ];
      tx.run(
        PUT_ROW,
        value.sku,
        ...values,
        base,
        first,
        state,
        Number(known === undefined),
        Number(merged.unitChanged),
        Number(merged.codesDiffer),
      );
      if (known === undefined) this.created += 1;
      else this.changed += 1;
    }
    if (timing.when !== 'now') this.#change(tx, value, timing);
  }

  /** A further row of an item whose facts stand in an earlier one: another price for another time. */
  #anotherPrice(
    tx: Tx,
    value: ItemRow,
    { timing, seen, facts, known }: { timing: Timing; seen: Seen; facts: string; known: Known | undefined },
  ): void {
    if (facts !== seen.facts)
      throw new BadRow('ROW_DUPLICATE', `the same sku stands in row ${seen.row} with other columns`);
    if (value.priceFen === undefined || (timing.when === 'now' && timing.fromMs === seen.base_from))
      throw new BadRow('ROW_DUPLICATE', `the same sku stands in row ${seen.row}`);
    if (timing.when !== 'now') {
      this.#change(tx, value, timing);
      return;
    }
    // Of prices whose time has come already, the newest is the one in force.
    if (seen.base_from !== null && timing.fromMs < seen.base_from) return;
    tx.run('UPDATE scratch.seen SET base_from = ? WHERE sku = ?', timing.fromMs, value.sku);
    const done = tx.run(
      `UPDATE scratch.row SET base_fen = ?, state = iif(state = 'coming', 'on-sale', state) WHERE sku = ?`,
      value.priceFen,
      value.sku,
    );
    if (done > 0 || known === undefined || known.item.base_fen === value.priceFen) return;
    const { item } = known;
    tx.run(
      PUT_ROW,
      value.sku,
      ...FACT_COLUMNS.map((column) => item[column]),
      value.priceFen,
      null,
      item.state,
      0,
      0,
      0,
    );
    this.changed += 1;
  }

  #change(tx: Tx, { sku, priceFen }: ItemRow, { fromMs, toMs }: Timing): void {
    if (priceFen === undefined) return;
    const to = toMs ?? 0;
    tx.run('INSERT OR IGNORE INTO scratch.named (sku, from_at, to_at) VALUES (?, ?, ?)', sku, fromMs, to);
    if (
      tx.get('SELECT 1 FROM scratch.change WHERE sku = ? AND from_at = ? AND to_at = ?', sku, fromMs, to) !== undefined
    )
      throw new BadRow('ROW_DUPLICATE', 'the same sku has another price for the same time');
    const same = tx.get(
      `SELECT 1 FROM price_change WHERE sku = ? AND kind = 'price' AND from_at = ? AND coalesce(to_at, 0) = ? AND price_fen = ? AND state IN ('pending', 'active')`,
      sku,
      fromMs,
      to,
      priceFen,
    );
    if (same !== undefined) return;
    tx.run(
      'INSERT INTO scratch.change (sku, from_at, to_at, price_fen) VALUES (?, ?, ?, ?)',
      sku,
      fromMs,
      to,
      priceFen,
    );
    this.staged += 1;
  }

  #checkCodes(reader: Reader, sku: string, codes: ReadonlyMap<string, number>): void {
    for (const code of codes.keys()) {
      const hq =
        this.#options.owner === 'store' &&
        reader.get(
          `SELECT 1 FROM item_code JOIN item USING (sku) WHERE item_code.code = ? AND item.owner = 'hq' AND item.sku <> ?`,
          code,
          sku,
        );
      if (hq !== false && hq !== undefined) throw new BadRow('ROW_HQ_ITEM', `${code} is of an item of HQ's catalogue`);
      const other = reader.get<{ sku: string; row: number }>('SELECT sku, row FROM scratch.code WHERE code = ?', code);
      if (other !== undefined && other.sku !== sku)
        throw new BadRow(
          'ROW_DUPLICATE',
          `${code.startsWith('plu:') ? 'the PLU' : 'a GTIN of it'} stands in row ${other.row}`,
        );
    }
  }

  #warn(
    row: number,
    { priceFen, soldBy }: ItemRow,
    { facts, unitChanged }: Merged & { ok: true },
    known: Known | undefined,
  ): void {
    const warn = (code: string, message: string): void => this.warnings.add(row, code, message);
    const before = known?.item.base_fen ?? 0;
    if (priceFen === 0 && facts.keyed_price === 0) warn('PRICE_ZERO', 'priceFen: 0, although no price is keyed');
    else if (priceFen !== undefined && before > 0 && !unitChanged) {
      const movedBp = (Math.abs(priceFen - before) * 10_000) / before;
      if (movedBp > IMPORT_LIMITS.priceJumpBp) warn('PRICE_JUMP', `priceFen: ${before} -> ${priceFen}`);
    }
    if (unitChanged)
      warn('UNIT_CHANGED', `soldBy: ${known?.item.sold_by} -> ${soldBy}; staged prices of the item are taken back`);
    const price = priceFen ?? before;
    if (facts.cost_fen !== null && price > 0 && facts.cost_fen > price)
      warn('COST_ABOVE_PRICE', `costFen: ${facts.cost_fen} > ${price}`);
  }
}
