import type { FastifyInstance, FastifyRequest } from 'fastify';
import { HubFault } from '../fault.ts';
import { AddressLimit } from './address-limit.ts';
import type { HttpContext } from './context.ts';
import { implement } from './implement.ts';

/** Calls of one address in a minute: many phones of one shop's Wi-Fi share one. */
export const MY_LIMITS = { claimsPerMinute: 30, sessionsPerMinute: 120, callsPerMinute: 600 } as const;

const REASON = 'own wish on the phone page';

function memberOf({ member }: FastifyRequest): NonNullable<FastifyRequest['member']> {
  if (member === null) throw new HubFault('HUB_SESSION_REFUSED');
  return member;
}

/** What the page on a member's phone asks. */
export function myRoutes(app: FastifyInstance, { phones, myData, erasures, clock, membersChanged }: HttpContext): void {
  const claims = new AddressLimit({ clock, perMinute: MY_LIMITS.claimsPerMinute });
  const sessions = new AddressLimit({ clock, perMinute: MY_LIMITS.sessionsPerMinute });
  const calls = new AddressLimit({ clock, perMinute: MY_LIMITS.callsPerMinute });
  const homeOf = async (request: FastifyRequest) => {
    const { keyId } = memberOf(request);
    const again = await phones.member(keyId);
    if (again === null) throw new HubFault('HUB_SESSION_REFUSED');
    return myData.home(again, keyId);
  };

  implement(app, 'claimPhone', ({ body, request }) => {
    claims.count(request.ip);
    return phones.claim(body);
  });
  implement(app, 'openSession', ({ body, request }) => {
    sessions.count(request.ip);
    return phones.open(body);
  });
  implement(app, 'my', ({ request }) => {
    calls.count(request.ip);
    const { member, keyId } = memberOf(request);
    return myData.home(member, keyId);
  });
  implement(app, 'changeMyConsent', async ({ body, request }) => {
    calls.count(request.ip);
    await myData.consent(memberOf(request).member, body);
    membersChanged();
    return homeOf(request);
  });
  implement(app, 'correctMyData', async ({ body, request }) => {
    calls.count(request.ip);
    await myData.correct(memberOf(request).member, body);
    membersChanged();
    return homeOf(request);
  });
  implement(app, 'exportMyData', ({ request }) => {
    sessions.count(request.ip);
    return myData.export(memberOf(request).member);
  });
  implement(app, 'revokeMyPhone', async ({ params, request }) => {
    calls.count(request.ip);
    const { member, keyId } = memberOf(request);
    const home = await myData.home(member, keyId);
    await phones.revoke(member, params.keyId);
    return { ...home, phones: home.phones.filter((phone) => phone.keyId !== params.keyId) };
  });
  implement(app, 'eraseMyself', async ({ request }) => {
    sessions.count(request.ip);
    const { member } = memberOf(request);
    return { proof: await erasures.eraseEverywhere(member.memberId, 'member', REASON) };
  });
  implement(app, 'myErasure', ({ params, request }) => {
    sessions.count(request.ip);
    return erasures.proof(params.memberId);
  });
}
