import { PHONE_CODE_DIGITS, type PhoneCodeSent } from '@tillside/agent-contract';
import type { FastifyInstance } from 'fastify';
import type { App } from '../app.ts';
import { AgentError } from '../errors.ts';
import { type Member, memberByPhone, normalisePhone } from '../members/members.ts';
import { isHeldBack, setProven } from '../members/phone-proof.ts';
import { profileOf } from '../members/profile.ts';
import { visitorOf } from '../members/visitor.ts';
import type { AskFor } from '../messages/codes.ts';
import { PHONE_CODE_LIMITS } from '../messages/limits.ts';
import type { PhoneMessages } from '../messages/messages.ts';
import { instantOf } from '../ports.ts';
import { memberHome } from './member-home.ts';
import { register } from './register.ts';

/** Proving a phone number at the kiosk. */
export function kioskPhoneRoutes(fastify: FastifyInstance, app: App): void {
  const { journal, clock, visits, indexKey } = app;
  const phones = (): PhoneMessages => {
    if (app.phone === undefined) throw new AgentError('PHONE_CODES_OFF');
    return app.phone;
  };
  const send = async (asked: AskFor): Promise<PhoneCodeSent> => {
    const { codes, postman } = phones();
    const { requestId, untilMs } = codes.ask(asked);
    return {
      requestId,
      state: (await postman.sendNow(requestId)) ? 'sent' : 'waiting',
      digits: PHONE_CODE_DIGITS,
      codeUntil: instantOf(untilMs),
      resendAt: instantOf(untilMs - PHONE_CODE_LIMITS.lifeMs + PHONE_CODE_LIMITS.resendMs),
    };
  };
  /** Their number as this store holds it. Throws MEMBER_KEPT_ELSEWHERE. */
  const phoneOf = ({ memberId }: Member): string => {
    const phone = profileOf(journal, journal.keys, memberId)?.phone;
    if (phone === undefined) throw new AgentError('MEMBER_KEPT_ELSEWHERE');
    return phone;
  };

  const visitor = (deviceId: string, word: string): Member =>
    visitorOf(journal, { visits, nowMs: clock.now() }, deviceId, word);

  register(fastify, app, {
    sendPhoneCode: ({ caller, body }) => {
      phones();
      return send({ deviceId: caller.deviceId, phone: normalisePhone(body.phone), locale: body.locale });
    },
    phoneSignIn: async ({ caller: { deviceId }, body: { requestId, code } }) => {
      const { codes } = phones();
      const phone = codes.prove({ deviceId, requestId, code });
      await app.finder.prepare({ phone });
      const member = journal.write((tx) => {
        const found = memberByPhone(tx, indexKey, phone);
        // Who joined with a number without proving it may not be who has it: the number opens nothing of theirs.
        if (found === undefined || isHeldBack(found)) throw new AgentError('MEMBER_UNKNOWN');
        codes.spend(tx, requestId);
        setProven(tx, found.memberId, clock.now());
        return found;
      });
      const proven: Member = { ...member, isPhoneVerified: true };
      return memberHome(app, proven, visits.begin(deviceId, member.memberId));
    },
    sendOwnCode: ({ caller: { deviceId }, body }) => {
      phones();
      const member = visitor(deviceId, body.visit);
      return send({ deviceId, phone: phoneOf(member), locale: body.locale, memberId: member.memberId });
    },
    verifyPhone: ({ caller: { deviceId }, body: { visit, requestId, code } }) => {
      const { codes } = phones();
      const member = visitor(deviceId, visit);
      const { memberId } = member;
      const proved = codes.proveOwn({ memberId, requestId, code, phone: phoneOf(member) });
      journal.write((tx) => {
        codes.spend(tx, proved);
        setProven(tx, memberId, clock.now());
      });
      return {};
    },
  });
}
