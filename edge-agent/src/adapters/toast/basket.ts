import type { Basket } from '@tillside/decide';
import { openLine, openSku } from '../../lanes/open-item.ts';
import type { Item, Items } from '../../prices/item.ts';
import type { CheckLine } from './check.ts';

type Line = Basket['lines'][number];

/** Second line of a selection whose amount its units do not share evenly. */
const REST = '/2';

/** What a menu item is in the store's item master. */
export interface FoundGoods {
  readonly item: Item;
  /** The code of it that was found, where that is a GTIN: a pack's holds several units. */
  readonly gtin: string | undefined;
  readonly units: number;
}

export type FindGoods = (codes: readonly string[]) => FoundGoods | undefined;

/** By SKU, GTIN or PLU, whichever of the codes is one; `itemSkus` is the config's table of Toast's GUIDs. */
export const findGoods =
  (items: Items, itemSkus: Readonly<Record<string, string>>): FindGoods =>
  (codes) => {
    for (const code of codes) {
      const item = items.bySku(itemSkus[code] ?? code);
      if (item !== undefined) return { item, gtin: undefined, units: 1 };
      const coded = /^\d{8,14}$/.test(code) ? items.byCode(code) : undefined;
      if (coded !== undefined) return { ...coded, gtin: code };
      const byPlu = /^\d{1,6}$/.test(code) ? items.byPlu(code) : undefined;
      if (byPlu !== undefined) return { item: byPlu, gtin: undefined, units: 1 };
    }
    return undefined;
  };

/**
 * Lines as the decision engine reads them, at the POS's own prices less its own discounts and less what offers of ours have been redeemed for already (`spentFen` by selection). Where the
 * units of a selection don't share its amount evenly, the odd fen make a second line, so that units still count and the sum is exact. Offers leave alone what the item master lacks, packs,
 * goods by weight, and what carries a discount already.
 */
export function basketLines(
  lines: readonly CheckLine[],
  find: FindGoods,
  spentFen: ReadonlyMap<string, number>,
): Line[] {
  return lines.flatMap((line) => {
    const { selectionGuid, quantity } = line;
    const spent = spentFen.get(selectionGuid) ?? 0;
    const leftFen = Math.max(0, line.listFen - line.ownCutFen - spent);
    const goods = find(line.codes);
    const unitFen = Math.floor(leftFen / quantity);
    const odd = leftFen - unitFen * quantity;
    const isClosed = line.closed || spent > 0;
    const part = (lineId: string, units: number, unitPriceFen: number): Line =>
      partOf(goods, line, isClosed, { lineId, quantity: units, unitPriceFen });
    return [
      part(selectionGuid, quantity - odd, unitFen),
      ...(odd === 0 ? [] : [part(`${selectionGuid}${REST}`, odd, unitFen + 1)]),
    ];
  });
}

function partOf(
  goods: FoundGoods | undefined,
  { codes, name }: CheckLine,
  isClosed: boolean,
  part: Pick<Line, 'lineId' | 'quantity' | 'unitPriceFen'>,
): Line {
  if (goods === undefined || goods.units !== 1) {
    const known = name?.trim() || (codes[0] ?? '-');
    const open = { sku: openSku(codes[0] ?? ''), name: { zh: known, en: known }, department: 'open' };
    return openLine(part.lineId, open, part).line;
  }
  const { sku, department, category, name: names, noPromotions } = goods.item;
  return {
    ...part,
    sku,
    department,
    category,
    name: names,
    ...(isClosed || noPromotions ? { noPromotions: true } : {}),
  };
}

/** Which selection a line of the engine belongs to. */
export const selectionOf = (lineId: string): string => (lineId.endsWith(REST) ? lineId.slice(0, -REST.length) : lineId);
