import type {
  ConsentTexts,
  FoundMember,
  MemberData,
  PointsStatement,
  Route,
  SignedUp,
  SignUp,
} from '@tillside/agent-contract';
import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import type { App } from '../app.ts';
import { AgentError } from '../errors.ts';
import type { Reader, Tx } from '../journal/index.ts';
import { leftBaskets } from '../lanes/left-baskets.ts';
import { checkAge } from '../members/age.ts';
import { checkTexts, textsInForce } from '../members/consent-texts.ts';
import { changeConsent } from '../members/consents.ts';
import { eraseKeys, eraseMember } from '../members/erase.ts';
import { identify } from '../members/identify.ts';
import { memberData } from '../members/member-data.ts';
import { type Member, memberById, memberByPhone, normalisePhone, personalised } from '../members/members.ts';
import { isHeldBack } from '../members/phone-proof.ts';
import { correctProfile } from '../members/profile.ts';
import { invitePhone, signUp } from '../members/sign-up.ts';
import { foundMember, noteAccess } from '../members/staff-access.ts';
import { visitorOf } from '../members/visitor.ts';
import { balanceOf, shownBalance } from '../points/balance.ts';
import { pointsStatement } from '../points/statement.ts';
import { dateOf, instantOf, zonedInstants } from '../ports.ts';
import { type Call, register } from './register.ts';

interface Joining {
  readonly channel: 'kiosk' | 'till' | 'staff';
  readonly deviceId: string;
  readonly once: Call<Route>['once'];
}

/** Signing up, and what members and staff do with a member's data. */
export function memberRoutes(fastify: FastifyInstance, app: App): void {
  const { journal, clock, config, visits } = app;
  const textsOf = (reader: Reader): ConsentTexts => textsInForce(reader, config.consentTexts);
  const inZone = zonedInstants(config.zone);
  const today = (): string => dateOf(inZone(clock.now()));
  const ports = {
    clock,
    random: app.random,
    indexKey: app.indexKey,
    keys: journal.keys,
    phonePage: config.hub && (config.hub.phonePage ?? `${config.hub.url.replace(/\/+$/, '')}/m/`),
  };

  const join = (body: z.output<typeof SignUp>, { channel, deviceId, once }: Joining): SignedUp =>
    once((tx) => {
      checkAge(body, today());
      checkTexts(textsOf(tx), body.consents);
      const codes = app.phone?.codes;
      if (codes === undefined) return signUp(tx, ports, { ...body, channel });
      const { requestId, code } = body.phoneCode ?? {};
      const phoneVerified = requestId !== undefined && code !== undefined;
      const joined = signUp(tx, ports, { ...body, channel, phoneVerified });
      const asked = { deviceId, memberId: joined.memberId, phone: normalisePhone(body.phone), locale: body.locale };
      if (phoneVerified) codes.spend(tx, requestId);
      else if (requestId !== undefined) codes.keepForLater(tx, { ...asked, requestId });
      else if (channel !== 'kiosk') codes.askLate(tx, asked);
      return joined;
    });
  /** A wrong code is counted, whatever becomes of the sign-up. Throws PHONE_CODE_WRONG, PHONE_CODE_USED_UP, PHONE_CODE_OVER. */
  const checkCode = ({ phone, phoneCode }: z.output<typeof SignUp>, deviceId: string): void => {
    if (phoneCode?.code === undefined) return;
    app.phone?.codes.prove({ deviceId, ...phoneCode, code: phoneCode.code, phone: normalisePhone(phone) });
  };

  const visitor = (reader: Reader, deviceId: string, code: string): Member =>
    visitorOf(reader, { visits, nowMs: clock.now() }, deviceId, code);
  const known = (reader: Reader, memberId: string): Member => {
    const member = memberById(reader, memberId);
    if (member === undefined) throw new AgentError('MEMBER_UNKNOWN');
    return member;
  };
  const pointsOf = ({ memberId }: Member): number => shownBalance(balanceOf(journal, memberId, clock.now()));
  const viewOf = (member: Member): FoundMember => foundMember(journal, journal.keys, member, pointsOf(member));
  const dataOf = (member: Member): MemberData =>
    memberData(journal, journal.keys, member, {
      storeName: config.storeName,
      asOf: instantOf(clock.now()),
      pointsBalance: pointsOf(member),
      // Of a consent that was withdrawn the pack may not have heard.
      taste: personalised(member) ? app.tasteOf(member.memberId) : undefined,
    });
  /** Who was asked about may have left while HQ was asked. */
  const statementOf = async (who: () => string): Promise<PointsStatement> => {
    // What other stores know is shown to whose the number is: until then it may be somebody else's.
    const told = isHeldBack(known(journal, who())) ? undefined : await app.pointsAtHq(who());
    return pointsStatement(journal, who(), { atMs: clock.now(), storeId: config.storeId, told });
  };
  const forgotten = (memberId: string, by: 'member' | 'staff'): Record<string, never> => {
    eraseKeys(journal, memberId, by);
    visits.endOf(memberId);
    for (const news of leftBaskets(journal)) app.stream.publish(news);
    return {};
  };
  /** Without membership nothing of a member may be kept: who takes it back leaves. True: they left. */
  const consented = (
    tx: Tx,
    member: Member,
    consent: Parameters<typeof changeConsent>[3],
    by: 'member' | 'staff',
  ): boolean => {
    changeConsent(tx, { clock, texts: textsOf(tx), keys: journal.keys }, member, consent);
    const isLeaving = consent.purpose === 'membership' && !consent.granted;
    if (isLeaving) eraseMember(tx, clock, member.memberId, by);
    return isLeaving;
  };

  register(fastify, app, {
    consentTexts: () => textsOf(journal),
    signUp: ({ caller: { deviceId }, body, once, answered }) => {
      // A retry has its answer, and the code was spent for it.
      if (!answered()) checkCode(body, deviceId);
      return join(body, { channel: 'kiosk', deviceId, once });
    },
    signUpAtTill: ({ caller: { deviceId }, body: { phoneCode: _, ...body }, once }) =>
      join(body, { channel: 'till', deviceId, once }),
    signUpByStaff: ({ caller: { deviceId }, body: { phoneCode: _, ...body }, once }) =>
      join(body, { channel: 'staff', deviceId, once }),
    changeConsent: ({ caller, body, once }) => {
      const left = once((tx) => {
        const member = visitor(tx, caller.deviceId, body.code);
        return { memberId: member.memberId, isGone: consented(tx, member, body.consent, 'member') };
      });
      return left.isGone ? forgotten(left.memberId, 'member') : {};
    },
    correctOwnData: ({ caller, body, once }) =>
      once((tx) => {
        const { code, ...correction } = body;
        const { memberId } = visitor(tx, caller.deviceId, code);
        correctProfile(tx, ports, memberId, { correction, by: 'member', today: today() });
        return {};
      }),
    ownData: ({ caller, body }) => dataOf(visitor(journal, caller.deviceId, body.code)),
    ownStatement: ({ caller, body }) => statementOf(() => visitor(journal, caller.deviceId, body.code).memberId),
    forgetMember: ({ caller, body, once }) =>
      forgotten(
        once((tx) => {
          const { memberId } = visitor(tx, caller.deviceId, body.code);
          eraseMember(tx, clock, memberId, 'member');
          return { memberId };
        }).memberId,
        'member',
      ),
    endVisit: ({ caller, body }) => {
      visits.end(caller.deviceId, body.code);
      return {};
    },
    findMember: async ({ caller, body }) => {
      const staffId = caller.staffId ?? '';
      app.finds.count(staffId);
      await app.finder.prepare('phone' in body ? { phone: normalisePhone(body.phone) } : body);
      const atMs = clock.now();
      const member = journal.write((tx) => {
        const found =
          'phone' in body
            ? memberByPhone(tx, app.indexKey, normalisePhone(body.phone))
            : identify(tx, { code: body.code, atMs, usedFor: `find:${staffId}:${atMs}`, isChecked: false })?.member;
        if (found === undefined) throw new AgentError('MEMBER_UNKNOWN');
        noteAccess(tx, clock, { memberId: found.memberId, staffId, what: 'find', reason: body.reason });
        return found;
      });
      return viewOf(member);
    },
    changeMemberConsent: ({ caller, params, body, once }) => {
      const { memberId } = params;
      const { before, isGone } = once((tx) => {
        const member = known(tx, memberId);
        noteAccess(tx, clock, { memberId, staffId: caller.staffId ?? '', what: 'consent', reason: body.reason });
        return { before: viewOf(member), isGone: consented(tx, member, body.consent, 'staff') };
      });
      if (isGone) forgotten(memberId, 'staff');
      const member = memberById(journal, memberId);
      return member === undefined ? { ...before, isKeptHere: false, consents: [] } : viewOf(member);
    },
    correctMember: ({ caller, params: { memberId }, body, once }) => {
      const { reason, ...correction } = body;
      once((tx) => {
        known(tx, memberId);
        correctProfile(tx, ports, memberId, { correction, by: 'staff', today: today() });
        noteAccess(tx, clock, { memberId, staffId: caller.staffId ?? '', what: 'correct', reason });
        return {};
      });
      return viewOf(known(journal, memberId));
    },
    invitePhone: ({ caller, params: { memberId }, body, once }) =>
      once((tx) => {
        known(tx, memberId);
        noteAccess(tx, clock, { memberId, staffId: caller.staffId ?? '', what: 'correct', reason: body.reason });
        return invitePhone(tx, ports, memberId);
      }),
    memberData: ({ caller, params: { memberId }, body }) => {
      const member = known(journal, memberId);
      const access = { memberId, staffId: caller.staffId ?? '', what: 'export' as const, reason: body.reason };
      journal.write((tx) => noteAccess(tx, clock, access));
      return dataOf(member);
    },
    memberStatement: ({ caller, params: { memberId }, body }) => {
      known(journal, memberId);
      const access = { memberId, staffId: caller.staffId ?? '', what: 'view' as const, reason: body.reason };
      journal.write((tx) => noteAccess(tx, clock, access));
      return statementOf(() => known(journal, memberId).memberId);
    },
    forgetMemberByStaff: ({ caller, params: { memberId }, body, once }) => {
      once((tx) => {
        noteAccess(tx, clock, { memberId, staffId: caller.staffId ?? '', what: 'erase', reason: body.reason });
        eraseMember(tx, clock, memberId, 'staff');
        return {};
      });
      return forgotten(memberId, 'staff');
    },
  });
}
