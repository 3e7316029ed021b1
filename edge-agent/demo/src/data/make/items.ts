import { join } from 'node:path';
import { restrictedGtin13 } from '../gtin.ts';
import type { DemoItem, DemoPictogram } from '../types.ts';
import { perKilogramFen, shelfPriceFen } from './money.ts';
import { type SizeKind, sizeText } from './size.ts';
import { field, grossCents, groupBy, median, type Row, readCsv, type SourceLine } from './source.ts';

/** Share of an item's lines at its three commonest unit prices; below this its price follows its weight. */
const WEIGHED_TOP_PRICES = 3;
const WEIGHED_SHARE_BELOW = 0.6;
/** Produce sizes above these are the case the store receives, not what a shopper picks up. */
const PRODUCE_MAX_COUNT = 6;
const PRODUCE_MAX_POUNDS = 10;
/** Departments where a shopper sees no brand, so own brand is not said. */
const UNBRANDED = new Set(['produce', 'deli', 'flowers']);

export interface Names {
  readonly departments: readonly Row[];
  readonly categories: readonly Row[];
  readonly types: readonly Row[];
}

export function readNames(dataFolder: string): Names {
  const read = (file: string) => readCsv(join(dataFolder, 'names', file));
  return { departments: read('departments.csv'), categories: read('categories.csv'), types: read('types.csv') };
}

const sourceKey = (department: string, category: string, type: string): string => `${department}|${category}|${type}`;

const typeKey = (row: Row): string =>
  sourceKey(field(row, 'sourceDepartment'), field(row, 'sourceCategory'), field(row, 'sourceType'));

/** True when the unit prices scatter the way weights do. */
export function pricedByWeight(unitCents: readonly number[]): boolean {
  const counts = [...groupBy(unitCents.map(String), (value) => value).values()].map((group) => group.length);
  const top = counts.sort((a, b) => b - a).slice(0, WEIGHED_TOP_PRICES);
  return top.reduce((sum, count) => sum + count, 0) / unitCents.length < WEIGHED_SHARE_BELOW;
}

function printedSize(raw: string, kind: SizeKind, department: string): { zh: string; en: string } {
  const text = sizeText(raw, kind);
  if (department !== 'produce') return text;
  const caseSize = /^(\d+)(?:-\d+)? (CT|LB)\b/.exec(raw);
  if (caseSize === null) return text;
  const limit = caseSize[2] === 'CT' ? PRODUCE_MAX_COUNT : PRODUCE_MAX_POUNDS;
  return Number(caseSize[1]) > limit ? { zh: '', en: '' } : text;
}

interface Draft {
  readonly row: Row;
  readonly product: Row;
  readonly lines: readonly SourceLine[];
  readonly category: Row;
}

function draftItem({ row, product, lines, category }: Draft): DemoItem {
  const sku = field(product, 'product_id');
  const department = field(category, 'department');
  const unitCents = lines.map((line) => Math.round(grossCents(line) / line.quantity));
  const usdPerPound = Number(field(row, 'usdPerLb'));
  const byWeight = usdPerPound > 0 && pricedByWeight(unitCents);
  const kind = field(category, 'sizeKind') as SizeKind;
  const size = byWeight ? { zh: '', en: '' } : printedSize(field(product, 'package_size'), kind, department);
  const ownBrand = field(product, 'brand') === 'Private' && !byWeight && !UNBRANDED.has(department);
  const vat = field(row, 'vatBasisPoints') || field(category, 'vatBasisPoints');
  return {
    sku,
    gtin: restrictedGtin13(sku),
    nameZh: `${ownBrand ? '自有品牌' : ''}${field(row, 'nameZh')}`,
    nameEn: `${field(row, 'nameEn')}${ownBrand ? ', own brand' : ''}`,
    sizeZh: size.zh,
    sizeEn: size.en,
    department,
    category: field(category, 'category'),
    type: field(row, 'type'),
    soldBy: byWeight ? 'weight' : 'each',
    priceFen: byWeight ? perKilogramFen(usdPerPound) : shelfPriceFen(median(unitCents)),
    vatBasisPoints: Number(vat),
    shelf: '',
    pictogram: field(category, 'pictogram') as DemoPictogram,
  };
}

/**
 * Items whose name and size would read the same get a number in order of sales: the source hides brand and flavour. The Chinese
 * texts decide, since one metric size can stand for two source sizes ("1 LB", "16 OZ") but never the other way round.
 */
export function numberTwins(items: readonly DemoItem[]): DemoItem[] {
  const reading = (item: DemoItem): string => `${item.nameZh}|${item.sizeZh}`;
  const twins = groupBy(items, reading);
  return items.map((item) => {
    const group = twins.get(reading(item)) ?? [];
    if (group.length < 2) return item;
    const number = group.indexOf(item) + 1;
    return { ...item, nameZh: `${item.nameZh} ${number}号`, nameEn: `${item.nameEn}, no. ${number}` };
  });
}

const two = (value: number): string => String(value).padStart(2, '0');

/** Shelf place `A08-03-012`: aisle by department, bay by category, position in order of sales. */
function placeOnShelves(items: readonly DemoItem[], names: Names): DemoItem[] {
  const aisles = names.departments.map((row) => field(row, 'department'));
  const filled = new Map<string, number>();
  return items.map((item) => {
    const bays = names.categories.filter((row) => field(row, 'department') === item.department);
    const bay = bays.findIndex((row) => field(row, 'category') === item.category) + 1;
    const position = (filled.get(item.category) ?? 0) + 1;
    filled.set(item.category, position);
    const shelf = `A${two(aisles.indexOf(item.department) + 1)}-${two(bay)}-${String(position).padStart(3, '0')}`;
    return { ...item, shelf };
  });
}

/** The items kept: bought often enough, of a type that has a name; most bought first, then by product id. */
export function makeItems(names: Names, products: readonly Row[], lines: readonly SourceLine[]): DemoItem[] {
  const types = new Map(names.types.map((row) => [typeKey(row), row]));
  const categories = new Map(names.categories.map((row) => [field(row, 'category'), row]));
  const linesOf = groupBy(lines, (line) => line.productId);
  const drafts: Draft[] = [];
  for (const product of products) {
    const row = types.get(
      sourceKey(field(product, 'department'), field(product, 'product_category'), field(product, 'product_type')),
    );
    const bought = linesOf.get(field(product, 'product_id')) ?? [];
    if (row === undefined || bought.length < Number(field(row, 'minimumRows'))) continue;
    const category = categories.get(field(row, 'category'));
    if (category === undefined) throw new Error(`type "${field(row, 'type')}" names an unknown category`);
    drafts.push({ row, product, lines: bought, category });
  }
  drafts.sort(
    (a, b) =>
      b.lines.length - a.lines.length ||
      Number(field(a.product, 'product_id')) - Number(field(b.product, 'product_id')),
  );
  return placeOnShelves(numberTwins(drafts.map(draftItem)), names);
}
