import type { Locale, ReturnReceipt, SaleView, Words } from '@tillside/agent-contract';
import { pick, WORDS } from './words.ts';

/** Of a member's id and of a payment's reference: enough to tell it by, too little to be of use. */
const END_CHARS = 4;

/** Where a receipt is from, the same for every kind. */
export interface Store {
  readonly storeId: string;
  readonly storeName: Words;
  /** An instant with the offset of the store's zone. */
  instant(ms: number): string;
}

/** What a line's item was called and how much of it, beside the decision's amounts. */
export interface LineFacts {
  readonly name: Words;
  readonly size: Words;
  /** Per piece, or per kg for a weighed line. */
  readonly unitPriceFen?: number | undefined;
  readonly weightGrams?: number | undefined;
  readonly priceSet?: boolean | undefined;
}

/** Goods that came back. */
export interface ReturnedFacts {
  readonly sku: string;
  readonly quantity: number;
  readonly refundFen: number;
  readonly facts: LineFacts | undefined;
}

export const endOf = (text: string): string => text.slice(-END_CHARS);

const OPEN = 'open:';

/** An item that the master does not know is called by its code. */
export function lineName(sku: string, facts: LineFacts | undefined, locale: Locale): { name: string; size: string } {
  if (facts !== undefined) return { name: pick(facts.name, locale), size: pick(facts.size, locale) };
  if (!sku.startsWith(OPEN)) return { name: sku, size: '' };
  return { name: `${pick(WORDS.openItem, locale)} ${sku.slice(OPEN.length)}`, size: '' };
}

/** A tender as a receipt shows it: of a payment's reference only the end. */
export function receiptTender({ kind, amountFen, token, givenFen }: SaleView['tenders'][number]) {
  return {
    kind,
    amountFen,
    ...(givenFen === undefined ? {} : { givenFen }),
    ...(token === undefined ? {} : { reference: endOf(token) }),
  };
}

export const returnedLines = (lines: readonly ReturnedFacts[], locale: Locale): ReturnReceipt['lines'] =>
  lines.map(({ sku, quantity, refundFen, facts }) => ({
    sku,
    ...lineName(sku, facts, locale),
    quantity,
    ...(facts?.weightGrams === undefined ? {} : { weightGrams: facts.weightGrams }),
    refundFen,
  }));
