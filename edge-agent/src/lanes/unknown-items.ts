import type { EventBody } from '@tillside/protocol';
import type { Journal, Tx } from '../journal/index.ts';
import { instantOf } from '../ports.ts';
import type { StoredLine } from './basket.ts';
import { OPEN_ITEM } from './record-sale.ts';

export type Code = Pick<EventBody<'tillside.item.unknown.v1'>, 'gtin' | 'sku'>;

/** Codes told of a day; a scanner that reads noise must not fill the journal. */
const MAX_CODES_A_DAY = 1_000;

/** Codes that were asked for and refused: each is told once a day, so that HQ hears of goods that nobody entered. What was told is forgotten at a restart. */
export class RefusedItems {
  #day = '';
  #told = new Set<string>();

  /** `day` is the store's. In a transaction of its own: what was refused has none. */
  note(journal: Journal, terminalId: string, code: Code, day: string, atMs: number): void {
    if (day !== this.#day) this.#told.clear();
    this.#day = day;
    const key = `${code.gtin ?? ''} ${code.sku ?? ''}`;
    if (this.#told.has(key) || this.#told.size >= MAX_CODES_A_DAY) return;
    try {
      journal.write((tx) =>
        tx.append('tillside.item.unknown.v1', { ...code, terminalId, sold: false, at: instantOf(atMs) }),
      );
    } catch (error) {
      // A disk that is full is told by the status; the till hears why its code was refused.
      if (journal.failure === undefined) throw error;
      return;
    }
    this.#told.add(key);
  }
}

/** Tells the codes of a sale that the item master lacks, each once, in the sale's transaction. */
export function tellUnknownSold(tx: Tx, terminalId: string, lines: readonly StoredLine[], atMs: number): void {
  const codes = new Map(lines.filter(({ unknown }) => unknown).map(({ line }) => [line.sku, codeOf(line)]));
  tellSold(tx, terminalId, [...codes.values()], atMs);
}

/** The same for codes that are known to be different ones. */
export function tellSold(tx: Tx, terminalId: string, codes: readonly Code[], atMs: number): void {
  for (const code of codes)
    tx.append('tillside.item.unknown.v1', { ...code, terminalId, sold: true, at: instantOf(atMs) });
}

export const codeOf = ({ sku, gtin }: { readonly sku: string; readonly gtin?: string | undefined }): Code =>
  gtin === undefined ? { sku: sku.slice(OPEN_ITEM.length) } : { gtin };
