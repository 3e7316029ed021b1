import type { ItemUnit } from '@tillside/agent-contract';
import type { ItemRow as StoredItem } from '../item.ts';
import { pluCode } from '../item.ts';
import { type ItemRow, NEEDED_COLUMNS } from './columns.ts';

/** What the master holds of an item beside prices and state, by the table's columns. */
export type Facts = Pick<StoredItem, (typeof FACT_COLUMNS)[number]>;
export const FACT_COLUMNS = [
  'gtin',
  'plu',
  'name_zh',
  'name_en',
  'size_zh',
  'size_en',
  'department',
  'category',
  'type',
  'sold_by',
  'unit',
  'cost_fen',
  'vat_bp',
  'min_age',
  'keyed_price',
  'shelf',
  'pictogram',
  'no_promotions',
] as const;

/** What the store has of an item now, with all of its codes and the units each stands for. */
export interface Known {
  readonly item: StoredItem;
  readonly codes: ReadonlyMap<string, number>;
}

export type Merged =
  | {
      ok: true;
      facts: Facts;
      codes: Map<string, number>;
      factsDiffer: boolean;
      codesDiffer: boolean;
      unitChanged: boolean;
    }
  | { ok: false; code: 'ROW_INCOMPLETE' | 'ROW_FIELD'; message: string };

/** A row laid over what the store has: columns that it lacks stay as they are. A new item needs all that an item needs. */
export function merge(row: ItemRow, known: Known | undefined): Merged {
  const missing = known === undefined ? NEEDED_COLUMNS.filter((column) => row[column] === undefined) : [];
  if (missing.length > 0)
    return { ok: false, code: 'ROW_INCOMPLETE', message: `a new item lacks ${missing.slice(0, 5).join(', ')}` };
  const facts = factsOf(row, known?.item);
  const unitChanged = known !== undefined && known.item.sold_by !== facts.sold_by;
  if (unitChanged && row.priceFen === undefined)
    return {
      ok: false,
      code: 'ROW_FIELD',
      message: 'priceFen: needed where soldBy changes, since the price is for something else',
    };
  if ((facts.sold_by === 'weight') !== (facts.unit === 'kg'))
    return { ok: false, code: 'ROW_FIELD', message: 'unit: goods by weight, and only they, are priced by the kg' };
  const codes = codesOf(row, facts, known);
  if (codes === undefined)
    return { ok: false, code: 'ROW_FIELD', message: 'packs: the same code stands for one and for several' };
  return {
    ok: true,
    facts,
    codes,
    factsDiffer: known === undefined || FACT_COLUMNS.some((column) => known.item[column] !== facts[column]),
    codesDiffer: known === undefined || !sameCodes(known.codes, codes),
    unitChanged,
  };
}

function factsOf(row: ItemRow, item: StoredItem | undefined): Facts {
  const soldBy = row.soldBy ?? item?.sold_by ?? 'each';
  const bit = (said: boolean | undefined, had: number | undefined): number =>
    said === undefined ? (had ?? 0) : Number(said);
  const plain: ItemUnit = soldBy === 'weight' ? 'kg' : 'each';
  return {
    gtin: row.gtin ?? item?.gtin ?? '',
    plu: row.plu === undefined ? (item?.plu ?? null) : row.plu === '' ? null : row.plu,
    name_zh: row.nameZh ?? item?.name_zh ?? '',
    name_en: row.nameEn ?? item?.name_en ?? '',
    size_zh: row.sizeZh ?? item?.size_zh ?? '',
    size_en: row.sizeEn ?? item?.size_en ?? '',
    department: row.department ?? item?.department ?? '',
    category: row.category ?? item?.category ?? '',
    type: row.type ?? item?.type ?? '',
    sold_by: soldBy,
    unit: row.unit ?? (item?.sold_by === soldBy ? item.unit : plain),
    cost_fen: row.costFen === undefined ? (item?.cost_fen ?? null) : row.costFen,
    vat_bp: row.vatBasisPoints ?? item?.vat_bp ?? 0,
    min_age: row.minAge === undefined ? (item?.min_age ?? null) : row.minAge,
    keyed_price: bit(row.keyedPrice, item?.keyed_price),
    shelf: row.shelf ?? item?.shelf ?? '',
    pictogram: row.pictogram ?? item?.pictogram ?? '',
    no_promotions: bit(row.noPromotions, item?.no_promotions),
  };
}

/** Undefined where a code stands for one and for several. */
function codesOf(row: ItemRow, facts: Facts, known: Known | undefined): Map<string, number> | undefined {
  const had = [...(known?.codes ?? [])].filter(([code]) => !code.startsWith('plu:') && code !== known?.item.gtin);
  const singles = row.barcodes ?? had.filter(([, units]) => units === 1).map(([code]) => code);
  const packs = row.packs?.map(({ gtin, units }) => [gtin, units] as const) ?? had.filter(([, units]) => units > 1);
  // A code that has moved to another item is not taken back by a row that does not name it.
  const own = (code: string, named: boolean): string[] =>
    named || known === undefined || known.codes.has(code) ? [code] : [];
  const codes = new Map<string, number>(
    [...own(facts.gtin, row.gtin !== undefined), ...singles].map((code) => [code, 1]),
  );
  for (const [code, units] of packs) {
    if ((codes.get(code) ?? units) !== units) return undefined;
    codes.set(code, units);
  }
  if (facts.plu !== null) for (const code of own(pluCode(facts.plu), row.plu !== undefined)) codes.set(code, 1);
  return codes;
}

const sameCodes = (one: ReadonlyMap<string, number>, other: ReadonlyMap<string, number>): boolean =>
  one.size === other.size && [...one].every(([code, units]) => other.get(code) === units);
