import { createHash } from 'node:crypto';
import { carriedOf, foldLedger, PointsRules } from '@tillside/decide';
import { type IncludedMarks, type MemberRecord, openFields, type Sealed } from '@tillside/protocol';
import type { MemberRow } from '../storage/member-port.ts';
import type { HubStorage } from '../storage/port.ts';

type Storage = Pick<HubStorage, 'members' | 'keys'>;

/** A member as one store is told of them. */
export interface ToldMember {
  readonly record: MemberRecord;
  /** E.164; only to be hashed. */
  readonly phone: string | undefined;
  /** The store's own events that the points take into account. */
  readonly included: IncludedMarks;
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const LIMITS = { consents: 8, labels: 32, keys: 4, codes: 8, aliases: 16 } as const;
const newest = <T>(list: readonly T[], most: number): T[] => list.slice(-most);

/** The chain's points rules as people at HQ set them; the defaults while nobody did. */
export async function pointsRulesOf({ members }: Pick<HubStorage, 'members'>): Promise<PointsRules> {
  const body = (await members.settings.get())?.body;
  const points = (body as { points?: unknown } | undefined)?.points;
  return PointsRules.safeParse(points ?? {}).data ?? PointsRules.parse({});
}

/** What a store is told of a member; null for who is unknown, erased, or only an alias of somebody. */
export async function toldOf(
  storage: Storage,
  memberId: string,
  about: { readonly store: string; readonly rules: PointsRules; readonly nowMs: number },
): Promise<ToldMember | null> {
  const { directory, ledger } = storage.members;
  const row = await directory.find({ memberId });
  if (row === null || row.into !== null) return null;
  const ids = await directory.same(memberId);
  const { entries, included } = await ledger.withMarks(ids, about.store);
  const state = foldLedger(entries, about.rules, { asOfMs: about.nowMs, sha256 });
  const orders = (await directory.storesOf(memberId)).reduce((sum, seen) => sum + seen.orders, 0);
  const profile = row.profile === null ? {} : await profileOf(storage, ids, row.profile);
  const record = recordOf(row, { ids, orders, birthday: profile.birthday });
  return { record: { ...record, points: carriedOf(state) }, phone: profile.phone, included };
}

function recordOf(
  row: MemberRow,
  { ids, orders, birthday }: { ids: readonly string[]; orders: number; birthday: string | undefined },
): Omit<MemberRecord, 'points'> {
  const agreed = row.consents.some(({ purpose, granted }) => purpose === 'marketing' && granted);
  return {
    memberId: row.memberId,
    number: row.number,
    joinedAt: row.joinedAt,
    tier: row.tier,
    ...(row.tierUntil === null ? {} : { tierUntil: row.tierUntil }),
    consents: newest(row.consents, LIMITS.consents),
    tags: row.tags.slice(0, LIMITS.labels),
    segments: row.segments.slice(0, LIMITS.labels),
    publicKeys: newest(row.publicKeys, LIMITS.keys),
    codeHashes: newest(row.codeHashes, LIMITS.codes),
    // A store is told the day and never the year.
    ...(birthday === undefined || !agreed ? {} : { birthday: birthday.slice(-5) }),
    orders,
    aliases: ids.filter((id) => id !== row.memberId).slice(0, LIMITS.aliases),
  };
}

/** Personal fields in memory, by whichever key of the member opens them. */
async function profileOf(
  { keys }: Pick<HubStorage, 'keys'>,
  memberIds: readonly string[],
  profile: Sealed,
): Promise<{ phone?: string; birthday?: string }> {
  for (const memberId of memberIds)
    for (const { key } of await keys.holders(memberId)) {
      try {
        return openFields(Buffer.from(key, 'base64url'), memberId, profile);
      } catch {
        // The key of another store, or of another id of the person.
      }
    }
  return {};
}
