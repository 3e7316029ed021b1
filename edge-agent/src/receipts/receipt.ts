import type { Locale, ReceiptLine, SaleReceipt, SaleView, Words } from '@tillside/agent-contract';
import { pick, WORDS } from './words.ts';

/** Coupons of a wallet that a shopper reads at the foot of a receipt. */
export const MAX_WALLET = 3;
/** Of a member's id and of a payment's reference: enough to tell it by, too little to be of use. */
const END_CHARS = 4;

/** What a line's item was called and how much of it, beside the decision's amounts. */
export interface LineFacts {
  readonly name: Words;
  readonly size: Words;
  /** Per piece, or per kg for a weighed line. */
  readonly unitPriceFen?: number | undefined;
  readonly weightGrams?: number | undefined;
  readonly priceSet?: boolean | undefined;
}

/** A coupon that may still be used. */
export interface WalletCoupon {
  readonly name: Words;
  readonly text: Words;
  /** ISO instant. */
  readonly until: string;
}

/** Where a receipt is from, the same for every kind. */
export interface Store {
  readonly storeId: string;
  readonly storeName: Words;
  /** An instant with the offset of the store's zone. */
  instant(ms: number): string;
}

/** A sale with what its view leaves out. */
export interface SaleFacts {
  readonly view: SaleView;
  readonly lane?: string | undefined;
  readonly member?: { readonly memberId: string; readonly tier: string } | undefined;
  /** Soonest to end first. */
  readonly wallet: readonly WalletCoupon[];
  /** Which reprint it is. Absent: the original, or one that is only looked at. */
  readonly reprint?: number | undefined;
  readonly fapiaoUrl?: string | undefined;
  lineOf(lineId: string): LineFacts | undefined;
}

export const endOf = (text: string): string => text.slice(-END_CHARS);

const OPEN = 'open:';

/** An item that the master does not know is called by its code. */
export function lineName(sku: string, facts: LineFacts | undefined, locale: Locale): { name: string; size: string } {
  if (facts !== undefined) return { name: pick(facts.name, locale), size: pick(facts.size, locale) };
  if (!sku.startsWith(OPEN)) return { name: sku, size: '' };
  return { name: `${pick(WORDS.openItem, locale)} ${sku.slice(OPEN.length)}`, size: '' };
}

/** A tender as a receipt shows it: of a payment's reference only the end. */
export function receiptTender({ kind, amountFen, token, givenFen }: SaleView['tenders'][number]) {
  return {
    kind,
    amountFen,
    ...(givenFen === undefined ? {} : { givenFen }),
    ...(token === undefined ? {} : { reference: endOf(token) }),
  };
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
