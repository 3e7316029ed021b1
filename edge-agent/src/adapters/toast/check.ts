import { allocateFen } from '@tillside/decide';
import type { AppliedDiscount, Check, Selection } from './wire.ts';

/** A selection of a check that is sold, amounts in fen. */
export interface CheckLine {
  readonly selectionGuid: string;
  /** What may name the item, best first. */
  readonly codes: readonly string[];
  readonly name: string | undefined;
  /** Whole units; what is sold by weight, or in parts, is one. */
  readonly quantity: number;
  readonly weightGrams: number | undefined;
  /** Before every discount. */
  readonly listFen: number;
  /** What the POS took off by its own discounts, its share of those of the whole check included. */
  readonly ownCutFen: number;
  /** The POS discounted this very selection, it is sold by weight or in parts, or is no goods (a gift card): offers of ours leave it alone. */
  readonly closed: boolean;
  /** What is charged, after every discount. */
  readonly priceFen: number;
}

const GRAMS: Readonly<Record<string, number>> = { KG: 1000, G: 1, LB: 453.592_37, OZ: 28.349_523_125 };
const MAX_GRAMS = 1_000_000;
const MAX_QUANTITY = 9_999;

/** A discount that came from a loyalty provider: ours, since a restaurant has one. */
const isLoyalty = ({ entityType, loyaltyDetails }: AppliedDiscount): boolean =>
  (loyaltyDetails?.referenceId ?? null) !== null || entityType === 'AppliedLoyaltyProviderDiscount';

const sum = (amounts: readonly number[]): number => amounts.reduce((total, fen) => total + fen, 0);

/** Tax that a discount saves is no part of the goods. */
const ownCuts = (discounts: readonly AppliedDiscount[] | null | undefined): number =>
  sum(
    (discounts ?? [])
      .filter((discount) => !isLoyalty(discount))
      .map(({ nonTaxDiscountAmount, discountAmount }) => nonTaxDiscountAmount ?? discountAmount ?? 0),
  );

/** What a check sells. Voided selections are not on it. */
export function linesOf(check: Check): CheckLine[] {
  const sold = (check.selections ?? []).filter(({ voided }) => voided !== true);
  const items = sold.map((selection) => {
    const listFen = selection.preDiscountPrice ?? selection.price ?? 0;
    return { selection, listFen, itemCutFen: Math.min(listFen, ownCuts(selection.appliedDiscounts)) };
  });
  const left = items.map(({ listFen, itemCutFen }) => listFen - itemCutFen);
  const shares = allocateFen(Math.min(sum(left), ownCuts(check.appliedDiscounts)), left);
  return items.map(({ selection, listFen, itemCutFen }, index) => ({
    selectionGuid: selection.guid,
    codes: codesOf(selection),
    name: selection.displayName ?? undefined,
    ...amountOf(selection),
    listFen,
    ownCutFen: itemCutFen + (shares[index] ?? 0),
    closed: itemCutFen > 0 || selection.deferred === true || !isCounted(selection),
    priceFen: selection.price ?? listFen,
  }));
}

/** External ids begin with a naming authority (`acme:1234`). */
function codesOf({ item, plu }: Selection): string[] {
  const external = item?.externalId ?? '';
  const codes = [item?.guid, plu, external, external.slice(external.indexOf(':') + 1), item?.multiLocationId];
  return [...new Set(codes.map((code) => String(code ?? '').trim()).filter((code) => code !== ''))];
}

/** Sold by whole units. */
function isCounted({ quantity, unitOfMeasure }: Selection): boolean {
  const units = quantity ?? 1;
  return GRAMS[unitOfMeasure ?? ''] === undefined && Number.isInteger(units) && units >= 1 && units <= MAX_QUANTITY;
}

function amountOf(selection: Selection): Pick<CheckLine, 'quantity' | 'weightGrams'> {
  const units = selection.quantity ?? 1;
  const gramsPer = GRAMS[selection.unitOfMeasure ?? ''];
  if (gramsPer === undefined) return { quantity: isCounted(selection) ? units : 1, weightGrams: undefined };
  return { quantity: 1, weightGrams: Math.min(MAX_GRAMS, Math.max(1, Math.round(units * gramsPer))) };
}
