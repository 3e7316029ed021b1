/**
 * GTIN-13 numbers for items that have none. The source names products by a bare id, so each gets a restricted-circulation
 * number: GS1 keeps prefixes 20 to 29 for use inside a company (GS1 General Specifications,
 * restricted circulation numbers).
 */
export const RESTRICTED_PREFIX = '29';
const BODY_DIGITS = 10;

/** Check digit of the first twelve digits: weights 1 and 3 from the left, complement to ten (GS1 General Specifications, check digit calculation). */
export function gtin13CheckDigit(first12: string): number {
  if (!/^\d{12}$/.test(first12)) throw new RangeError('a GTIN-13 check digit needs exactly twelve digits');
  let sum = 0;
  for (let index = 0; index < first12.length; index += 1) sum += Number(first12[index]) * (index % 2 === 0 ? 1 : 3);
  return (10 - (sum % 10)) % 10;
}

/** Restricted GTIN-13 of a product id of up to ten digits; different ids give different numbers. */
export function restrictedGtin13(productId: string): string {
  if (!/^\d{1,10}$/.test(productId)) throw new RangeError('a product id has one to ten digits');
  const first12 = `${RESTRICTED_PREFIX}${productId.padStart(BODY_DIGITS, '0')}`;
  return `${first12}${gtin13CheckDigit(first12)}`;
}
