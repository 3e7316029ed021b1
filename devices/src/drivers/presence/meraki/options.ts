import { z } from 'zod';

/** `validator` and `secret` are those of the dashboard's scanning API; `zoneByApMac` names zones where one store has several access points. */
export const MerakiOptions = z.strictObject({
  validator: z.string().min(1).max(128),
  secret: z.string().min(8).max(128),
  zone: z.string().min(1).max(64),
  zoneByApMac: z.record(z.string().regex(/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/), z.string().min(1).max(64)).default({}),
});
export type MerakiOptions = z.infer<typeof MerakiOptions>;
