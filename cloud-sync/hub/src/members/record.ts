import { carriedOf, foldLedger, type LedgerEntry, PointsRules } from '@tillside/decide';
import type { IncludedMarks, MemberRecord, Profile } from '@tillside/protocol';
import { sha256Of } from '../sha256.ts';
import type { MemberRow, Person } from '../storage/member-port.ts';
import { agreesToOffers } from '../storage/members/rows.ts';
import type { HubStorage } from '../storage/port.ts';
import { openWith } from './open-profile.ts';

type Storage = Pick<HubStorage, 'members' | 'keys'>;

/** A member as one store is told of them. */
export interface ToldMember {
  readonly record: MemberRecord;
  /** E.164; only to be hashed. None where somebody else had it first: a phone leads to that one, as it does at HQ. */
  readonly phone: string | undefined;
  /** Where the member was seen. */
  readonly stores: readonly string[];
  /** Of the newest sealing of the personal fields, where the store is the one that the member joined in. */
  readonly profileIv: string | undefined;
  /** The store's own events that the points take into account. */
  readonly included: IncludedMarks;
}

const LIMITS = { consents: 8, labels: 32, keys: 4, codes: 8, aliases: 16 } as const;
const newest = <T>(list: readonly T[], most: number): T[] => list.slice(-most);

/** The chain's points rules as people at HQ set them; the defaults while nobody did. */
export async function pointsRulesOf({ members }: Pick<HubStorage, 'members'>): Promise<PointsRules> {
  const body = (await members.settings.get())?.body;
  const points = (body as { points?: unknown } | undefined)?.points;
  return PointsRules.safeParse(points ?? {}).data ?? PointsRules.parse({});
}

interface ToldAbout {
  readonly store: string;
  readonly rules: PointsRules;
  readonly nowMs: number;
}

/** What a store is told of a member; null for who is unknown, erased, or only an alias of somebody. */
export async function toldOf(storage: Storage, memberId: string, about: ToldAbout): Promise<ToldMember | null> {
  const [person] = await storage.members.directory.persons([memberId]);
  if (person === undefined) return null;
  const { entries, included } = await storage.members.ledger.withMarks(person.ids, about.store);
  const keys = person.row.profile === null ? [] : await storage.keys.holdersOf(person.ids);
  const isHolder = await holders(storage, [person]);
  return { ...tell(person, { entries, keys, isHolder: isHolder(person) }, about), included };
}

/** Members whose rows are read together. */
const MEMBERS_AT_ONCE = 100;

/** The same of many, in the order of their ids, with a few queries for a hundred of them; one is worked out when it is asked for. The caller took the marks before. */
export async function* toldOfMany(
  storage: Storage,
  memberIds: readonly string[],
  about: ToldAbout & { readonly isMeant?: (person: Person) => boolean },
): AsyncGenerator<Omit<ToldMember, 'included'>> {
  for (let at = 0; at < memberIds.length; at += MEMBERS_AT_ONCE) {
    const page = memberIds.slice(at, at + MEMBERS_AT_ONCE);
    const found = (await storage.members.directory.persons(page)).filter(about.isMeant ?? (() => true));
    const persons = new Map(found.map((person) => [person.row.memberId, person]));
    const entries = byMember(await storage.members.ledger.entriesOf(found.flatMap(({ ids }) => ids)));
    const sealed = found.filter(({ row }) => row.profile !== null);
    const keys = byMember(await storage.keys.holdersOf(sealed.flatMap(({ ids }) => ids)));
    const isHolder = await holders(storage, found);
    for (const memberId of page) {
      const person = persons.get(memberId);
      if (person === undefined) continue;
      const of = <T>(all: ReadonlyMap<string, T[]>): T[] => person.ids.flatMap((id) => all.get(id) ?? []);
      yield tell(person, { entries: of(entries), keys: of(keys), isHolder: isHolder(person) }, about);
    }
  }
}

/** Of these persons, whom a look-up of their phone leads to, as far as phones were looked at; who is not looked at yet is told again then. */
async function holders({ members }: Storage, persons: readonly Person[]): Promise<(person: Person) => boolean> {
  const phones = persons.flatMap(({ row: { phoneIndex } }) => phoneIndex ?? []);
  const byPhone = phones.length === 0 ? new Map() : await members.directory.phoneHolders(phones);
  return ({ row: { phoneIndex, memberId } }) => phoneIndex === null || byPhone.get(phoneIndex) === memberId;
}

function byMember<T extends { readonly memberId: string }>(rows: readonly T[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const group = groups.get(row.memberId);
    if (group === undefined) groups.set(row.memberId, [row]);
    else group.push(row);
  }
  return groups;
}

function tell(
  { row, ids, stores }: Person,
  {
    entries,
    keys,
    isHolder,
  }: { readonly entries: readonly LedgerEntry[]; readonly keys: readonly MemberKey[]; readonly isHolder: boolean },
  { store, rules, nowMs }: ToldAbout,
): Omit<ToldMember, 'included'> {
  const state = foldLedger(entries, rules, { asOfMs: nowMs, sha256: sha256Of });
  const orders = stores.reduce((sum, seen) => sum + seen.orders, 0);
  const profile = profileOf(keys, row);
  const record = recordOf(row, { ids, orders, birthday: profile.birthday });
  return {
    record: { ...record, points: carriedOf(state) },
    phone: isHolder ? profile.phone : undefined,
    stores: stores.map(({ store }) => store),
    profileIv: row.home === store ? row.profile?.iv : undefined,
  };
}

function recordOf(
  row: MemberRow,
  { ids, orders, birthday }: { ids: readonly string[]; orders: number; birthday: string | undefined },
): Omit<MemberRecord, 'points'> {
  const agreed = agreesToOffers(row.consents);
  return {
    memberId: row.memberId,
    number: row.number,
    joinedAt: row.joinedAt,
    tier: row.tier,
    ...(row.tierUntil === null ? {} : { tierUntil: row.tierUntil }),
    ...(row.phoneVerified === null ? {} : { phoneVerified: row.phoneVerified }),
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

interface MemberKey {
  readonly memberId: string;
  readonly key: string;
}

/** Personal fields in memory, by whichever key of the member opens them. */
function profileOf(keys: readonly MemberKey[], row: MemberRow): Profile {
  for (const { memberId, key } of keys) {
    const opened = openWith(memberId, row, [key]);
    if (opened !== null) return opened.fields;
  }
  return {};
}
