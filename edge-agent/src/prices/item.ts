import type { ItemState, ItemUnit } from '@tillside/agent-contract';
import { type Basket, type ItemFacts, weighedAmountFen } from '@tillside/decide';
import type { Reader } from '../journal/index.ts';
import { gtin14 } from './gtin.ts';
import { newestVersion } from './price-version.ts';

/** An item of the master. `priceFen` is the price in force, per piece, or per kg when sold by weight. */
export interface Item {
  sku: string;
  gtin: string;
  /** Short number that a cashier keys for goods without a code. */
  plu?: string;
  name: { zh: string; en: string };
  size: { zh: string; en: string };
  department: string;
  category: string;
  type: string;
  soldBy: 'each' | 'weight';
  /** What a price is for on labels and receipts; `kg` exactly when sold by weight. */
  unit: ItemUnit;
  priceFen: number;
  /** What the store pays for one unit; never shown to shoppers. */
  costFen?: number;
  vatBasisPoints: number;
  /** Whole years that a shopper must have. */
  minAge?: number;
  /** Its price is keyed at the till each time (newspapers, services): `priceFen` is only what is proposed. */
  keyedPrice: boolean;
  shelf: string;
  pictogram: string;
  /** No promotion may touch it (tobacco, infant formula). */
  noPromotions: boolean;
  /** `coming`: its first price waits for its time. `discontinued`: taken back, not sold. */
  state: ItemState;
  priceVersion: number;
}

export type ItemOwner = 'store' | 'hq';

/** A row of the table `item`. */
export interface ItemRow {
  sku: string;
  gtin: string;
  plu: string | null;
  name_zh: string;
  name_en: string;
  size_zh: string;
  size_en: string;
  department: string;
  category: string;
  type: string;
  sold_by: 'each' | 'weight';
  unit: ItemUnit;
  price_fen: number;
  base_fen: number;
  cost_fen: number | null;
  vat_bp: number;
  min_age: number | null;
  keyed_price: number;
  shelf: string;
  pictogram: string;
  no_promotions: number;
  state: ItemState;
  price_version: number;
  /** Whose rows count: HQ's, for what its catalogue names. */
  owner: ItemOwner;
}

/** What is sold by weight has a price for this, and no size of its own. */
const PER_KG = { zh: '每千克', en: 'per kg' };

const RULES_COLUMNS = ['sku', 'department', 'category', 'min_age', 'keyed_price', 'no_promotions', 'state'] as const;
type RulesRow = Pick<ItemRow, (typeof RULES_COLUMNS)[number]>;

const toRules = (row: RulesRow): ItemRules => ({
  sku: row.sku,
  department: row.department,
  category: row.category,
  ...(row.min_age === null ? {} : { minAge: row.min_age }),
  keyedPrice: row.keyed_price === 1,
  noPromotions: row.no_promotions === 1,
  state: row.state,
});

const toItem = (row: ItemRow): Item => ({
  ...toRules(row),
  gtin: row.gtin,
  ...(row.plu === null ? {} : { plu: row.plu }),
  name: { zh: row.name_zh, en: row.name_en },
  size: row.sold_by === 'weight' && row.size_zh === '' ? PER_KG : { zh: row.size_zh, en: row.size_en },
  type: row.type,
  soldBy: row.sold_by,
  unit: row.unit,
  priceFen: row.price_fen,
  ...(row.cost_fen === null ? {} : { costFen: row.cost_fen }),
  vatBasisPoints: row.vat_bp,
  shelf: row.shelf,
  pictogram: row.pictogram,
  priceVersion: row.price_version,
});

/** What says whether an item may be offered, and beside which others. */
export type ItemRules = Pick<
  Item,
  'sku' | 'department' | 'category' | 'minAge' | 'keyedPrice' | 'noPromotions' | 'state'
>;

/** A PLU as the table of codes keeps it, beside GTINs. */
export const pluCode = (plu: string): string => `plu:${plu}`;

/** An item by one of its codes. `units` is how many of it the code stands for: more than one for a pack. */
export interface CodedItem {
  readonly item: Item;
  readonly units: number;
}

/** The item master, read from the journal. */
export class Items {
  #reader: Reader;

  constructor(reader: Reader) {
    this.#reader = reader;
  }

  bySku(sku: string): Item | undefined {
    const row = this.#reader.get<ItemRow>('SELECT * FROM item WHERE sku = ?', sku);
    return row && toItem(row);
  }

  /** Those of many that the master knows. */
  bySkus(skus: readonly string[]): Map<string, Item> {
    const rows = this.#reader.all<ItemRow>(
      'SELECT * FROM item WHERE sku IN (SELECT value FROM json_each(?))',
      JSON.stringify(skus),
    );
    return new Map(rows.map((row) => [row.sku, toItem(row)]));
  }

  /** The same of only what says whether it may be offered: a till waits for it, and whole rows take more than twice the time. */
  rulesOf(skus: readonly string[]): Map<string, ItemRules> {
    const rows = this.#reader.all<RulesRow>(
      `SELECT ${RULES_COLUMNS.join(', ')} FROM item WHERE sku IN (SELECT value FROM json_each(?))`,
      JSON.stringify(skus),
    );
    return new Map(rows.map((row) => [row.sku, toRules(row)]));
  }

  /** The item of a code, however many units the code stands for. */
  byGtin(gtin: string): Item | undefined {
    return this.byCode(gtin)?.item;
  }

  /** By any GTIN of it: its own, a further one, or a pack's. */
  byCode(gtin: string): CodedItem | undefined {
    return this.#byCode(gtin14(gtin));
  }

  byPlu(plu: string): Item | undefined {
    return this.#byCode(pluCode(plu))?.item;
  }

  #byCode(code: string): CodedItem | undefined {
    const row = this.#reader.get<ItemRow & { units: number }>(
      'SELECT item.*, item_code.units FROM item_code JOIN item USING (sku) WHERE item_code.code = ?',
      code,
    );
    return row && { item: toItem(row), units: row.units };
  }

  /** By a whole GTIN or PLU, else by part of a name in either language or the start of a SKU; what is on sale first, bounded by `limit`. */
  find(query: string, limit: number): Item[] {
    const text = query.trim().replace(/[\\%_]/g, (char) => `\\${char}`);
    if (/^\d{8,14}$/.test(text)) {
      const exact = this.byGtin(text);
      if (exact) return [exact];
    }
    const byPlu = /^\d{1,6}$/.test(text) ? this.byPlu(text) : undefined;
    if (byPlu !== undefined) return [byPlu];
    return this.#reader
      .all<ItemRow>(
        `SELECT * FROM item WHERE name_zh LIKE ? ESCAPE '\\' OR name_en LIKE ? ESCAPE '\\' OR sku LIKE ? ESCAPE '\\' ORDER BY state <> 'on-sale', length(name_zh), sku LIMIT ?`,
        `%${text}%`,
        `%${text}%`,
        `${text}%`,
        limit,
      )
      .map(toItem);
  }

  /** What a campaign is about, as far as it is on sale. */
  bySelector(
    selector: {
      skus?: string[] | undefined;
      categories?: string[] | undefined;
      departments?: string[] | undefined;
      all?: true | undefined;
    },
    limit: number,
  ): Item[] {
    const found: Item[] = [];
    for (const sku of selector.skus ?? []) {
      const item = this.bySku(sku);
      if (item?.state === 'on-sale') found.push(item);
      if (found.length >= limit) return found;
    }
    const by = (column: 'category' | 'department', value: string): ItemRow[] =>
      this.#reader.all<ItemRow>(
        `SELECT * FROM item WHERE ${column} = ? AND state = 'on-sale' ORDER BY sku LIMIT ?`,
        value,
        limit,
      );
    const rows = [
      ...(selector.categories ?? []).flatMap((category) => by('category', category)),
      ...(selector.departments ?? []).flatMap((department) => by('department', department)),
      ...(selector.all
        ? this.#reader.all<ItemRow>(`SELECT * FROM item WHERE state = 'on-sale' ORDER BY sku LIMIT ?`, limit)
        : []),
    ];
    return [...found, ...rows.map(toItem)].slice(0, limit);
  }

  /** The highest tax rate among the items of a department: what goods of it without an entry of their own are taxed at. Undefined: the master has no such department. */
  departmentVatBp(department: string): number | undefined {
    const row = this.#reader.get<{ bp: number | null }>(
      'SELECT max(vat_bp) AS bp FROM item WHERE department = ?',
      department,
    );
    return row?.bp ?? undefined;
  }

  priceVersion(): number {
    return newestVersion(this.#reader);
  }

  count(): number {
    return this.#reader.get<{ n: number }>('SELECT count(*) AS n FROM item')?.n ?? 0;
  }
}

/** One piece (or one kg), for asking what the shelf should say. */
export const singleLine = (item: Item): Basket['lines'][number] =>
  basketLine('1', item, { quantity: 1, weightGrams: item.soldBy === 'weight' ? 1000 : undefined });

/** A basket of one piece (or one kg). */
export const singleBasket = (item: Item): Basket => ({ lines: [singleLine(item)], coupons: [] });

const GRAMS_A_KG = 1000;

/** How much of an item, and of which lot and serial number where those were read. */
export interface Taken {
  quantity: number;
  weightGrams?: number | undefined;
  /** The amount that the pack's own label shows; the shopper pays no more. */
  amountFen?: number | undefined;
  lotId?: string | undefined;
  serial?: string | undefined;
}

/** A line as the decision engine reads it. */
export function basketLine(lineId: string, item: Item, taken: Taken): Basket['lines'][number] {
  const { lotId } = taken;
  return {
    lineId,
    sku: item.sku,
    gtin: item.gtin,
    department: item.department,
    category: item.category,
    name: item.name,
    ...pricedAmount(item, taken),
    ...(lotId === undefined ? {} : { lotId }),
    ...(item.noPromotions ? { noPromotions: true } : {}),
    taxRateBp: item.vatBasisPoints,
  };
}

/**
 * Quantity and price of a line. A label's amount caps what the item's own price makes of it: a price that fell since the label was printed counts, one that
 * rose does not. A label without weight lets the weight be derived.
 */
function pricedAmount(
  { priceFen, soldBy }: Item,
  { quantity, weightGrams, amountFen }: Taken,
): Pick<Basket['lines'][number], 'quantity' | 'unitPriceFen' | 'weightGrams' | 'amountFen'> {
  if (soldBy === 'each') {
    if (amountFen === undefined) return { quantity, unitPriceFen: priceFen };
    return { quantity, unitPriceFen: priceFen === 0 ? amountFen : Math.min(amountFen, priceFen) };
  }
  if (amountFen === undefined)
    return { quantity: 1, unitPriceFen: priceFen, ...(weightGrams === undefined ? {} : { weightGrams }) };
  if (weightGrams === undefined) return derivedWeight(priceFen, amountFen);
  if (amountFen >= weighedAmountFen(priceFen, weightGrams)) return { quantity: 1, unitPriceFen: priceFen, weightGrams };
  return labelledPrice(weightGrams, amountFen);
}

function derivedWeight(priceFen: number, amountFen: number) {
  if (priceFen === 0) return { quantity: 1, unitPriceFen: amountFen, weightGrams: GRAMS_A_KG };
  const weightGrams = Math.max(1, Math.round((amountFen * GRAMS_A_KG) / priceFen));
  return { quantity: 1, unitPriceFen: priceFen, weightGrams, amountFen };
}

/** The price per kg that the label was printed with. Where rounding it leaves more between price and amount than the engine takes, the lower one counts. */
function labelledPrice(weightGrams: number, amountFen: number) {
  const unitPriceFen = Math.round((amountFen * GRAMS_A_KG) / weightGrams);
  const line = { quantity: 1, unitPriceFen, weightGrams };
  const offFen = Math.abs(weighedAmountFen(unitPriceFen, weightGrams) - amountFen);
  if (offFen <= Math.ceil(unitPriceFen / GRAMS_A_KG)) return { ...line, amountFen };
  return { ...line, unitPriceFen: Math.floor((amountFen * GRAMS_A_KG) / weightGrams) };
}

/** What the engine may add to a basket to see whether a campaign would then apply. Weighed goods have no piece to add. */
export function itemFacts(item: Item | undefined): ItemFacts | undefined {
  if (item === undefined || item.soldBy === 'weight' || item.noPromotions || item.state !== 'on-sale') return undefined;
  const { sku, department, category, name, priceFen } = item;
  return { sku, department, category, name, unitPriceFen: priceFen };
}
