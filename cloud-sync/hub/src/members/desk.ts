import { randomBytes } from 'node:crypto';
import { judgeAge } from '@tillside/decide';
import type { HubBody, MemberView, SignUp } from '@tillside/hub-contract';
import { SEAL_IV_BYTES, SEAL_KEY_BYTES, sealFields } from '@tillside/protocol';
import { instantOf } from '../clock.ts';
import { HubFault } from '../fault.ts';
import { sha256Of } from '../sha256.ts';
import type { MemberKey, MemberRow } from '../storage/member-port.ts';
import type { CredentialRecord } from '../storage/port.ts';
import { HQ, type JoinPorts, phoneAsked, signUpAtHq } from './join.ts';
import { openProfile } from './open-profile.ts';
import { phoneIndexOf } from './phone-index.ts';
import type { PointsDesk } from './points-desk.ts';
import { retier } from './tier-run.ts';

/** A merge of merges ends somewhere. */
const MOST_STEPS = 32;
/** People in a household that HQ links. */
const MAX_HOUSEHOLD = 12;
const DATE_CHARS = 'YYYY-MM-DD'.length;
/** What stands before the code of a printed card. */
const CARD = /^TM:/iu;

export type Caller = Pick<CredentialRecord, 'id' | 'kind' | 'name'>;

export interface MemberDeskPorts extends JoinPorts {
  readonly points: PointsDesk;
}

/** Who it was, for the log of accesses. */
export const callerName = ({ kind, name }: Caller): string => `${kind} ${name}`.slice(0, 80);

/** What operators and partners do with members. Every look at a person is written down. */
export function createMemberDesk(ports: MemberDeskPorts) {
  const { storage, clock, indexKey, points } = ports;
  const { directory, accesses, duplicates, households } = storage.members;

  const note = (caller: Caller, memberId: string, what: string, reason: string): Promise<void> =>
    accesses.add({ memberId, by: callerName(caller), what, reason, at: instantOf(clock.now()) });
  /** The person, by whichever id. Throws HUB_MEMBER_UNKNOWN. */
  const person = async (memberId: string): Promise<MemberRow> => {
    let row = await directory.find({ memberId });
    for (let step = 0; row !== null && row.into !== null && step < MOST_STEPS; step += 1)
      row = await directory.find({ memberId: row.into });
    if (row === null) throw new HubFault('HUB_MEMBER_UNKNOWN');
    return row;
  };
  /** The others of the member's household, with what was said when HQ linked them. */
  const householdOf = async ({ memberId, household }: MemberRow): Promise<MemberView['householdMembers']> => {
    if (household === null) return [];
    const all = await households.members(household, MAX_HOUSEHOLD + 1);
    return all
      .filter((each) => each.memberId !== memberId)
      .map(({ said, ...each }) => ({ ...each, said: said && { ...said } }));
  };
  const view = async (row: MemberRow): Promise<MemberView> => {
    const ids = await directory.same(row.memberId);
    const { memberId, number, joinedAt, home, channel, tier, tierUntil, tags, segments, household } = row;
    return {
      memberId,
      number,
      joinedAt,
      home,
      channel,
      tier,
      tierUntil,
      consents: [...row.consents],
      tags: [...tags],
      segments: [...segments],
      household,
      householdMembers: await householdOf(row),
      aliases: ids.filter((id) => id !== memberId),
      profile: (await openProfile(storage, ids, row))?.fields ?? null,
      points: await points.balance(row),
    };
  };
  const keyOf = ({ phone, number, code }: HubBody<'findMember'>): MemberKey => {
    if (phone !== undefined) return { phoneIndex: phoneIndexOf(indexKey, phoneAsked(phone)) };
    if (number !== undefined) return { number };
    return {
      codeHash: sha256Of((code ?? '').replace(CARD, '')),
    };
  };

  return {
    person,
    find: async (caller: Caller, wish: HubBody<'findMember'>): Promise<MemberView> => {
      const row = await directory.find(keyOf(wish));
      if (row === null) throw new HubFault('HUB_MEMBER_UNKNOWN');
      await note(caller, row.memberId, 'find', wish.reason);
      return view(row);
    },
    get: async (caller: Caller, memberId: string, reason: string): Promise<MemberView> => {
      const row = await person(memberId);
      await note(caller, row.memberId, 'view', reason);
      return view(row);
    },
    signUp: async (caller: Caller, key: string | undefined, input: SignUp): Promise<MemberView> => {
      if (key === undefined || !/^[\x21-\x7e]{1,128}$/u.test(key)) throw new HubFault('HUB_IDEMPOTENCY_KEY_MISSING');
      const kind = caller.kind === 'partner' ? 'partner' : 'operator';
      return view(await signUpAtHq(ports, { id: caller.id, kind }, key, input));
    },
    correct: async (
      caller: Caller,
      memberId: string,
      { reason, ...wish }: HubBody<'correctMember'>,
    ): Promise<MemberView> => {
      const row = await person(memberId);
      await note(caller, row.memberId, 'correct', reason);
      await correct(row, wish);
      return view(await person(memberId));
    },
    consent: async (
      caller: Caller,
      memberId: string,
      { reason, ...consent }: HubBody<'changeConsent'>,
    ): Promise<Pick<MemberView, 'consents'>> => {
      const row = await person(memberId);
      if (consent.purpose === 'membership' && !consent.granted) throw new HubFault('HUB_MEMBERSHIP_IS_ERASURE');
      await note(caller, row.memberId, consent.granted ? 'consent' : 'consent withdrawn', reason);
      const at = instantOf(clock.now());
      await directory.put(row.memberId, { consents: [{ ...consent, at }] }, at);
      return { consents: [...(await person(memberId)).consents] };
    },
    tag: async (
      caller: Caller,
      memberId: string,
      { add = [], remove = [], reason }: HubBody<'tagMember'>,
    ): Promise<Pick<MemberView, 'tags'>> => {
      const row = await person(memberId);
      const tags = [...new Set([...row.tags, ...add])].filter((tag) => !remove.includes(tag));
      if (tags.length > 32) throw new HubFault('HUB_MEMBER_REFUSED', '(tags)');
      await note(caller, row.memberId, 'tags', reason);
      await directory.put(row.memberId, { tags }, instantOf(clock.now()));
      return { tags };
    },
    household: async (
      caller: Caller,
      memberId: string,
      wish: HubBody<'linkHousehold'>,
    ): Promise<Pick<MemberView, 'household' | 'householdMembers'>> => {
      const row = await person(memberId);
      const at = instantOf(clock.now());
      if (wish.household === null) {
        await households.leave(row.memberId, at);
        await note(caller, row.memberId, 'household left', wish.reason);
      } else {
        const head = await person(wish.household);
        if (head.memberId === row.memberId) throw new HubFault('HUB_MEMBER_REFUSED', '(a household is of two)');
        const others = await householdOf(head);
        if (others.length + 1 >= MAX_HOUSEHOLD) throw new HubFault('HUB_MEMBER_REFUSED', '(the household is full)');
        await households.link(row.memberId, head.memberId, { at, by: callerName(caller), reason: wish.reason });
        for (const id of [row.memberId, head.memberId]) await note(caller, id, 'household', wish.reason);
      }
      const now = await person(memberId);
      return { household: now.household, householdMembers: await householdOf(now) };
    },
    merge: async (
      caller: Caller,
      from: string,
      { into, reason }: HubBody<'mergeMembers'>,
    ): Promise<{ merged: true }> => {
      const at = instantOf(clock.now());
      if ((await duplicates.apart(from, into)) === 'said') throw new HubFault('HUB_TWO_PEOPLE');
      const outcome = await directory.merge({ from, into, at, basis: 'probable', by: callerName(caller) });
      if (outcome === 'unknown') throw new HubFault('HUB_MEMBER_UNKNOWN');
      if (outcome === 'refused') throw new HubFault('HUB_MERGE_REFUSED');
      for (const id of [from, into]) await note(caller, id, 'merge', reason);
      await retier(storage.members, (await person(into)).memberId, clock.now());
      return { merged: true };
    },
    unmerge: async (caller: Caller, from: string, reason: string): Promise<{ unmerged: true }> => {
      const into = (await directory.find({ memberId: from }))?.into ?? null;
      if (into === null || !(await directory.unmerge(from, instantOf(clock.now()), callerName(caller))))
        throw new HubFault('HUB_MERGE_REFUSED');
      await note(caller, from, 'unmerge', reason);
      for (const id of [from, into]) await retier(storage.members, (await person(id)).memberId, clock.now());
      return { unmerged: true };
    },
    note,
  };

  /** The whole profile is sealed again, under the key that it was sealed by; without one, under a new key of HQ's. */
  async function correct(row: MemberRow, wish: Omit<HubBody<'correctMember'>, 'reason'>): Promise<void> {
    const ids = await directory.same(row.memberId);
    const opened = await openProfile(storage, ids, row);
    if (opened === null && row.profile !== null)
      throw new HubFault('HUB_MEMBER_REFUSED', '(the profile has no key here)');
    const at = instantOf(clock.now());
    const { birthday } = wish;
    if (typeof birthday === 'string') {
      const verdict = judgeAge({ birthday, isOldEnough: true }, at.slice(0, DATE_CHARS));
      if (verdict !== 'old-enough') throw new HubFault('HUB_MEMBER_REFUSED', `(${verdict})`);
    }
    const phone = typeof wish.phone === 'string' ? phoneAsked(wish.phone) : wish.phone;
    const given = Object.entries({ ...wish, phone }).filter(([, value]) => value !== undefined);
    const next = Object.entries({ ...opened?.fields, ...Object.fromEntries(given) });
    const fields = Object.fromEntries(next.filter((field): field is [string, string] => typeof field[1] === 'string'));
    const phoneIndex = fields.phone === undefined ? null : phoneIndexOf(indexKey, fields.phone);
    // Two may have one phone (same-phone.ts): who keeps theirs is not held up by the other.
    const isOther = fields.phone !== opened?.fields.phone;
    const other = phoneIndex === null || !isOther ? null : await directory.find({ phoneIndex });
    if (other !== null && other.memberId !== row.memberId) throw new HubFault('HUB_MEMBER_EXISTS');
    const { memberId, key } = opened ?? { memberId: row.memberId, key: await ownKey(row.memberId) };
    const profile = sealFields(key, randomBytes(SEAL_IV_BYTES), memberId, fields);
    // What was proven was the number before.
    const proof = isOther && row.phoneVerified !== null ? { phoneVerified: false } : {};
    await directory.put(row.memberId, { profile, phoneIndex, ...proof }, at);
  }

  async function ownKey(memberId: string): Promise<Buffer> {
    await storage.keys.put(HQ, [{ memberId, key: randomBytes(SEAL_KEY_BYTES).toString('base64url') }]);
    const [held] = await storage.keys.held(HQ, [memberId]);
    if (held === undefined) throw new HubFault('HUB_MEMBER_UNKNOWN');
    return Buffer.from(held.key, 'base64url');
  }
}

export type MemberDesk = ReturnType<typeof createMemberDesk>;
