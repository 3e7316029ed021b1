import type { AddLine } from '@tillside/agent-contract';
import { parseGtin } from '@tillside/devices';
import type { z } from 'zod';
import { AgentError } from '../errors.ts';
import type { Item, Items, Taken } from '../prices/item.ts';
import { type OpenItem, openDepartment, shortGtin, unknownItem } from './open-item.ts';
import { type ScanRules, scannedItem } from './scanned-item.ts';

export type LineInput = z.infer<typeof AddLine>;

/** What a line is to be of, and how much of it the request and the code say. */
export interface Wanted {
  readonly goods: { readonly item: Item } | { readonly open: OpenItem };
  readonly taken: Taken;
}

/** Where goods are looked up. */
export interface Shelf {
  readonly items: Items;
  readonly scans: ScanRules;
  /** The store's wall clock, `2026-11-22T08:30`. */
  readonly localNow: string;
}

/**
 * What a request names. A code of several units multiplies what is asked for; the pack's own weight, amount, lot and number of pieces stand where the request says
 * nothing. A code that the item master lacks is an open item with `unknown`: whether it may be sold is not decided here. Throws ITEM_UNKNOWN (a SKU or PLU),
 * DEPARTMENT_UNKNOWN, CODE_NOT_AN_ITEM, CODE_INVALID, ITEM_EXPIRED, ITEM_NOT_ON_SALE.
 */
export function findWanted(shelf: Shelf, input: LineInput): Wanted {
  const { goods, units, taken } = named(shelf, input);
  if ('item' in goods && goods.item.state !== 'on-sale')
    throw new AgentError('ITEM_NOT_ON_SALE', { detail: `(${goods.item.state})` });
  const { weightGrams, lotId } = input;
  return {
    goods,
    taken: {
      ...taken,
      quantity: (input.quantity === 1 ? (taken.quantity ?? 1) : input.quantity) * units,
      ...(weightGrams === undefined ? {} : { weightGrams }),
      ...(lotId === undefined ? {} : { lotId }),
    },
  };
}

interface Named {
  readonly goods: Wanted['goods'];
  readonly units: number;
  readonly taken: Partial<Taken>;
}

function named({ items, scans, localNow }: Shelf, input: LineInput): Named {
  const { scan, gtin, sku, plu, department } = input;
  if (scan !== undefined) {
    const { item, units, code, taken } = scannedItem(items, scan, scans, localNow);
    if (item !== undefined) return { goods: { item }, units, taken };
    const text = code.isGtin ? shortGtin(code.text) : code.text;
    return { goods: { open: unknownItem(text, code.isGtin) }, units, taken };
  }
  if (gtin !== undefined) {
    const found = items.byCode(gtin);
    if (found !== undefined) return { goods: { item: found.item }, units: found.units, taken: {} };
    // A digit that was keyed wrongly is no new article.
    const read = parseGtin(gtin);
    if (!read.ok) throw new AgentError('CODE_INVALID', { detail: `(${read.problem.code})` });
    return { goods: { open: unknownItem(shortGtin(gtin), true) }, units: 1, taken: {} };
  }
  if (department !== undefined) {
    const taxRateBp = items.departmentVatBp(department);
    if (taxRateBp === undefined) throw new AgentError('DEPARTMENT_UNKNOWN');
    return { goods: { open: openDepartment(department, taxRateBp) }, units: 1, taken: {} };
  }
  const item = sku !== undefined ? items.bySku(sku) : items.byPlu(plu ?? '');
  if (item === undefined) throw new AgentError('ITEM_UNKNOWN');
  return { goods: { item }, units: 1, taken: {} };
}
