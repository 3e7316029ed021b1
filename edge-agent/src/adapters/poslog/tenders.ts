import { fenOf } from './goods.ts';
import type { TenderLine } from './transaction.ts';

/** `exchange`: goods that came back in the same transaction. */
export type TenderKind = 'cash' | 'token' | 'voucher' | 'exchange';

/** What one tender line moved: into the drawer above 0, out of it below. */
export interface Payment {
  readonly kind: Exclude<TenderKind, 'exchange'>;
  readonly token: string | undefined;
  readonly fen: number;
}

export interface Booked {
  readonly kind: TenderKind;
  readonly amountFen: number;
  readonly token?: string;
  readonly givenFen?: number;
}

/** Types of the standard (TenderTypeEnumeration) and common ones beside it, in small letters without a maker's prefix. What is not here moves money by a provider: a token. */
const KINDS: Readonly<Record<string, Payment['kind']>> = {
  cash: 'cash',
  coinage: 'cash',
  voucher: 'voucher',
  giftcertificate: 'voucher',
  giftcard: 'voucher',
  storedvalue: 'voucher',
  mallcertificate: 'voucher',
  manufacturercoupon: 'voucher',
  coupon: 'voucher',
  check: 'voucher',
  cheque: 'voucher',
  travelerscheck: 'voucher',
  loyaltyredemption: 'voucher',
  loyalty: 'voucher',
  foodstamps: 'voucher',
};
const MAX_TOKEN_CHARS = 128;
const MAX_TENDERS = 20;

/** `kinds`: the store's own, by type as written or by tender id. */
export function kindOf({ type, id }: TenderLine, kinds: Readonly<Record<string, Payment['kind']>>): Payment['kind'] {
  const own = [type, id].find((name) => name !== undefined && Object.hasOwn(kinds, name));
  if (own !== undefined) return kinds[own] ?? 'token';
  const plain = (type ?? '').replace(/^.*:/, '').toLowerCase();
  return Object.hasOwn(KINDS, plain) ? (KINDS[plain] ?? 'token') : 'token';
}

/** How a till writes change, cash handed out beside a card payment, and voided tenders. */
export interface TenderHabit {
  /** `off`: the amount is what was handed over, change is taken off; `apart`: the amount is what paid. */
  readonly change: 'off' | 'apart';
  readonly cashback: 'within' | 'off';
  readonly voids: 'as-written' | 'reversing' | 'flagged';
}

/** Throws POSLOG_FIELD. */
export function paymentsOf(
  tenders: readonly TenderLine[],
  kinds: Readonly<Record<string, Payment['kind']>>,
  habit: TenderHabit,
): Payment[] {
  return tenders.flatMap((tender) => {
    const kind = kindOf(tender, kinds);
    const token = kind === 'token' ? tender.token?.slice(0, MAX_TOKEN_CHARS) : undefined;
    const { fen, changeFen } = movedBy(tender, habit);
    return [
      ...(fen === 0 ? [] : [{ kind, token, fen }]),
      ...(changeFen === 0 ? [] : [{ kind: 'cash' as const, token: undefined, fen: -changeFen }]),
    ];
  });
}

function movedBy(tender: TenderLine, { change, cashback, voids }: TenderHabit): { fen: number; changeFen: number } {
  const told = fenOf(tender.amount, 'Tender/Amount');
  const amount = tender.isRefund ? -Math.abs(told) : told;
  const changeFen = Math.abs(fenOf(tender.change, 'TenderChange/Amount'));
  if (tender.isVoid) {
    const fen = { flagged: 0, reversing: -Math.abs(amount), 'as-written': Math.min(0, amount) }[voids];
    return { fen, changeFen: 0 };
  }
  // Below 0 the line is the change itself.
  if (amount < 0) return { fen: amount, changeFen: 0 };
  if (amount === 0) return { fen: 0, changeFen };
  const cashbackFen = cashback === 'off' ? Math.abs(fenOf(tender.cashback, 'Tender/Cashback')) : 0;
  return { fen: amount - cashbackFen, changeFen: change === 'off' ? changeFen : 0 };
}

/** Whether tenders can be read in more than one way at all. */
export const hasChange = (tenders: readonly TenderLine[]): boolean =>
  tenders.some(({ change }) => change !== undefined);
export const hasCashback = (tenders: readonly TenderLine[]): boolean =>
  tenders.some(
    ({ cashback, isVoid }) => cashback !== undefined && !isVoid && Math.abs(fenOf(cashback, 'Tender/Cashback')) > 0,
  );

/**
 * Payments of one direction as a sale or return books them, each above 0: what went the other way (change, cash beside a card payment) is taken off its own kind first, then off the
 * largest. `payments` must come to more than 0, or to 0.
 */
export function bookedOf(payments: readonly Payment[]): Booked[] {
  const byTender = new Map<string, { kind: TenderKind; token: string | undefined; fen: number; inFen: number }>();
  for (const { kind, token, fen } of payments) {
    const key = `${kind} ${fen > 0 ? (token ?? '') : ''}`;
    const sum = byTender.get(key) ?? { kind, token: fen > 0 ? token : undefined, fen: 0, inFen: 0 };
    byTender.set(key, { ...sum, fen: sum.fen + fen, inFen: sum.inFen + Math.max(0, fen) });
  }
  const entries = [...byTender.values()];
  for (const owed of entries.filter(({ fen }) => fen < 0)) {
    const givers = entries
      .filter(({ fen }) => fen > 0)
      .sort((a, b) => Number(b.kind === owed.kind) - Number(a.kind === owed.kind) || b.fen - a.fen);
    for (const giver of givers) {
      const taken = Math.min(giver.fen, -owed.fen);
      giver.fen -= taken;
      owed.fen += taken;
    }
  }
  const booked = merged(entries.filter(({ fen }) => fen > 0)).map(({ kind, token, fen, inFen }) => ({
    kind,
    amountFen: fen,
    ...(token === undefined ? {} : { token }),
    ...(kind === 'cash' && inFen > fen ? { givenFen: inFen } : {}),
  }));
  return booked.length > 0 ? booked : [{ kind: 'cash', amountFen: 0 }];
}

/** More tenders than a sale takes are one of their kind. */
function merged<T extends { kind: TenderKind; token: string | undefined; fen: number; inFen: number }>(
  entries: readonly T[],
): T[] {
  if (entries.length <= MAX_TENDERS) return [...entries];
  const byKind = new Map<TenderKind, T>();
  for (const entry of entries) {
    const sum = byKind.get(entry.kind);
    byKind.set(
      entry.kind,
      sum === undefined
        ? { ...entry, token: undefined }
        : { ...sum, fen: sum.fen + entry.fen, inFen: sum.inFen + entry.inFen },
    );
  }
  return [...byKind.values()];
}
