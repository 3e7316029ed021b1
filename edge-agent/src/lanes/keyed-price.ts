import type { BasketView, KeyedPrice } from '@tillside/agent-contract';
import type { z } from 'zod';
import { AgentError } from '../errors.ts';
import type { Item } from '../prices/item.ts';
import type { StoredLine } from './basket.ts';
import { OPEN_ITEM } from './record-sale.ts';

export type Keyed = z.infer<typeof KeyedPrice>;
export type PriceSet = NonNullable<BasketView['lines'][number]['priceSet']>;

/** Who may put a person's price on goods: anybody, where there is no other price; with an approval, where there is one. */
type KeyedAs = 'open' | 'override';

/** An open item, and one whose price is keyed each time, have no price of their own. `item`: what the master says of the SKU. */
const keyedAs = (sku: string, item: Item | undefined): KeyedAs =>
  sku.startsWith(OPEN_ITEM) || item?.keyedPrice === true ? 'open' : 'override';

/**
 * A line at the price that a person set, per piece or per kg; what a label said it costs no longer counts.
 *
 * An override below the item master's price is the line's cut: no promotion touches it, so that no discount comes on a discount and no brand pays for it. One at or above
 * the master's price leaves the line among the promotions as before. Either way the shelf holds: a label that is proven to show less than the line would cost caps it,
 * promotion or not (`prices/guards.ts`). Goods without a price of their own (open, unknown, keyed each time) are no overrides.
 *
 * `item` is what the master says now; undefined for what it lacks. Throws PRICE_NEEDED (a price of 0 for goods that have no other).
 */
export function atKeyedPrice(stored: StoredLine, item: Item | undefined, keyed: Keyed): StoredLine {
  const { unitPriceFen, reason, note } = keyed;
  const as = keyedAs(stored.line.sku, item);
  if (as === 'open' && unitPriceFen === 0) throw new AgentError('PRICE_NEEDED');
  const { amountFen: _label, noPromotions: _cut, ...line } = stored.line;
  const isCut = as === 'override' && unitPriceFen < (item?.priceFen ?? 0);
  const isClosed = isCut || (item === undefined ? stored.line.noPromotions === true : item.noPromotions);
  const { note: _old, ...kept } = stored;
  return {
    ...kept,
    line: { ...line, unitPriceFen, ...(isClosed ? { noPromotions: true } : {}) },
    priceSet: { by: as, reason, ...(as === 'override' && item !== undefined ? { masterFen: item.priceFen } : {}) },
    ...(note === undefined ? {} : { note }),
  };
}

/** The same line with the name of who approved its price. */
export const approvedBy = (stored: StoredLine, staffId: string): StoredLine =>
  stored.priceSet === undefined ? stored : { ...stored, priceSet: { ...stored.priceSet, approvedBy: staffId } };
