import { DECIDE_LIMITS, lineListFen } from '@tillside/decide';
import { AgentError } from '../errors.ts';
import { basketLine, type Item } from '../prices/item.ts';
import type { StoredBasket, StoredLine } from './basket.ts';
import type { LineInput, Wanted } from './find-item.ts';
import { atKeyedPrice } from './keyed-price.ts';
import { openLine } from './open-item.ts';

/** What happens to a code that the item master lacks. */
export type UnknownItems = 'refuse' | 'sell-open';

/**
 * The line of a request, not yet approved where its price is an override. Throws ITEM_UNKNOWN (the store does not sell what it has no entry for), PRICE_NEEDED,
 * WEIGHT_NEEDED.
 */
export function newLine(
  lineId: string,
  { goods, taken }: Wanted,
  { price }: LineInput,
  unknownItems: UnknownItems,
): StoredLine {
  const { quantity, weightGrams, amountFen } = taken;
  if ('open' in goods) {
    if (goods.open.unknown && unknownItems === 'refuse') throw new AgentError('ITEM_UNKNOWN');
    // A label of ours that names an amount is a price, also where the number on it is not known any more.
    const keyed = price ?? labelPrice(amountFen, 'unknown-item');
    const weighed = price === undefined ? undefined : weightGrams;
    return atKeyedPrice(
      openLine(lineId, goods.open, { quantity, unitPriceFen: 0, weightGrams: weighed }),
      undefined,
      keyed,
    );
  }
  const { item } = goods;
  if (item.soldBy === 'weight' && weightGrams === undefined && amountFen === undefined)
    throw new AgentError('WEIGHT_NEEDED');
  const { serial } = taken;
  const stored: StoredLine = {
    line: basketLine(lineId, item, taken),
    size: item.size,
    pictogram: item.pictogram,
    ...(serial === undefined ? {} : { serial }),
  };
  if (price !== undefined) return atKeyedPrice(stored, item, price);
  if (!item.keyedPrice || (item.soldBy === 'weight' && amountFen !== undefined)) return stored;
  return atKeyedPrice(stored, item, labelPrice(amountFen, 'keyed'));
}

/** Throws PRICE_NEEDED. */
function labelPrice(amountFen: number | undefined, reason: 'unknown-item' | 'keyed') {
  if (amountFen === undefined) throw new AgentError('PRICE_NEEDED');
  return { unitPriceFen: amountFen, reason };
}

/** One look at the shopper is enough for all goods of that age and below. Gives the age that is checked by now; throws AGE_CHECK_NEEDED with the age. */
export function checkedAge(
  before: number | undefined,
  goods: Wanted['goods'],
  { ageChecked }: LineInput,
): number | undefined {
  const { minAge }: Pick<Item, 'minAge'> = 'item' in goods ? goods.item : {};
  if (minAge === undefined || minAge <= (before ?? 0)) return before;
  if (ageChecked !== true) throw new AgentError('AGE_CHECK_NEEDED', { detail: `(${minAge})` });
  return minAge;
}

/** The same pack can't be in a basket twice. Throws SERIAL_TWICE. */
export function checkSerial(lines: readonly StoredLine[], { line, serial }: StoredLine): void {
  if (serial !== undefined && lines.some((other) => other.line.sku === line.sku && other.serial === serial))
    throw new AgentError('SERIAL_TWICE');
}

/** What the decision engine takes. Throws BASKET_TOO_LARGE. */
export function checkSize(lines: readonly StoredLine[]): void {
  const { maxUnitsPerLine, maxUnitsPerBasket, maxFen } = DECIDE_LIMITS;
  const units = lines.reduce((sum, { line }) => sum + line.quantity, 0);
  const totalFen = lines.reduce((sum, { line }) => sum + lineListFen(line), 0);
  if (units > maxUnitsPerBasket || totalFen > maxFen || lines.some(({ line }) => line.quantity > maxUnitsPerLine))
    throw new AgentError('BASKET_TOO_LARGE');
}

/** Lines come one by one only where prices are ours. Throws PRICE_OWNER. */
export function checkOwnPrices({ priceOwner }: Pick<StoredBasket, 'priceOwner'>): void {
  if (priceOwner !== 'tillside') throw new AgentError('PRICE_OWNER', { detail: `(${priceOwner})` });
}
