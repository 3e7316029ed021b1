import { z } from 'zod';
import { Count, Instant, StoreId } from './text.ts';

/** A member pack as it was signed for one store. */
export const BuiltPack = z.strictObject({
  store: StoreId,
  version: z.number().int().positive(),
  members: Count,
  /** Members of this store or near it that found no room. */
  leftOut: Count,
  /** Members of it whose habits in all stores are in it as well: of those who agree to personal offers, as many as there was room for. */
  tastes: Count,
  asOf: Instant,
  lengthBytes: Count,
});
export type BuiltPack = z.infer<typeof BuiltPack>;

const Near = z.strictObject({ stores: z.array(StoreId).max(50) });
const Id = z.strictObject({ id: z.string().min(1).max(128) });

/** Which members a store knows without asking. */
export const memberPackRoutes = {
  buildMemberPacks: {
    method: 'POST',
    path: '/v1/members/packs',
    auth: 'operator',
    body: z.strictObject({
      stores: z
        .array(z.union([z.literal('*'), StoreId]))
        .min(1)
        .max(2000),
    }),
    response: z.strictObject({ packs: z.array(BuiltPack) }),
    summary: 'Build, sign and publish member packs now; `*` means every store',
  },
  nearbyStores: {
    method: 'GET',
    path: '/v1/stores/:id/nearby',
    auth: 'operator',
    params: Id,
    response: Near,
    summary: 'Stores whose members a store is given as well, the nearest first',
  },
  putNearbyStores: {
    method: 'POST',
    path: '/v1/stores/:id/nearby',
    auth: 'operator',
    params: Id,
    body: Near,
    response: Near,
    summary: 'Say which stores are near one',
  },
} as const;
