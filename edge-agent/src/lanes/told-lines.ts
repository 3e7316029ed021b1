import type { LateSale, ReportedSale } from '@tillside/agent-contract';
import { type AppliedCampaign, allocateFen, type Decision, weighedAmountFen } from '@tillside/decide';
import type { z } from 'zod';
import { AgentError } from '../errors.ts';
import type { Tx } from '../journal/index.ts';
import { type Member, recordPurchase } from '../members/members.ts';
import type { CampaignBook } from '../prices/campaigns.ts';
import type { Item, Items } from '../prices/item.ts';
import { holdsCardNumber } from './card-number.ts';
import { type LineFacts, OPEN_ITEM } from './record-sale.ts';
import type { Code } from './unknown-items.ts';

type ToldLine = (z.infer<typeof ReportedSale> | z.infer<typeof LateSale>)['lines'][number];

/** What one campaign gave, and which lines it lowered: fen by the place of the line. */
export interface Redeemed {
  readonly applied: AppliedCampaign;
  readonly lineFen: readonly number[];
}

/** A line as told, the item that it names, and how many of the item it holds. */
export interface FoundLine {
  readonly told: ToldLine;
  readonly item: Item | undefined;
  readonly sku: string;
  readonly quantity: number;
}

const MAX_SKU_CHARS = 64;

/** Throws CARD_NUMBER_REFUSED. */
export function findLines(items: Items, lines: readonly ToldLine[]): FoundLine[] {
  return lines.map((told, index) => {
    const { item, units } = findItem(items, told);
    // A code that is nobody's may be anything.
    if (item === undefined && told.sku !== undefined && holdsCardNumber(told.sku))
      throw new AgentError('CARD_NUMBER_REFUSED', { fields: [{ path: `lines.${index}.sku`, message: 'card number' }] });
    const code = told.gtin ?? told.sku ?? String(index + 1);
    return {
      told,
      item,
      sku: item?.sku ?? (OPEN_ITEM + code).slice(0, MAX_SKU_CHARS),
      quantity: told.quantity * units,
    };
  });
}

function findItem(items: Items, { sku, gtin }: ToldLine): { item: Item | undefined; units: number } {
  if (sku !== undefined) return { item: items.bySku(sku), units: 1 };
  if (gtin === undefined) return { item: undefined, units: 1 };
  return items.byCode(gtin) ?? { item: undefined, units: 1 };
}

export const chargedFen = (lines: readonly FoundLine[]): number =>
  lines.reduce((sum, { told }) => sum + told.payableFen, 0);

/** Codes that the item master lacks, each once. What had no code at all is nobody's to enter. */
export function unknownCodes(lines: readonly FoundLine[]): Code[] {
  const codes = new Map<string, Code>();
  for (const { told, item } of lines) {
    const { gtin, sku } = told;
    if (item !== undefined || (gtin ?? sku) === undefined) continue;
    codes.set(`${gtin} ${sku}`, gtin === undefined ? { sku } : { gtin });
  }
  return [...codes.values()];
}

/** As charged: no campaign of ours touches it but those that were redeemed before. What tax the prices hold is the POS's to know. */
export function asCharged(
  book: CampaignBook,
  lines: readonly FoundLine[],
  of: { readonly addedTaxFen: number; readonly pointsEarned: number; readonly redeemed: readonly Redeemed[] },
): Decision {
  const { addedTaxFen, pointsEarned, redeemed } = of;
  // Which line the tax is of was not told; a return gives each its share.
  const taxFen = allocateFen(
    addedTaxFen,
    lines.map(({ told }) => told.payableFen),
  );
  const decided = lines.map(({ told, sku, quantity }, index) => ({
    lineId: String(index + 1),
    sku,
    quantity,
    listFen: Math.max(told.listFen ?? 0, told.payableFen),
    payableFen: told.payableFen,
    ...(addedTaxFen === 0 ? {} : { taxFen: taxFen[index] ?? 0 }),
    adjustments: redeemed.flatMap(({ applied, lineFen }) => adjustmentOf(applied, lineFen[index] ?? 0, quantity)),
  }));
  const listFen = decided.reduce((sum, line) => sum + line.listFen, 0);
  const payableFen = chargedFen(lines);
  return {
    schema: 1,
    policyVersion: book.policyVersion,
    campaignSetVersion: book.version,
    moneyRule: 'as-charged',
    listFen,
    savingsFen: listFen - payableFen,
    payableFen,
    taxFen: addedTaxFen,
    totalFen: payableFen + addedTaxFen,
    lines: decided,
    applied: redeemed.map(({ applied }) => applied),
    gifts: [],
    notApplied: [],
    couponsConsumed: redeemed.flatMap(({ applied }) => applied.couponId ?? []),
    points: { earned: pointsEarned, spent: 0, spentFen: 0 },
    provenOptimal: true,
    gapFen: 0,
  };
}

const adjustmentOf = (
  { campaignId, couponId }: AppliedCampaign,
  amountFen: number,
  units: number,
): Decision['lines'][number]['adjustments'] =>
  amountFen === 0 ? [] : [{ campaignId, amountFen, units, ...(couponId === undefined ? {} : { couponId }) }];

/** What the sale's event says of a line; `byPos`: its price is the POS's own. */
export function factsOf(line: FoundLine | undefined, byPos: boolean): LineFacts {
  if (line === undefined) return {};
  const { told, item } = line;
  const isPosPrice = byPos && Math.max(told.listFen ?? 0, told.payableFen) !== masterAmountFen(line);
  return {
    department: item?.department,
    category: item?.category,
    weightGrams: told.weightGrams,
    ...(isPosPrice ? { priceSet: { by: 'pos', ...(item === undefined ? {} : { masterFen: item.priceFen }) } } : {}),
    ...(item === undefined ? { unknown: true } : {}),
  };
}

/** What the line would be by the item master. */
function masterAmountFen({ item, told, quantity }: FoundLine): number | undefined {
  if (item === undefined) return undefined;
  if (item.soldBy === 'each') return item.priceFen * quantity;
  return told.weightGrams === undefined ? undefined : weighedAmountFen(item.priceFen, told.weightGrams);
}

export function notePurchases(tx: Tx, { memberId }: Member, at: string, lines: readonly FoundLine[]): void {
  for (const { item, quantity } of lines) if (item !== undefined) recordPurchase(tx, memberId, item.sku, at, quantity);
}
