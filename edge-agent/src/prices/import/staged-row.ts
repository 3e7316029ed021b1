import { createHash } from 'node:crypto';
import type { ItemState } from '@tillside/agent-contract';
import type { Reader } from '../../journal/index.ts';
import type { ItemRow as StoredItem } from '../item.ts';
import type { Cells, ItemRow } from './columns.ts';
import { IMPORT_LIMITS } from './limits.ts';
import type { Known } from './merge.ts';
import type { Timing } from './timing.ts';

/** What a row's item is from here on. A row that brings some columns leaves it as it was. */
export function stateOf(
  row: ItemRow,
  { known, when, listed }: { known: ItemState | undefined; when: Timing['when']; listed: boolean },
): ItemState {
  if (row.discontinued === true) return 'discontinued';
  if (known === 'on-sale') return known;
  const now = when === 'now' && row.priceFen !== undefined;
  if (known === 'discontinued') {
    if (!listed && row.discontinued !== false) return known;
    return when === 'later' ? 'coming' : 'on-sale';
  }
  return now ? 'on-sale' : 'coming';
}

export function knownItem(reader: Reader, sku: string): Known | undefined {
  const item = reader.get<StoredItem>('SELECT * FROM item WHERE sku = ?', sku);
  if (item === undefined) return undefined;
  const codes = reader.all<{ code: string; units: number }>('SELECT code, units FROM item_code WHERE sku = ?', sku);
  return { item, codes: new Map(codes.map(({ code, units }) => [code, units])) };
}

/** Tells rows of one item apart that say other things of it than its price and when. */
export function factsHash({ priceFen: _price, effectiveFrom: _from, effectiveTo: _to, ...facts }: ItemRow): string {
  return createHash('sha256').update(JSON.stringify(facts)).digest('base64').slice(0, 16);
}

export const trimmed = (text: string): string => text.slice(0, IMPORT_LIMITS.maxRawChars);

/** Cells as JSON; in a row that is too long to be kept, each is cut. */
export function rawCells(cells: Cells): string {
  const whole = JSON.stringify(cells);
  if (whole.length <= IMPORT_LIMITS.maxRawChars) return whole;
  return JSON.stringify(Object.fromEntries(Object.entries(cells).map(([column, cell]) => [column, cell.slice(0, 30)])));
}
