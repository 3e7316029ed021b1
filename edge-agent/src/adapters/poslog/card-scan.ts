import { holdsCardNumber } from '../../lanes/card-number.ts';

/** Digits in the groups that people and terminals write card numbers in; a longer run of digits is something else, such as a receipt's barcode. */
const CARD_SHAPES = /(?<!\d)(?:\d{13,19}|\d{4}([ -])\d{4}\1\d{4}\1\d{1,7}|\d{4}([ -])\d{6}\2\d{4,5})(?!\d)/g;

/** Elements that are nothing but a card's number: there also a number of the right length that fails the check digit counts. */
const CARD_FIELDS: ReadonlySet<string> = new Set(['PrimaryAccountNumber', 'PAN']);

/** Codes of goods: as long as a GTIN they can't be told from an old 13-digit card number, so only what is longer than a GTIN counts. */
const ITEM_FIELDS: ReadonlySet<string> = new Set(['POSItemID', 'ItemID', 'ScanData', 'GTIN', 'PrimaryLabel']);
const GTIN_DIGITS = 14;

/** Text of the element before that a number may have begun in. */
const CARRY_CHARS = 32;

function isCard(field: string, text: string): boolean {
  for (const [found] of text.matchAll(CARD_SHAPES)) {
    const digits = found.replace(/\D/g, '');
    if (ITEM_FIELDS.has(field) && digits.length <= GTIN_DIGITS) continue;
    if (CARD_FIELDS.has(field) || holdsCardNumber(digits)) return true;
  }
  return false;
}

/** Looks for payment card numbers in every text and attribute that passes, also those of elements that nobody reads. */
export class CardScan {
  #carry = '';

  /** A new element began or ended. */
  reset(): void {
    this.#carry = '';
  }

  /** A piece of an element's text; pieces follow each other. */
  hasCard(field: string, text: string): boolean {
    const all = this.#carry + text;
    this.#carry = all.slice(-CARRY_CHARS);
    return isCard(field, all);
  }
}

export const attributeHasCard = (attribute: string, value: string): boolean => isCard(attribute, value);
