import { z } from 'zod';
import { Count, Instant, JsonObject, Sha256, StoreId, Text } from './text.ts';

/** Where a store stands with one published version. `superseded`: a newer one was published before the store reported this one. */
export const StoreState = z.strictObject({
  store: StoreId,
  version: z.number().int().positive(),
  sha256: Sha256,
  state: z.enum(['pending', 'applied', 'refused', 'superseded']),
  /** When the store applied or refused it, and why it refused. */
  at: Instant.nullable(),
  code: z.string().nullable(),
  message: z.string().nullable(),
});
export type StoreState = z.infer<typeof StoreState>;

export const StoreTargets = z
  .array(z.union([z.literal('*'), StoreId]))
  .min(1)
  .max(10_000);

/** `set` is a CampaignSet of @tillside/decide; it is checked by decide's own parser so that the answer can say where it is wrong. */
export const PushCampaigns = z.strictObject({ stores: StoreTargets, set: z.unknown() });

export const CampaignRelease = z.strictObject({
  id: z.uuid(),
  publishedAt: Instant,
  publishedBy: z.string(),
  campaignCount: Count,
  /** The set as pushed, before its version was set for each store. */
  set: JsonObject,
  stores: z.array(StoreState),
});
export type CampaignRelease = z.infer<typeof CampaignRelease>;

/**
 * Something that the author of a set should look at (decide's `checkCampaignSet`): a push with an error is refused, warnings come with the
 * answer. `campaignIds` begins with the campaign to change; money in fen, `units` pieces together.
 */
export const CampaignFinding = z.strictObject({
  code: z.string(),
  severity: z.enum(['error', 'warning']),
  campaignIds: z.array(z.string()),
  path: z.string(),
  message: Text,
  sku: z.string().optional(),
  names: z.array(z.string()).optional(),
  units: Count.optional(),
  priceFen: Count.optional(),
  costFen: Count.optional(),
  listFen: Count.optional(),
});
export type CampaignFinding = z.infer<typeof CampaignFinding>;

export const PushedCampaigns = CampaignRelease.extend({ findings: z.array(CampaignFinding) });
export type PushedCampaigns = z.infer<typeof PushedCampaigns>;

/** What decide's `decide` takes, and gives back as `decision`, with the nearest changes that would bring a saving. */
export const PreviewRequest = z.strictObject({ set: z.unknown(), basket: z.unknown(), context: z.unknown() });
export const PreviewAnswer = z.strictObject({ decision: JsonObject, findings: z.array(CampaignFinding) });

/** Query of a catalogue push: `stores` as a comma-separated list, `*` being all. */
export const PushItemsQuery = z.strictObject({
  stores: z.string().min(1).max(400_000).default('*'),
  /** Publish although it takes more than 30 % of a store's items off sale. */
  force: z.enum(['true', 'false']).default('false'),
});

/** `unchanged`: the store was given the same before, nothing was published. `deltas`: what a store downloads that has an older version. */
export const PushedItems = z.strictObject({
  id: z.string(),
  items: Count,
  stores: z.array(
    StoreState.extend({
      lengthBytes: Count,
      unchanged: z.boolean(),
      deltas: z.array(z.strictObject({ from: z.number().int().positive(), sha256: Sha256, lengthBytes: Count })),
    }),
  ),
});
export type PushedItems = z.infer<typeof PushedItems>;

/** `config` is a DevicesFile of @tillside/protocol; each store checks it against its own catalogue of models. */
export const PushDevices = z.strictObject({ stores: StoreTargets, config: z.unknown() });
export const PushedDevices = z.strictObject({ id: z.string(), devices: Count, stores: z.array(StoreState) });
export type PushedDevices = z.infer<typeof PushedDevices>;
