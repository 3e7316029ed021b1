import type { ChangesAnswer, FoundMember, MemberChange, MemberLookup, MemberRecord } from '@tillside/protocol';
import { type Clock, instantOf } from '../clock.ts';
import { HubFault } from '../fault.ts';
import type { MemberKey, MemberRow } from '../storage/member-port.ts';
import type { HubStorage } from '../storage/port.ts';
import { pointsRulesOf, toldOf, toldOfMany } from './record.ts';

export interface MemberSyncPorts {
  readonly storage: HubStorage;
  readonly clock: Clock;
  /** The hub's keyed index of a phone, hex. */
  readonly phoneIndex: (phone: string) => string;
  /** Whose 18-digit code it is, and whether its changing part is right and new; null for nobody's. */
  readonly checkNumeric: (code: string, nowMs: number) => Promise<{ memberId: string; checked: boolean } | null>;
}

/** HQ's answers to stores about members. */
export interface MemberSync {
  changes(store: string, request: { after: number; limit: number }): Promise<ChangesAnswer>;
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

  return {
    changes: async (store, { after, limit }) => {
      const rules = await pointsRulesOf(storage);
      const nowMs = clock.now();
      // Marks first: what comes in while the records are read is told again.
      const { included } = await ledger.withMarks([], store);
      const { cursor, more, changes } = await feed.since([store, ...(await storage.packs.near(store))], after, limit);
      const living = changes.flatMap(({ memberId, erasedAt }) => (erasedAt === null ? [memberId] : []));
      const records = new Map<string, MemberRecord>();
      for await (const { record } of toldOfMany(storage, living, { store, rules, nowMs }))
        records.set(record.memberId, record);
      const told: MemberChange[] = [];
      for (const { memberId, erasedAt } of changes) {
        const record = records.get(memberId);
        if (record !== undefined) told.push({ memberId, record });
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
