import { DESIRED_KINDS, TargetCustom, targetPath } from '@tillside/protocol';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import { HubFault } from '../fault.ts';
import { sendArtifact } from './artifact-reply.ts';
import { storeOf } from './auth.ts';
import type { HttpContext } from './context.ts';
import { schemaOf } from './implement.ts';

const METADATA_NAME = /^(?:(?<version>[1-9]\d{0,9})\.)?(?<role>[a-z]{1,32}(?:-[0-9a-f]{1,8})?)\.json$/u;
const TARGET_NAME = /^(?<sha256>[0-9a-f]{64})\.(?<file>[a-z.]{1,40})$/u;
const YEAR = 'private, max-age=31536000, immutable';

/**
 * The TUF repository with consistent snapshots. Metadata is signed, so any paired store may read it; artifacts are given only to the
 * store they were published to, and with Range, so that a broken download goes on where it stopped.
 */
export function repoRoutes(app: FastifyInstance, { storage, publisher, clock }: HttpContext): void {
  const config = { auth: 'store' } as const;
  app.get<{ Params: { name: string } }>(
    '/repo/:name',
    {
      schema: schemaOf({
        path: '/repo/:name',
        auth: 'store',
        summary:
          'Signed metadata: root.json, N.root.json, timestamp.json, N.snapshot.json, N.targets.json, N.campaigns.json',
        params: z.object({ name: z.string().max(64) }),
      }),
      config,
    },
    async (request, reply) => {
      // Stores hold their own clock against it: it is the time that the metadata was signed by.
      reply.header('date', new Date(clock.now()).toUTCString());
      const { role, version } = METADATA_NAME.exec(request.params.name)?.groups ?? {};
      // All but these change name with each version, so that a client never mixes two; these have a newest one.
      const unversioned = role === 'root' || role === 'timestamp';
      if (
        role === undefined ||
        (version === undefined && !unversioned) ||
        (version !== undefined && role === 'timestamp')
      ) {
        throw new HubFault('HUB_REPO_FILE_UNKNOWN');
      }
      const doc = await storage.desired.metadata(role, version === undefined ? undefined : Number(version));
      if (doc === null) throw new HubFault('HUB_REPO_FILE_UNKNOWN');
      return sendJson(reply, doc.body, version === undefined ? 'no-cache' : YEAR);
    },
  );
  app.get<{ Params: { store: string; name: string } }>(
    '/repo/targets/stores/:store/:name',
    {
      schema: schemaOf({
        path: '/repo/targets',
        auth: 'store',
        summary: 'An artifact by its hash, e.g. <sha256>.campaigns.json; Range is served',
        params: z.object({ store: z.string().max(64), name: z.string().max(128) }),
      }),
      config,
    },
    async (request, reply) => {
      const { store, name } = request.params;
      if (store !== storeOf(request)) throw new HubFault('HUB_STORE_FOREIGN');
      const { sha256, file } = TARGET_NAME.exec(name)?.groups ?? {};
      const kind = DESIRED_KINDS.find((each) => targetPath(store, each).endsWith(`/${file}`));
      if (sha256 === undefined || kind === undefined) throw new HubFault('HUB_REPO_FILE_UNKNOWN');
      const published =
        (await storage.desired.wasPublished(store, kind, sha256)) ||
        isDeltaOf((await publisher.target(store, kind))?.custom, sha256);
      if (!published) throw new HubFault('HUB_REPO_FILE_UNKNOWN');
      reply.type(targetPath(store, kind).endsWith('.json') ? 'application/json' : 'application/octet-stream');
      return sendArtifact(request, reply, storage.artifacts, sha256);
    },
  );
}

/** A delta is published as part of the target that it leads to. */
function isDeltaOf(custom: unknown, sha256: string): boolean {
  const read = TargetCustom.safeParse(custom);
  return read.success && (read.data.deltas ?? []).some((delta) => delta.sha256 === sha256);
}

function sendJson(reply: FastifyReply, body: string, cacheControl: string): FastifyReply {
  return reply
    .header('cache-control', cacheControl)
    .type('application/json')
    .serializer((text) => String(text))
    .send(body);
}
