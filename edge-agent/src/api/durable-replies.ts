import { AGENT_ERRORS, routes } from '@tillside/agent-contract';
import type { FastifyInstance } from 'fastify';
import type { AgentError } from '../errors.ts';
import type { Journal } from '../journal/index.ts';
import { bodyOf } from './errors.ts';

const REFUSED = 400;

/**
 * No answer of these routes leaves before what it may speak of is on the disk: of its own write, and of others that it read. Once the disk failed to confirm a write, every answer is
 * STORAGE_FAILED but the status, which says so.
 */
export function answerWhenDurable(scope: FastifyInstance, journal: Pick<Journal, 'durable'>): void {
  scope.addHook('onSend', async (request, reply, payload) => {
    try {
      await journal.durable();
      return payload;
    } catch (error) {
      const saysSo = reply.statusCode === AGENT_ERRORS.STORAGE_FAILED.status;
      if (saysSo || request.routeOptions.url === routes.status.path) return payload;
      // The error handler of the route puts it in that route's words; where it has spoken already, it is not asked again.
      if (reply.statusCode < REFUSED) throw error;
      const failed = error as AgentError;
      reply.code(failed.status);
      return JSON.stringify(bodyOf(failed, request));
    }
  });
}
