/** Module widths of the values 0 to 105 of Code 128, bar first (ISO/IEC 15417, table 1). */
const PATTERNS = `
212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 122231 113222 123122 123221
223211 221132 221231 213212 223112 312131 311222 321122 321221 312212 322112 322211 212123 212321 232121 111323 131123 131321
112313 132113 132311 211313 231113 231311 112133 112331 132131 113123 113321 133121 313121 211331 231131 213113 213311 213131
311123 311321 331121 312113 312311 332111 314111 221411 431111 111224 111422 121124 121421 141122 141221 112214 112412 122114
122411 142112 142211 241211 221114 413111 241112 134111 111242 121142 121241 114212 124112 124211 411212 421112 421211 212141
214121 412121 111143 111341 131141 114113 114311 411113 411311 113141 114131 311141 411131 211412 211214 211232`
  .trim()
  .split(/\s+/);
const START_C = 105;
const STOP = '2331112';
const MODULUS = 103;
/** Empty modules on each side. */
export const QUIET_MODULES = 10;

/** The widths of bars and spaces, bar first, of an even number of digits: two in a symbol character (code set C), then the check character. */
export function code128Widths(digits: string): string {
  const pairs = (digits.match(/\d\d/g) ?? []).map(Number);
  const check = pairs.reduce((sum, value, at) => sum + value * (at + 1), START_C) % MODULUS;
  return [START_C, ...pairs, check].map((value) => PATTERNS[value] ?? '').join('') + STOP;
}

/** The dark bars as a path of height 1, with the quiet zone, for a viewBox of `modules` units. */
export function code128Path(digits: string): { readonly path: string; readonly modules: number } {
  let at = QUIET_MODULES;
  let path = '';
  [...code128Widths(digits)].forEach((letter, index) => {
    const width = Number(letter);
    if (index % 2 === 0) path += `M${at} 0h${width}v1h-${width}z`;
    at += width;
  });
  return { path, modules: at + QUIET_MODULES };
}
