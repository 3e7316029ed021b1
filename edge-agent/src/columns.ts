/**
 * Characters that take two columns on a terminal and on a receipt: East Asian Wide and Fullwidth, and pictures. After Unicode Standard Annex 11, by block; ambiguous ones
 * take one.
 */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1f64f}\u{1f680}-\u{1f6ff}\u{1f900}-\u{1f9ff}\u{20000}-\u{3fffd}]/u;
/** What stands on the character before it, and what is not seen at all. */
const NONE = /[\p{M}\p{Cf}\p{Cc}]/u;

/** Columns that a text takes. */
export function widthOf(text: string): number {
  let columns = 0;
  for (const character of text) columns += WIDE.test(character) ? 2 : NONE.test(character) ? 0 : 1;
  return columns;
}
