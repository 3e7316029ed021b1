import type { FastifyInstance } from 'fastify';
import { instantOf } from '../clock.ts';
import { HubFault } from '../fault.ts';
import { overview, storeDetail, storeSummaries } from '../overview.ts';
import { rereadQuarantine } from '../sync/reread.ts';
import { takesOf } from '../takes/desk.ts';
import { credentialOf } from './auth.ts';
import type { HttpContext } from './context.ts';
import { implement } from './implement.ts';

/** What the console and the command line call; see hubRoutes for the contract. */
export function operatorRoutes(app: FastifyInstance, context: HttpContext): void {
  pairingRoutes(app, context);
  dataRoutes(app, context);
  pushRoutes(app, context);
  modelRoutes(app, context);
  keyRoutes(app, context);
}

function pairingRoutes(app: FastifyInstance, context: HttpContext): void {
  const { storage, pairing, clock, publisher } = context;
  implement(app, 'pair', async ({ body, request }) => {
    const paired = await pairing.pair(body);
    if (paired.kind !== 'store') return paired;
    context.termsWanted();
    return { ...paired, mqttUrl: context.mqttUrl(request.hostname), root: await publisher.root() };
  });
  implement(app, 'me', ({ request }) => credentialOf(request));
  implement(app, 'createPairing', ({ body }) => pairing.createCode(body));
  implement(app, 'createPartner', async ({ body: { name, scopes } }) => {
    const { id, credential } = await pairing.issuePartner(name, scopes);
    return { credentialId: id, credential, scopes };
  });
  implement(app, 'credentials', async () => ({ credentials: await storage.registry.credentials() }));
  implement(app, 'revokeCredential', async ({ params }) => {
    const revoked = await storage.registry.revokeCredential(params.id, instantOf(clock.now()));
    if (revoked === null) throw new HubFault('HUB_CREDENTIAL_UNKNOWN', params.id);
    context.dropCredential(params.id);
    return revoked;
  });
  implement(app, 'addStore', async ({ body: { id, name = id } }) => {
    await storage.registry.putStore({ id, name, createdAt: instantOf(clock.now()) });
    const code = await pairing.createCode({ kind: 'store', store: id });
    const store = (await storeSummaries(context)).find((each) => each.id === id);
    if (store === undefined) throw new HubFault('HUB_STORE_UNKNOWN', id);
    return { store, pairing: code };
  });
}

function dataRoutes(app: FastifyInstance, context: HttpContext): void {
  const { storage } = context;
  implement(app, 'overview', () => overview(context));
  implement(app, 'stores', async () => ({ stores: await storeSummaries(context) }));
  implement(app, 'store', ({ params }) => storeDetail(context, params.id));
  implement(app, 'salesDaily', async ({ query }) => ({ days: await storage.reads.salesDays(query) }));
  implement(app, 'events', async ({ query: { quarantined, ...query } }) => {
    const filter = quarantined === undefined ? {} : { quarantined: quarantined === 'true' };
    const events = await storage.events.list({ ...query, ...filter });
    return { events, nextBefore: events.length < query.limit ? null : (events.at(-1)?.cursor ?? null) };
  });
  implement(app, 'rereadEvents', ({ body: { dryRun } }) =>
    rereadQuarantine(storage.events, { dryRun, released: (event) => context.takes.again(event) }),
  );
}

function pushRoutes(app: FastifyInstance, context: HttpContext): void {
  const { campaigns, items, devices, packs, metrics } = context;
  implement(app, 'campaigns', async () => ({ releases: await campaigns.list() }));
  implement(app, 'pushCampaigns', async ({ body, request }) => {
    const release = await campaigns.push({ ...body, by: credentialOf(request).name });
    metrics.publications.inc({ kind: 'campaigns' }, release.stores.length);
    return release;
  });
  implement(app, 'previewCampaigns', ({ body }) => campaigns.preview(body));
  implement(app, 'pushItems', async ({ query, body }) => {
    const stores = query.stores.split(',').map((id) => id.trim());
    const pushed = await items.push({ stores, text: body, force: query.force === 'true' });
    metrics.publications.inc({ kind: 'items' }, pushed.stores.filter(({ unchanged }) => !unchanged).length);
    return pushed;
  });
  implement(app, 'pushDevices', async ({ body }) => {
    const pushed = await devices.push(body);
    metrics.publications.inc({ kind: 'devices' }, pushed.stores.length);
    return pushed;
  });
  implement(app, 'buildMemberPacks', async ({ body, request }) => {
    const built = await packs.build({ ...body, by: credentialOf(request).name });
    metrics.publications.inc({ kind: 'members' }, built.length);
    return { packs: built };
  });
  implement(app, 'nearbyStores', async ({ params }) => ({ stores: await packs.near(params.id) }));
  implement(app, 'putNearbyStores', async ({ params, body }) => ({
    stores: await packs.putNear(params.id, body.stores),
  }));
}

function modelRoutes(app: FastifyInstance, { models, training, metrics, storage, clock }: HttpContext): void {
  implement(app, 'models', async () => ({ models: await models.list(), job: await training.newest() }));
  implement(app, 'trainModel', ({ body }) => training.start({ ...body, cause: 'asked' }));
  implement(app, 'trainingJob', ({ params }) => training.job(params.id));
  implement(app, 'evaluateModel', ({ params, body }) => training.evaluate(params.id, body.stores));
  implement(app, 'modelCard', async ({ params }) => ({ card: await models.card(params.id) }));
  implement(app, 'associationRules', () => models.rules());
  implement(app, 'takes', ({ query }) => takesOf({ storage, clock }, query));
  implement(app, 'modelStages', async () => ({ stores: await models.stages() }));
  implement(app, 'pushModel', async ({ params, body }) => {
    const stores = await models.push(params.id, body.stores);
    metrics.publications.inc({ kind: 'model' }, stores.length);
    return { stores };
  });
  implement(app, 'rollBackModel', async ({ body }) => {
    const stores = await models.rollBack(body.stores);
    metrics.publications.inc({ kind: 'model' }, stores.length);
    return { stores };
  });
}

function keyRoutes(app: FastifyInstance, { ceremony }: HttpContext): void {
  implement(app, 'keys', () => ceremony.status());
  implement(app, 'draftRoot', ({ body }) => ceremony.draft(body));
  implement(app, 'acceptRoot', ({ body }) => ceremony.accept(body));
  implement(app, 'rotateKey', ({ body }) => ceremony.rotate(body.key));
}
