import {
  ChangesAnswer,
  ChangesRequest,
  type FoundMember,
  FoundMember as FoundMemberSchema,
  MemberLookup,
  PackKey,
  PackKeyRequest,
} from '@tillside/protocol';
import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import { storeOf } from './auth.ts';
import type { HttpContext } from './context.ts';
import { schemaOf } from './implement.ts';

/** What stores ask of members beside their events: what changed, whom they don't know, and the key of their pack. */
export function memberRoutes(app: FastifyInstance, { packs, memberSync }: HttpContext): void {
  const route = (path: `/${string}`, summary: string, body: z.ZodType, response: z.ZodType) => ({
    schema: schemaOf({ path, auth: 'store', summary, body, response }),
    config: { auth: 'store' as const },
  });
  app.post(
    '/v1/sync/members/changes',
    route('/v1/sync/members/changes', 'Members that changed since a cursor', ChangesRequest, ChangesAnswer),
    (request): Promise<ChangesAnswer> => memberSync.changes(storeOf(request), request.body as ChangesRequest),
  );
  app.post(
    '/v1/sync/members/find',
    route('/v1/sync/members/find', 'A member whom the store does not know', MemberLookup, FoundMemberSchema),
    (request): Promise<FoundMember> => memberSync.find(storeOf(request), request.body as MemberLookup),
  );
  app.post(
    '/v1/sync/members/pack-key',
    route('/v1/sync/members/pack-key', "The key of the store's member pack", PackKeyRequest, PackKey),
    async (request): Promise<PackKey> => {
      const { version } = request.body as z.infer<typeof PackKeyRequest>;
      return { version, key: await packs.key(storeOf(request), version) };
    },
  );
}
