import { z } from 'zod';

const ms = (fallback: number, min: number, max: number) => z.number().int().min(min).max(max).default(fallback);

/** The defaults go easy on the access point: it runs out of memory under load (its issues 171, 204 and 444). */
export const OpenEpaperLinkOptions = z.strictObject({
  /** Least time between two uploads. */
  minGapMs: ms(1_000, 0, 60_000),
  /** How often a picture under way is asked after. */
  pollMs: ms(1_000, 20, 60_000),
  /** Time the access point has to turn an upload into a queued picture. */
  acceptTimeoutMs: ms(30_000, 100, 600_000),
  /** Time a tag has to take its queued picture; more than its longest sleep. */
  proofTimeoutMs: ms(1_800_000, 100, 86_400_000),
  /** Times one picture is sent before it counts as failed. */
  maxSends: z.number().int().min(1).max(10).default(3),
  /** A tag is silent this long after the check-in that it announced. */
  silentGraceMs: ms(600_000, 0, 86_400_000),
  /** Battery, signal and the time it was heard are told of a tag whose picture is right at least this often; sooner when they changed much. */
  seenEveryMs: ms(900_000, 1_000, 86_400_000),
  sweepMs: ms(30_000, 20, 600_000),
  /** Uploads wait while the access point has less free memory. */
  minHeapBytes: z.number().int().min(0).max(8_000_000).default(30_000),
  requestTimeoutMs: ms(5_000, 50, 60_000),
  /** The access point speaks every few seconds; after this long without a word the WebSocket is opened again. */
  quietMs: ms(30_000, 100, 600_000),
  backoffBaseMs: ms(1_000, 10, 60_000),
  backoffMaxMs: ms(60_000, 10, 600_000),
  /** Twelve bytes in hex, as the access point's LED command takes them: here, red, slow, for some seconds. */
  flashPattern: z
    .string()
    .regex(/^[0-9a-f]{24}$/)
    .default('21e025050000000000000400'),
});
export type OpenEpaperLinkOptions = z.infer<typeof OpenEpaperLinkOptions>;
