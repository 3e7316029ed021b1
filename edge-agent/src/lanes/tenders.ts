import type { Tender, TenderInput } from '@tillside/agent-contract';
import { type CashRounding, roundCash } from '@tillside/decide';
import type { z } from 'zod';
import { AgentError } from '../errors.ts';

export type TenderIn = z.infer<typeof TenderInput>;
/** A tender as it was booked. */
export type Tendered = z.infer<typeof Tender>;
type Tenders = readonly TenderIn[];

/** What is to be paid, of which `roundingFen` came by rounding cash (negative: in the shopper's favour). */
export interface Due {
  readonly paidFen: number;
  readonly roundingFen: number;
}

/** Rounding that a till or POS did itself and only told of: to the yuan at most. */
const MAX_TOLD_ROUNDING_FEN = 100;

export const sumOf = (tenders: readonly { readonly amountFen: number }[]): number =>
  tenders.reduce((sum, { amountFen }) => sum + amountFen, 0);

/**
 * What these tenders have to pay of an amount. Cash is rounded where all of it is cash; where the policy rounds the cash part of mixed payments too (`cashPart`), what is
 * left for cash is.
 */
export function dueOf(totalFen: number, rule: CashRounding | undefined, tenders: Tenders): Due {
  const others = tenders.filter(({ kind }) => kind !== 'cash');
  const othersFen = sumOf(others);
  const isRounded =
    rule !== undefined &&
    others.length < tenders.length &&
    othersFen <= totalFen &&
    (others.length === 0 || rule.cashPart === true);
  if (!isRounded) return { paidFen: totalFen, roundingFen: 0 };
  const cash = roundCash(totalFen - othersFen, rule);
  return { paidFen: othersFen + cash.totalFen, roundingFen: cash.roundingFen };
}

/** Throws TENDER_MISMATCH. */
export function checkTenders(tenders: Tenders, dueFen: number): void {
  const tenderedFen = sumOf(tenders);
  if (tenderedFen !== dueFen) throw new AgentError('TENDER_MISMATCH', { detail: `(${tenderedFen} / ${dueFen})` });
}

/** Cash to hand back: what was given above what each cash tender pays. Throws TENDER_MISMATCH when less was given, or something else than cash. */
export function changeOf(tenders: Tenders): { changeFen?: number } {
  let changeFen = 0;
  for (const { kind, amountFen, givenFen } of tenders) {
    if (givenFen === undefined) continue;
    if (kind !== 'cash' || givenFen < amountFen)
      throw new AgentError('TENDER_MISMATCH', { detail: `(${kind} ${givenFen} / ${amountFen})` });
    changeFen += givenFen - amountFen;
  }
  return changeFen === 0 ? {} : { changeFen };
}

/** The rounding of a payment that was made elsewhere: what cash paid more or less than was due. Throws TENDER_MISMATCH where it can't be that. */
export function toldRounding(
  tenders: readonly { readonly kind: string; readonly amountFen: number }[],
  totalFen: number,
): number {
  const roundingFen = sumOf(tenders) - totalFen;
  const isRounding =
    Math.abs(roundingFen) < MAX_TOLD_ROUNDING_FEN && totalFen > 0 && tenders.some(({ kind }) => kind === 'cash');
  if (roundingFen !== 0 && !isRounding)
    throw new AgentError('TENDER_MISMATCH', { detail: `(${sumOf(tenders)} / ${totalFen})` });
  return roundingFen;
}

/**
 * How a refund was handed out or, where `netFen` is negative, how what was asked for was paid: all of it in cash unless the till says otherwise. Throws
 * TENDER_MISMATCH.
 */
export function refundTenders(asked: Tenders | undefined, netFen: number): TenderIn[] {
  const amountFen = Math.abs(netFen);
  if (asked === undefined) return amountFen === 0 ? [] : [{ kind: 'cash', amountFen }];
  checkTenders(asked, amountFen);
  return [...asked];
}

/** Takes an amount off the front: what pays it, and what is left. Cash that was given above its amount stays with the rest. */
export function splitTenders(tenders: Tenders, fen: number): [front: TenderIn[], rest: TenderIn[]] {
  const front: TenderIn[] = [];
  const rest: TenderIn[] = [];
  let leftFen = fen;
  for (const tender of tenders) {
    const { amountFen, givenFen, ...as } = tender;
    const takenFen = Math.min(leftFen, amountFen);
    leftFen -= takenFen;
    if (takenFen > 0) front.push({ ...as, amountFen: takenFen });
    if (takenFen < amountFen)
      rest.push({
        ...as,
        amountFen: amountFen - takenFen,
        ...(givenFen === undefined ? {} : { givenFen: givenFen - takenFen }),
      });
  }
  return [front, rest];
}

/** The same as totals count it: what was asked for takes off what was handed out. */
export const handedOut = (
  tenders: readonly { readonly kind: string; readonly amountFen: number }[],
  netFen: number,
): { kind: string; amountFen: number }[] =>
  tenders.map(({ kind, amountFen }) => ({ kind, amountFen: netFen < 0 ? -amountFen : amountFen }));

/** Tenders as events carry them. */
export const toldTenders = <K extends string>(
  tenders: readonly { readonly kind: K; readonly amountFen: number; readonly token?: string | undefined }[],
): { kind: K; amountFen: number; token?: string }[] =>
  tenders.map(({ kind, amountFen, token }) => ({ kind, amountFen, ...(token === undefined ? {} : { token }) }));
