import {
  type ChangesAnswer,
  type ChangesRequest,
  type FoundMember,
  lookupOf,
  type MemberChange,
  type MemberLookup,
  type PackKeys,
  packKeys,
} from '@tillside/protocol';
import { type Clock, instantOf } from '../clock.ts';
import { HubFault } from '../fault.ts';
import type { MemberKey, MemberRow } from '../storage/member-port.ts';
import type { HubStorage } from '../storage/port.ts';
import { pointsRulesOf, type ToldMember, toldOf, toldOfMany } from './record.ts';

export interface MemberSyncPorts {
  readonly storage: HubStorage;
  readonly clock: Clock;
  /** The hub's keyed index of a phone, hex. */
  readonly phoneIndex: (phone: string) => string;
  /** Whose 18-digit code it is, and whether its changing part is right and new; null for nobody's. */
  readonly checkNumeric: (code: string, nowMs: number) => Promise<{ memberId: string; checked: boolean } | null>;
}

type ToldInFeed = Omit<ToldMember, 'included'>;
const phoneWayOf = (keys: PackKeys, phone: string): string => lookupOf(keys, 'phone', phone).toString('hex');

/** HQ's answers to stores about members. */
export interface MemberSync {
  changes(store: string, request: ChangesRequest): Promise<ChangesAnswer>;
  /** From then on the store is told of changes of this member. Throws HUB_MEMBER_UNKNOWN. */
  find(store: string, lookup: MemberLookup): Promise<FoundMember>;
}

export function createMemberSync({ storage, clock, phoneIndex, checkNumeric }: MemberSyncPorts): MemberSync {
  const { directory, feed, ledger } = storage.members;

  const keyOf = ({ codeHash, keyId, phone }: MemberLookup): MemberKey | undefined => {
    if (codeHash !== undefined) return { codeHash };
    if (keyId !== undefined) return { keyId };
    return phone === undefined ? undefined : { phoneIndex: phoneIndex(phone) };
  };
  const look = async (lookup: MemberLookup): Promise<{ row: MemberRow | null; checked: boolean }> => {
    const key = keyOf(lookup);
    if (key !== undefined) return { row: await directory.find(key), checked: false };
    if (lookup.numericCode === undefined) throw new HubFault('HUB_MEMBER_UNKNOWN');
    const found = await checkNumeric(lookup.numericCode, clock.now());
    if (found === null) return { row: null, checked: false };
    return { row: await directory.find({ memberId: found.memberId }), checked: found.checked };
  };

  const keysOf = async (store: string, version: number): Promise<PackKeys | null> => {
    const key = await storage.packs.key(store, version);
    return key === null ? null : packKeys(Buffer.from(key, 'base64url'));
  };

  return {
    changes: async (store, { after, limit, packVersion }) => {
      const rules = await pointsRulesOf(storage);
      const nowMs = clock.now();
      // Marks first: what comes in while the records are read is told again.
      const { included } = await ledger.withMarks([], store);
      const around = [store, ...(await storage.packs.near(store))];
      const { cursor, more, changes } = await feed.since(around, after, limit);
      const living = changes.flatMap(({ memberId, erasedAt }) => (erasedAt === null ? [memberId] : []));
      const keys = packVersion === undefined ? null : await keysOf(store, packVersion);
      const near = ({ stores, phone }: ToldInFeed): Pick<MemberChange, 'near'> =>
        packVersion === undefined || !stores.some((seen) => around.includes(seen))
          ? {}
          : { near: phone === undefined || keys === null ? {} : { phoneWay: phoneWayOf(keys, phone) } };
      const members = new Map<string, MemberChange>();
      for await (const member of toldOfMany(storage, living, { store, rules, nowMs })) {
        const { record, profileIv } = member;
        const sealing = packVersion === undefined || profileIv === undefined ? {} : { profileIv };
        members.set(record.memberId, { memberId: record.memberId, record, ...near(member), ...sealing });
      }
      const told: MemberChange[] = [];
      for (const { memberId, erasedAt } of changes) {
        const change = members.get(memberId);
        if (change !== undefined) told.push(change);
        else if (erasedAt !== null) told.push({ memberId, record: null, erasedAt });
      }
      return { cursor, more, changes: told, included };
    },
    find: async (store, lookup) => {
      const { row, checked } = await look(lookup);
      const rules = await pointsRulesOf(storage);
      const nowMs = clock.now();
      const told = row && (await toldOf(storage, row.into ?? row.memberId, { store, rules, nowMs }));
      if (told === null) throw new HubFault('HUB_MEMBER_UNKNOWN');
      const { record, included } = told;
      await directory.seen(record.memberId, store, instantOf(nowMs));
      return { change: { memberId: record.memberId, record }, included, checked };
    },
  };
}
