import { BATCH_TYPE, BatchAck, KeyDeposit, KeysStored, MAX_BATCH_BYTES, readBatch } from '@tillside/protocol';
import type { FastifyInstance } from 'fastify';
import { instantOf } from '../clock.ts';
import { HubFault } from '../fault.ts';
import { readLines } from '../sync/incoming.ts';
import { storeOf } from './auth.ts';
import type { HttpContext } from './context.ts';
import { schemaOf } from './implement.ts';

/** The store's side of the contract: events up, sealing keys up. */
export function syncRoutes(app: FastifyInstance, { storage, clock, metrics, log }: HttpContext): void {
  app.addContentTypeParser(BATCH_TYPE, { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.post(
    '/v1/sync/batches',
    {
      schema: schemaOf({
        path: '/v1/sync/batches',
        auth: 'store',
        summary: 'Take in events (NDJSON: a head, then one envelope a line); answers once they are durable',
        response: BatchAck,
      }),
      config: { auth: 'store' },
      bodyLimit: MAX_BATCH_BYTES,
    },
    async (request): Promise<BatchAck> => {
      const store = storeOf(request);
      if (!Buffer.isBuffer(request.body)) throw new HubFault('HUB_MEDIA_TYPE_UNSUPPORTED', BATCH_TYPE);
      const batch = readBatch(request.body);
      if (!batch.ok) throw new HubFault('HUB_REQUEST_INVALID', batch.message);
      const { events, refused } = readLines(batch.lines);
      if (batch.head.store !== store || events.some((event) => event.store !== store)) {
        log.warn({ store }, 'a batch with events of another store was refused');
        throw new HubFault('HUB_STORE_FOREIGN');
      }
      if (events.length === 0) {
        throw new HubFault('HUB_REQUEST_INVALID', `envelopes.0: ${refused[0]?.message ?? ''}`);
      }
      const [result] = await storage.events.ingest([{ store, receivedAt: instantOf(clock.now()), events }]);
      if (result === undefined) throw new HubFault('HUB_INTERNAL');
      const { acks, stored, duplicates, conflicts } = result;
      let quarantined = 0;
      for (const { stream, quarantine } of stored) {
        if (quarantine !== null) quarantined += 1;
        metrics.events.inc({ stream, outcome: quarantine === null ? 'stored' : 'quarantined' });
      }
      if (duplicates > 0) metrics.events.inc({ stream: 'any', outcome: 'duplicate' }, duplicates);
      if (conflicts.length > 0) {
        metrics.events.inc({ stream: 'any', outcome: 'conflict' }, conflicts.length);
        log.warn({ store, conflicts: conflicts.length }, 'a store sent another history; it must open a new epoch');
      }
      const { batchId } = batch.head;
      return { batchId, acks, quarantined, conflicts, ...(refused.length > 0 ? { refused } : {}) };
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
      return { stored: await storage.keys.put(store, deposit.keys) };
    },
  );
}
