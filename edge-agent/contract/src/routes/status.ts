import { StatusView } from '../status.ts';
import type { Route } from './route.ts';

export const statusRoutes = {
  status: {
    method: 'GET',
    path: '/v1/status',
    auth: 'paired',
    tag: 'status',
    summary: 'Sync, devices, versions and conditions',
    response: StatusView,
  },
} as const satisfies Record<string, Route>;
