import { z } from 'zod';
import { BusinessDate, Id } from '../common.ts';
import * as receipt from '../receipt.ts';
import type { Route } from './route.ts';

const saleId = z.strictObject({ saleId: Id });
const returnId = z.strictObject({ returnId: Id });

export const receiptRoutes = {
  findSales: {
    method: 'GET',
    path: '/v1/sales',
    auth: 'terminal',
    tag: 'receipts',
    summary: 'Find a sale by its receipt number',
    query: receipt.SaleQuery,
    response: z.strictObject({ sales: z.array(receipt.SaleFound) }),
  },
  saleReceipt: {
    method: 'GET',
    path: '/v1/sales/:saleId/receipt',
    auth: 'terminal',
    tag: 'receipts',
    summary: "A sale's receipt, as data and as text; not counted as a print",
    params: saleId,
    query: receipt.ReceiptQuery,
    response: receipt.ReceiptView,
  },
  printSale: {
    method: 'POST',
    path: '/v1/sales/:saleId/prints',
    auth: 'terminal',
    tag: 'receipts',
    idempotent: true,
    summary: "Print a sale's receipt; the first is the original, later ones are marked as reprints",
    params: saleId,
    body: receipt.PrintRequest,
    response: receipt.PrintAnswer,
  },
  returnReceipt: {
    method: 'GET',
    path: '/v1/returns/:returnId/receipt',
    auth: 'terminal',
    tag: 'receipts',
    summary: "A return's receipt, with or without a sale; not counted as a print",
    params: returnId,
    query: receipt.ReceiptQuery,
    response: receipt.ReceiptView,
  },
  printReturn: {
    method: 'POST',
    path: '/v1/returns/:returnId/prints',
    auth: 'terminal',
    tag: 'receipts',
    idempotent: true,
    summary: "Print a return's receipt",
    params: returnId,
    body: receipt.PrintRequest,
    response: receipt.PrintAnswer,
  },
  dayReport: {
    method: 'GET',
    path: '/v1/days/:businessDate/report',
    auth: 'terminal',
    tag: 'receipts',
    summary: "This terminal's X report of a day, or a past Z report, as text",
    params: z.strictObject({ businessDate: BusinessDate }),
    query: receipt.ReportQuery,
    response: receipt.ReportText,
  },
  printReport: {
    method: 'POST',
    path: '/v1/days/:businessDate/report/prints',
    auth: 'terminal',
    tag: 'receipts',
    idempotent: true,
    summary: 'Print the X report of a day, or a past Z report',
    params: z.strictObject({ businessDate: BusinessDate }),
    body: receipt.ReportPrintRequest,
    response: receipt.PrintAnswer,
  },
} as const satisfies Record<string, Route>;
