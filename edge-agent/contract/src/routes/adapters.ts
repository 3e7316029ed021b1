import { z } from 'zod';
import { Id } from '../common.ts';
import * as poslog from '../poslog.ts';
import type { Route } from './route.ts';

export const adapterRoutes = {
  importPoslog: {
    method: 'POST',
    path: '/v1/imports/poslog',
    auth: 'paired',
    tag: 'adapters',
    summary: 'Import an ARTS POSLog XML document, streamed. For the operator and for terminals of mode pos-reports',
    body: z.string(),
    bodyType: 'application/xml',
    otherBodyTypes: ['text/xml'],
    streamed: true,
    response: poslog.PoslogReport,
  },
  listPoslogQuarantine: {
    method: 'GET',
    path: '/v1/imports/poslog/quarantine',
    auth: 'admin',
    tag: 'adapters',
    summary: 'POSLog transactions that wait, the oldest first',
    query: z.strictObject({ limit: z.coerce.number().int().min(1).max(500).default(100) }),
    response: poslog.PoslogQuarantine,
  },
  retryPoslogQuarantine: {
    method: 'POST',
    path: '/v1/imports/poslog/quarantine/retry',
    auth: 'admin',
    tag: 'adapters',
    summary: 'Try what waits again, after its cause was mended',
    body: poslog.PoslogRetry,
    response: poslog.PoslogReport,
  },
  dismissPoslogEntry: {
    method: 'DELETE',
    path: '/v1/imports/poslog/quarantine/:entryId',
    auth: 'admin',
    tag: 'adapters',
    summary: 'Take an entry off the quarantine without booking it',
    params: z.strictObject({ entryId: Id }),
    response: z.strictObject({}),
  },
} as const satisfies Record<string, Route>;
