import { z } from 'zod';
import { CommandResult, DeviceCommand } from './command.ts';
import { DeviceEvent } from './event.ts';

/**
 * The device host's socket protocol: one JSON object a line, UTF-8, at most `MAX_LINE_BYTES`. The client says hello first.
 * Events are kept by the host (bounded) until acknowledged and are sent again after a reconnect; the client dedupes by
 * `(bootId, eventSeq)`, so a killed agent loses nothing and counts nothing twice.
 */
export const HOST_PROTOCOL_VERSION = 1;
export const MAX_LINE_BYTES = 1_048_576;
/** The host sends at most this many events beyond the last acknowledged one, so that a slow client need not stop reading results. */
export const EVENT_WINDOW = 256;

export const ClientMessage = z.discriminatedUnion('t', [
  z.strictObject({ t: z.literal('hello'), version: z.number().int(), token: z.string() }),
  /** Everything up to and including this sequence number is durable at the client. */
  z.strictObject({ t: z.literal('ack'), bootId: z.string(), eventSeq: z.number().int().nonnegative() }),
  z.strictObject({ t: z.literal('command'), id: z.string().max(64), command: DeviceCommand }),
]);
export type ClientMessage = z.infer<typeof ClientMessage>;

export const HostMessage = z.discriminatedUnion('t', [
  z.strictObject({ t: z.literal('welcome'), version: z.number().int(), hostId: z.string(), bootId: z.string() }),
  z.strictObject({ t: z.literal('refused'), code: z.string(), message: z.string() }),
  z.strictObject({ t: z.literal('event'), eventSeq: z.number().int().positive(), event: DeviceEvent }),
  z.strictObject({ t: z.literal('result'), id: z.string(), result: CommandResult }),
]);
export type HostMessage = z.infer<typeof HostMessage>;
