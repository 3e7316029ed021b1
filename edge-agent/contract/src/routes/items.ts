import { z } from 'zod';
import * as item from '../item.ts';
import type { Route } from './route.ts';

export const itemsRoutes = {
  findItems: {
    method: 'GET',
    path: '/v1/items',
    auth: 'paired',
    tag: 'items',
    summary: 'Find items by name, SKU or GTIN',
    query: z.strictObject({
      q: z.string().max(80).default(''),
      limit: z.coerce.number().int().min(1).max(100).default(20),
    }),
    response: z.strictObject({ items: z.array(item.ItemView) }),
  },
  importFile: {
    method: 'POST',
    path: '/v1/imports/:what',
    auth: 'admin',
    tag: 'items',
    summary: 'Import a CSV file (content type text/csv): item master, members, their coupons, their past purchases',
    params: z.strictObject({ what: z.enum(['items', 'members', 'coupons', 'purchases']) }),
    body: z.string(),
    bodyType: 'text/csv',
    response: item.ImportReport,
  },
} as const satisfies Record<string, Route>;
