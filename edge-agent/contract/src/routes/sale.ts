import { z } from 'zod';
import { BusinessDate, Id } from '../common.ts';
import * as sale from '../sale.ts';
import type { Route } from './route.ts';

const basketId = z.strictObject({ basketId: Id });

export const saleRoutes = {
  completeBasket: {
    method: 'POST',
    path: '/v1/baskets/:basketId/complete',
    auth: 'terminal',
    tag: 'till',
    idempotent: true,
    summary: 'Tender and complete',
    params: basketId,
    body: sale.CompleteBasket,
    response: sale.SaleView,
  },
  getSale: {
    method: 'GET',
    path: '/v1/sales/:saleId',
    auth: 'terminal',
    tag: 'till',
    summary: 'A past sale',
    params: z.strictObject({ saleId: Id }),
    response: sale.SaleView,
  },
  returnLines: {
    method: 'POST',
    path: '/v1/returns',
    auth: 'terminal',
    tag: 'till',
    idempotent: true,
    summary: 'Return units of a sale',
    body: sale.ReturnRequest,
    response: sale.ReturnView,
  },
  postLateSale: {
    method: 'POST',
    path: '/v1/late-sales',
    auth: 'terminal',
    tag: 'till',
    idempotent: true,
    summary: 'Post a sale made while the agent was away',
    body: sale.LateSale,
    response: sale.SaleView,
  },
  dayTotals: {
    method: 'GET',
    path: '/v1/days/:businessDate',
    auth: 'terminal',
    tag: 'till',
    summary: "This terminal's totals of a day",
    params: z.strictObject({ businessDate: BusinessDate }),
    response: sale.DayTotals,
  },
  closeDay: {
    method: 'POST',
    path: '/v1/days/:businessDate/close',
    auth: 'terminal',
    tag: 'till',
    idempotent: true,
    summary: "Reconcile with the POS's own totals",
    params: z.strictObject({ businessDate: BusinessDate }),
    body: sale.CloseDay,
    response: sale.DayClosing,
  },
} as const satisfies Record<string, Route>;
