import type { PosLine } from '@tillside/agent-contract';
import { DECIDE_LIMITS } from '@tillside/decide';
import type { z } from 'zod';
import { AgentError } from '../errors.ts';
import { basketLine, type Item, type Items } from '../prices/item.ts';
import type { StoredLine } from './basket.ts';
import { holdsCardNumber, refuseCardNumbers } from './card-number.ts';
import { type OpenItem, openLine, openSku, shortGtin } from './open-item.ts';

type Line = z.infer<typeof PosLine>;

/** Digits of the longest code of goods; a longer number may be a card's. */
const GTIN_DIGITS = 14;

/**
 * The basket of a POS that owns its prices, as the decision engine reads it: the POS's line ids and prices, our departments, categories and tax rates. What the master
 * lacks is taken as the POS names it. Throws BODY_REFUSED (a line id twice, a weight that does not fit), WEIGHT_NEEDED, CARD_NUMBER_REFUSED.
 */
export function posLines(items: Items, lines: readonly Line[]): StoredLine[] {
  refuseCardNumbers({ lines });
  const ids = new Set<string>();
  return lines.map((line, index) => {
    const path = `lines.${index}`;
    if (ids.has(line.lineId)) throw refused(`${path}.lineId`, 'is there twice');
    ids.add(line.lineId);
    const { item, units } = found(items, line);
    if (item === undefined) return unknownLine(line, path);
    return units === 1 ? itemLine(item, line, path) : packLine(item, units, line, path);
  });
}

const refused = (path: string, message: string): AgentError =>
  new AgentError('BODY_REFUSED', { fields: [{ path, message }] });

function found(items: Items, { sku, gtin }: Line): { item: Item | undefined; units: number } {
  const bySku = sku === undefined ? undefined : items.bySku(sku);
  if (bySku !== undefined) return { item: bySku, units: 1 };
  return (gtin === undefined ? undefined : items.byCode(gtin)) ?? { item: undefined, units: 1 };
}

function itemLine(item: Item, line: Line, path: string): StoredLine {
  const { lineId, quantity, weightGrams, unitPriceFen } = line;
  // A price for a piece must not be read as one for a kilogram, nor the other way round.
  if (item.soldBy === 'weight' && weightGrams === undefined) throw new AgentError('WEIGHT_NEEDED');
  if (item.soldBy === 'each' && weightGrams !== undefined) throw refused(`${path}.weightGrams`, 'sold by the piece');
  if (weightGrams !== undefined && quantity !== 1) throw refused(`${path}.quantity`, 'a weighed line has none');
  const { noPromotions, ...priced } = basketLine(lineId, item, { quantity, weightGrams });
  const isClosed = noPromotions === true || line.noPromotions === true;
  return {
    line: { ...priced, unitPriceFen, ...(isClosed ? { noPromotions: true } : {}) },
    size: item.size,
    pictogram: item.pictogram,
    ...(unitPriceFen === item.priceFen ? {} : { priceSet: { by: 'pos', masterFen: item.priceFen } }),
  };
}

/**
 * Campaigns and labels speak of one unit. A pack whose price its units share evenly is that many units; any other is goods of its own, which no campaign or label is
 * meant for.
 */
function packLine(item: Item, units: number, line: Line, path: string): StoredLine {
  const quantity = line.quantity * units;
  if (line.unitPriceFen % units === 0 && quantity <= DECIDE_LIMITS.maxUnitsPerLine)
    return itemLine(item, { ...line, quantity, unitPriceFen: line.unitPriceFen / units }, path);
  const { name, department, vatBasisPoints } = item;
  const pack = {
    sku: openSku(shortGtin(line.gtin ?? '')),
    gtin: line.gtin ?? item.gtin,
    name,
    department,
    taxRateBp: vatBasisPoints,
  };
  return byPos(line, pack, path);
}

function unknownLine(line: Line, path: string): StoredLine {
  const { sku, gtin, name } = line;
  if (sku !== undefined && sku.length > GTIN_DIGITS && holdsCardNumber(sku))
    throw new AgentError('CARD_NUMBER_REFUSED', { fields: [{ path: `${path}.sku`, message: 'card number' }] });
  const code = gtin === undefined ? sku : shortGtin(gtin);
  const goods: OpenItem = {
    sku: openSku(code ?? 'pos'),
    ...(gtin === undefined ? {} : { gtin }),
    name:
      name === undefined
        ? { zh: `商品 ${code ?? ''}`.trim(), en: `Item ${code ?? ''}`.trim() }
        : { zh: name, en: name },
    department: 'open',
    // Goods that the POS sells by department have no code that anybody could enter.
    ...(code === undefined ? {} : { unknown: true }),
  };
  return byPos(line, goods, path);
}

function byPos(line: Line, goods: OpenItem, path: string): StoredLine {
  const { lineId, quantity, weightGrams, unitPriceFen } = line;
  if (weightGrams !== undefined && quantity !== 1) throw refused(`${path}.quantity`, 'a weighed line has none');
  return { ...openLine(lineId, goods, { quantity, unitPriceFen, weightGrams }), priceSet: { by: 'pos' } };
}
