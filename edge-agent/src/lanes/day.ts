import type { CloseDay, DayClosing, DayTotals } from '@tillside/agent-contract';
import type { EventBody } from '@tillside/protocol';
import type { z } from 'zod';
import type { Reader, Tx } from '../journal/index.ts';

/** A terminal's totals of a business date, from the journal's sales and returns. Refunds count against the tender `refund`. */
export function dayTotals(reader: Reader, terminalId: string, businessDate: string): z.infer<typeof DayTotals> {
  const sales = reader.all<{ payable_fen: number; savings_fen: number; body: string }>(
    'SELECT payable_fen, savings_fen, body FROM sale WHERE business_date = ? AND terminal_id = ?',
    businessDate,
    terminalId,
  );
  const returns = reader.all<{ refund_fen: number }>(
    'SELECT refund_fen FROM sale_return WHERE business_date = ? AND terminal_id = ?',
    businessDate,
    terminalId,
  );
  const tenders: Record<string, number> = {};
  for (const sale of sales) {
    for (const tender of (JSON.parse(sale.body) as EventBody<'tillside.sale.completed.v1'>).tenders) {
      tenders[tender.kind] = (tenders[tender.kind] ?? 0) + tender.amountFen;
    }
  }
  return {
    businessDate,
    terminalId,
    sales: sales.length,
    returns: returns.length,
    salesFen: sales.reduce((sum, sale) => sum + sale.payable_fen, 0),
    refundsFen: returns.reduce((sum, entry) => sum + entry.refund_fen, 0),
    savingsFen: sales.reduce((sum, sale) => sum + sale.savings_fen, 0),
    tenders,
    refundTenders: {},
    taxFen: 0,
    roundingFen: 0,
    pointsSpentFen: 0,
    cancelled: 0,
    promotions: [],
    cashFen: 0,
    closed: false,
  };
}

/** Compares the POS's own totals with ours and records the closing, agreed or not, with every difference. */
export function closeDay(
  tx: Tx,
  terminalId: string,
  businessDate: string,
  pos: z.infer<typeof CloseDay>,
): z.infer<typeof DayClosing> {
  const ours = dayTotals(tx, terminalId, businessDate);
  const differences: { what: string; ours: number; pos: number }[] = [];
  const compare = (what: string, oursValue: number, posValue: number): void => {
    if (oursValue !== posValue) differences.push({ what, ours: oursValue, pos: posValue });
  };
  compare('sales', ours.sales, pos.sales);
  compare('returns', ours.returns, pos.returns);
  compare('salesFen', ours.salesFen, pos.salesFen);
  compare('refundsFen', ours.refundsFen, pos.refundsFen);
  for (const kind of new Set([...Object.keys(ours.tenders), ...Object.keys(pos.tenders)])) {
    compare(`tender ${kind}`, ours.tenders[kind] ?? 0, pos.tenders[kind] ?? 0);
  }
  tx.append('tillside.day.closed.v1', {
    businessDate,
    terminalId,
    sales: ours.sales,
    returns: ours.returns,
    payableFen: ours.salesFen - ours.refundsFen,
    tenders: ours.tenders,
    agreed: differences.length === 0,
    differences: differences.map((difference) => ({
      what: difference.what,
      oursFen: difference.ours,
      posFen: difference.pos,
    })),
  });
  return { zNumber: 1, ours, agreed: differences.length === 0, differences };
}
