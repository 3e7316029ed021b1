import { z } from 'zod';

/** Keys under which a driver's options hold what only the store may know. */
const SECRET_KEY = /secret|passw|token|credential|private|apikey|^key$|^pin$/i;
export const MAX_FILE_DEVICES = 256;

const Device = z.strictObject({
  id: z.string().min(1).max(64),
  /** A key of the catalogue of models, e.g. `scanner/serial-generic`. */
  model: z.string().regex(/^[a-z]{1,20}\/[a-z0-9-]{1,40}$/, 'family/model'),
  lane: z.string().max(64).optional(),
  connection: z.looseObject({ kind: z.string().min(1).max(40) }),
  options: z.record(z.string(), z.unknown()).optional(),
});

/**
 * The devices of a store as HQ says them: `devices` and `deviceHosts` of the agent's config file. What a connection and options hold is checked by the store, which
 * has the models. Never secrets: whoever reads the hub's disk would have them.
 */
export const DevicesFile = z
  .strictObject({
    schema: z.literal(1),
    devices: z.array(Device).max(MAX_FILE_DEVICES),
    deviceHosts: z
      .array(z.strictObject({ id: z.string().min(1).max(64), address: z.string().min(1).max(260) }))
      .max(64)
      .default([]),
  })
  .superRefine(({ devices, deviceHosts }, context) => {
    const twice = (ids: readonly string[], path: string): void => {
      const found = ids.findIndex((id, index) => ids.indexOf(id) !== index);
      if (found >= 0) context.addIssue({ code: 'custom', path: [path, found, 'id'], message: 'ids must differ' });
    };
    twice(
      devices.map(({ id }) => id),
      'devices',
    );
    twice(
      deviceHosts.map(({ id }) => id),
      'deviceHosts',
    );
    devices.forEach((device, index) => {
      const secret = secretIn(device, []);
      if (secret !== undefined)
        context.addIssue({
          code: 'custom',
          path: ['devices', index, ...secret],
          message: 'a secret; it belongs to the store',
        });
    });
  });
export type DevicesFile = z.infer<typeof DevicesFile>;

/** Where a value has a key that names a secret, or an address with a password in it. */
function secretIn(value: unknown, path: readonly string[]): string[] | undefined {
  if (typeof value === 'string') return /^\w+:\/\/[^/\s]*:[^/\s]*@/.test(value) ? [...path] : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, each] of Object.entries(value)) {
    const found = SECRET_KEY.test(key) ? [...path, key] : secretIn(each, [...path, key]);
    if (found !== undefined) return found;
  }
  return undefined;
}
