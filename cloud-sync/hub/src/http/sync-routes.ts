import { availableParallelism } from 'node:os';
import { BATCH_TYPE, BatchAck, KeyDeposit, KeysStored } from '@tillside/protocol';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { BusyFault, HubFault } from '../fault.ts';
import { ADMISSION_LIMITS, type Admitted } from '../sync/admission.ts';
import { Intake } from '../sync/intake.ts';
import { storeOf } from './auth.ts';
import type { HttpContext } from './context.ts';
import { schemaOf } from './implement.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** A batch's place among those under way. */
    admitted: Admitted | null;
  }
  interface FastifyContextConfig {
    /** The body is handed to the route as it was sent. */
    isRaw?: boolean;
  }
}

/** What a body may come to: as announced, or the most there may be. */
function announcedBytes({ headers }: FastifyRequest): number {
  const length = Number(headers['content-length'] ?? ADMISSION_LIMITS.bodyBytes);
  return Math.min(length, ADMISSION_LIMITS.bodyBytes);
}

/** The store's side of the contract: events up, sealing keys up. */
export function syncRoutes(app: FastifyInstance, context: HttpContext): void {
  const { storage, clock, metrics, log } = context;
  // One core is this thread's.
  const threads = context.ingestThreads ?? Math.max(1, availableParallelism() - 1);
  const intake = new Intake({ log: storage.events, clock, logger: log, metrics, threads });
  app.addHook('onClose', () => intake.stop());
  app.decorateRequest('admitted', null);
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
      config: { auth: 'store', isRaw: true },
      bodyLimit: ADMISSION_LIMITS.bodyBytes,
      // Behind the credential and before the body: what finds no room is not read.
      onRequest: async (request, reply) => {
        const admission = intake.gate.admit(storeOf(request), announcedBytes(request));
        if (!admission.ok) throw new BusyFault(admission.retryAfterMs);
        request.admitted = admission.place;
        // A body that never came whole.
        reply.raw.once('close', () => request.admitted?.release());
      },
    },
    async (request): Promise<BatchAck> => {
      const place = request.admitted;
      request.admitted = null;
      try {
        if (!Buffer.isBuffer(request.body)) throw new HubFault('HUB_MEDIA_TYPE_UNSUPPORTED', BATCH_TYPE);
        const isGzip = request.headers['content-encoding'] === 'gzip';
        const ack = await intake.take(storeOf(request), request.body, isGzip);
        if (ack.acks.some(({ stream }) => stream === 'members')) context.membersChanged();
        return ack;
      } finally {
        place?.release();
      }
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
      const stored = await storage.keys.put(store, deposit.keys);
      context.keysDeposited();
      return { stored };
    },
  );
}
