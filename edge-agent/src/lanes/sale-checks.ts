import type { Decision, NotAppliedCode } from '@tillside/decide';
import { AgentError } from '../errors.ts';
import type { Reader } from '../journal/index.ts';
import type { CampaignBook } from '../prices/campaigns.ts';
import type { Terminal } from './till.ts';

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

/** Receipt numbers of a terminal are used once, whatever for. Throws RECEIPT_NUMBER_USED. */
export function checkReceiptNumber(reader: Reader, terminal: Terminal, receiptNumber: string): void {
  const isUsed = ['sale', 'sale_return', 'goods_return'].some(
    (table) =>
      reader.get(
        `SELECT 1 AS used FROM ${table} WHERE terminal_id = ? AND receipt_number = ?`,
        terminal.deviceId,
        receiptNumber,
      ) !== undefined,
  );
  if (isUsed) throw new AgentError('RECEIPT_NUMBER_USED', { detail: `(${receiptNumber})` });
}
