import { IDEMPOTENCY_HEADER } from '@tillside/agent-contract';
import type { FastifyInstance } from 'fastify';
import type { App } from '../app.ts';
import { AgentError } from '../errors.ts';
import { OtherStoreReturns } from '../lanes/other-store.ts';
import { register } from './register.ts';
import { terminalOf } from './terminal.ts';

/** Returns of sales of other stores: the only calls of a till that need HQ. */
export function otherStoreRoutes(fastify: FastifyInstance, app: App): void {
  const { otherStores } = app;
  register(fastify, app, {
    findOtherSale: ({ query }) => otherStores.find(query),
    returnOtherSale: async ({ caller, body, request, once }) => {
      const key = request.headers[IDEMPOTENCY_HEADER];
      if (typeof key !== 'string') throw new AgentError('IDEMPOTENCY_KEY_MISSING');
      const terminal = terminalOf(caller);
      const returnId = OtherStoreReturns.idOf(terminal, key);
      // A repeat is answered from the journal, whether HQ can be reached or not.
      const booked = otherStores.booked(returnId);
      if (booked !== undefined) return once(() => booked);
      const claimed = await otherStores.claim(terminal, returnId, body);
      try {
        return once((tx) => otherStores.book(tx, terminal, returnId, body, claimed));
      } catch (error) {
        await otherStores.release(returnId);
        throw error;
      }
    },
  });
}
