import { DisplayView } from '../display.ts';
import type { Route } from './route.ts';

export const displayRoutes = {
  getDisplay: {
    method: 'GET',
    path: '/v1/display',
    auth: 'display',
    tag: 'display',
    summary: 'What the customer display of this lane shows now; events of type basket say when to ask again',
    response: DisplayView,
  },
} as const satisfies Record<string, Route>;
