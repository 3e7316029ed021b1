import { z } from 'zod';
import * as basket from './basket.ts';
import { type AuthKind, BusinessDate, Id } from './common.ts';
import * as item from './item.ts';
import * as member from './member.ts';
import * as pairing from './pairing.ts';
import * as sale from './sale.ts';
import * as staff from './staff.ts';
import { StatusView } from './status.ts';

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly auth: AuthKind;
  readonly tag: string;
  readonly summary: string;
  /** True: the `Idempotency-Key` header is required. */
  readonly idempotent?: true;
  readonly params?: z.ZodType;
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  /** Content type of the body where it is not JSON. */
  readonly bodyType?: 'text/csv';
  readonly response: z.ZodType;
}

const basketId = z.strictObject({ basketId: Id });
const tagId = z.strictObject({ tagId: z.string().regex(/^[0-9A-F]{16}$/) });
const None = z.strictObject({});

/** Everything that kiosk, POS and staff pages can ask of an agent. The server registers each by its key; OpenAPI is made from it. */
export const routes = {
  createPairingCode: {
    method: 'POST',
    path: '/v1/pairing-codes',
    auth: 'admin',
    tag: 'pairing',
    summary: 'Make a one-time pairing code',
    body: pairing.PairingCodeRequest,
    response: pairing.PairingCode,
  },
  pair: {
    method: 'POST',
    path: '/v1/pair',
    auth: 'public',
    tag: 'pairing',
    summary: 'Exchange a one-time code for a credential',
    body: pairing.PairRequest,
    response: pairing.PairAnswer,
  },
  listPaired: {
    method: 'GET',
    path: '/v1/paired',
    auth: 'admin',
    tag: 'pairing',
    summary: 'Who is paired',
    response: z.strictObject({ devices: z.array(pairing.PairedDevice) }),
  },
  revoke: {
    method: 'DELETE',
    path: '/v1/paired/:deviceId',
    auth: 'admin',
    tag: 'pairing',
    summary: 'Revoke a credential',
    params: z.strictObject({ deviceId: Id }),
    response: None,
  },

  openBasket: {
    method: 'POST',
    path: '/v1/baskets',
    auth: 'terminal',
    tag: 'till',
    idempotent: true,
    summary: 'Open a basket on this terminal',
    body: basket.OpenBasket,
    response: basket.BasketView,
  },
  listBaskets: {
    method: 'GET',
    path: '/v1/baskets',
    auth: 'terminal',
    tag: 'till',
    summary: 'Open and suspended baskets',
    query: z.strictObject({ state: z.enum(['open', 'suspended']).optional() }),
    response: z.strictObject({ baskets: z.array(basket.BasketView) }),
  },
  getBasket: {
    method: 'GET',
    path: '/v1/baskets/:basketId',
    auth: 'terminal',
    tag: 'till',
    summary: 'A basket as decided',
    params: basketId,
    response: basket.BasketView,
  },
  addLine: {
    method: 'POST',
    path: '/v1/baskets/:basketId/lines',
    auth: 'terminal',
    tag: 'till',
    idempotent: true,
    summary: 'Add a line by scan, GTIN or SKU',
    params: basketId,
    body: basket.AddLine,
    response: basket.BasketView,
  },
  voidLine: {
    method: 'DELETE',
    path: '/v1/baskets/:basketId/lines/:lineId',
    auth: 'terminal',
    tag: 'till',
    idempotent: true,
    summary: 'Void a line',
    params: z.strictObject({ basketId: Id, lineId: Id }),
    response: basket.BasketView,
  },
  setMember: {
    method: 'PUT',
    path: '/v1/baskets/:basketId/member',
    auth: 'terminal',
    tag: 'till',
    idempotent: true,
    summary: 'Identify the member by scanned code',
    params: basketId,
    body: basket.SetMember,
    response: basket.BasketView,
  },
  addCoupon: {
    method: 'POST',
    path: '/v1/baskets/:basketId/coupons',
    auth: 'terminal',
    tag: 'till',
    idempotent: true,
    summary: 'Put a coupon in the basket',
    params: basketId,
    body: basket.AddCoupon,
    response: basket.BasketView,
  },
  getDecision: {
    method: 'GET',
    path: '/v1/baskets/:basketId/decision',
    auth: 'terminal',
    tag: 'till',
    summary: 'Promotions, coupons and recommendations now',
    params: basketId,
    response: basket.DecisionView,
  },
  suspendBasket: {
    method: 'POST',
    path: '/v1/baskets/:basketId/suspend',
    auth: 'terminal',
    tag: 'till',
    idempotent: true,
    summary: 'Suspend',
    params: basketId,
    response: basket.BasketView,
  },
  resumeBasket: {
    method: 'POST',
    path: '/v1/baskets/:basketId/resume',
    auth: 'terminal',
    tag: 'till',
    idempotent: true,
    summary: 'Resume, on this or another terminal',
    params: basketId,
    response: basket.BasketView,
  },
  cancelBasket: {
    method: 'POST',
    path: '/v1/baskets/:basketId/cancel',
    auth: 'terminal',
    tag: 'till',
    idempotent: true,
    summary: 'Cancel',
    params: basketId,
    response: basket.BasketView,
  },
  completeBasket: {
    method: 'POST',
    path: '/v1/baskets/:basketId/complete',
    auth: 'terminal',
    tag: 'till',
    idempotent: true,
    summary: 'Tender and complete',
    params: basketId,
    body: sale.CompleteBasket,
    response: sale.SaleView,
  },
  getSale: {
    method: 'GET',
    path: '/v1/sales/:saleId',
    auth: 'terminal',
    tag: 'till',
    summary: 'A past sale',
    params: z.strictObject({ saleId: Id }),
    response: sale.SaleView,
  },
  returnLines: {
    method: 'POST',
    path: '/v1/returns',
    auth: 'terminal',
    tag: 'till',
    idempotent: true,
    summary: 'Return units of a sale',
    body: sale.ReturnRequest,
    response: sale.ReturnView,
  },
  postLateSale: {
    method: 'POST',
    path: '/v1/late-sales',
    auth: 'terminal',
    tag: 'till',
    idempotent: true,
    summary: 'Post a sale made while the agent was away',
    body: sale.LateSale,
    response: sale.SaleView,
  },
  dayTotals: {
    method: 'GET',
    path: '/v1/days/:businessDate',
    auth: 'terminal',
    tag: 'till',
    summary: "This terminal's totals of a day",
    params: z.strictObject({ businessDate: BusinessDate }),
    response: sale.DayTotals,
  },
  closeDay: {
    method: 'POST',
    path: '/v1/days/:businessDate/close',
    auth: 'terminal',
    tag: 'till',
    idempotent: true,
    summary: "Reconcile with the POS's own totals",
    params: z.strictObject({ businessDate: BusinessDate }),
    body: sale.CloseDay,
    response: sale.DayClosing,
  },

  findItems: {
    method: 'GET',
    path: '/v1/items',
    auth: 'paired',
    tag: 'items',
    summary: 'Find items by name, SKU or GTIN',
    query: z.strictObject({
      q: z.string().max(80).default(''),
      limit: z.coerce.number().int().min(1).max(100).default(20),
    }),
    response: z.strictObject({ items: z.array(item.ItemView) }),
  },
  importFile: {
    method: 'POST',
    path: '/v1/imports/:what',
    auth: 'admin',
    tag: 'items',
    summary: 'Import a CSV file (content type text/csv): item master, members, their coupons, their past purchases',
    params: z.strictObject({ what: z.enum(['items', 'members', 'coupons', 'purchases']) }),
    body: z.string(),
    bodyType: 'text/csv',
    response: item.ImportReport,
  },

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

  status: {
    method: 'GET',
    path: '/v1/status',
    auth: 'paired',
    tag: 'status',
    summary: 'Sync, devices, versions and conditions',
    response: StatusView,
  },
} as const satisfies Record<string, Route>;

export type RouteName = keyof typeof routes;
