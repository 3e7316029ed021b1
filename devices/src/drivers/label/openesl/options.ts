import { z } from 'zod';
import { FIELD_NAMES, MAX_FIELDS } from './content.ts';

const ms = (fallback: number, min: number, max: number) => z.number().int().min(min).max(max).default(fallback);

export const OpenEslOptions = z.strictObject({
  /** The access point's API token. Five wrong ones lock its API for a minute; it is asked once, and then left alone for as long. */
  token: z.string().min(1).max(256),
  /** Layout on the access point: `price` is built in (name, price, subtitle); your own may have up to 16 fields. */
  layout: z
    .string()
    .regex(/^[\w-]{1,32}$/)
    .default('price'),
  /** What goes into the layout's fields, in their order. An access point with firmware 0.9.2 or older takes six. */
  fields: z.array(z.enum(FIELD_NAMES)).min(1).max(MAX_FIELDS).default(['name', 'price', 'subtitle']),
  /** Which name is shown: whether the access point's fonts have Chinese has not been tried. */
  nameLanguage: z.enum(['zh', 'en']).default('zh'),
  /** Least time between two batches. */
  minGapMs: ms(1_000, 0, 60_000),
  /** How often tags are asked after while pictures are under way, and while none are. */
  pollMs: ms(5_000, 20, 60_000),
  idlePollMs: ms(30_000, 20, 600_000),
  /** Time a tag has to show what it was given; it asks about once a minute, and the radio may lose some of that. */
  proofTimeoutMs: ms(1_800_000, 100, 86_400_000),
  /** Times one picture is sent before it counts as failed. */
  maxSends: z.number().int().min(1).max(10).default(3),
  /** A tag is silent after so long without a word. */
  silentAfterMs: ms(600_000, 100, 86_400_000),
  /** Battery, signal and the time it was heard are told of a tag whose picture is right at least this often; sooner when they changed much. */
  seenEveryMs: ms(900_000, 1_000, 86_400_000),
  requestTimeoutMs: ms(10_000, 50, 60_000),
  backoffBaseMs: ms(1_000, 10, 60_000),
  backoffMaxMs: ms(60_000, 10, 600_000),
  /** Nothing is asked for so long after the token was refused. */
  lockMs: ms(65_000, 10, 600_000),
});
export type OpenEslOptions = z.infer<typeof OpenEslOptions>;
