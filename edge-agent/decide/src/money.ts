/**
 * The rounding and allocation rule, by name: a percentage is rounded half-up once, where it is first taken (per unit in the item layer,
 * once per coupon in the coupon layer); savings of a whole basket are spread by largest remainder over what each line still costs,
 * ties to the earlier line. "Earlier" is by line id, runs of digits by value, so that re-sorting a basket changes nothing.
 */
export const MONEY_RULE = 'half-up-per-unit/largest-remainder/1';

/** `a * b / divisor`, rounded half-up, exact for any safe integers. Arguments are not negative. */
export function mulDivHalfUp(a: number, b: number, divisor: number): number {
  const product = a * b;
  if (product <= Number.MAX_SAFE_INTEGER / 2) return Math.floor((2 * product + divisor) / (2 * divisor));
  return Number((2n * BigInt(a) * BigInt(b) + BigInt(divisor)) / (2n * BigInt(divisor)));
}

/** `a * b / divisor` as whole part and remainder, exact for any safe integers. Arguments are not negative. */
function mulDivFloor(a: number, b: number, divisor: number): { whole: number; rest: number } {
  const product = a * b;
  if (product <= Number.MAX_SAFE_INTEGER) {
    const rest = product % divisor;
    return { whole: (product - rest) / divisor, rest };
  }
  const big = BigInt(a) * BigInt(b);
  return { whole: Number(big / BigInt(divisor)), rest: Number(big % BigInt(divisor)) };
}

/** Share of an amount in basis points, half-up. */
export function percentOfFen(amountFen: number, basisPoints: number): number {
  return mulDivHalfUp(amountFen, basisPoints, 10_000);
}

/** List amount of a weighed item: price of a kilogram times grams, half-up to the fen. */
export function weighedAmountFen(pricePerKgFen: number, weightGrams: number): number {
  return mulDivHalfUp(pricePerKgFen, weightGrams, 1_000);
}

/**
 * Splits `totalFen` over `weights` by largest remainder, ties to the lower index. Parts sum to the total exactly; where the total is at
 * most the sum of weights, no part is above its weight. All weights zero: all parts zero.
 */
export function allocateFen(totalFen: number, weights: readonly number[]): number[] {
  const sum = weights.reduce((left, right) => left + right, 0);
  if (sum === 0) return weights.map(() => 0);
  const shares = weights.map((weight, index) => ({ index, ...mulDivFloor(totalFen, weight, sum) }));
  const parts = shares.map((share) => share.whole);
  let left = totalFen - parts.reduce((total, part) => total + part, 0);
  const byRest = shares.filter((share) => share.rest > 0).sort((a, b) => b.rest - a.rest || a.index - b.index);
  for (const share of byRest) {
    if (left === 0) break;
    parts[share.index] = (parts[share.index] ?? 0) + 1;
    left -= 1;
  }
  return parts;
}

/** What the first `count` of `units` equal units cost of `totalFen`: cumulative, so that any split of the units sums exactly. */
export function cumulativeShareFen(totalFen: number, count: number, units: number): number {
  return mulDivFloor(totalFen, count, units).whole;
}

/**
 * Text of an amount, without a float in between: `¥1,234.50` on receipts and screens of both languages; whole yuan without `.00`.
 * Negative amounts carry a leading minus.
 */
export function formatFen(fen: number, locale: 'zh-CN' | 'en'): string {
  const whole = Math.abs(Math.trunc(fen));
  const cents = whole % 100 === 0 ? '' : `.${String(whole % 100).padStart(2, '0')}`;
  const digits = String(Math.floor(whole / 100));
  // Thousands are grouped in English only: Chinese price labels run the digits together.
  const yuan = locale === 'en' ? digits.replace(/\B(?=(\d{3})+(?!\d))/g, ',') : digits;
  return `${fen < 0 ? '-' : ''}¥${yuan}${cents}`;
}

/** Orders line ids so that `L2` comes before `L10`. Independent of the machine's language. */
export function compareIds(left: string, right: string): number {
  const a = left.match(/\d+|\D+/g) ?? [];
  const b = right.match(/\d+|\D+/g) ?? [];
  for (let index = 0; index < Math.min(a.length, b.length); index += 1) {
    const x = a[index] ?? '';
    const y = b[index] ?? '';
    if (x === y) continue;
    const digits = /^\d/.test(x) && /^\d/.test(y);
    if (digits) {
      const xs = x.replace(/^0+/, '');
      const ys = y.replace(/^0+/, '');
      if (xs.length !== ys.length) return xs.length - ys.length;
      if (xs !== ys) return xs < ys ? -1 : 1;
    } else {
      return x < y ? -1 : 1;
    }
  }
  return a.length - b.length || (left < right ? -1 : left > right ? 1 : 0);
}
