import * as till from '../till.ts';
import type { Route } from './route.ts';

export const approvalRoutes = {
  approve: {
    method: 'POST',
    path: '/v1/till/approvals',
    auth: 'terminal',
    tag: 'till',
    summary: "A supervisor's PIN for one action at this terminal",
    body: till.ApprovalRequest,
    response: till.Approval,
  },
} as const satisfies Record<string, Route>;
