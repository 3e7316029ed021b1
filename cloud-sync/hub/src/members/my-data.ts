import { randomBytes } from 'node:crypto';
import { judgeAge, statementOf } from '@tillside/decide';
import type { MyCorrection, MyExport, MyHome } from '@tillside/hub-contract';
import { type ConsentState, keyIdOf, type Profile, SEAL_IV_BYTES, sealFields } from '@tillside/protocol';
import { type Clock, instantOf } from '../clock.ts';
import { HubFault } from '../fault.ts';
import { sha256Of } from '../sha256.ts';
import type { MemberRow } from '../storage/member-port.ts';
import type { HubStorage } from '../storage/port.ts';
import { habitsOf } from './habits.ts';
import { openProfile } from './open-profile.ts';
import { receiptsOf } from './receipts.ts';
import { pointsRulesOf } from './record.ts';
import { textsOf } from './settings.ts';

/** Accesses that an export names, the newest. */
const MAX_ACCESSES = 1_000;
const PHONE_END_DIGITS = 4;
/** Whose looking is written down where the member looks themselves. */
const SELF = 'member';
const OWN_WISH = 'own wish';

export interface MyDataPorts {
  readonly storage: Pick<HubStorage, 'members' | 'keys' | 'registry' | 'events' | 'desired' | 'artifacts'>;
  readonly clock: Clock;
}

/** What a member sees and changes of their own, at HQ. */
export interface MyData {
  home(member: MemberRow, keyId: string): Promise<MyHome>;
  /** Giving is to the text in force; a withdrawal is taken whatever text it names. Throws HUB_MEMBERSHIP_IS_ERASURE, HUB_CONSENT_TEXT_UNKNOWN. */
  consent(member: MemberRow, consent: Omit<ConsentState, 'at'>): Promise<void>;
  /** Throws HUB_MY_DATA_REFUSED. */
  correct(member: MemberRow, correction: MyCorrection): Promise<void>;
  export(member: MemberRow): Promise<MyExport>;
}

export function createMyData({ storage, clock }: MyDataPorts): MyData {
  const { directory, ledger, accesses, purchases } = storage.members;
  return {
    home: async (member, keyId) => {
      const ids = await directory.same(member.memberId);
      const entries = await ledger.entriesOf(ids);
      const { state, ...statement } = statementOf(entries, await pointsRulesOf(storage), {
        asOfMs: clock.now(),
        sha256: sha256Of,
      });
      const { available, pending, owed } = state;
      const names = new Map((await storage.registry.stores()).map(({ id, name }) => [id, name]));
      const places = new Set(statement.lines.map(({ where }) => where));
      const profile = (await openProfile(storage, ids, member))?.fields;
      const { number, joinedAt, tier, tierUntil } = member;
      return {
        number,
        joinedAt,
        tier,
        tierUntil,
        available,
        pending,
        owed,
        ...statement,
        lines: [...statement.lines],
        stores: Object.fromEntries([...places].flatMap((id) => (names.has(id) ? [[id, names.get(id) ?? id]] : []))),
        consents: [...member.consents],
        texts: await textsOf(storage),
        profile: {
          phoneEnd: profile?.phone?.slice(-PHONE_END_DIGITS) ?? null,
          name: profile?.name ?? null,
          birthday: profile?.birthday ?? null,
          isOpen: profile !== undefined,
        },
        phones: keysOf(member).map(({ keyId: id }) => ({ keyId: id, isThis: id === keyId })),
      };
    },
    consent: async ({ memberId }, consent) => {
      if (consent.purpose === 'membership' && !consent.granted) throw new HubFault('HUB_MEMBERSHIP_IS_ERASURE');
      if (consent.granted && consent.textVersion !== (await textsOf(storage)).version)
        throw new HubFault('HUB_CONSENT_TEXT_UNKNOWN');
      const at = instantOf(clock.now());
      await directory.put(memberId, { consents: [{ ...consent, at }] }, at);
    },
    correct: async (member, correction) => {
      const { memberId } = member;
      const opened = await openProfile(storage, await directory.same(memberId), member);
      if (opened === null) throw new HubFault('HUB_MY_DATA_REFUSED', '(profile)');
      const at = instantOf(clock.now());
      const { birthday } = correction;
      if (typeof birthday === 'string') {
        const verdict = judgeAge({ birthday, isOldEnough: true }, at.slice(0, 'YYYY-MM-DD'.length));
        if (verdict !== 'old-enough') throw new HubFault('HUB_MY_DATA_REFUSED', '(birthday)');
      }
      // Under the key and the id that it was sealed by, whose end is its end.
      const next = corrected(opened.fields, correction);
      const sealed = sealFields(opened.key, randomBytes(SEAL_IV_BYTES), opened.memberId, next);
      await directory.put(memberId, { profile: sealed }, at);
      await accesses.add({ memberId, by: SELF, what: 'correct', reason: OWN_WISH, at });
    },
    export: async (member) => {
      const at = instantOf(clock.now());
      const { memberId } = member;
      await accesses.add({ memberId, by: SELF, what: 'export', reason: OWN_WISH, at });
      const ids = await directory.same(memberId);
      const all = await Promise.all(ids.map((id) => accesses.of(id, MAX_ACCESSES)));
      const bought = await purchases.of(memberId);
      const points = await ledger.entriesOf(ids);
      const receipts = await receiptsOf(storage, ids);
      return {
        format: 'tillside-my-data/1',
        asOf: at,
        member: {
          memberId,
          number: member.number,
          joinedAt: member.joinedAt,
          joinedAtPlace: member.home,
          joinedBy: member.channel,
          tier: member.tier,
          tierUntil: member.tierUntil,
          tags: [...member.tags],
          segments: [...member.segments],
          household: member.household,
          sameIds: ids,
        },
        profile: { ...(await openProfile(storage, ids, member))?.fields },
        consents: await directory.consentHistory(memberId),
        phones: keysOf(member),
        cards: [...member.codeHashes],
        stores: await directory.storesOf(memberId),
        purchases:
          bought === null
            ? null
            : {
                firstAt: bought.firstAt,
                lastAt: bought.lastAt,
                orders: bought.orders,
                spentFen: bought.spentFen,
                months: await purchases.months(memberId, '0000-01'),
              },
        receipts,
        receiptsLeftOut: Math.max(0, (bought?.orders ?? 0) - receipts.length),
        habits: await habitsOf(
          storage,
          memberId,
          receipts.flatMap(({ lines }) => lines.map(({ sku }) => sku)),
        ),
        points,
        accesses: all.flat().slice(0, MAX_ACCESSES),
        merges: await directory.merges(memberId).then((merges) =>
          merges.map(({ from, into, at: mergedAt, basis, undoneAt }) => ({
            from,
            into,
            at: mergedAt,
            basis,
            undoneAt,
          })),
        ),
      };
    },
  };
}

const keysOf = ({ publicKeys }: MemberRow): { keyId: string; publicKey: string }[] =>
  publicKeys.map((publicKey) => ({ keyId: keyIdOf(Buffer.from(publicKey, 'base64url')), publicKey }));

function corrected(profile: Profile, { name, birthday }: MyCorrection): Record<string, string> {
  const next = Object.entries({ ...profile, ...given({ name, birthday }) });
  return Object.fromEntries(next.flatMap(([field, value]) => (typeof value === 'string' ? [[field, value]] : [])));
}

const given = (fields: MyCorrection): MyCorrection =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
