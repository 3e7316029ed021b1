import type { SaleFound, SaleQuery, SaleView } from '@tillside/agent-contract';
import type { z } from 'zod';
import type { Reader } from '../journal/index.ts';

/** Sales of one receipt number that are listed: tills number by themselves, so two may have used it. */
const MAX_FOUND = 20;

/** Sales by their receipt number, the newest first. */
export function findSales(
  reader: Reader,
  { receiptNumber, businessDate, terminalId }: z.infer<typeof SaleQuery>,
): z.infer<typeof SaleFound>[] {
  return reader
    .all<{ view: string; returns: number }>(
      `SELECT view, (SELECT count(*) FROM sale_return WHERE sale_return.sale_id = sale.sale_id) AS returns FROM sale
       WHERE receipt_number = ? AND business_date = coalesce(?, business_date) AND terminal_id = coalesce(?, terminal_id)
       ORDER BY business_date DESC, sale_id DESC LIMIT ?`,
      receiptNumber,
      businessDate ?? null,
      terminalId ?? null,
      MAX_FOUND,
    )
    .map(({ view, returns }) => {
      const sale = JSON.parse(view) as SaleView;
      return {
        saleId: sale.saleId,
        receiptNumber: sale.receiptNumber,
        businessDate: sale.businessDate,
        terminalId: sale.terminalId,
        completedAt: sale.completedAt,
        paidFen: sale.paidFen,
        late: sale.late,
        lines: sale.decision.lines.length,
        returns,
      };
    });
}
