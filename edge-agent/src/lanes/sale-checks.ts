import type { SaleView, TenderInput } from '@tillside/agent-contract';
import type { Decision, NotAppliedCode } from '@tillside/decide';
import type { z } from 'zod';
import { AgentError } from '../errors.ts';
import type { Reader } from '../journal/index.ts';
import type { CampaignBook } from '../prices/campaigns.ts';
import { holdsCardNumber } from './card-number.ts';
import type { Terminal } from './till.ts';

/** What is to be paid, of which `roundingFen` came by rounding cash (negative: in the shopper's favour). */
export interface Due {
  readonly paidFen: number;
  readonly roundingFen: number;
}

type Tenders = readonly z.infer<typeof TenderInput>[];

/** Only what is paid in cash alone is rounded. */
export function dueOf({ totalFen, cash }: Decision, tenders: Tenders): Due {
  if (cash === undefined || tenders.some(({ kind }) => kind !== 'cash')) return { paidFen: totalFen, roundingFen: 0 };
  return { paidFen: cash.totalFen, roundingFen: cash.roundingFen };
}

/** Throws CARD_NUMBER_REFUSED, TENDER_MISMATCH. */
export function checkTenders(tenders: Tenders, dueFen: number): void {
  if (tenders.some((tender) => tender.token !== undefined && holdsCardNumber(tender.token)))
    throw new AgentError('CARD_NUMBER_REFUSED');
  const tenderedFen = tenders.reduce((sum, tender) => sum + tender.amountFen, 0);
  if (tenderedFen !== dueFen) throw new AgentError('TENDER_MISMATCH', { detail: `(${tenderedFen} / ${dueFen})` });
}

const RAN_OUT: ReadonlySet<NotAppliedCode> = new Set([
  'LIMIT_MEMBER',
  'LIMIT_STORE',
  'LIMIT_DAY',
  'LIMIT_TOTAL',
  'BUDGET_SPENT',
]);

/**
 * Why a basket is not what the shopper agreed to: LIMIT_REACHED where a campaign that was promised has run out since, or has less left, else
 * PRICE_CHANGED. `expectedFen` is what the till showed.
 */
export function changedSince(
  promisedFen: Readonly<Record<string, number>>,
  expectedFen: number,
  decision: Decision,
  book: CampaignBook,
): AgentError {
  const ranOut = Object.entries(promisedFen).find(([campaignId, amountFen]) => {
    const applied = decision.applied.find((entry) => entry.campaignId === campaignId);
    const hasBudget = book.byId(campaignId)?.limits?.budgetFen !== undefined;
    if (applied !== undefined) return hasBudget && applied.amountFen < amountFen;
    return decision.notApplied.some((entry) => entry.campaignId === campaignId && RAN_OUT.has(entry.code));
  });
  if (ranOut !== undefined) return new AgentError('LIMIT_REACHED', { detail: `(${ranOut[0]})` });
  return new AgentError('PRICE_CHANGED', { detail: `(${expectedFen} -> ${decision.payableFen})` });
}

/** A terminal's receipt numbers, of sales and returns, are used once. Throws RECEIPT_NUMBER_USED. */
export function checkReceiptNumber(reader: Reader, terminal: Terminal, receiptNumber: string): void {
  const used =
    reader.get(
      'SELECT 1 AS used FROM sale WHERE terminal_id = ? AND receipt_number = ?',
      terminal.deviceId,
      receiptNumber,
    ) ??
    reader.get(
      'SELECT 1 AS used FROM sale_return WHERE terminal_id = ? AND receipt_number = ?',
      terminal.deviceId,
      receiptNumber,
    );
  if (used !== undefined) throw new AgentError('RECEIPT_NUMBER_USED', { detail: `(${receiptNumber})` });
}

/** Points earned on what is refunded, by cumulative share, so that the order and the number of returns change nothing. */
export function pointsShare(sale: SaleView, already: readonly { refundFen: number }[], refundFen: number): number {
  if (sale.decision.payableFen === 0) return 0;
  const before = already.reduce((sum, line) => sum + line.refundFen, 0);
  const share = (fen: number): number => Math.floor((sale.pointsEarned * fen) / sale.decision.payableFen);
  return share(before + refundFen) - share(before);
}
