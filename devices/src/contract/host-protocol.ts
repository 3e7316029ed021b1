import { z } from 'zod';
import { CommandResult } from './command.ts';
import { Condition, DeviceEvent } from './event.ts';
import { DeviceCounters } from './metrics.ts';

/**
 * The device host's protocol, over a Unix socket or TLS: one JSON object a line, UTF-8, at most `MAX_LINE_BYTES`. The client says hello first.
 *
 * Events are kept by the host (bounded, on disk) until they are acknowledged, and are sent again after a reconnect or a restart of the host, in order
 * and under the `(bootId, eventSeq)` that they were born with. `eventSeq` counts within one boot, with gaps. Events of a later boot are sent only when all of the
 * earlier one are acknowledged, so one cursor per host is enough to take each once.
 *
 * Versions. `hello` names the range that the client speaks, `welcome` the version that the host chose: the highest that both know. Within a version things
 * are only added, and who is older leaves aside what it does not know:
 * - a message type that is not known, and a field that is not known, are ignored;
 * - an event of a type that is not known is acknowledged (it could never be understood) and told as HOST_EVENT_UNKNOWN;
 * - a command, or a field of a command, that is not known is answered COMMAND_UNSUPPORTED, since half a command must not act.
 * Whatever can't be added like this is a new version.
 */
export const HOST_PROTOCOL: VersionRange = { min: 2, max: 2 };
export const MAX_LINE_BYTES = 1_048_576;
/** The host sends at most this many events beyond the last acknowledged one, so that a slow client need not stop reading results. */
export const EVENT_WINDOW = 256;
/** The host tells counters at least this often: who hears nothing for several times as long has lost the host. */
export const COUNTERS_INTERVAL_MS = 3_000;

export interface VersionRange {
  readonly min: number;
  readonly max: number;
}

/** The highest version that both ranges hold. */
export function commonVersion(one: VersionRange, other: VersionRange): number | undefined {
  const highest = Math.min(one.max, other.max);
  return highest >= Math.max(one.min, other.min) ? highest : undefined;
}

const Version = z.number().int().positive();

export const ClientMessage = z.discriminatedUnion('t', [
  z.strictObject({
    t: z.literal('hello'),
    minVersion: Version,
    maxVersion: Version,
    /** The shared secret of a Unix socket; over TLS the peer is known by its key and sends none. */
    token: z.string().max(256).optional(),
  }),
  /** Everything up to and including this event is durable at the client. */
  z.strictObject({ t: z.literal('ack'), bootId: z.string(), eventSeq: z.number().int().nonnegative() }),
  /** `command` is a `DeviceCommand`; it is checked apart, so that one that is not known gets an answer. */
  z.strictObject({ t: z.literal('command'), id: z.string().max(64), command: z.unknown() }),
  /** Over TLS only, also without hello: forget the key that this connection was made with. */
  z.strictObject({ t: z.literal('unpair') }),
]);
export type ClientMessage = z.infer<typeof ClientMessage>;

/** A device as a host announces it. */
export const HostDevice = z.strictObject({
  id: z.string().min(1).max(64),
  model: z.string(),
  lane: z.string().optional(),
});
export type HostDevice = z.infer<typeof HostDevice>;

export const HostMessage = z.discriminatedUnion('t', [
  z.strictObject({
    t: z.literal('welcome'),
    version: Version,
    hostId: z.string(),
    bootId: z.string(),
    devices: z.array(HostDevice).max(256),
  }),
  z.strictObject({ t: z.literal('refused'), ...Condition.shape }),
  /** `event` is a `DeviceEvent`; it is checked apart, so that one that is not known can be acknowledged. */
  z.strictObject({
    t: z.literal('event'),
    bootId: z.string(),
    eventSeq: z.number().int().positive(),
    event: z.unknown(),
  }),
  z.strictObject({ t: z.literal('result'), id: z.string(), result: CommandResult }),
  /** By device id. Sent every `COUNTERS_INTERVAL_MS` and soon after a device's last error changed; not queued. */
  z.strictObject({ t: z.literal('counters'), devices: z.record(z.string(), DeviceCounters) }),
  /** What is amiss with the host itself; sent after welcome and at each change; not queued. */
  z.strictObject({
    t: z.literal('report'),
    /** Events dropped because too many waited, by type, since the host's spool was made. */
    shed: z.record(z.string(), z.number().int().nonnegative()),
    /** When the last one was dropped, ISO 8601, UTC. */
    shedAt: z.string().max(32).optional(),
    conditions: z.array(Condition).max(32),
  }),
]);
export type HostMessage = z.infer<typeof HostMessage>;

/** What came: a message, one of a newer version's that is to be ignored, or something that breaks the protocol. */
export type Received<T> = { kind: 'message'; message: T } | { kind: 'unknown' } | { kind: 'bad' };

export const readClientMessage = (value: unknown): Received<ClientMessage> => read(ClientMessage, value);
export const readHostMessage = (value: unknown): Received<HostMessage> => read(HostMessage, value);

/** The event without what this version does not know of it; undefined when its type is not known or it makes no sense. */
export const readEvent = (value: unknown): DeviceEvent | undefined => parseKnown(DeviceEvent, value);

function read<T>(schema: z.ZodType<T>, value: unknown): Received<T> {
  const message = parseKnown(schema, value);
  if (message !== undefined) return { kind: 'message', message };
  const type = value !== null && typeof value === 'object' && 't' in value ? value.t : undefined;
  return typeof type === 'string' && !KNOWN_TYPES.has(type) ? { kind: 'unknown' } : { kind: 'bad' };
}

const KNOWN_TYPES: ReadonlySet<string> = new Set(
  [...ClientMessage.options, ...HostMessage.options].map((option) => option.shape.t.value),
);

/** Parses by a strict schema; when unknown keys are all that is wrong, parses again without them. */
function parseKnown<T>(schema: z.ZodType<T>, value: unknown): T | undefined {
  const first = schema.safeParse(value);
  if (first.success) return first.data;
  const copy = structuredClone(value);
  for (const issue of first.error.issues) {
    if (issue.code !== 'unrecognized_keys') return undefined;
    let place: unknown = copy;
    for (const step of issue.path) place = (place as Record<PropertyKey, unknown>)[step];
    for (const key of issue.keys) delete (place as Record<string, unknown>)[key];
  }
  return schema.safeParse(copy).data;
}
