import { z } from 'zod';
import { BusinessDate, Id } from '../common.ts';
import * as staff from '../staff.ts';
import type { Route } from './route.ts';

const tagId = z.strictObject({ tagId: z.string().regex(/^[0-9A-F]{16}$/) });
const None = z.strictObject({});

export const staffRoutes = {
  staffSignIn: {
    method: 'POST',
    path: '/v1/staff/sessions',
    auth: 'staff',
    tag: 'staff',
    summary: 'Open a PIN session',
    body: staff.StaffSignIn,
    response: staff.StaffSession,
  },
  listLabels: {
    method: 'GET',
    path: '/v1/labels',
    auth: 'staff-session',
    tag: 'staff',
    summary: 'Shelf labels and their state',
    response: z.strictObject({ labels: z.array(staff.LabelView) }),
  },
  pairLabel: {
    method: 'PUT',
    path: '/v1/labels/:tagId',
    auth: 'staff-session',
    tag: 'staff',
    summary: 'Pair a label with a product',
    params: tagId,
    body: staff.PairLabel,
    response: staff.LabelView,
  },
  unpairLabel: {
    method: 'DELETE',
    path: '/v1/labels/:tagId',
    auth: 'staff-session',
    tag: 'staff',
    summary: 'Unpair a label',
    params: tagId,
    response: None,
  },
  flashLabel: {
    method: 'POST',
    path: '/v1/labels/:tagId/flash',
    auth: 'staff-session',
    tag: 'staff',
    summary: "Blink a label's light",
    params: tagId,
    response: None,
  },
  listPromotions: {
    method: 'GET',
    path: '/v1/promotions',
    auth: 'staff-session',
    tag: 'staff',
    summary: 'Live promotions',
    response: z.strictObject({ promotions: z.array(staff.PromotionView) }),
  },
  putPromotion: {
    method: 'PUT',
    path: '/v1/promotions',
    auth: 'staff-session',
    tag: 'staff',
    summary: "Set the store's promotion on a product",
    body: staff.PromotionInput,
    response: staff.PromotionView,
  },
  endPromotion: {
    method: 'DELETE',
    path: '/v1/promotions/:campaignId',
    auth: 'staff-session',
    tag: 'staff',
    summary: "End a store's promotion",
    params: z.strictObject({ campaignId: Id }),
    response: None,
  },
  footfall: {
    method: 'GET',
    path: '/v1/presence/footfall',
    auth: 'staff-session',
    tag: 'staff',
    summary: 'Footfall of a day',
    query: z.strictObject({ date: BusinessDate.optional() }),
    response: staff.Footfall,
  },
} as const satisfies Record<string, Route>;
