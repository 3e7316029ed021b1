import { OPENESL_MODELS } from '@tillside/firmware-configs';
import { z } from 'zod';
import type { TagFacts } from '../tag-table.ts';
import { contentHash } from './content.ts';

/** Tags ask about once a minute: what `nextCheckInS` is reckoned with. */
const POLL_EVERY_S = 60;
const seconds = z.number().int().nonnegative().max(0xffff_ffff);

/**
 * A tag as `GET /api/tags` lists it. The public text says that it tells what the tag shows, its last poll, battery, signal and firmware; the names are assumed
 * but for `layout`, `fields`, `price_highlight` and `frame`, which are those of the request.
 */
const Listed = z.object({
  mac: z
    .string()
    .regex(/^[0-9A-Fa-f]{16}$/)
    .transform((mac) => mac.toUpperCase()),
  model: z.string().max(32),
  layout: z.string().max(64).nullish(),
  fields: z.array(z.string().max(256)).max(16).nullish(),
  price_highlight: z.boolean().default(false),
  frame: z.boolean().default(false),
  /** Seconds since the epoch; null: never. */
  last_poll: seconds.nullish(),
  battery_mv: z.number().int().nonnegative().max(20_000).nullish(),
  rssi: z.number().int().min(-128).max(20).nullish(),
  firmware: z.string().max(32).nullish(),
});

export interface OpenEslTag extends TagFacts {
  readonly model: string;
  /** Hash of what the access point says that the tag shows; undefined: nothing. */
  readonly shownHash: string | undefined;
}

export interface TagList {
  readonly tags: readonly OpenEslTag[];
  readonly badTags: number;
}

/** Decode `GET /api/tags` (a list, or an object that holds it as `tags`). `undefined`: not an answer of this access point. Never throws. */
export function decodeTagList(text: string): TagList | undefined {
  const value = parse(text);
  const list = z.union([z.array(z.unknown()), z.object({ tags: z.array(z.unknown()) })]).safeParse(value);
  if (!list.success) return undefined;
  const entries = Array.isArray(list.data) ? list.data : list.data.tags;
  const parsed = entries.map((entry) => Listed.safeParse(entry));
  const tags = parsed.flatMap((each) => (each.success ? [tagOf(each.data)] : []));
  return { tags, badTags: parsed.length - tags.length };
}

const Results = z.object({
  results: z.array(z.object({ mac: z.string(), status: z.string(), error: z.string().max(300).optional() })).max(50),
});

export type PutOutcome = 'queued' | 'unchanged' | { readonly error: string };

/** Decode the answer to `PUT /api/tags`: outcome by tag (assumed). One that is not named was taken, as far as the answer says; the proof decides. */
export function decodeResults(text: string): ReadonlyMap<string, PutOutcome> {
  const read = Results.safeParse(parse(text));
  if (!read.success) return new Map();
  return new Map(
    read.data.results.map(({ mac, status, error }) => [
      mac.toUpperCase(),
      status === 'unchanged' ? 'unchanged' : status === 'error' ? { error: error ?? 'error' } : 'queued',
    ]),
  );
}

function tagOf(tag: z.infer<typeof Listed>): OpenEslTag {
  const { mac, model, layout, fields, price_highlight, frame, last_poll, battery_mv, rssi } = tag;
  const lastSeenS = last_poll ?? 0;
  return {
    tagId: mac,
    model,
    hwType: OPENESL_MODELS.get(model)?.type.hwType,
    lastSeenS,
    nextCheckInS: lastSeenS === 0 ? 0 : lastSeenS + POLL_EVERY_S,
    batteryMv: battery_mv ?? undefined,
    rssiDbm: rssi ?? undefined,
    shownHash: layout && fields ? contentHash({ layout, fields, price_highlight, frame }) : undefined,
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
