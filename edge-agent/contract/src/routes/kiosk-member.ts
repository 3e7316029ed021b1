import { z } from 'zod';
import * as own from '../kiosk-member.ts';
import * as receipts from '../kiosk-receipts.ts';
import { CouponView, MemberSignIn } from '../member.ts';
import type { Route } from './route.ts';

const None = z.strictObject({});

/** What is a member's own at the kiosk, and receipts for anybody who holds one. */
export const kioskMemberRoutes = {
  ownCoupons: {
    method: 'POST',
    path: '/v1/kiosk/coupons',
    auth: 'kiosk',
    tag: 'kiosk',
    summary: 'Coupons that a member may take, has taken, or has used',
    body: MemberSignIn,
    response: own.OwnCoupons,
  },
  activateCoupon: {
    method: 'POST',
    path: '/v1/kiosk/coupons/take',
    auth: 'kiosk',
    tag: 'kiosk',
    idempotent: true,
    summary: 'Take the coupon of a campaign: one for each member, the same one however often it is asked for',
    body: own.ActivateCoupon,
    response: CouponView,
  },
  chooseOwnGift: {
    method: 'POST',
    path: '/v1/kiosk/gifts',
    auth: 'kiosk',
    tag: 'kiosk',
    idempotent: true,
    summary: 'Choose beforehand which gift of a campaign a basket of the member takes; the till may still say another',
    body: own.ChooseOwnGift,
    response: None,
  },
  ownTier: {
    method: 'POST',
    path: '/v1/kiosk/tier',
    auth: 'kiosk',
    tag: 'kiosk',
    summary:
      'How far a member is on the way to the next tier, as HQ counts it; as it was told last while HQ is out of reach',
    body: MemberSignIn,
    response: own.OwnTier,
  },
  ownReceipts: {
    method: 'POST',
    path: '/v1/kiosk/receipts',
    auth: 'kiosk',
    tag: 'kiosk',
    summary: "A member's own sales in this store",
    body: MemberSignIn,
    response: receipts.OwnReceipts,
  },
  showReceipt: {
    method: 'POST',
    path: '/v1/kiosk/receipts/one',
    auth: 'kiosk',
    tag: 'kiosk',
    summary: 'A receipt, for its member or for whoever has its number and its amount',
    body: receipts.ReceiptAsked,
    response: receipts.ShownReceipt,
  },
  printReceipt: {
    method: 'POST',
    path: '/v1/kiosk/receipts/prints',
    auth: 'kiosk',
    tag: 'kiosk',
    idempotent: true,
    summary:
      "Print it on the printer of the kiosk's lane; a print that waits too long, or whose shopper has left, never comes",
    body: receipts.ReceiptAsked,
    response: receipts.ReceiptPrinted,
  },
  dropPrints: {
    method: 'POST',
    path: '/v1/kiosk/receipts/prints/drop',
    auth: 'kiosk',
    tag: 'kiosk',
    summary: 'The shopper has left: what this kiosk has waiting for a printer is forgotten',
    body: None,
    response: receipts.PrintsDropped,
  },
} as const satisfies Record<string, Route>;
