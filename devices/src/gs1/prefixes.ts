/**
 * What the GS1 prefix of a number says, by the list that GS1 publishes ("GS1 Company Prefix", GS1 General Specifications, 1.4.2).
 * It names who gave the number out, not where goods were made. This is for people and reports: nothing is refused by it, since
 * prefixes are added every year. How long a company prefix is, and whether it is in force, only GS1's online register knows.
 */
export type PrefixUse =
  /** Given out by a GS1 member organisation, or by GS1 Global Office in its place. */
  | 'company'
  /** Meaning only within a company or a region (02, 04, 20-29). */
  | 'restricted'
  | 'coupon'
  | 'refund-receipt'
  | 'issn'
  | 'isbn'
  /** 952: examples in documents; must not be sold. */
  | 'demonstration'
  /** Not assigned when this list was made. */
  | 'reserved';

/** GS1-8 prefixes apart, for they are another list. */
const SPECIAL: readonly (readonly [first: string, last: string, use: PrefixUse])[] = [
  ['020', '029', 'restricted'],
  ['040', '049', 'restricted'],
  ['050', '059', 'reserved'],
  ['200', '299', 'restricted'],
  ['952', '952', 'demonstration'],
  ['977', '977', 'issn'],
  ['978', '979', 'isbn'],
  ['980', '980', 'refund-receipt'],
  ['981', '984', 'coupon'],
  ['990', '999', 'coupon'],
];

/** Prefixes and ranges of three digits that member organisations give out. */
const COMPANY = `
  000-019 030-039 060-139 300-380 383 385 387 389 390 400-440 450-471 474-509 520-521 528-531 535 539-549 560 569-579 590 594
  599-601 603-609 611 613 615-632 640-649 680-681 690-709 729-746 750 754-755 759-771 773 775 777-780 784 786 789-790 800-850
  858-860 865 867-881 883-885 888 890 893-894 896 899-919 930-951 955 958 960-969
`;

const RANGES: readonly (readonly [first: string, last: string, use: PrefixUse])[] = [
  ...SPECIAL,
  ...COMPANY.trim()
    .split(/\s+/)
    .map((range): [string, string, PrefixUse] => [range.slice(0, 3), range.slice(-3), 'company']),
];

/** Use of the prefix of a GTIN in its 14 digits. A GTIN-8 has a list of its own, of which only 0 and 2 (restricted) are told here. */
export function prefixUse(gtin14: string): PrefixUse {
  if (gtin14.startsWith('000000')) return /^000000[02]/.test(gtin14) ? 'restricted' : 'company';
  const prefix = gtin14.slice(1, 4);
  return RANGES.find(([first, last]) => prefix >= first && prefix <= last)?.[2] ?? 'reserved';
}
