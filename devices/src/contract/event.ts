import { z } from 'zod';
import { Weight } from './weight.ts';

/**
 * What a device said, before the store gives it a meaning. Intake (edge-agent) turns these into store events.
 * `at` is the host's wall clock (ISO 8601, UTC); ids of people never appear here, and no raw MAC of a shopper's device.
 */

const base = { deviceId: z.string().min(1).max(64), at: z.iso.datetime() };

/** What the bytes of a scan are, by syntax alone. `own` = a member or coupon code of ours, whose meaning is the
 * agent's business; `invalid` = the symbol claims to be a GS1 code and breaks its rules, see `problem`. */
export const ScanKind = z.enum(['gtin', 'in-store', 'gs1', 'digital-link', 'own', 'payment', 'text', 'invalid']);
export type ScanKind = z.infer<typeof ScanKind>;

export const ScanEvent = z.strictObject({
  ...base,
  type: z.literal('scan'),
  /** AIM symbology identifier such as `]E0`; absent when the scanner sends none. */
  aim: z.string().optional(),
  /** The decoded text without AIM identifier, prefix and suffix; FNC1 is 0x1D. A payment code is masked to its first two digits. */
  data: z.string().max(4096),
  kind: ScanKind,
  /** 14 digits, zero padded, when the code carries a trade item number. */
  gtin: z.string().length(14).optional(),
  /** For kind `own`: the part before the colon, e.g. `TM` (member) or `TC` (coupon). */
  ownPrefix: z.string().optional(),
  /** Elements of a GS1 element string or Digital Link, in the order of the code. */
  ais: z
    .array(z.strictObject({ ai: z.string(), value: z.string(), title: z.string() }))
    .max(64)
    .optional(),
  /** Why a code of kind `invalid` is none; `position` is the 0-based index in `data`. */
  problem: z
    .strictObject({ code: z.string(), message: z.string(), hint: z.string(), position: z.number().int().nonnegative() })
    .optional(),
});

export const WeightEvent = z.strictObject({
  ...base,
  type: z.literal('weight'),
  ...Weight.shape,
  stable: z.boolean(),
});

export const LabelEvent = z.strictObject({
  ...base,
  type: z.literal('label'),
  /** Tag address: 16 upper-case hex digits. */
  tagId: z.string().regex(/^[0-9A-F]{16}$/),
  /**
   * `queued`: the access point holds the picture; `shown`: the tag fetched it (proven by pending/hash, not by an HTTP 200); `other`: it shows a picture that
   * is not the one proven last (`imageHash` when the driver knows which); `seen`: facts about a tag changed, its picture did not.
   */
  state: z.enum(['discovered', 'seen', 'queued', 'shown', 'other', 'failed', 'silent']),
  /** MD5 of the picture as the access point reports it. */
  imageHash: z.string().optional(),
  batteryMv: z.number().int().optional(),
  hwType: z.number().int().optional(),
  /** As the access point last heard the tag. */
  rssiDbm: z.number().int().min(-128).max(20).optional(),
  lqi: z.number().int().min(0).max(255).optional(),
  /** When the tag last spoke to this access point; which of several has heard it best of late decides where its next picture goes. */
  seenAt: z.iso.datetime({ offset: true }).optional(),
  reason: z.string().optional(),
});

export const PresenceEvent = z.strictObject({
  ...base,
  type: z.literal('presence'),
  zone: z.string().max(64),
  /** Pseudonyms: HMAC with a random in-memory key that rotates daily, truncated. Never a MAC. */
  observations: z
    .array(
      z.strictObject({
        visitor: z.string().regex(/^[0-9a-f]{16}$/),
        /** True when the address was locally administered, so that dwell and uniqueness are not valid for it. */
        randomised: z.boolean(),
        associated: z.boolean(),
        rssi: z.number(),
        seenAt: z.iso.datetime(),
      }),
    )
    .max(5000),
});

export const DeviceState = z.enum(['starting', 'online', 'silent', 'offline', 'faulty', 'stopped']);
export type DeviceState = z.infer<typeof DeviceState>;

/** A named condition with what to do about it. */
export const Condition = z.strictObject({ code: z.string(), message: z.string(), hint: z.string() });
export type Condition = z.infer<typeof Condition>;

export const StateEvent = z.strictObject({
  ...base,
  type: z.literal('state'),
  state: DeviceState,
  condition: Condition.optional(),
});

/** Bytes that were dropped, with the reason: garbage on a port is reported, never swallowed. Bounded to one a second a device. */
export const RejectEvent = z.strictObject({
  ...base,
  type: z.literal('reject'),
  condition: Condition,
  byteCount: z.number().int().nonnegative(),
});

export const DeviceEvent = z.discriminatedUnion('type', [
  ScanEvent,
  WeightEvent,
  LabelEvent,
  PresenceEvent,
  StateEvent,
  RejectEvent,
]);
export type DeviceEvent = z.infer<typeof DeviceEvent>;
