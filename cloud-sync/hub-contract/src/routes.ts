import { z } from 'zod';
import {
  EventRow,
  EventsQuery,
  Overview,
  SalesDailyQuery,
  SalesDay,
  StoreDetail,
  StoreSummary,
} from './console-data.ts';
import { contentRoutes } from './content.ts';
import { duplicateRoutes } from './duplicates.ts';
import { erasureRoutes } from './erasure-routes.ts';
import { DraftRoot, KeysStatus, RootFile, RotateKey } from './keys.ts';
import { memberRoutes } from './member-api.ts';
import { memberPackRoutes } from './member-packs.ts';
import { memberSettingsRoutes } from './member-settings-routes.ts';
import { modelRoutes } from './model-routes.ts';
import { myRoutes } from './my-routes.ts';
import {
  Credential,
  PairAnswer,
  PairingCode,
  PairingWish,
  PairRequest,
  type PartnerScope,
  PartnerScopes,
} from './pairing.ts';
import { segmentRoutes } from './segment-routes.ts';
import {
  CampaignRelease,
  PreviewAnswer,
  PreviewRequest,
  PushCampaigns,
  PushDevices,
  PushedCampaigns,
  PushedDevices,
  PushedItems,
  PushItemsQuery,
} from './state.ts';
import { StoreId } from './text.ts';
import { webhookRoutes } from './webhooks.ts';

export interface HubRoute {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Parameters are written `:name`. */
  readonly path: `/${string}`;
  readonly auth: 'public' | 'operator' | 'store' | 'member';
  /** Of a route for operators: partners who hold this scope may call it too. */
  readonly scope?: PartnerScope;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  /** Of a body that is no JSON: it is sent as the text, or the bytes, that it is. */
  readonly bodyType?: 'application/x-ndjson' | 'text/csv' | 'application/octet-stream';
  readonly response: z.ZodType;
  readonly summary: string;
}

const Id = z.strictObject({ id: z.string().min(1).max(128) });

/**
 * What the console and the command line call. The store's own routes (`/v1/sync/batches`, `/v1/sync/keys`, `/repo/*`) speak the schemas
 * of @tillside/protocol and are registered by the hub beside these.
 */
export const hubRoutes = {
  pair: {
    method: 'POST',
    path: '/v1/pair',
    auth: 'public',
    body: PairRequest,
    response: PairAnswer,
    summary: 'Turn a one-time code into a credential',
  },
  me: {
    method: 'GET',
    path: '/v1/me',
    auth: 'operator',
    response: Credential,
    summary: 'The credential this request was made with',
  },
  createPairing: {
    method: 'POST',
    path: '/v1/pairings',
    auth: 'operator',
    body: PairingWish,
    response: PairingCode,
    summary: 'Make a one-time pairing code',
  },
  credentials: {
    method: 'GET',
    path: '/v1/credentials',
    auth: 'operator',
    response: z.strictObject({ credentials: z.array(Credential) }),
    summary: 'Every credential, revoked ones too',
  },
  revokeCredential: {
    method: 'DELETE',
    path: '/v1/credentials/:id',
    auth: 'operator',
    params: Id,
    response: Credential,
    summary: 'Revoke a credential',
  },
  keys: {
    method: 'GET',
    path: '/v1/keys',
    auth: 'operator',
    response: KeysStatus,
    summary: 'Signed roles, who may sign them, when they expire, and what to look at',
  },
  draftRoot: {
    method: 'POST',
    path: '/v1/keys/draft',
    auth: 'operator',
    body: DraftRoot,
    response: RootFile,
    summary: 'The next root, unsigned, for its holders to sign',
  },
  acceptRoot: {
    method: 'POST',
    path: '/v1/keys/root',
    auth: 'operator',
    body: RootFile,
    response: KeysStatus,
    summary: 'Put a signed root in force',
  },
  rotateKey: {
    method: 'POST',
    path: '/v1/keys/rotate',
    auth: 'operator',
    body: RotateKey,
    response: KeysStatus,
    summary: 'Make a new key for what the hub signs itself',
  },
  overview: {
    method: 'GET',
    path: '/v1/overview',
    auth: 'operator',
    response: Overview,
    summary: 'The state of all stores at a glance',
  },
  stores: {
    method: 'GET',
    path: '/v1/stores',
    auth: 'operator',
    response: z.strictObject({ stores: z.array(StoreSummary) }),
    summary: 'All stores',
  },
  addStore: {
    method: 'POST',
    path: '/v1/stores',
    auth: 'operator',
    body: z.strictObject({
      id: StoreId.refine((id) => id !== 'hq', 'hq is HQ itself'),
      name: z.string().min(1).max(64).optional(),
    }),
    response: z.strictObject({ store: StoreSummary, pairing: PairingCode }),
    summary: 'Add a store (or rename it), with a code to pair it',
  },
  store: {
    method: 'GET',
    path: '/v1/stores/:id',
    auth: 'operator',
    params: Id,
    response: StoreDetail,
    summary: 'One store',
  },
  salesDaily: {
    method: 'GET',
    path: '/v1/sales/daily',
    auth: 'operator',
    query: SalesDailyQuery,
    response: z.strictObject({ days: z.array(SalesDay) }),
    summary: 'Business days, newest first',
  },
  events: {
    method: 'GET',
    path: '/v1/events',
    auth: 'operator',
    query: EventsQuery,
    response: z.strictObject({ events: z.array(EventRow), nextBefore: z.number().int().positive().nullable() }),
    summary: 'Events, newest first',
  },
  rereadEvents: {
    method: 'POST',
    path: '/v1/events/reread',
    auth: 'operator',
    body: z.strictObject({ dryRun: z.boolean().default(false) }),
    response: z.strictObject({
      /** In quarantine before. */
      looked: z.number().int().nonnegative(),
      /** Could be read, and took effect unless it was a dry run. */
      readable: z.number().int().nonnegative(),
      /** Why the others could not, by how often. */
      reasons: z.record(z.string(), z.number().int().positive()),
    }),
    summary: 'Read quarantined events again; what can be read now takes effect, once',
  },
  campaigns: {
    method: 'GET',
    path: '/v1/campaigns',
    auth: 'operator',
    response: z.strictObject({ releases: z.array(CampaignRelease) }),
    summary: 'What was pushed, newest first, and where it is applied',
  },
  pushCampaigns: {
    method: 'POST',
    path: '/v1/campaigns',
    auth: 'operator',
    body: PushCampaigns,
    response: PushedCampaigns,
    summary: 'Check, sign and publish a campaign set to stores',
  },
  previewCampaigns: {
    method: 'POST',
    path: '/v1/campaigns/preview',
    auth: 'operator',
    body: PreviewRequest,
    response: PreviewAnswer,
    summary: 'What a campaign set would do to a basket, by the code the tills run',
  },
  pushItems: {
    method: 'POST',
    path: '/v1/items',
    auth: 'operator',
    query: PushItemsQuery,
    body: z.string(),
    bodyType: 'application/x-ndjson',
    response: PushedItems,
    summary: 'Check, sign and publish a catalogue with its prices to stores: one item a line',
  },
  pushDevices: {
    method: 'POST',
    path: '/v1/devices',
    auth: 'operator',
    body: PushDevices,
    response: PushedDevices,
    summary: 'Check, sign and publish a device configuration to stores',
  },
  createPartner: {
    method: 'POST',
    path: '/v1/partners',
    auth: 'operator',
    body: z.strictObject({ name: z.string().min(1).max(64), scopes: PartnerScopes.min(1) }),
    response: z.strictObject({ credentialId: z.uuid(), credential: z.string().length(43), scopes: PartnerScopes }),
    summary: 'Make a credential for a partner; it is shown this once',
  },
  ...contentRoutes,
  ...modelRoutes,
  ...segmentRoutes,
  ...memberSettingsRoutes,
  ...duplicateRoutes,
  ...memberPackRoutes,
  ...webhookRoutes,
  ...memberRoutes,
  ...erasureRoutes,
  ...myRoutes,
} as const satisfies Record<string, HubRoute>;

export type HubRouteName = keyof typeof hubRoutes;
type Of<K extends HubRouteName, P extends string> =
  (typeof hubRoutes)[K] extends Readonly<Record<P, infer S extends z.ZodType>> ? S : z.ZodUndefined;
/** What a caller sends, and gets back when the status is 200. */
export type HubBody<K extends HubRouteName> = z.input<Of<K, 'body'>>;
export type HubParams<K extends HubRouteName> = z.input<Of<K, 'params'>>;
export type HubQuery<K extends HubRouteName> = z.input<Of<K, 'query'>>;
export type HubAnswer<K extends HubRouteName> = z.output<Of<K, 'response'>>;
