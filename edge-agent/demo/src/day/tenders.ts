import type { Arguments, BasketView, TillSession } from '@tillside/agent-contract';
import { roundCash } from '@tillside/decide';

/** How a shopper pays: all by phone, all in cash, or a voucher, the phone and cash for the rest. */
export type Pays = 'token' | 'cash' | 'split';
export type Tenders = Arguments<'completeBasket'>['body']['tenders'];

const NOTE_FEN = 5_000;
const VOUCHER_FEN = 500;
/** Below this a split is not worth its while. */
const SPLIT_FROM_FEN = 2_000;

/** What cash pays of an amount by the store's rule. */
export const cashFen = (amountFen: number, rounding: TillSession['cashRounding']): number =>
  rounding === undefined ? amountFen : roundCash(amountFen, rounding).totalFen;

/** Cash is handed over in fifties, so there is change. */
export const cash = (amountFen: number) => ({
  kind: 'cash' as const,
  amountFen,
  givenFen: Math.ceil(amountFen / NOTE_FEN) * NOTE_FEN,
});

/** Tenders that pay a decision to the fen. `rounding`: the store's rule now, where it rounds the cash part of mixed payments. */
export function tendersFor(
  pays: Pays,
  { basketId, decision }: Pick<BasketView, 'basketId' | 'decision'>,
  rounding: TillSession['cashRounding'],
): Tenders {
  const { totalFen } = decision;
  const token = (amountFen: number) => ({ kind: 'token' as const, amountFen, token: `tok-${basketId.slice(-12)}` });
  if (pays === 'cash') return [cash(decision.cash?.totalFen ?? totalFen)];
  if (pays === 'token' || totalFen < SPLIT_FROM_FEN) return [token(totalFen)];
  const byPhoneFen = Math.floor((totalFen - VOUCHER_FEN) / 2);
  const restFen = cashFen(totalFen - VOUCHER_FEN - byPhoneFen, rounding?.cashPart === true ? rounding : undefined);
  return [{ kind: 'voucher', amountFen: VOUCHER_FEN }, token(byPhoneFen), cash(restFen)];
}
