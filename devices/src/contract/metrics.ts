import { z } from 'zod';

const Count = z.number().int().nonnegative();

/** Of one device since its host started. */
export const DeviceCounters = z.strictObject({
  /** Times that the line was opened; every one after the first is a return. */
  opens: Count,
  bytesIn: Count,
  bytesOut: Count,
  /** Messages that were read and understood. */
  frames: Count,
  /** Messages or bytes that were dropped, and how many bytes in all. */
  rejects: Count,
  rejectedBytes: Count,
  /** Events that went to the agent. */
  events: Count,
  /** Commands that failed. */
  failedCommands: Count,
  /** The code of the last condition, and when (ISO 8601, UTC); empty before the first. */
  lastErrorCode: z.string().max(64),
  lastErrorAt: z.string().max(32),
});
export type DeviceCounters = z.infer<typeof DeviceCounters>;

export const newCounters = (): DeviceCounters => ({
  opens: 0,
  bytesIn: 0,
  bytesOut: 0,
  frames: 0,
  rejects: 0,
  rejectedBytes: 0,
  events: 0,
  failedCommands: 0,
  lastErrorCode: '',
  lastErrorAt: '',
});
