import { z } from 'zod';
import { ErasureProof } from './erasures.ts';
import {
  ClaimedPhone,
  MyConsent,
  MyCorrection,
  MyErasure,
  MyExport,
  MyHome,
  OpenedSession,
  PhoneClaim,
  PhoneKeyId,
  PhoneSession,
} from './my.ts';

const MemberId = z.string().regex(/^[A-Za-z0-9_-]{4,40}$/);

/**
 * What the page on a member's phone asks. A phone has no password and no account name: it says who it is by a signature of the key that its member's claim bound. Who is not a member learns
 * nothing, not even whether somebody else is.
 */
export const myRoutes = {
  claimPhone: {
    method: 'POST',
    path: '/v1/my/claims',
    auth: 'public',
    body: PhoneClaim,
    response: ClaimedPhone,
    summary: "Register a phone's key by the one-time word of a sign-up",
  },
  openSession: {
    method: 'POST',
    path: '/v1/my/sessions',
    auth: 'public',
    body: PhoneSession,
    response: OpenedSession,
    summary: 'A short session for a phone, by a signature of its key',
  },
  my: {
    method: 'GET',
    path: '/v1/my',
    auth: 'member',
    response: MyHome,
    summary: "A member's own points, statement, consents and phones",
  },
  changeMyConsent: {
    method: 'POST',
    path: '/v1/my/consents',
    auth: 'member',
    body: MyConsent,
    response: MyHome,
    summary: 'Give or withdraw a consent of one purpose; it is given to the text in force',
  },
  correctMyData: {
    method: 'POST',
    path: '/v1/my/profile',
    auth: 'member',
    body: MyCorrection,
    response: MyHome,
    summary: "Set one's own name or birthday right",
  },
  exportMyData: {
    method: 'GET',
    path: '/v1/my/export',
    auth: 'member',
    response: MyExport,
    summary: 'Everything that HQ holds of a member, for the member',
  },
  revokeMyPhone: {
    method: 'DELETE',
    path: '/v1/my/phones/:keyId',
    auth: 'member',
    params: z.strictObject({ keyId: PhoneKeyId }),
    response: MyHome,
    summary: 'Take a phone away: its codes and its sessions are good for nothing any more',
  },
  eraseMyself: {
    method: 'POST',
    path: '/v1/my/erasure',
    auth: 'member',
    body: z.strictObject({ isSure: z.literal(true) }),
    response: MyErasure,
    summary: 'Erase a member everywhere, by their own wish; the answer is the proof as it stands',
  },
  myErasure: {
    method: 'GET',
    path: '/v1/my/erasure/:memberId',
    auth: 'public',
    params: z.strictObject({ memberId: MemberId }),
    response: ErasureProof,
    summary: 'How far an erasure has come; its id, which is random, is what the erased person still has',
  },
} as const;
