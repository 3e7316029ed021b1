import { type DecideError, decideError } from '../errors.ts';
import { DECIDE_LIMITS } from '../limits.ts';
import { weighedAmountFen } from '../money.ts';
import { isKnownZone } from '../time.ts';
import type { Basket, BasketLine, DecisionContext } from './basket.ts';
import { checkInstant, duplicates } from './check-common.ts';

/** List amount of a whole line in fen. */
export function lineListFen(line: BasketLine): number {
  if (line.weightGrams !== undefined) return line.amountFen ?? weighedAmountFen(line.unitPriceFen, line.weightGrams);
  return line.unitPriceFen * line.quantity;
}

function checkLine(line: BasketLine, path: string): DecideError[] {
  if (line.weightGrams === undefined) {
    return line.amountFen === undefined ? [] : [decideError('AMOUNT_WITHOUT_WEIGHT', `${path}.amountFen`)];
  }
  const errors = line.quantity === 1 ? [] : [decideError('WEIGHED_QUANTITY', `${path}.quantity`)];
  const expected = weighedAmountFen(line.unitPriceFen, line.weightGrams);
  // A price-embedded label carries the amount and lets the weight be derived, so that it may be off by a gram.
  const toleranceFen = Math.ceil(line.unitPriceFen / 1000);
  if (line.amountFen !== undefined && Math.abs(line.amountFen - expected) > toleranceFen) {
    errors.push(decideError('WEIGHED_AMOUNT_MISMATCH', `${path}.amountFen`, `Expected ${expected} fen.`));
  }
  return errors;
}

/** Sums stay inside the exact range: a sum that is not exact is far above the limit, so it is refused all the same. */
function checkTotals(lines: readonly BasketLine[]): DecideError[] {
  const errors: DecideError[] = [];
  const units = lines.reduce((sum, line) => sum + line.quantity, 0);
  if (units > DECIDE_LIMITS.maxUnitsPerBasket) errors.push(decideError('TOO_MANY_UNITS', 'lines'));
  const totalFen = lines.reduce((sum, line) => sum + lineListFen(line), 0);
  if (totalFen > DECIDE_LIMITS.maxFen) errors.push(decideError('BASKET_TOTAL_TOO_LARGE', 'lines'));
  return errors;
}

/** What fields of a basket of the right shape say about each other. */
export function checkBasket(basket: Basket): DecideError[] {
  const { lines, coupons, member, giftChoices, payWithPoints } = basket;
  const errors = [
    ...duplicates(lines.map((line) => line.lineId)).map(({ index }) =>
      decideError('DUPLICATE_LINE_ID', `lines[${index}].lineId`),
    ),
    ...duplicates(coupons.map((coupon) => coupon.couponId)).map(({ index }) =>
      decideError('DUPLICATE_COUPON_ID', `coupons[${index}].couponId`),
    ),
    ...duplicates((giftChoices ?? []).map((choice) => choice.campaignId)).map(({ index }) =>
      decideError('DUPLICATE_GIFT_CHOICE', `giftChoices[${index}].campaignId`),
    ),
    ...lines.flatMap((line, index) => checkLine(line, `lines[${index}]`)),
    ...checkTotals(lines),
    ...checkInstant(member?.joinedAt, 'member.joinedAt'),
  ];
  if (payWithPoints !== undefined && !member) errors.push(decideError('POINTS_WITHOUT_MEMBER', 'payWithPoints'));
  return errors;
}

/** What fields of a context of the right shape say about each other, and whether this runtime knows the zone. */
export function checkContext(context: DecisionContext): DecideError[] {
  return [
    ...checkInstant(context.at, 'at'),
    ...(isKnownZone(context.zone) ? [] : [decideError('ZONE_UNKNOWN', 'zone')]),
    ...duplicates((context.usage ?? []).map((usage) => usage.campaignId)).map(({ index }) =>
      decideError('DUPLICATE_USAGE', `usage[${index}].campaignId`),
    ),
    ...duplicates((context.giftStock ?? []).map((stock) => stock.sku)).map(({ index }) =>
      decideError('DUPLICATE_GIFT_STOCK', `giftStock[${index}].sku`),
    ),
  ];
}
