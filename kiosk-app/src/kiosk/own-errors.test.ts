import { AGENT_ERRORS, type AgentErrorCode, type RouteName, routes } from '@tillside/agent-contract';
import { expect, it } from 'vitest';
import { type OwnWords, shopperWords } from './own-errors.ts';
import { en } from './words-en.ts';
import { zh } from './words-zh.ts';

type KioskRoute = { [K in RouteName]: (typeof routes)[K]['auth'] extends 'kiosk' ? K : never }[RouteName];

/** Of every call: the store's machine, the pairing, the limits. */
const ANY: readonly (AgentErrorCode | 'ANSWER_UNREADABLE')[] = [
  ...([
    'AGENT_AWAY',
    'ANSWER_UNREADABLE',
    'NOT_READY',
    'STORAGE_FULL',
    'STORAGE_READ_ONLY',
    'TOO_MANY_ATTEMPTS',
  ] as const),
  ...(['CREDENTIAL_MISSING', 'CREDENTIAL_REVOKED'] as const),
];
const VISIT = ['VISIT_ENDED', 'MEMBER_UNKNOWN'] as const;
const CODE = ['PHONE_CODE_WRONG', 'PHONE_CODE_USED_UP', 'PHONE_CODE_OVER', 'PHONE_CODES_OFF'] as const;
const SENDING = ['PHONE_CODES_OFF', 'PHONE_CODE_TOO_SOON', 'PHONE_CODE_LIMIT', 'PHONE_CODES_BUSY'] as const;
const JOINING = [
  'MEMBER_UNDER_14',
  'AGE_NEEDED',
  'BIRTHDAY_REFUSED',
  'CONSENT_NEEDED',
  'CONSENT_TEXT_UNKNOWN',
] as const;
const RECEIPT = ['RECEIPT_UNKNOWN', 'PRINT_LIMIT', 'NO_PRINTER', 'PRINTER_REFUSED'] as const;

/** What the agent refuses with, by route, apart from what only a page with a fault could get (BODY_REFUSED and its like). */
const REFUSALS: { readonly [K in KioskRoute]: readonly AgentErrorCode[] } = {
  publicOffers: [],
  kioskSettings: [],
  signUp: ['PHONE_REFUSED', 'MEMBER_EXISTS', ...JOINING, ...CODE],
  signIn: ['MEMBER_UNKNOWN', 'MEMBER_CODE_EXPIRED', 'MEMBER_CODE_USED', 'MEMBER_CODE_UNCHECKED', 'VISIT_ENDED'],
  sendPhoneCode: ['PHONE_REFUSED', ...SENDING],
  phoneSignIn: ['MEMBER_UNKNOWN', ...CODE],
  sendOwnCode: [...VISIT, ...SENDING, 'MEMBER_KEPT_ELSEWHERE'],
  verifyPhone: [...VISIT, ...CODE],
  changeConsent: [...VISIT, 'CONSENT_TEXT_UNKNOWN'],
  correctOwnData: [
    ...VISIT,
    'PHONE_REFUSED',
    'MEMBER_EXISTS',
    'MEMBER_KEPT_ELSEWHERE',
    'BIRTHDAY_REFUSED',
    'MEMBER_UNDER_14',
  ],
  ownData: VISIT,
  ownStatement: VISIT,
  ownTier: VISIT,
  endVisit: VISIT,
  forgetMember: VISIT,
  ownCoupons: VISIT,
  activateCoupon: [...VISIT, 'COUPON_NOT_OFFERED', 'COUPON_SPENT', 'COUPON_EXPIRED', 'MEMBER_UNVERIFIED'],
  chooseOwnGift: [...VISIT, 'GIFT_UNKNOWN', 'MEMBER_UNVERIFIED'],
  ownReceipts: VISIT,
  showReceipt: RECEIPT,
  printReceipt: RECEIPT,
  dropPrints: [],
  priceCheck: ['ITEM_UNKNOWN', 'ITEM_NOT_ON_SALE', 'ITEM_EXPIRED', 'CODE_NOT_AN_ITEM', 'CODE_INVALID', 'VISIT_ENDED'],
  findProducts: [],
  productGroups: [],
  storeMap: [],
};

it('has words of a shopper for every refusal of every route of a kiosk, in both languages', () => {
  const kiosk = Object.entries(routes).filter(([, route]) => route.auth === 'kiosk');
  expect(Object.keys(REFUSALS).sort()).toEqual(kiosk.map(([name]) => name).sort());
  const missing = [...new Set([...ANY, ...Object.values(REFUSALS).flat()])].filter((code) =>
    [zh, en].some((words) => {
      const said: OwnWords = { ...words.errors, ...words.products.refused };
      return !said[code]?.title || !said[code]?.todo;
    }),
  );
  expect(missing).toEqual([]);
});

it('never says to a shopper what is meant for who runs the store, whatever code comes', () => {
  for (const code of [...Object.keys(AGENT_ERRORS), '<b>NEW</b>', '']) {
    const error = { code, message: 'Set `messages` in the configuration.', hint: 'See the log.', status: 500 };
    const words = shopperWords(error, 'en');
    expect(words.code).toBe(code);
    expect(`${words.title} ${words.todo}`).not.toMatch(/configur|log|undefined/i);
    expect(shopperWords(error, 'zh-CN').title).toMatch(/\p{Script=Han}/u);
  }
});
