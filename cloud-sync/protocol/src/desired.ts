import { z } from 'zod';
import { StoreId } from './stream.ts';

/**
 * HQ's state for a store is a set of TUF targets. Targets of one store live under its own path, so signed metadata itself keeps one store from
 * taking another's: `stores/<store>/campaigns.json`, `stores/<store>/model.tillmodel`.
 */
export const DESIRED_KINDS = ['campaigns', 'model'] as const;
export const DesiredKind = z.enum(DESIRED_KINDS);
export type DesiredKind = z.infer<typeof DesiredKind>;

const FILE_NAMES: Record<DesiredKind, string> = { campaigns: 'campaigns.json', model: 'model.tillmodel' };
export const targetPath = (store: string, kind: DesiredKind): string => `stores/${store}/${FILE_NAMES[kind]}`;

/** The `custom` part of a target in targets.json. `version` only grows, per store and kind. */
export const TargetCustom = z.strictObject({ kind: DesiredKind, version: z.number().int().positive(), store: StoreId });
export type TargetCustom = z.infer<typeof TargetCustom>;

/** Largest artifact a store will download, bytes. */
export const MAX_TARGET_BYTES: Record<DesiredKind, number> = { campaigns: 8 * 1024 * 1024, model: 64 * 1024 * 1024 };

/** MQTT topic on which the hub says "something newer is there": the payload is `{"version":n}`; a signal, never state. */
export const wakeTopic = (store: string): string => `tillside/v1/stores/${store}/wake`;
export const Wake = z.strictObject({ version: z.number().int().nonnegative() });
