import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import type {
  DemoBasket,
  DemoBasketLine,
  DemoCampaign,
  DemoCategories,
  DemoCoupon,
  DemoData,
  DemoHousehold,
  DemoItem,
  DemoRedemption,
} from './types.ts';

export { gtin13CheckDigit } from './gtin.ts';
export type * from './types.ts';

/** The data stands beside both `src` and `dist`, so one relative path serves both. */
const DATA_FOLDER = new URL('../../data/', import.meta.url);

/** The item master as the store imports it: one CSV whose columns are the fields of `DemoItem`. */
export const demoItemsCsvPath: string = fileURLToPath(new URL('items.csv', DATA_FOLDER));

/** Where its departments and categories stand: the agent's `storeMap`. */
export const demoMapPath: string = fileURLToPath(new URL('store-map.json', DATA_FOLDER));

/** A demo data file that is missing or was edited into something unreadable. */
export class DemoDataError extends Error {
  readonly code = 'DEMO_DATA_INVALID';
  readonly hint = 'Restore the file from the repository, or make it again as demo/data/README.md says.';
}

function readText(name: string): string {
  try {
    const bytes = readFileSync(new URL(name, DATA_FOLDER));
    return (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  } catch (error) {
    throw new DemoDataError(`cannot read demo data file "${name}"`, { cause: error });
  }
}

const WHOLE_NUMBERS = [
  'priceFen',
  'vatBasisPoints',
  'quantity',
  'weightGrams',
  'paidFen',
  'discountFen',
  'redemptions',
];
const LISTS = ['skus', 'members'];

/** Rows of one table with whole numbers and lists read; the tables are ours, so their other columns are trusted text. */
function readTable<T>(name: string): T[] {
  const rows = parse(readText(name), { columns: true }) as Record<string, unknown>[];
  const [first = {}] = rows;
  const numbers = WHOLE_NUMBERS.filter((column) => column in first);
  const lists = LISTS.filter((column) => column in first);
  for (const row of rows) {
    for (const column of numbers) {
      const text = String(row[column]);
      if (!/^\d+$/.test(text)) throw new DemoDataError(`"${text}" in ${name} is not a whole number (${column})`);
      row[column] = Number(text);
    }
    for (const column of lists) row[column] = row[column] === '' ? [] : String(row[column]).split(' ');
  }
  return rows as T[];
}

interface BasketRow extends DemoBasketLine {
  readonly basketId: string;
  readonly memberId: string;
  readonly completedAt: string;
}

/** Gathers rows of one basket; rows of a basket need not stand together, baskets keep the order of their first row. */
function readBaskets(name: string): DemoBasket[] {
  const baskets = new Map<string, DemoBasket & { readonly lines: DemoBasketLine[] }>();
  for (const { basketId, memberId, completedAt, ...line } of readTable<BasketRow>(name)) {
    const known = baskets.get(basketId);
    if (known === undefined)
      baskets.set(basketId, { basketId, memberId: memberId || undefined, completedAt, lines: [line] });
    else known.lines.push(line);
  }
  return [...baskets.values()];
}

function readAll(): DemoData {
  return {
    items: readTable<DemoItem>('items.csv'),
    households: readTable<DemoHousehold>('households.csv'),
    history: readBaskets('history.csv.gz'),
    day: readBaskets('day.csv'),
    campaigns: readTable<DemoCampaign>('campaigns.csv'),
    coupons: readTable<DemoCoupon>('coupons.csv'),
    redemptions: readTable<DemoRedemption>('redemptions.csv'),
    categories: JSON.parse(readText('categories.json')) as DemoCategories,
  };
}

let loaded: DemoData | undefined;

/**
 * The demo store's data, read from disk once a process (some hundred milliseconds); every caller gets the same
 * objects, so treat them as read-only. Throws `DemoDataError` when a file is missing or broken.
 */
export function loadDemoData(): DemoData {
  loaded ??= readAll();
  return loaded;
}
