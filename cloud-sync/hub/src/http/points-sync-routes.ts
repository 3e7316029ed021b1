import { foldLedger } from '@tillside/decide';
import {
  HeldPoints,
  HoldRelease,
  PointsHold,
  Released,
  StatementRequest,
  TierRequest,
  ToldPoints,
  ToldTier,
} from '@tillside/protocol';
import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import { instantOf } from '../clock.ts';
import { HubFault } from '../fault.ts';
import { pointsRulesOf } from '../members/record.ts';
import { toldPoints } from '../members/told-points.ts';
import { toldTier } from '../members/told-tier.ts';
import { sha256Of } from '../sha256.ts';
import { storeOf } from './auth.ts';
import type { HttpContext } from './context.ts';
import { schemaOf } from './implement.ts';

/** A basket is paid within that, and HQ hears of it; else its points are everybody's again. */
const HOLD_MS = 10 * 60_000;

/** What a store asks of points while a member stands there. */
export function pointsSyncRoutes(app: FastifyInstance, { storage, clock }: HttpContext): void {
  const { ledger, directory } = storage.members;
  const route = (path: `/${string}`, summary: string, body: z.ZodType, response: z.ZodType) => ({
    schema: schemaOf({ path, auth: 'store', summary, body, response }),
    config: { auth: 'store' as const },
  });
  /** Each store names its holds itself. */
  const idOf = (store: string, holdId: string): string => `${store}/${holdId}`;
  app.post(
    '/v1/sync/points/hold',
    route(
      '/v1/sync/points/hold',
      'Hold points of a member for one store, as many as there are',
      PointsHold,
      HeldPoints,
    ),
    async (request): Promise<HeldPoints> => {
      const store = storeOf(request);
      const { holdId, memberId, points } = request.body as PointsHold;
      const member = await directory.find({ memberId });
      if (member === null) throw new HubFault('HUB_MEMBER_UNKNOWN');
      const nowMs = clock.now();
      const rules = await pointsRulesOf(storage);
      const about = {
        holdId: idOf(store, holdId),
        memberId,
        store,
        at: instantOf(nowMs),
        until: instantOf(nowMs + HOLD_MS),
      };
      const held = await ledger.hold(about, (entries, others) => {
        const { available } = foldLedger(entries, rules, { asOfMs: nowMs, sha256: sha256Of });
        return Math.max(0, Math.min(points, available - others));
      });
      return { holdId, ...held };
    },
  );
  app.post(
    '/v1/sync/points/release',
    route('/v1/sync/points/release', 'Points that were held and not spent', HoldRelease, Released),
    async (request) => {
      const { holdId } = request.body as z.infer<typeof HoldRelease>;
      await ledger.releaseHold(idOf(storeOf(request), holdId));
      return { released: true };
    },
  );
  app.post(
    '/v1/sync/points/statement',
    route(
      '/v1/sync/points/statement',
      'What moved the points of a member whom the store knows, in all stores',
      StatementRequest,
      ToldPoints,
    ),
    (request): Promise<ToldPoints> => {
      const { memberId } = request.body as z.infer<typeof StatementRequest>;
      return toldPoints(storage, { store: storeOf(request), memberId, nowMs: clock.now() });
    },
  );
  app.post(
    '/v1/sync/members/tier',
    route(
      '/v1/sync/members/tier',
      'How far a member whom the store knows is on the way to the next tier',
      TierRequest,
      ToldTier,
    ),
    (request): Promise<ToldTier> => {
      const { memberId } = request.body as z.infer<typeof TierRequest>;
      return toldTier(storage, { store: storeOf(request), memberId, nowMs: clock.now() });
    },
  );
}
