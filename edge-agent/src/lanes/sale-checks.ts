import type { SaleView, TenderInput } from '@tillside/agent-contract';
import type { z } from 'zod';
import { AgentError } from '../errors.ts';
import type { Reader } from '../journal/index.ts';
import { holdsCardNumber } from './card-number.ts';
import type { Terminal } from './till.ts';

/** Throws CARD_NUMBER_REFUSED, TENDER_MISMATCH. */
export function checkTenders(tenders: readonly z.infer<typeof TenderInput>[], payableFen: number): void {
  if (tenders.some((tender) => tender.token !== undefined && holdsCardNumber(tender.token)))
    throw new AgentError('CARD_NUMBER_REFUSED');
  const paidFen = tenders.reduce((sum, tender) => sum + tender.amountFen, 0);
  if (paidFen !== payableFen) throw new AgentError('TENDER_MISMATCH', { detail: `(${paidFen} / ${payableFen})` });
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
