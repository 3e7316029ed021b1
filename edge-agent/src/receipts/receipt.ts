import type { Locale, MemberHome, ReceiptLine, SaleReceipt, SaleView, Words } from '@tillside/agent-contract';
import { endOf, type LineFacts, lineName, receiptTender, returnedLines, type Store } from './parts.ts';
import type { ReturnFacts } from './return-receipt.ts';
import { pick, WORDS } from './words.ts';

/** Coupons of a wallet that a shopper reads at the foot of a receipt. */
export const MAX_WALLET = 3;

/** A coupon that may still be used. */
export interface WalletCoupon {
  readonly name: Words;
  readonly text: Words;
  /** ISO instant. */
  readonly until: string;
}

/** A sale with what its view leaves out. */
export interface SaleFacts {
  readonly view: SaleView;
  readonly lane?: string | undefined;
  readonly member?: { readonly memberId: string; readonly tier: string } | undefined;
  /** Soonest to end first. */
  readonly wallet: readonly WalletCoupon[];
  /** Where the member's points stand now. */
  readonly standing?: MemberHome['points'] | undefined;
  /** Which reprint it is. Absent: the original, or one that is only looked at. */
  readonly reprint?: number | undefined;
  readonly fapiaoUrl?: string | undefined;
  /** The return that paid for it. */
  readonly exchanged?: ReturnFacts | undefined;
  lineOf(lineId: string): LineFacts | undefined;
}

/** A sale as its receipt says it, in one language. Pure: the same facts give the same receipt. */
export function saleReceipt(store: Store, facts: SaleFacts, locale: Locale): SaleReceipt {
  const { view, member, reprint, fapiaoUrl } = facts;
  const { decision } = view;
  const { points } = decision;
  const isReprint = reprint !== undefined;
  const moved = view.pointsEarned + view.pointsSpent > 0 || view.pointsBalance !== undefined;
  return {
    kind: 'sale',
    ...headOf(store, view, locale),
    ...(facts.lane === undefined ? {} : { lane: facts.lane }),
    at: store.instant(Date.parse(view.completedAt)),
    ...(view.training ? { training: true } : {}),
    ...(view.late ? { late: true } : {}),
    ...(isReprint ? { reprint } : {}),
    saleId: view.saleId,
    ...(member === undefined ? {} : { member: { tier: member.tier, idEnd: endOf(member.memberId) } }),
    lines: linesOf(facts, locale),
    ...(facts.exchanged === undefined ? {} : { exchange: exchangeOf(facts.exchanged, locale) }),
    gifts: decision.gifts.map(({ campaignId, chosen }) => ({
      campaign: campaignName(view, campaignId, locale) ?? '',
      name: pick(chosen.name, locale),
      quantity: chosen.quantity,
    })),
    listFen: decision.listFen,
    savingsFen: decision.savingsFen,
    payableFen: decision.payableFen,
    tax: taxOf(view),
    taxFen: decision.taxFen,
    ...(decision.totalFen === decision.payableFen ? {} : { taxAdded: true }),
    roundingFen: view.roundingFen,
    paidFen: view.paidFen,
    tenders: view.tenders.map(receiptTender),
    changeFen: view.changeFen ?? 0,
    ...(moved
      ? {
          points: {
            earned: view.pointsEarned,
            spent: view.pointsSpent,
            spentFen: points.spentFen,
            ...(view.pointsBalance === undefined ? {} : { balance: view.pointsBalance }),
            ...standingOf(store, facts),
          },
        }
      : {}),
    couponsUsed: decision.couponsConsumed.map((couponId) => couponName(view, couponId, locale)),
    wallet: isReprint
      ? []
      : facts.wallet.slice(0, MAX_WALLET).map(({ name, text, until }) => ({
          name: pick(name, locale),
          text: pick(text, locale),
          until: store.instant(Date.parse(until)),
        })),
    ...(fapiaoUrl === undefined ? {} : { fapiaoUrl }),
    versions: {
      moneyRule: decision.moneyRule,
      policy: decision.policyVersion,
      campaignSet: decision.campaignSetVersion,
      ...(view.priceVersion === undefined ? {} : { price: view.priceVersion }),
    },
  };
}

function exchangeOf(exchanged: ReturnFacts, locale: Locale): NonNullable<SaleReceipt['exchange']> {
  const { returnId, receiptNumber, sale, refundFen, payFen, heldBackFen, giftChargeFen, tenders } = exchanged;
  return {
    returnId,
    receiptNumber,
    saleReceiptNumber: sale?.receiptNumber ?? '',
    lines: returnedLines(exchanged.lines, locale),
    refundFen,
    payFen,
    heldBackFen,
    giftChargeFen,
    handedOut: tenders.filter(({ kind }) => kind !== 'exchange').map(receiptTender),
  };
}

function headOf(
  store: Store,
  { terminalId, cashierId, receiptNumber, businessDate }: SaleView,
  locale: Locale,
): Pick<
  SaleReceipt,
  'locale' | 'storeId' | 'storeName' | 'terminalId' | 'cashierId' | 'receiptNumber' | 'businessDate'
> {
  const { storeId } = store;
  const storeName = pick(store.storeName, locale);
  return { locale, storeId, storeName, terminalId, cashierId, receiptNumber, businessDate };
}

const campaignName = ({ decision }: SaleView, campaignId: string, locale: Locale): string | undefined => {
  const applied = decision.applied.find((one) => one.campaignId === campaignId);
  return applied === undefined ? undefined : pick(applied.name, locale);
};

function couponName({ decision }: SaleView, couponId: string, locale: Locale): string {
  const applied = decision.applied.find((one) => one.couponId === couponId);
  return pick(applied?.name ?? WORDS.coupon, locale);
}

function linesOf({ view, lineOf }: SaleFacts, locale: Locale): ReceiptLine[] {
  return view.decision.lines.map((line) => {
    const facts = lineOf(line.lineId);
    const named = line.adjustments
      .filter(({ amountFen }) => amountFen > 0)
      .map(({ campaignId, couponId, amountFen }) => ({
        name: campaignName(view, campaignId, locale) ?? pick(WORDS.otherSaving, locale),
        amountFen,
        ...(couponId === undefined ? {} : { coupon: true as const }),
      }));
    // What a POS took off by its own prices has no campaign of ours.
    const restFen = line.listFen - line.payableFen - named.reduce((sum, { amountFen }) => sum + amountFen, 0);
    const rest = restFen > 0 ? [{ name: pick(WORDS.otherSaving, locale), amountFen: restFen }] : [];
    return {
      lineId: line.lineId,
      sku: line.sku,
      ...lineName(line.sku, facts, locale),
      quantity: line.quantity,
      ...(facts?.weightGrams === undefined ? {} : { weightGrams: facts.weightGrams }),
      ...(facts?.unitPriceFen === undefined ? {} : { unitPriceFen: facts.unitPriceFen }),
      listFen: line.listFen,
      payableFen: line.payableFen,
      savings: [...named, ...rest],
      ...(facts?.priceSet ? { priceSet: true } : {}),
    };
  });
}

/** By rate, the highest first. A line without a rate, such as one that a till sold alone, is in none. */
function taxOf({ decision }: SaleView): SaleReceipt['tax'] {
  const rates = new Map<number, { rateBp: number; payableFen: number; taxFen: number }>();
  for (const { taxRateBp, taxFen = 0, payableFen } of decision.lines) {
    if (taxRateBp === undefined) continue;
    const rate = rates.get(taxRateBp) ?? { rateBp: taxRateBp, payableFen: 0, taxFen: 0 };
    rates.set(taxRateBp, { ...rate, payableFen: rate.payableFen + payableFen, taxFen: rate.taxFen + taxFen });
  }
  return [...rates.values()].sort((a, b) => b.rateBp - a.rateBp);
}

function standingOf(
  store: Store,
  { standing, reprint }: SaleFacts,
): Pick<NonNullable<SaleReceipt['points']>, 'standing'> {
  if (standing === undefined || reprint !== undefined) return {};
  const { pending, owed, availableNext, endingNext } = standing;
  const dated = (next: { points: number; at: string }) => ({ ...next, at: store.instant(Date.parse(next.at)) });
  return {
    standing: {
      pending,
      owed,
      ...(availableNext === undefined ? {} : { availableNext: dated(availableNext) }),
      ...(endingNext === undefined ? {} : { endingNext: dated(endingNext) }),
    },
  };
}
