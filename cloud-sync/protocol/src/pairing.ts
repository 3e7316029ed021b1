import { z } from 'zod';
import { StoreId } from './stream.ts';

/** `POST /v1/pair` from a store: the one-time code that HQ made for it, and what HQ's list shall show for this machine. */
export const StorePairRequest = z.strictObject({
  code: z.string().min(4).max(32),
  kind: z.literal('store'),
  name: z.string().min(1).max(64),
});
export type StorePairRequest = z.infer<typeof StorePairRequest>;

/**
 * The answer, shown once. The credential (base64url, 32 bytes) goes into `Authorization: Bearer` and is the MQTT password, with the
 * store id as user name. `root` is the signed TUF root to pin: trust on first use over the paired channel, so pair over HTTPS or
 * loopback; every later root must be signed by this one.
 */
export const StorePairAnswer = z.strictObject({
  kind: z.literal('store'),
  credentialId: z.uuid(),
  credential: z.string().length(43),
  name: z.string(),
  store: StoreId,
  mqttUrl: z.string(),
  root: z.record(z.string(), z.unknown()),
});
export type StorePairAnswer = z.infer<typeof StorePairAnswer>;
