import type { ReportedSale } from '@tillside/agent-contract';
import { allocateFen } from '@tillside/decide';
import type { z } from 'zod';
import { holdsCardNumber } from '../../lanes/card-number.ts';
import type { Redeemed } from '../../lanes/reported.ts';
import type { FindGoods, FoundGoods } from './basket.ts';
import { type CheckLine, linesOf } from './check.ts';
import { Refusal } from './refusal.ts';
import type { Standing } from './standing.ts';
import type { Check, Payment } from './wire.ts';

type Told = z.infer<typeof ReportedSale>;

/** The contract names no cashier. */
export const TOAST_CASHIER = 'toast';
const MAX_NAME_CHARS = 80;
const MAX_TENDERS = 20;

/** Payments that came to nothing. */
const FAILED: ReadonlySet<string> = new Set([
  'ERROR',
  'DENIED',
  'CANCELLED',
  'VOIDED',
  'VOIDED_AT_RISK',
  'PROCESSING_VOID',
]);

/** The sale of a check, without number and time; and what offers of ours lowered in it. */
export interface ToldCheck {
  readonly sold: Pick<Told, 'lines' | 'tenders' | 'addedTaxFen'>;
  readonly businessDate: string | undefined;
  readonly redeemed: readonly Redeemed[];
}

/**
 * What a check that is paid comes to. Undefined for one that nothing was sold on. Amounts are the POS's own: selections after all discounts, service charges as lines, tax on top, tips
 * left out. Throws ERROR_INVALID_INPUT_PROPERTIES where selections and charges come to less than the check, or payments to something else.
 */
export function toldCheck(check: Check, find: FindGoods, standing: readonly Standing[]): ToldCheck | undefined {
  const lines = linesOf(check);
  const charges = (check.appliedServiceCharges ?? [])
    .map(({ name, chargeAmount }) => ({ name: name ?? '', fen: chargeAmount ?? 0 }))
    .filter(({ fen }) => fen > 0);
  if (lines.length + charges.length === 0) return undefined;
  const paidFen = chargedOf(check, lines, charges);
  const goods = lines.map((line, index) => {
    const payableFen = paidFen[index] ?? 0;
    return {
      ...codeOf(find(line.codes), line),
      ...nameOf(line.name),
      quantity: line.quantity,
      ...(line.weightGrams === undefined ? {} : { weightGrams: line.weightGrams }),
      listFen: Math.max(line.listFen, payableFen),
      payableFen,
    };
  });
  const services = charges.map(({ name, fen }) => ({ ...nameOf(name), quantity: 1, payableFen: fen }));
  const netFen = sumOf([...paidFen, ...charges.map(({ fen }) => fen)]);
  const totalFen = check.totalAmount ?? netFen;
  if (totalFen < netFen) throw refused('totalAmount is below the amount before tax');
  const tenders = tendersOf(check.payments ?? []);
  return {
    sold: {
      lines: [...goods, ...services],
      tenders: tenders.length === 0 ? [{ kind: 'cash', amountFen: 0 }] : tenders,
      ...(totalFen === netFen ? {} : { addedTaxFen: totalFen - netFen }),
    },
    businessDate: businessDateOf(check.payments ?? []),
    redeemed: redeemedIn(lines, paidFen, standing),
  };
}

const refused = (why: string): Refusal => new Refusal('ERROR_INVALID_INPUT_PROPERTIES', why);
const sumOf = (amounts: readonly number[]): number => amounts.reduce((sum, fen) => sum + fen, 0);

/** What each selection is charged. Discounts of the whole check that a POS left out of its selections' prices are spread over them. */
function chargedOf(
  { amount }: Check,
  lines: readonly CheckLine[],
  charges: readonly { readonly fen: number }[],
): number[] {
  const prices = lines.map(({ priceFen }) => priceFen);
  const chargedFen = sumOf(charges.map(({ fen }) => fen));
  const aboveFen = sumOf(prices) + chargedFen - (amount ?? sumOf(prices) + chargedFen);
  if (aboveFen < 0) throw refused('selections and service charges come to less than the amount of the check');
  if (aboveFen > sumOf(prices)) throw refused('service charges come to more than the amount of the check');
  const less = allocateFen(aboveFen, prices);
  return prices.map((fen, index) => fen - (less[index] ?? 0));
}

/** An item that the store does not know keeps the POS's own code, unless that looks like a card's number. */
function codeOf(goods: FoundGoods | undefined, { codes }: CheckLine): { sku?: string; gtin?: string } {
  if (goods !== undefined) return goods.gtin === undefined ? { sku: goods.item.sku } : { gtin: goods.gtin };
  const code = codes.find((one) => one.length <= 58 && !holdsCardNumber(one));
  return code === undefined ? {} : { sku: code };
}

/** A name is free text: one with a card's number in it is not kept. */
const nameOf = (name: string | undefined): { name?: string } =>
  name === undefined || name.trim() === '' || holdsCardNumber(name)
    ? {}
    : { name: name.trim().slice(0, MAX_NAME_CHARS) };

const KINDS: Readonly<Record<string, Told['tenders'][number]['kind']>> = { CASH: 'cash', GIFTCARD: 'voucher' };

/** Payments as tenders, without tips and what was refunded. More than a sale holds are merged by kind. */
function tendersOf(payments: readonly Payment[]): Told['tenders'] {
  const tenders = payments
    .filter(({ paymentStatus, voidInfo }) => !FAILED.has(paymentStatus ?? '') && (voidInfo ?? null) === null)
    .map(({ type, amount, refund, guid }) => {
      const kind = KINDS[type ?? ''] ?? 'token';
      const amountFen = Math.max(0, (amount ?? 0) - (refund?.refundAmount ?? 0));
      return { kind, amountFen, ...(kind === 'token' && guid ? { token: guid.slice(0, 128) } : {}) };
    })
    .filter(({ amountFen }) => amountFen > 0);
  if (tenders.length <= MAX_TENDERS) return tenders;
  const byKind = new Map<Told['tenders'][number]['kind'], number>();
  for (const { kind, amountFen } of tenders) byKind.set(kind, (byKind.get(kind) ?? 0) + amountFen);
  return [...byKind].map(([kind, amountFen]) => ({ kind, amountFen }));
}

/** `yyyyMMdd` of the newest payment, where it is a day. */
function businessDateOf(payments: readonly Payment[]): string | undefined {
  const days = payments.flatMap(({ paidBusinessDate }) => paidBusinessDate ?? []).map(String);
  const newest = days.sort().at(-1);
  if (newest === undefined || !/^20\d{6}$/.test(newest)) return undefined;
  const date = `${newest.slice(0, 4)}-${newest.slice(4, 6)}-${newest.slice(6)}`;
  const isDay = new Date(`${date}T00:00:00Z`).toJSON()?.startsWith(date) ?? false;
  return isDay ? date : undefined;
}

/** Spreads what each redemption gave over the lines that the POS lowered, never more on a line than was taken off it. */
function redeemedIn(
  lines: readonly CheckLine[],
  paidFen: readonly number[],
  standing: readonly Standing[],
): Redeemed[] {
  const cuts = lines.map(({ listFen, ownCutFen }, index) => Math.max(0, listFen - ownCutFen - (paidFen[index] ?? 0)));
  const itemsFirst = [...standing].sort((a, b) => Number(b.content.onItems) - Number(a.content.onItems));
  return itemsFirst.map(({ content, amountFen }) => {
    const weights = lines.map(({ selectionGuid }, index) => {
      const cut = cuts[index] ?? 0;
      return content.onItems ? Math.min(cut, content.bySelection[selectionGuid] ?? 0) : cut;
    });
    const lineFen = allocateFen(Math.min(amountFen, sumOf(weights)), weights);
    for (const [index, fen] of lineFen.entries()) cuts[index] = (cuts[index] ?? 0) - fen;
    return { applied: content.applied, lineFen };
  });
}
