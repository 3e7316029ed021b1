import { CLAIM_LIFE_DAYS, FoundSale, Released, ReturnClaim, ReturnRelease, SaleLookup } from '@tillside/protocol';
import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import { instantOf } from '../clock.ts';
import { HubFault } from '../fault.ts';
import { storeOf } from './auth.ts';
import type { HttpContext } from './context.ts';
import { schemaOf } from './implement.ts';

const DAY_MS = 86_400_000;
const REFUSALS = {
  unknown: 'HUB_SALE_UNKNOWN',
  'too-many': 'HUB_RETURN_TOO_MANY',
  taken: 'HUB_RETURN_ID_USED',
} as const;

/** Questions of a store about a sale of another. Any store of the chain may ask: whoever holds a receipt may bring the goods to any of them. */
export function returnRoutes(app: FastifyInstance, { storage, clock }: HttpContext): void {
  const route = (path: `/${string}`, summary: string, body: z.ZodType, response: z.ZodType) => ({
    schema: schemaOf({ path, auth: 'store', summary, body, response }),
    config: { auth: 'store' as const },
  });
  app.post(
    '/v1/sync/sales/find',
    route('/v1/sync/sales/find', 'A sale of any store, by what its receipt says', SaleLookup, FoundSale),
    async (request): Promise<FoundSale> => {
      storeOf(request);
      const sale = await storage.returns.find(request.body as SaleLookup);
      if (sale === null) throw new HubFault('HUB_SALE_UNKNOWN');
      return sale;
    },
  );
  app.post(
    '/v1/sync/returns/claim',
    route('/v1/sync/returns/claim', 'Take units of a sale of another store for one return', ReturnClaim, FoundSale),
    async (request): Promise<FoundSale> => {
      const claim = request.body as ReturnClaim;
      const nowMs = clock.now();
      const by = {
        claimedBy: storeOf(request),
        at: instantOf(nowMs),
        since: instantOf(nowMs - CLAIM_LIFE_DAYS * DAY_MS),
      };
      const answer = await storage.returns.claim(claim, by);
      if (typeof answer === 'string') throw new HubFault(REFUSALS[answer]);
      return answer;
    },
  );
  app.post(
    '/v1/sync/returns/release',
    route('/v1/sync/returns/release', 'Give claimed units back', ReturnRelease, Released),
    async (request) => {
      const { returnId } = request.body as z.infer<typeof ReturnRelease>;
      return { released: await storage.returns.release(returnId, storeOf(request)) };
    },
  );
}
