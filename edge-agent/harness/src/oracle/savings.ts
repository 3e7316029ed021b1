import type { Discount } from '@tillside/decide';
import type { UnitCampaign } from './problem.ts';

/** Share of an amount in basis points, half-up, in whole numbers throughout. */
export const shareFen = (amountFen: number, basisPoints: number): number =>
  Number((2n * BigInt(amountFen) * BigInt(basisPoints) + 10_000n) / 20_000n);

/** An amount that is not whole: `over / by` fen. */
interface Fraction {
  readonly over: bigint;
  readonly by: bigint;
}

function priced(left: Fraction, discount: Discount): Fraction {
  if (discount.by === 'percent') {
    return { over: left.over * BigInt(10_000 - discount.percentOffBp), by: left.by * 10_000n };
  }
  if (discount.by === 'fixed-price') {
    const fixed = BigInt(discount.fixedPriceFen) * left.by;
    return left.over < fixed ? left : { over: fixed, by: left.by };
  }
  const off = BigInt(discount.amountOffFen) * left.by;
  return { over: left.over > off ? left.over - off : 0n, by: left.by };
}

function discountOf(campaign: UnitCampaign, sku: string): Discount {
  const { source } = campaign;
  if (source.kind !== 'member-price') return source.discount;
  const price = source.prices.find((one) => one.sku === sku);
  // Who has no member price of it pays the list price.
  return { by: 'fixed-price', fixedPriceFen: price?.priceFen ?? Number.MAX_SAFE_INTEGER };
}

/** The order in which stacked campaigns act: without a coupon first, then with one, the set's order in each. */
export const inStackOrder = (campaigns: readonly UnitCampaign[]): UnitCampaign[] =>
  [...campaigns].sort((one, other) => Number(one.coupon) - Number(other.coupon) || one.place - other.place);

/** What each discount saves on one unit, one after the other: what is saved after each step is rounded once, a part is the difference. */
function partsOf(unitFen: number, discounts: readonly Discount[]): number[] {
  let left: Fraction = { over: BigInt(unitFen), by: 1n };
  let savedFen = 0n;
  return discounts.map((discount) => {
    left = priced(left, discount);
    const saved = BigInt(unitFen) * left.by - left.over;
    const rounded = (2n * saved + left.by) / (2n * left.by);
    const part = rounded - savedFen;
    savedFen = rounded;
    return Number(part);
  });
}

/** What each campaign of a stack saves on one unit, in the order given (`inStackOrder`). */
export const stackPartsFen = (unitFen: number, sku: string, stack: readonly UnitCampaign[]): number[] =>
  partsOf(
    unitFen,
    stack.map((campaign) => discountOf(campaign, sku)),
  );

/** Whether a stack may take a unit: every campaign of it saves at least a fen there. */
export const mayTake = (unitFen: number, sku: string, stack: readonly UnitCampaign[]): boolean =>
  stackPartsFen(unitFen, sku, stack).every((part) => part > 0);

/** What a discount that stands alone saves on one unit. */
export const unitSavingFen = (unitFen: number, discount: Discount): number => partsOf(unitFen, [discount])[0] ?? 0;

/** Splits an amount by weights: floors first, then one fen each by largest remainder, ties to the lower index. */
export function spreadFen(totalFen: number, weights: readonly number[]): number[] {
  const whole = weights.reduce((sum, weight) => sum + weight, 0);
  if (whole === 0) return weights.map(() => 0);
  const exact = weights.map((weight) => BigInt(totalFen) * BigInt(weight));
  const parts = exact.map((product) => Number(product / BigInt(whole)));
  const rests = exact.map((product) => Number(product % BigInt(whole)));
  let missing = totalFen - parts.reduce((sum, part) => sum + part, 0);
  while (missing > 0) {
    let largest = 0;
    rests.forEach((rest, index) => {
      if (rest > (rests[largest] ?? 0)) largest = index;
    });
    parts[largest] = (parts[largest] ?? 0) + 1;
    rests[largest] = -1;
    missing -= 1;
  }
  return parts;
}
