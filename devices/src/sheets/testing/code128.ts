/** Module widths of the values 0 to 105 of Code 128, bar first (ISO/IEC 15417, table 1). Typed for tests, apart from the generator's own. */
const PATTERNS = `
212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 122231 113222 123122 123221
223211 221132 221231 213212 223112 312131 311222 321122 321221 312212 322112 322211 212123 212321 232121 111323 131123 131321
112313 132113 132311 211313 231113 231311 112133 112331 132131 113123 113321 133121 313121 211331 231131 213113 213311 213131
311123 311321 331121 312113 312311 332111 314111 221411 431111 111224 111422 121124 121421 141122 141221 112214 112412 122114
122411 142112 142211 241211 221114 413111 241112 134111 111242 121142 121241 114212 124112 124211 411212 421112 421211 212141
214121 412121 111143 111341 131141 114113 114311 411113 411311 113141 114131 311141 411131 211412 211214 211232`
  .trim()
  .split(/\s+/);
const STOP = '2331112';

type Set = 'A' | 'B' | 'C';
const STARTS: Readonly<Record<number, Set>> = { 103: 'A', 104: 'B', 105: 'C' };

/** What a symbol says, from its module widths; controls as `<CR>`, functions as `<FNC3>`. Throws where it is no whole Code 128. */
export function readCode128(widths: string): string {
  if (!widths.endsWith(STOP)) throw new Error('no stop');
  const values = (widths.slice(0, -STOP.length).match(/.{6}/g) ?? []).map((pattern) => PATTERNS.indexOf(pattern));
  if (values.includes(-1) || values.length * 6 + STOP.length !== widths.length) throw new Error('no such pattern');
  const check = values.pop();
  const sum = values.reduce((total, value, at) => total + value * Math.max(at, 1), 0);
  if (sum % 103 !== check) throw new Error(`check ${check}, expected ${sum % 103}`);
  const [start = 0, ...rest] = values;
  let set = STARTS[start];
  let shifted: Set | undefined;
  let text = '';
  for (const value of rest) {
    if (set === undefined) throw new Error('no start');
    const inSet: Set = shifted ?? set;
    shifted = undefined;
    const to = switchOf(inSet, value);
    if (value === 98 && inSet !== 'C') shifted = inSet === 'A' ? 'B' : 'A';
    else if (to !== undefined) set = to;
    else text += textOf(inSet, value);
  }
  return text;
}

function switchOf(set: Set, value: number): Set | undefined {
  if (value === 99 && set !== 'C') return 'C';
  if (value === 100 && set !== 'B') return 'B';
  return value === 101 && set !== 'A' ? 'A' : undefined;
}

function textOf(set: Set, value: number): string {
  if (value === 102) return '<FNC1>';
  if (set === 'C') return String(value).padStart(2, '0');
  if (value === 96) return '<FNC3>';
  if (value > 96) throw new Error(`value ${value}`);
  const character = set === 'A' && value >= 64 ? value - 64 : value + 32;
  return { 13: '<CR>', 29: '<GS>' }[character] ?? String.fromCharCode(character);
}
