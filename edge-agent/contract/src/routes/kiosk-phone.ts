import { z } from 'zod';
import * as phone from '../kiosk-phone.ts';
import { MemberHome } from '../member.ts';
import type { Route } from './route.ts';

/** A phone number is proven by a code that is sent to it. */
export const kioskPhoneRoutes = {
  sendPhoneCode: {
    method: 'POST',
    path: '/v1/kiosk/phone-codes',
    auth: 'kiosk',
    tag: 'kiosk',
    personal: true,
    summary: 'Send a code to a phone; the answer is the same whether a member has the number or not',
    body: phone.SendPhoneCode,
    response: phone.PhoneCodeSent,
  },
  phoneSignIn: {
    method: 'POST',
    path: '/v1/kiosk/phone-sign-in',
    auth: 'kiosk',
    tag: 'kiosk',
    personal: true,
    summary: "A member's home, by the code that their phone got",
    body: phone.PhoneCodeShown,
    response: MemberHome,
  },
  sendOwnCode: {
    method: 'POST',
    path: '/v1/kiosk/verify/code',
    auth: 'kiosk',
    tag: 'kiosk',
    personal: true,
    summary: 'Send a code to the number that a member joined with',
    body: phone.SendOwnCode,
    response: phone.PhoneCodeSent,
  },
  verifyPhone: {
    method: 'POST',
    path: '/v1/kiosk/verify',
    auth: 'kiosk',
    tag: 'kiosk',
    personal: true,
    summary: 'Prove the number that a member joined with: then nothing is held back any more',
    body: phone.VerifyPhone,
    response: z.strictObject({}),
  },
} as const satisfies Record<string, Route>;
