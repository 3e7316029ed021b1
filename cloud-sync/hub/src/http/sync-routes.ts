import { Batch, BatchAck, KeyDeposit, KeysStored, MAX_BATCH_BYTES, MAX_BATCH_EVENTS } from '@tillside/protocol';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { instantOf } from '../clock.ts';
import { HubFault } from '../fault.ts';
import { readEnvelopes, toIncoming } from '../sync/read-envelope.ts';
import { storeOf } from './auth.ts';
import type { HttpContext } from './context.ts';
import { schemaOf } from './implement.ts';

/** The frame of a batch; envelopes are read one by one, so that one that is none does not hold up the others. */
const BatchFrame = z.strictObject({ ...Batch.shape, envelopes: z.array(z.unknown()).min(1).max(MAX_BATCH_EVENTS) });

/** The store's side of the contract: events up, sealing keys up. */
export function syncRoutes(app: FastifyInstance, { storage, clock, metrics, log }: HttpContext): void {
  app.post(
    '/v1/sync/batches',
    {
      schema: schemaOf({
        path: '/v1/sync/batches',
        auth: 'store',
        summary: 'Take in events; answers once they are durable',
        body: BatchFrame,
        response: BatchAck,
      }),
      config: { auth: 'store' },
      bodyLimit: MAX_BATCH_BYTES,
    },
    async (request): Promise<BatchAck> => {
      const store = storeOf(request);
      const frame = request.body as z.output<typeof BatchFrame>;
      const { envelopes, refused } = readEnvelopes(frame.envelopes);
      if (frame.store !== store || envelopes.some((envelope) => envelope.store !== store)) {
        log.warn({ store }, 'a batch with events of another store was refused');
        throw new HubFault('HUB_STORE_FOREIGN');
      }
      if (envelopes.length === 0) {
        throw new HubFault('HUB_REQUEST_INVALID', `envelopes.0: ${refused[0]?.message ?? ''}`);
      }
      const { acks, stored, duplicates, conflicts } = await storage.events.ingest(
        store,
        envelopes.map(toIncoming),
        instantOf(clock.now()),
      );
      let quarantined = 0;
      for (const { envelope, quarantine } of stored) {
        if (quarantine !== null) quarantined += 1;
        metrics.events.inc({ stream: envelope.stream, outcome: quarantine === null ? 'stored' : 'quarantined' });
      }
      if (duplicates > 0) metrics.events.inc({ stream: 'any', outcome: 'duplicate' }, duplicates);
      if (conflicts.length > 0) {
        metrics.events.inc({ stream: 'any', outcome: 'conflict' }, conflicts.length);
        log.warn({ store, conflicts: conflicts.length }, 'a store sent another history; it must open a new epoch');
      }
      return { batchId: frame.batchId, acks, quarantined, conflicts, ...(refused.length > 0 ? { refused } : {}) };
    },
  );
  app.post(
    '/v1/sync/keys',
    {
      schema: schemaOf({
        path: '/v1/sync/keys',
        auth: 'store',
        summary: 'Deposit sealing keys of members',
        body: KeyDeposit,
        response: KeysStored,
      }),
      config: { auth: 'store' },
    },
    async (request) => {
      const store = storeOf(request);
      const deposit = request.body as KeyDeposit;
      if (deposit.store !== store) throw new HubFault('HUB_STORE_FOREIGN');
      return { stored: await storage.registry.putMemberKeys(store, deposit.keys) };
    },
  );
}
