import { z } from 'zod';

const tagId = z
  .string()
  .regex(/^[0-9A-Fa-f]{16}$/)
  .transform((mac) => mac.toUpperCase());
const count = z.coerce.number().int().nonnegative();
const seconds = count.max(0xffff_ffff);

/** A tag as the access point lists it (`get_db` and the `tags` message). Times are seconds since the epoch on the access point's clock. */
export const TagRecord = z
  .object({
    mac: tagId,
    hash: z.string().regex(/^[0-9a-fA-F]{32}$/),
    lastseen: seconds,
    nextupdate: seconds,
    nextcheckin: seconds,
    pending: count,
    batteryMv: count,
    hwType: count.max(255),
    updatecount: count,
    // Older firmwares lack them; 127 stands for a tag that was not heard yet.
    RSSI: z.coerce.number().int().min(-128).max(127).optional().catch(undefined),
    LQI: z.coerce.number().int().min(0).max(255).optional().catch(undefined),
  })
  .transform((tag) => ({
    tagId: tag.mac,
    hash: tag.hash.toLowerCase(),
    lastSeenS: tag.lastseen,
    /** 0 while an upload waits to be turned into a picture. */
    nextUpdateS: tag.nextupdate,
    nextCheckInS: tag.nextcheckin,
    pending: tag.pending,
    batteryMv: tag.batteryMv,
    hwType: tag.hwType,
    updateCount: tag.updatecount,
    rssiDbm: tag.RSSI === undefined || tag.RSSI > 20 ? undefined : tag.RSSI,
    lqi: tag.LQI,
  }));
export type TagRecord = z.infer<typeof TagRecord>;

const TagList = z.object({ tags: z.array(z.unknown()).max(1_000), continu: count.optional() });
const Sys = z.object({ heap: count, currtime: seconds });

const SAME_AS_CURRENT = /same as current image/i;

export interface ApMessage {
  readonly tags: readonly TagRecord[];
  /** Entries that were no tag records. */
  readonly badTags: number;
  /** Where the next page of the list begins; absent on the last. */
  readonly nextPosition?: number;
  /** The access point found an uploaded picture to be the one that its tag has, and queued nothing. */
  readonly sameAsCurrent: boolean;
  readonly sys?: { readonly heapBytes: number; readonly timeS: number };
}

/** Decode a WebSocket message or a `get_db` answer. `undefined`: not a message of this access point. Never throws. */
export function decodeApMessage(text: string): ApMessage | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const list = 'tags' in value ? TagList.safeParse(value) : undefined;
  if (list && !list.success) return undefined;
  const parsed = (list?.data.tags ?? []).map((tag) => TagRecord.safeParse(tag));
  const tags = parsed.flatMap((each) => (each.success ? [each.data] : []));
  const sys = 'sys' in value ? Sys.safeParse(value.sys) : undefined;
  return {
    tags,
    badTags: parsed.length - tags.length,
    sameAsCurrent: 'logMsg' in value && typeof value.logMsg === 'string' && SAME_AS_CURRENT.test(value.logMsg),
    ...(list?.data.continu === undefined ? {} : { nextPosition: list.data.continu }),
    ...(sys?.success ? { sys: { heapBytes: sys.data.heap, timeS: sys.data.currtime } } : {}),
  };
}

/**
 * Whether the access point's hash names this picture: it keeps the first 8 bytes of the MD5 after a transfer and zeros the rest, so only these
 * are compared; a hash of zeros (a tag that restarted) names none.
 */
export function sameHash(apHash: string, md5: string): boolean {
  const short = apHash.slice(0, 16);
  return short !== '0'.repeat(16) && short === md5.slice(0, 16);
}
