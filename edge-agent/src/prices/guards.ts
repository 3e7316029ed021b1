import { type Basket, type Campaign, type Decision, weighedAmountFen } from '@tillside/decide';
import type { Reader } from '../journal/index.ts';
import { instantOf } from '../ports.ts';

type Line = Basket['lines'][number];

const PREFIX = 'shelf-guard:';
const GUARD_PRIORITY = 1_000_000;
const GUARD_LIFE_MS = 24 * 3_600_000;

const isGuard = (campaignId: string): boolean => campaignId.startsWith(PREFIX);

/** Guards that did not act are nobody's business. */
export const withoutGuards = (decision: Decision): Decision => ({
  ...decision,
  notApplied: decision.notApplied.filter((entry) => !isGuard(entry.campaignId)),
});

/** Lowest price that a label of each SKU (all, or those asked for) is proven to show, or that a picture on its way may show. */
export const shownPrices = (reader: Reader, skus?: ReadonlySet<string>): Map<string, number> =>
  new Map(
    reader
      .all<{ sku: string; fen: number }>(
        `SELECT sku, min(min(coalesce(shown_fen, pending_fen), coalesce(pending_fen, shown_fen))) AS fen FROM label
         WHERE ${skus === undefined ? 'sku IS NOT NULL' : 'sku IN (SELECT value FROM json_each(?))'} AND coalesce(shown_fen, pending_fen) IS NOT NULL GROUP BY sku`,
        ...(skus === undefined ? [] : [JSON.stringify([...skus])]),
      )
      .map(({ sku, fen }) => [sku, fen]),
  );

/** A label stands for every piece that anybody takes: no members' prices, coupons, limits, groups of pieces or savings of the whole basket. */
export function holdsForAnybody(campaign: Campaign): boolean {
  const { audience, limits, requiresCoupon, exclusiveGroup } = campaign;
  if (campaign.kind !== 'discount' || requiresCoupon === true || exclusiveGroup !== undefined) return false;
  if (limits !== undefined) return false;
  const { stores: _stores, channels: _channels, ...people } = audience ?? {};
  return Object.values(people).every((condition) => condition === undefined || condition === false);
}

/** A line, and what the shelf label of its product is proven to show: fen per piece or per kg. */
export interface GuardedLine {
  line: Line;
  shownFen: number;
}

/**
 * Guards for a basket's lines whose shelf label still shows a lower price than anybody would pay now, one for each SKU: the till never charges more than
 * the shelf says. A guard competes with promotions like any other campaign and adds to none.
 */
export function guardsFor(lines: readonly GuardedLine[], atMs: number): Campaign[] {
  const bySku = new Map<string, GuardedLine[]>();
  for (const guarded of lines) bySku.set(guarded.line.sku, [...(bySku.get(guarded.line.sku) ?? []), guarded]);
  return [...bySku].map(([sku, guarded]) => ({
    schema: 1,
    id: `${PREFIX}${sku}`,
    version: 1,
    kind: 'discount',
    name: { zh: '按货架价签结算', en: 'Charged as the shelf label says' },
    window: { from: instantOf(0), to: instantOf(atMs + GUARD_LIFE_MS) },
    fundedBy: 'store',
    // Where campaigns act by priority, what the shelf promised comes before all of them.
    priority: GUARD_PRIORITY,
    items: { skus: [sku] },
    discount: benefitOf(guarded),
  }));
}

/** No campaign touches a line that takes part in no promotion, a guard neither: such a line is sold at the label's price as its own. */
export function guardBasket(basket: Basket, guarded: readonly GuardedLine[]): Basket {
  const shown = new Map(guarded.map(({ line, shownFen }) => [line.lineId, shownFen]));
  return {
    ...basket,
    lines: basket.lines.map((line) => {
      const shownFen = shown.get(line.lineId);
      return line.noPromotions && shownFen !== undefined ? { ...line, unitPriceFen: shownFen } : line;
    }),
  };
}

/** Pieces get the shown price. A weighed line is one unit whatever its weight, so it gets the share that brings each line down to shown price times weight. */
function benefitOf(guarded: readonly GuardedLine[]): Extract<Campaign, { kind: 'discount' }>['discount'] {
  const basisPoints = guarded.flatMap(({ line, shownFen }) => {
    if (line.weightGrams === undefined) return [];
    const listFen = weighedAmountFen(line.unitPriceFen, line.weightGrams);
    const aboveFen = listFen - weighedAmountFen(shownFen, line.weightGrams);
    return [aboveFen <= 0 ? 1 : Math.ceil((aboveFen * 10_000) / listFen)];
  });
  if (basisPoints.length > 0) return { by: 'percent', percentOffBp: Math.max(...basisPoints) };
  return { by: 'fixed-price', fixedPriceFen: Math.min(...guarded.map(({ shownFen }) => shownFen)) };
}
