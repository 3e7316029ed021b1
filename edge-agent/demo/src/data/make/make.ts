/**
 * Makes the demo store's data from the Complete Journey tables:
 *   node --conditions=@tillside/source --import tsx edge-agent/demo/src/data/make/make.ts FOLDER [OUT]
 * FOLDER holds the tables as gzipped CSV; OUT is the demo's data folder. The same input gives the same bytes.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { DemoHousehold, DemoItem, DemoTier } from '../types.ts';
import { type BasketRow, makeBaskets, memberIdOf } from './baskets.ts';
import { type CouponData, makeCoupons } from './coupons.ts';
import { makeItems, type Names, readNames } from './items.ts';
import { field, groupBy, readCsv, readLines, type SourceLine } from './source.ts';

/** Tiers by what a household spent before the demo day: the first tenth, the next three tenths, the rest. */
const GOLD_SHARE = 0.1;
const SILVER_SHARE = 0.4;

type Cell = string | number | readonly string[];

/** CSV text of rows in a fixed column order; lists are joined by blanks. */
export function toCsv(columns: readonly string[], rows: readonly object[]): string {
  const quote = (cell: Cell): string => {
    const text = Array.isArray(cell) ? cell.join(' ') : String(cell);
    return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const lines = rows.map((row) =>
    columns.map((column) => quote((row as Record<string, Cell>)[column] ?? '')).join(','),
  );
  return `${[columns.join(','), ...lines].join('\n')}\n`;
}

function makeHouseholds(
  lines: readonly SourceLine[],
  rows: readonly BasketRow[],
  known: Iterable<string>,
): DemoHousehold[] {
  const spent = new Map<string, number>();
  for (const row of rows) spent.set(row.memberId, (spent.get(row.memberId) ?? 0) + row.paidFen);
  const ranked = [...spent.keys()].sort((a, b) => (spent.get(b) ?? 0) - (spent.get(a) ?? 0) || (a < b ? -1 : 1));
  const tiers = new Map<string, DemoTier>(
    ranked.map((member, index) => [
      member,
      index < ranked.length * GOLD_SHARE ? 'gold' : index < ranked.length * SILVER_SHARE ? 'silver' : 'standard',
    ]),
  );
  const joined = new Map<string, string>();
  for (const line of lines) {
    const member = memberIdOf(line.householdId);
    const date = line.localTime.slice(0, 10);
    if (date < (joined.get(member) ?? '9999')) joined.set(member, date);
  }
  const firstDay = [...joined.values()].sort()[0] ?? '';
  return [...new Set([...joined.keys(), ...known])].sort().map((memberId) => ({
    memberId,
    tier: tiers.get(memberId) ?? 'standard',
    joinedOn: joined.get(memberId) ?? firstDay,
  }));
}

/** Names of what the kept items use, as the demo and its pages read them. */
function makeCategories(names: Names, items: readonly DemoItem[]): object {
  const used = (of: (item: DemoItem) => string) => new Set(items.map(of));
  const name = (row: Parameters<typeof field>[0], key: string) => ({
    key: field(row, key),
    nameZh: field(row, 'nameZh'),
    nameEn: field(row, 'nameEn'),
  });
  const [departments, categories, types] = [
    used((item) => item.department),
    used((item) => item.category),
    used((item) => item.type),
  ];
  return {
    departments: names.departments
      .filter((row) => departments.has(field(row, 'department')))
      .map((row) => ({ ...name(row, 'department'), pictogram: field(row, 'pictogram') })),
    categories: names.categories
      .filter((row) => categories.has(field(row, 'category')))
      .map((row) => ({
        ...name(row, 'category'),
        department: field(row, 'department'),
        pictogram: field(row, 'pictogram'),
      })),
    types: names.types
      .filter((row) => types.has(field(row, 'type')))
      .map((row) => ({ ...name(row, 'type'), category: field(row, 'category') })),
  };
}

const ITEM_COLUMNS =
  'sku,gtin,nameZh,nameEn,sizeZh,sizeEn,department,category,type,soldBy,priceFen,vatBasisPoints,shelf,pictogram'.split(
    ',',
  );
const BASKET_COLUMNS = 'basketId,memberId,completedAt,sku,quantity,weightGrams,paidFen,discountFen'.split(',');

function sizesOf(rows: readonly BasketRow[]): Record<number, number> {
  const sizes: Record<number, number> = {};
  for (const group of groupBy(rows, (row) => row.basketId).values())
    sizes[group.length] = (sizes[group.length] ?? 0) + 1;
  return sizes;
}

function writeTables(out: string, coupons: CouponData): void {
  const write = (name: string, columns: string, rows: readonly object[]) =>
    writeFileSync(join(out, name), toCsv(columns.split(','), rows));
  write('campaigns.csv', 'campaignId,campaignType,startsOn,endsOn,members', coupons.campaigns);
  write('coupons.csv', 'couponId,campaignId,discountFen,discountBasis,redemptions,skus', coupons.coupons);
  write('redemptions.csv', 'memberId,couponId,campaignId,redeemedOn', coupons.redemptions);
}

/** Reads FOLDER, writes every table into OUT, and returns the counts that the README states. */
export function makeDemoData(folder: string, out: string): object {
  const names = readNames(out);
  const lines = readLines(folder);
  const items = makeItems(names, readCsv(join(folder, 'products.csv.gz')), lines);
  const { history, day } = makeBaskets(lines, items);
  const coupons = makeCoupons(folder, items, lines);
  const known = coupons.campaigns.flatMap((campaign) => campaign.members);
  const households = makeHouseholds(lines, history, [...known, ...coupons.redemptions.map((row) => row.memberId)]);
  writeFileSync(join(out, 'items.csv'), toCsv(ITEM_COLUMNS, items));
  writeFileSync(join(out, 'households.csv'), toCsv(['memberId', 'tier', 'joinedOn'], households));
  writeFileSync(join(out, 'history.csv.gz'), gzipSync(toCsv(BASKET_COLUMNS, history), { level: 9 }));
  writeFileSync(join(out, 'day.csv'), toCsv(BASKET_COLUMNS, day));
  writeFileSync(join(out, 'categories.json'), `${JSON.stringify(makeCategories(names, items), null, 2)}\n`);
  writeTables(out, coupons);
  return {
    usableLines: lines.length,
    items: items.length,
    weighedItems: items.filter((item) => item.soldBy === 'weight').length,
    households: households.length,
    historyLines: history.length,
    historyBasketSizes: sizesOf(history),
    dayLines: day.length,
    dayWeighed: day.filter((row) => row.weightGrams > 0).length,
    dayBasketSizes: sizesOf(day),
    dayAnonymous: new Set(day.filter((row) => row.memberId === '').map((row) => row.basketId)).size,
    coupons: coupons.coupons.length,
    redemptions: coupons.redemptions.length,
  };
}

const [, script, folder, out] = process.argv;
if (script !== undefined && import.meta.url === pathToFileURL(script).href) {
  if (folder === undefined) {
    process.stderr.write('usage: make.ts FOLDER [OUT]: FOLDER holds the Complete Journey tables as .csv.gz\n');
    process.exitCode = 2;
  } else {
    const target = out ?? fileURLToPath(new URL('../../../data/', import.meta.url));
    process.stdout.write(`${JSON.stringify(makeDemoData(folder, target), null, 2)}\n`);
  }
}
