import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { HarnessError } from '../../errors.ts';
import { createChance } from '../../random.ts';
import { cleanFold, type Dataset, type Fold, Oddities, type Person, type ProductInfo, type Visit } from '../dataset.ts';
import { invalid, readText } from './read-file.ts';

const BASKETS_FILE = 'baskets_day1-79.csv.gz';
const BASKETS_MIN = 3;
/** Every household is asked in one of them. */
const FOLDS = 5;
/** Of those who are not asked, how many settings are chosen by. */
const VAL_SHARE = 0.25;

/**
 * The first 79 days of The Complete Journey, with day numbers: the last basket of each household with at least three is the one to find.
 * Households are dealt in five folds by the seed; in each, a fifth is asked, a quarter of the others chooses settings. The rest of the households
 * are histories and no more.
 *
 * @param folder holds baskets_day1-79.csv.gz
 * @param products of the same data, with departments and categories
 * @throws HarnessError HARNESS_DATA_MISSING, HARNESS_DATA_INVALID
 */
export function readCompleteJourney(folder: string, products: string, seed: number): Dataset {
  const oddities = new Oddities();
  const people = new Map<string, Person>();
  for (const [id, visits] of readHouseholds(join(folder, BASKETS_FILE), oddities)) {
    const enough = visits.length >= BASKETS_MIN;
    people.set(id, { history: enough ? visits.slice(0, -1) : visits, future: enough ? visits.at(-1) : undefined });
  }
  const households = [...people].filter(([, { future }]) => future !== undefined).map(([id]) => id);
  const folds = deal(households, seed).map((fold) => cleanFold(fold, people, oddities));
  return { people, folds, catalogue: readProducts(products), oddities: oddities.counts };
}

function deal(ids: readonly string[], seed: number): Fold[] {
  const mixed = createChance(seed).sample(ids, ids.length);
  return Array.from({ length: FOLDS }, (_, fold) => {
    const others = mixed.filter((_id, place) => place % FOLDS !== fold);
    const vals = Math.round(others.length * VAL_SHARE);
    return {
      test: mixed.filter((_id, place) => place % FOLDS === fold),
      val: others.slice(0, vals),
      train: others.slice(vals),
    };
  });
}

function readHouseholds(path: string, oddities: Oddities): Map<string, Visit[]> {
  const baskets = new Map<string, { user: string; day: number; items: string[] }>();
  for (const row of rowsOf(path, ['date', 'basket_id', 'user_id', 'item_id'])) {
    const [date = '', basket = '', user = '', item = ''] = row;
    const day = Number(date);
    if (!Number.isSafeInteger(day) || user === '' || item === '') throw invalid(path, `not a row: ${row.join(',')}`);
    const open = baskets.get(basket) ?? { user, day, items: [] };
    baskets.set(basket, open);
    open.items.push(item);
  }
  const households = new Map<string, Visit[]>();
  for (const { user, day, items } of [...baskets.values()].sort((left, right) => left.day - right.day)) {
    const distinct = oddities.basket(items);
    if (distinct === undefined) continue;
    const visits = households.get(user) ?? [];
    households.set(user, visits);
    visits.push({ items: distinct, day });
  }
  return households;
}

function readProducts(path: string): Map<string, ProductInfo> {
  const columns = [
    ...['product_id', 'department', 'product_category', 'product_type'],
    ...['brand', 'manufacturer_id', 'package_size'],
  ];
  const catalogue = new Map<string, ProductInfo>();
  for (const [id = '', department = '', category = '', type = '', label = '', maker = '', size = ''] of rowsOf(
    path,
    columns,
  )) {
    // The label says only whether it is the chain's own.
    catalogue.set(id, { department, category, type, brand: `${label} ${maker}`.trim(), size });
  }
  return catalogue;
}

/** The named columns of a CSV file with a header. */
function rowsOf(path: string, columns: readonly string[]): string[][] {
  let rows: Record<string, string>[];
  try {
    rows = parse(readText(path), { columns: true });
  } catch (error) {
    if (error instanceof HarnessError) throw error;
    throw invalid(path, `it is no CSV: ${(error as Error).message}`);
  }
  const missing = columns.filter((column) => rows[0]?.[column] === undefined);
  if (missing.length > 0) throw invalid(path, `no column ${missing.join(', ')}`);
  return rows.map((row) => columns.map((column) => row[column] ?? ''));
}
