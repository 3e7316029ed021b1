import type { Basket } from '@tillside/decide';
import type { Item, Items } from '../../prices/item.ts';
import type { CheckLine } from './check.ts';

type Line = Basket['lines'][number];

/** Second line of a selection whose amount its units do not share evenly. */
const REST = '/2';
const OPEN = 'open';
const MAX_ID_CHARS = 64;

/** How the store finds the item that a menu item is: `mapped` is the config's table of Toast's GUIDs. */
export function itemOf(
  items: Items,
  mapped: Readonly<Record<string, string>>,
  codes: readonly string[],
): Item | undefined {
  for (const code of codes) {
    const sku = mapped[code];
    const item = (sku === undefined ? undefined : items.bySku(sku)) ?? items.bySku(code) ?? byNumber(items, code);
    if (item !== undefined) return item;
  }
  return undefined;
}

const byNumber = (items: Items, code: string): Item | undefined =>
  /^\d{8,14}$/.test(code) ? items.byGtin(code) : undefined;

/**
 * Lines as the decision engine reads them, at the POS's own prices less its own discounts and less what offers of ours have been redeemed for already (`spentFen` by selection).
 * Where the units of a selection don't share its amount evenly, the odd fen make a second line, so that units still count and the sum is exact.
 */
export function basketLines(
  lines: readonly CheckLine[],
  find: (codes: readonly string[]) => Item | undefined,
  spentFen: ReadonlyMap<string, number>,
): Line[] {
  return lines.flatMap((line) => {
    const spent = spentFen.get(line.selectionGuid) ?? 0;
    const leftFen = Math.max(0, line.listFen - line.ownCutFen - spent);
    const item = find(line.codes);
    const unitFen = Math.floor(leftFen / line.quantity);
    const odd = leftFen - unitFen * line.quantity;
    const isClosed = line.closed || spent > 0 || item?.noPromotions === true;
    const part = (lineId: string, quantity: number, unitPriceFen: number): Line => ({
      lineId,
      ...goodsOf(item, line),
      quantity,
      unitPriceFen,
      ...(isClosed ? { noPromotions: true } : {}),
    });
    const even = line.quantity - odd;
    return [
      part(line.selectionGuid, even, unitFen),
      ...(odd === 0 ? [] : [part(`${line.selectionGuid}${REST}`, odd, unitFen + 1)]),
    ];
  });
}

/** Which selection a line of the engine belongs to. */
export const selectionOf = (lineId: string): string => (lineId.endsWith(REST) ? lineId.slice(0, -REST.length) : lineId);

function goodsOf(
  item: Item | undefined,
  { codes, name }: CheckLine,
): Pick<Line, 'sku' | 'department' | 'category' | 'name'> {
  if (item !== undefined)
    return { sku: item.sku, department: item.department, category: item.category, name: item.name };
  const known = name ?? OPEN;
  return {
    sku: `${OPEN}:${codes[0] ?? ''}`.slice(0, MAX_ID_CHARS),
    department: OPEN,
    category: OPEN,
    name: { zh: known, en: known },
  };
}
