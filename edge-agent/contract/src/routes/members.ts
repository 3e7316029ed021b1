import { z } from 'zod';
import { Id, Instant } from '../common.ts';
import * as member from '../member.ts';
import type { Route } from './route.ts';

const memberId = z.strictObject({ memberId: Id });
const None = z.strictObject({});

/** Members as tills and staff meet them; what members do themselves is under `/v1/kiosk`. */
export const memberRoutes = {
  consentTexts: {
    method: 'GET',
    path: '/v1/members/consent-texts',
    auth: 'paired',
    tag: 'members',
    summary: 'The texts in force that a person is asked to agree to',
    response: member.ConsentTexts,
  },
  signUpAtTill: {
    method: 'POST',
    path: '/v1/till/members',
    auth: 'terminal',
    tag: 'members',
    idempotent: true,
    personal: true,
    summary: 'Join at a till',
    body: member.SignUp,
    response: member.SignedUp,
  },
  signUpByStaff: {
    method: 'POST',
    path: '/v1/staff/members',
    auth: 'staff-session',
    tag: 'members',
    idempotent: true,
    personal: true,
    summary: 'Join with the help of a colleague',
    body: member.SignUp,
    response: member.SignedUp,
  },
  findMember: {
    method: 'POST',
    path: '/v1/staff/members/find',
    auth: 'staff-session',
    tag: 'members',
    summary: 'Find a member, with a reason that is recorded',
    body: member.FindMember,
    response: member.FoundMember,
  },
  changeMemberConsent: {
    method: 'POST',
    path: '/v1/staff/members/:memberId/consents',
    auth: 'staff-session',
    tag: 'members',
    idempotent: true,
    summary: "Give or withdraw a consent on the member's wish",
    params: memberId,
    body: member.StaffConsentChange,
    response: member.FoundMember,
  },
  correctMember: {
    method: 'POST',
    path: '/v1/staff/members/:memberId/correct',
    auth: 'staff-session',
    tag: 'members',
    idempotent: true,
    personal: true,
    summary: "Set a member's personal fields right",
    params: memberId,
    body: member.StaffCorrection,
    response: member.FoundMember,
  },
  invitePhone: {
    method: 'POST',
    path: '/v1/staff/members/:memberId/phone-link',
    auth: 'staff-session',
    tag: 'members',
    idempotent: true,
    personal: true,
    summary:
      "A link, good once, by which another phone of the member's shows codes: for whom staff has seen to be the member",
    params: memberId,
    body: member.StaffAccess,
    response: z.strictObject({ claimUrl: z.url(), claimUntil: Instant }),
  },
  memberData: {
    method: 'POST',
    path: '/v1/staff/members/:memberId/data',
    auth: 'staff-session',
    tag: 'members',
    summary: 'All that this store holds of a member, to hand over to the member',
    params: memberId,
    body: member.StaffAccess,
    response: member.MemberData,
  },
  memberStatement: {
    method: 'POST',
    path: '/v1/staff/members/:memberId/statement',
    auth: 'staff-session',
    tag: 'members',
    summary:
      "A member's points, for a colleague who was asked about them: where they stand, and what moved them; in this store alone while HQ is out of reach",
    params: memberId,
    body: member.StaffAccess,
    response: member.PointsStatement,
  },
  forgetMemberByStaff: {
    method: 'POST',
    path: '/v1/staff/members/:memberId/forget',
    auth: 'staff-session',
    tag: 'members',
    idempotent: true,
    summary: "Forget a member on the member's wish: the personal data becomes unreadable everywhere, for good",
    params: memberId,
    body: member.StaffAccess,
    response: None,
  },
} as const satisfies Record<string, Route>;
