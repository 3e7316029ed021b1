import type { StoredLine } from './basket.ts';
import { OPEN_ITEM } from './record-sale.ts';

const MAX_SKU_CHARS = 64;
const NO_SIZE = { zh: '', en: '' };
/** Emblem of what nobody knows more of. */
const PICTOGRAM = 'basket';

/** Goods that the item master has no entry for: of a department, or with a code that it lacks. */
export interface OpenItem {
  readonly sku: string;
  readonly gtin?: string;
  readonly name: { readonly zh: string; readonly en: string };
  readonly department: string;
  /** Absent: not known, and no tax is worked out. */
  readonly taxRateBp?: number;
  /** The code is not in the item master. */
  readonly unknown?: true;
}

export const openSku = (code: string): string => (OPEN_ITEM + code).slice(0, MAX_SKU_CHARS);

/** A code of goods as people write it: a GTIN without the zeros that pad it to 14 digits. */
export const shortGtin = (gtin: string): string => gtin.padStart(14, '0').replace(/^0{6}(?=\d{8}$)|^0/, '');

export function openDepartment(department: string, taxRateBp: number): OpenItem {
  const name = { zh: `${department} 部门商品`, en: `Open item, ${department}` };
  return { sku: openSku(department), name, department, taxRateBp };
}

/** `isGtin` tells a GTIN from a number of the store's own label or system. */
export function unknownItem(code: string, isGtin: boolean): OpenItem {
  return {
    sku: openSku(code),
    ...(isGtin ? { gtin: code } : {}),
    name: { zh: `未知商品 ${code}`, en: `Unknown item ${code}` },
    department: 'open',
    unknown: true,
  };
}

/**
 * A line of an open item. Nobody knows what it is, so no campaign can be meant for it and none touches it: what may not be promoted (tobacco, infant formula) does not
 * slip in without its code.
 */
export function openLine(
  lineId: string,
  { sku, gtin, name, department, taxRateBp, unknown }: OpenItem,
  amount: { readonly quantity: number; readonly unitPriceFen: number; readonly weightGrams?: number | undefined },
): StoredLine {
  const { quantity, unitPriceFen, weightGrams } = amount;
  return {
    line: {
      lineId,
      sku,
      ...(gtin === undefined ? {} : { gtin }),
      department,
      category: 'open',
      name,
      unitPriceFen,
      ...(weightGrams === undefined ? { quantity } : { quantity: 1, weightGrams }),
      noPromotions: true,
      ...(taxRateBp === undefined ? {} : { taxRateBp }),
    },
    size: NO_SIZE,
    pictogram: PICTOGRAM,
    ...(unknown ? { unknown } : {}),
  };
}
