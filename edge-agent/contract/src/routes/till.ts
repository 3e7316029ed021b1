import { z } from 'zod';
import { Id } from '../common.ts';
import { DayTotals } from '../sale.ts';
import * as till from '../till.ts';
import type { Route } from './route.ts';

export const tillRoutes = {
  openSession: {
    method: 'POST',
    path: '/v1/till/sessions',
    auth: 'terminal',
    tag: 'till',
    idempotent: true,
    summary: 'A cashier signs on at this terminal',
    body: till.OpenSession,
    response: till.TillSession,
  },
  currentSession: {
    method: 'GET',
    path: '/v1/till/session',
    auth: 'terminal',
    tag: 'till',
    summary: "This terminal's open session, with its receipt numbers",
    response: till.TillSession,
  },
  closeSession: {
    method: 'POST',
    path: '/v1/till/sessions/:sessionId/close',
    auth: 'terminal',
    tag: 'till',
    idempotent: true,
    summary: 'Sign off: the X report of the session',
    params: z.strictObject({ sessionId: Id }),
    body: till.CloseSession,
    response: DayTotals,
  },
} as const satisfies Record<string, Route>;
