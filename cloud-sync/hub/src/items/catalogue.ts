import { setImmediate } from 'node:timers/promises';
import type { Issue } from '@tillside/hub-contract';
import { type ItemRow, isWholeItem, itemCells, itemLine, MAX_ITEM_ROWS, parseItemRow } from '@tillside/protocol';
import { HubFault } from '../fault.ts';

const MAX_ISSUES = 100;
/** Rows that are read before the event loop has its turn. */
const SLICE_ROWS = 500;
const PRICE_COLUMNS = ['sku', 'priceFen', 'effectiveFrom', 'effectiveTo'] as const;

interface Price {
  readonly priceFen: number;
  readonly effectiveFrom: string | undefined;
  readonly effectiveTo: string | undefined;
}
/** Prices of one item, by the time that they are for. */
type Prices = Map<string, Price>;

interface Entry {
  readonly facts: ItemRow;
  readonly factsText: string;
  readonly prices: Prices;
}

/** A catalogue that was checked, from which each store's file is made. */
export interface Catalogue {
  readonly items: number;
  /** Stores that have prices of their own. */
  readonly stores: readonly string[];
  /** NDJSON, lines in the order of their bytes: the file that is signed. Stores without prices of their own share one. */
  contentOf(store: string): Uint8Array;
}

/**
 * Reads a catalogue: JSON lines with the columns of an item file (docs/items.md), each row whole. A row that has a `store` gives this store a price of its own
 * for an item of the file, in place of the price for the same time, and nothing else. Throws HUB_ITEMS_INVALID, which names every row that is wrong.
 */
export async function readCatalogue(text: string): Promise<Catalogue> {
  const reading = new Reading();
  let row = 0;
  for (const line of linesOf(text)) {
    row += 1;
    reading.take(row, line);
    if (row % SLICE_ROWS === 0) await setImmediate();
  }
  return reading.end();
}

function* linesOf(text: string): Generator<string> {
  for (let at = 0; at < text.length; ) {
    const end = text.indexOf('\n', at);
    yield text.slice(at, end < 0 ? text.length : end);
    at = end < 0 ? text.length : end + 1;
  }
}

class Reading {
  #entries = new Map<string, Entry>();
  #codes = new Map<string, string>();
  #own = new Map<string, Map<string, Prices>>();
  #ownRows: { row: number; sku: string }[] = [];
  #issues: Issue[] = [];
  #wrong = 0;
  #rows = 0;

  take(row: number, line: string): void {
    const text = line.trim();
    if (text === '') return;
    this.#rows += 1;
    if (this.#rows > MAX_ITEM_ROWS) throw new HubFault('HUB_ITEMS_INVALID', `(> ${MAX_ITEM_ROWS})`);
    try {
      this.#take(row, JSON.parse(text));
    } catch (error) {
      if (!(error instanceof BadRow) && !(error instanceof SyntaxError)) throw error;
      this.#refuse(row, error instanceof BadRow ? error.code : 'ROW_SYNTAX', error.message);
    }
  }

  end(): Catalogue {
    for (const { row, sku } of this.#ownRows)
      if (!this.#entries.has(sku)) this.#refuse(row, 'ROW_REFERENCE', `sku: the catalogue has no ${sku}`);
    if (this.#wrong > 0) throw new HubFault('HUB_ITEMS_INVALID', `(${this.#wrong} / ${this.#rows})`, this.#issues);
    if (this.#entries.size === 0) throw new HubFault('HUB_ITEMS_INVALID', '(0)');
    return catalogueOf(this.#entries, this.#own);
  }

  #take(row: number, value: unknown): void {
    const { store, ...rest } = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
    const read = itemCells(store === undefined || store === '' ? withoutStore(value) : rest);
    if (!read.ok) throw new BadRow(read.code, read.message);
    if (store === undefined || store === '') this.#item(read.cells);
    else this.#ownPrice(row, store, read.cells);
  }

  #item(cells: Readonly<Record<string, string>>): void {
    const parsed = parseItemRow(cells);
    if (!parsed.ok) throw new BadRow('ROW_FIELD', parsed.message);
    if (!isWholeItem(parsed.value)) throw new BadRow('ROW_INCOMPLETE', 'a catalogue has every column of an item');
    const { priceFen, effectiveFrom, effectiveTo, ...facts } = parsed.value;
    const factsText = itemLine(facts);
    const held = this.#entries.get(facts.sku);
    if (held !== undefined && held.factsText !== factsText)
      throw new BadRow('ROW_DUPLICATE', 'the same sku stands in another row with other columns');
    const entry: Entry = held ?? { facts, factsText, prices: new Map() };
    put(entry.prices, priceOf({ priceFen, effectiveFrom, effectiveTo }));
    if (held !== undefined) return;
    this.#takeCodes(facts);
    this.#entries.set(facts.sku, entry);
  }

  #takeCodes({ sku, gtin = '', barcodes = [], packs = [], plu = '' }: ItemRow): void {
    const codes = new Map([gtin, ...barcodes].map((code) => [code, 1]));
    for (const { gtin: code, units } of packs) {
      if ((codes.get(code) ?? units) !== units)
        throw new BadRow('ROW_FIELD', 'packs: the same code stands for one and for several');
      codes.set(code, units);
    }
    if (plu !== '') codes.set(`plu:${plu}`, 1);
    for (const code of codes.keys()) {
      const owner = this.#codes.get(code);
      if (owner !== undefined) throw new BadRow('ROW_DUPLICATE', `${code} is ${owner}'s`);
    }
    for (const code of codes.keys()) this.#codes.set(code, sku);
  }

  #ownPrice(row: number, store: unknown, cells: Readonly<Record<string, string>>): void {
    if (typeof store !== 'string') throw new BadRow('ROW_FIELD', 'store: no text');
    const said = Object.entries(cells).filter(([, cell]) => cell !== '');
    const other = said.find(([column]) => !(PRICE_COLUMNS as readonly string[]).includes(column));
    if (other !== undefined)
      throw new BadRow('ROW_COLUMNS', `${other[0]}: a row for one store has ${PRICE_COLUMNS.join(', ')}`);
    const parsed = parseItemRow(Object.fromEntries(said));
    if (!parsed.ok) throw new BadRow('ROW_FIELD', parsed.message);
    const { sku, ...price } = parsed.value;
    const bySku = this.#own.get(store) ?? new Map<string, Prices>();
    const prices: Prices = bySku.get(sku) ?? new Map();
    put(prices, priceOf(price));
    this.#own.set(store, bySku.set(sku, prices));
    this.#ownRows.push({ row, sku });
  }

  #refuse(row: number, code: string, message: string): void {
    this.#wrong += 1;
    if (this.#issues.length < MAX_ISSUES) this.#issues.push({ path: `rows.${row}`, code, message });
  }
}

class BadRow extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

function withoutStore(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const { store: _none, ...rest } = value as Record<string, unknown>;
  return rest;
}

function priceOf({ priceFen, effectiveFrom, effectiveTo }: Omit<ItemRow, 'sku'>): Price {
  if (priceFen === undefined) throw new BadRow('ROW_INCOMPLETE', 'priceFen: needed');
  if (effectiveTo !== undefined && effectiveFrom === undefined)
    throw new BadRow('ROW_DATES', 'effectiveTo: needs effectiveFrom');
  return { priceFen, effectiveFrom, effectiveTo };
}

function put(prices: Prices, price: Price): void {
  const time = `${price.effectiveFrom ?? ''} ${price.effectiveTo ?? ''}`;
  if (prices.has(time)) throw new BadRow('ROW_DUPLICATE', 'the same sku has another price for the same time');
  prices.set(time, price);
}

function catalogueOf(entries: ReadonlyMap<string, Entry>, own: ReadonlyMap<string, Map<string, Prices>>): Catalogue {
  const common = new Map([...entries].map(([sku, entry]) => [sku, bytesOf(entry, entry.prices)]));
  // Each line begins with its SKU, so lines of different items are in the order of any of their lines.
  const skus = [...common].toSorted(([, one], [, other]) => Buffer.compare(one, other)).map(([sku]) => sku);
  const whole = Buffer.concat(skus.map((sku) => common.get(sku) ?? Buffer.alloc(0)));
  return {
    items: entries.size,
    stores: [...own.keys()],
    contentOf: (store) => {
      const prices = own.get(store);
      if (prices === undefined) return whole;
      return Buffer.concat(
        skus.map((sku) => {
          const [entry, ownPrices] = [entries.get(sku), prices.get(sku)];
          if (entry === undefined || ownPrices === undefined) return common.get(sku) ?? Buffer.alloc(0);
          return bytesOf(entry, new Map([...entry.prices, ...ownPrices]));
        }),
      );
    },
  };
}

const bytesOf = ({ facts }: Entry, prices: Prices): Buffer =>
  Buffer.concat(
    [...prices.values()].map((price) => Buffer.from(`${itemLine({ ...facts, ...price })}\n`)).toSorted(Buffer.compare),
  );
