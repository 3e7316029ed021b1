import type { FastifyInstance } from 'fastify';
import type { HttpContext } from './context.ts';
import { implement } from './implement.ts';

/** Segments of members; see segmentRoutes of the contract. */
export function segmentRoutes(app: FastifyInstance, { segments }: Pick<HttpContext, 'segments'>): void {
  implement(app, 'segments', () => segments.answer());
  implement(app, 'runSegments', () => segments.run());
}
