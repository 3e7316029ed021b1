/** GS1 General Specifications, section 7.9: weights 3 and 1 from the right. */
export function checkDigitRight(gtin: string): boolean {
  const digits = [...gtin.padStart(14, '0')].map(Number);
  const sum = digits.slice(0, 13).reduce((total, digit, index) => total + digit * (index % 2 === 0 ? 3 : 1), 0);
  return (10 - (sum % 10)) % 10 === digits[13];
}

/** Any of GTIN-8, 12, 13, 14 as the 14 digits that codes are kept as. */
export const gtin14 = (gtin: string): string => gtin.padStart(14, '0');
