import * as sale from '../sale.ts';
import type { Route } from './route.ts';

export const otherStoreRoutes = {
  findOtherSale: {
    method: 'GET',
    path: '/v1/other-sales',
    auth: 'terminal',
    tag: 'till',
    summary: 'A sale of another store, asked of HQ, and what is left of it to return',
    query: sale.OtherSaleQuery,
    response: sale.OtherSaleView,
  },
  returnOtherSale: {
    method: 'POST',
    path: '/v1/returns/other-store',
    auth: 'terminal',
    tag: 'till',
    idempotent: true,
    summary: 'Return units of a sale of another store; HQ gives each unit out once',
    body: sale.OtherReturnRequest,
    response: sale.GoodsReturnView,
  },
} as const satisfies Record<string, Route>;
