import { z } from 'zod';
import { Id } from '../common.ts';
import * as item from '../item.ts';
import type { Route } from './route.ts';

const importId = z.strictObject({ importId: Id });

export const itemsRoutes = {
  findItems: {
    method: 'GET',
    path: '/v1/items',
    auth: 'paired',
    tag: 'items',
    summary: 'Find items by name, SKU, GTIN or PLU',
    query: z.strictObject({
      q: z.string().max(80).default(''),
      limit: z.coerce.number().int().min(1).max(100).default(20),
    }),
    response: z.strictObject({ items: z.array(item.ItemView) }),
  },
  putItems: {
    method: 'PUT',
    path: '/v1/items',
    auth: 'admin',
    tag: 'items',
    summary:
      'Change items and prices: up to 500 rows, each with what changes; the same rules and report as a delta file',
    query: item.ImportQuery.pick({ effectiveFrom: true, effectiveTo: true }),
    body: item.PutItems,
    response: item.ImportReport,
  },
  importFile: {
    method: 'POST',
    path: '/v1/imports/:what',
    auth: 'admin',
    tag: 'items',
    summary:
      'Import a CSV file: item master, members, their coupons, their past purchases. Items also as JSON lines; the query is about items alone',
    params: z.strictObject({ what: z.enum(['items', 'members', 'coupons', 'purchases']) }),
    query: item.ImportQuery,
    body: z.string(),
    bodyType: 'text/csv',
    otherBodyTypes: ['application/x-ndjson'],
    streamed: true,
    response: item.ImportReport,
  },
  listImports: {
    method: 'GET',
    path: '/v1/imports',
    auth: 'admin',
    tag: 'items',
    summary: 'Item imports, newest first; the last 50 are kept',
    response: z.strictObject({ imports: z.array(item.ImportRun) }),
  },
  getImport: {
    method: 'GET',
    path: '/v1/imports/:importId',
    auth: 'admin',
    tag: 'items',
    summary: 'An item import and its report',
    params: importId,
    response: item.ImportRun,
  },
  importQuarantine: {
    method: 'GET',
    path: '/v1/imports/:importId/quarantine',
    auth: 'admin',
    tag: 'items',
    summary: 'The rows that an item import left out, as a CSV to be mended and sent again',
    params: importId,
    response: item.Quarantine,
  },
  listPriceChanges: {
    method: 'GET',
    path: '/v1/price-changes',
    auth: 'admin',
    tag: 'items',
    summary: 'Prices that wait for their time or run for a time, in the order in which something happens next',
    query: z.strictObject({
      sku: Id.optional(),
      state: z.enum(['pending', 'active', 'done', 'cancelled']).optional(),
      limit: z.coerce.number().int().min(1).max(1000).default(200),
    }),
    response: z.strictObject({ changes: z.array(item.PriceChange) }),
  },
  cancelPriceChange: {
    method: 'DELETE',
    path: '/v1/price-changes/:changeId',
    auth: 'admin',
    tag: 'items',
    summary: 'Take a staged price back, or end one that runs for a time now',
    params: z.strictObject({ changeId: Id }),
    response: item.PriceChange,
  },
} as const satisfies Record<string, Route>;
