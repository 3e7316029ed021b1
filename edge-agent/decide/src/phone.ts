/** Digits, letters and signs of the full-width forms that Chinese input methods write. */
const narrow = (text: string): string => text.normalize('NFKC');
/** What people write between the digits: spaces, points, slashes, brackets, and dashes of every length. */
const BETWEEN = /[\s().,/\u2010-\u2015\u2212_-]/gu;

/**
 * A phone as E.164, or undefined for what is none. Mainland China numbers may come as typed: 11 digits beginning 13 to 19, with or without +86, 0086, 86 or a trunk 0; others
 * begin with + or 00. Spaces, dashes, brackets, full-width digits and `tel:` do not matter.
 */
export function phoneOf(typed: string): string | undefined {
  const compact = narrow(typed)
    .replace(/^\s*tel:/iu, '')
    .replaceAll(BETWEEN, '')
    .replace(/^00/u, '+');
  const china = /^(?:\+?86)?0?(1[3-9]\d{9})$/u.exec(compact)?.[1];
  if (china !== undefined) return `+86${china}`;
  return /^\+(?!86)[1-9]\d{6,14}$/u.test(compact) ? compact : undefined;
}
