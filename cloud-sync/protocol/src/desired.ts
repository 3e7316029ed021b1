import { z } from 'zod';
import { StoreId } from './stream.ts';

/**
 * HQ's state for a store is a set of TUF targets. Targets of one store live under its own path, so signed metadata itself keeps one store from
 * taking another's: `stores/<store>/campaigns.json`, `stores/<store>/model.tillmodel`. `items` is the catalogue with its prices,
 * `members` those members whom the store should know without asking (member-pack.ts), `terms` what membership means in this chain (member-terms.ts),
 * `content` what HQ shows on kiosks (content-pack.ts).
 */
export const DESIRED_KINDS = ['campaigns', 'items', 'model', 'devices', 'members', 'terms', 'content'] as const;
export const DesiredKind = z.enum(DESIRED_KINDS);
export type DesiredKind = z.infer<typeof DesiredKind>;

const FILE_NAMES: Record<DesiredKind, string> = {
  campaigns: 'campaigns.json',
  items: 'items.ndjson',
  model: 'model.tillmodel',
  devices: 'devices.json',
  members: 'members.tillmembers',
  terms: 'terms.json',
  content: 'content.tillcontent',
};
export const targetPath = (store: string, kind: DesiredKind): string => `stores/${store}/${FILE_NAMES[kind]}`;

/** Bytes of a file, fetched by their hash as every target is. */
const ArtifactRef = z.strictObject({
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  lengthBytes: z.number().int().positive(),
});

/** From how many older versions a store can come by a delta; from others it takes the whole. */
export const MAX_DELTAS = 8;

/** A file that makes `from` into this version. It is signed as part of its target, and the result must have the target's hash. */
export const TargetDelta = z.strictObject({ from: z.number().int().positive(), ...ArtifactRef.shape });
export type TargetDelta = z.infer<typeof TargetDelta>;

/** The `custom` part of a target in targets.json. `version` only grows, per store and kind. */
export const TargetCustom = z.strictObject({
  kind: DesiredKind,
  version: z.number().int().positive(),
  store: StoreId,
  deltas: z.array(TargetDelta).max(MAX_DELTAS).optional(),
});
export type TargetCustom = z.infer<typeof TargetCustom>;

/** Largest artifact a store will download, bytes. */
export const MAX_TARGET_BYTES: Record<DesiredKind, number> = {
  campaigns: 8 * 1024 * 1024,
  items: 256 * 1024 * 1024,
  model: 64 * 1024 * 1024,
  devices: 1024 * 1024,
  members: 512 * 1024 * 1024,
  terms: 256 * 1024,
  /** Above what its own limits add up to (CONTENT_LIMITS of @tillside/decide). */
  content: 33 * 1024 * 1024,
};

/** MQTT topic on which the hub says "something newer is there": the payload is `{"version":n}`; a signal, never state. */
export const wakeTopic = (store: string): string => `tillside/v1/stores/${store}/wake`;
export const Wake = z.strictObject({ version: z.number().int().nonnegative() });
