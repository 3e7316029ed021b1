import { z } from 'zod';
import * as member from '../member.ts';
import type { Route } from './route.ts';

const None = z.strictObject({});

export const kioskRoutes = {
  publicOffers: {
    method: 'GET',
    path: '/v1/kiosk/offers',
    auth: 'kiosk',
    tag: 'kiosk',
    summary: "This store's offers now",
    response: member.PublicOffers,
  },
  signUp: {
    method: 'POST',
    path: '/v1/members',
    auth: 'kiosk',
    tag: 'kiosk',
    idempotent: true,
    summary: 'Join',
    body: member.SignUp,
    response: member.SignedUp,
  },
  signIn: {
    method: 'POST',
    path: '/v1/kiosk/sign-in',
    auth: 'kiosk',
    tag: 'kiosk',
    summary: "A member's home: coupons, offers, recommendations",
    body: member.MemberSignIn,
    response: member.MemberHome,
  },
  changeConsent: {
    method: 'POST',
    path: '/v1/kiosk/consents',
    auth: 'kiosk',
    tag: 'kiosk',
    idempotent: true,
    summary: 'Give or withdraw a consent',
    body: member.ConsentChange,
    response: None,
  },
  forgetMember: {
    method: 'POST',
    path: '/v1/kiosk/forget',
    auth: 'kiosk',
    tag: 'kiosk',
    idempotent: true,
    summary: 'Leave: the personal data becomes unreadable everywhere, for good',
    body: member.MemberSignIn,
    response: None,
  },
} as const satisfies Record<string, Route>;
