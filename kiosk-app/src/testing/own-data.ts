/** What is a member's own at the fake agent: coupons, gifts, tier, receipts. */
import type { CouponOffer, GiftOffer, ShownReceipt, TierStanding } from '@tillside/agent-contract';
import type { Call, FakeAgent } from './fake-agent.ts';
import { Refusal } from './refusal.ts';

const UNTIL = '2026-12-31T15:59:59Z';
const offer = (campaignId: string, zh: string, en: string, state: CouponOffer['state'] = 'open'): CouponOffer => ({
  campaignId,
  name: { zh, en },
  text: { zh: '满 ¥50 减 ¥8', en: 'Spend ¥50, save ¥8' },
  until: UNTIL,
  state,
});

export const OFFERED = [
  offer('autumn', '秋日暖胃券', 'A warm autumn coupon'),
  offer('fruit', '水果蔬菜券', 'Fruit and vegetables coupon'),
];
export const GONE = [
  offer('moon', '中秋券', 'Mid-Autumn coupon', 'used'),
  offer('summer', '冰饮券', 'Cold drinks coupon', 'over'),
];

const gift = (
  sku: string,
  zh: string,
  en: string,
  pictogram: string,
  valueFen: number,
): GiftOffer['gifts'][number] => ({
  sku,
  name: { zh, en },
  size: { zh: '1 件', en: 'one' },
  pictogram,
  quantity: 1,
  valueFen,
});
export const GIFTS: GiftOffer[] = [
  {
    campaignId: 'full-99',
    name: { zh: '满 ¥99 送好礼', en: 'A gift over ¥99' },
    text: { zh: '满 ¥99 送保温杯等赠品，任选其一', en: 'Spend ¥99, get a gift: flask, or another' },
    until: UNTIL,
    gifts: [
      gift('flask', '不锈钢保温杯', 'Steel flask', 'household', 3900),
      gift('tea', '明前绿茶', 'First-pick green tea', 'drinks', 2800),
      gift('nuts', '每日坚果', 'Daily nuts', 'snacks', 2500),
    ],
  },
];

export const TIER: TierStanding = {
  tier: 'gold',
  name: { zh: '金卡会员', en: 'Gold' },
  until: '2026-12-31',
  next: {
    tier: 'platinum',
    name: { zh: '铂金会员', en: 'Platinum' },
    months: 12,
    ways: [
      { by: 'spend', have: 376_000, need: 500_000 },
      { by: 'points', have: 1_200, need: 5_000 },
    ],
  },
  asOf: '2026-11-22T10:00:00Z',
};

export function receiptOf(lines: number, locale: 'zh-CN' | 'en', isInvoice = false): ShownReceipt {
  const zh = locale === 'zh-CN';
  const all = Array.from({ length: lines }, (_, at) => ({
    lineId: `l${at}`,
    sku: `s${at}`,
    name: zh ? '云南高原有机小番茄（特大果礼盒装）' : 'Organic cherry tomatoes from the Yunnan highlands, gift box',
    size: zh ? '500 克' : '500 g',
    quantity: 1 + (at % 3),
    listFen: 2_590,
    payableFen: 2_290,
    savings: [{ name: zh ? '秋日优惠' : 'Autumn offer', amountFen: 300 }],
  }));
  const payableFen = 2_290 * lines;
  return {
    receipt: {
      kind: 'sale',
      locale,
      storeId: 'store-0001',
      storeName: zh ? '晨市 · 人民路店' : 'Morning Market, Renmin Rd',
      lane: '1',
      terminalId: 't-1',
      cashierId: 'c-1',
      receiptNumber: '7F3A2C-000042',
      businessDate: '2026-11-22',
      at: '2026-11-22T18:05:00+08:00',
      saleId: 'sale-42',
      lines: all,
      gifts: [{ campaign: 'full-99', name: zh ? '明前绿茶' : 'First-pick green tea', quantity: 1 }],
      listFen: 2_590 * lines,
      savingsFen: 300 * lines,
      payableFen,
      tax: [],
      taxFen: 0,
      roundingFen: 0,
      paidFen: payableFen,
      tenders: [{ kind: 'token', amountFen: payableFen }],
      changeFen: 0,
      couponsUsed: [],
      wallet: [],
      versions: { moneyRule: 'largest-remainder/1', policy: 1, campaignSet: 1 },
    },
    columns: 48,
    text: '-',
    qr: isInvoice
      ? { holds: 'e-invoice', data: 'https://fp.example.cn/q?s=store-0001&n=0042&a=45.80&d=2026-11-22&k=9f2c4e' }
      : {
          holds: 'text',
          data: `${zh ? '晨市 · 人民路店' : 'Morning Market'}\n2026-11-22 18:05\n${'·'.repeat(120)}`,
          leftOut: 3,
        },
    canPrint: true,
  };
}

/** Routes of what is a member's own; `taken` and `chosen` are what the shopper did. */
export function answerOwn(agent: FakeAgent): {
  taken: string[];
  chosen: (string | undefined)[];
  isNow: boolean;
  dropped: number;
} {
  const did = { taken: [] as string[], chosen: [] as (string | undefined)[], isNow: true, dropped: 0 };
  const home = (call: Call): unknown => ({
    ...(agent.members.handle('signIn', call.body) as object),
    couponOffers: OFFERED.filter(({ campaignId }) => !did.taken.includes(campaignId)),
    giftOffers: GIFTS,
    tierStanding: TIER,
  });
  Object.assign(agent.answers, {
    signIn: home,
    ownTier: () => ({ standing: TIER, isNow: did.isNow }),
    ownCoupons: () => ({
      coupons: [
        ...OFFERED.map((one) => (did.taken.includes(one.campaignId) ? { ...one, state: 'taken' } : one)),
        ...GONE,
      ],
    }),
    activateCoupon: ({ body }: Call) => {
      const one = OFFERED.find(({ campaignId }) => campaignId === body.campaignId);
      if (one === undefined) throw new Refusal('COUPON_NOT_OFFERED');
      did.taken.push(one.campaignId);
      const { campaignId, name, text, until } = one;
      return { couponId: `C-${campaignId}`, code: `TC:${campaignId}`, campaignId, name, text, until };
    },
    chooseOwnGift: ({ body }: Call) => {
      did.chosen.push(body.sku as string | undefined);
      return {};
    },
    ownReceipts: () => ({
      receipts: Array.from({ length: 6 }, (_, at) => ({
        saleId: `sale-${at}`,
        receiptNumber: `7F3A2C-0000${40 + at}`,
        businessDate: '2026-11-22',
        completedAt: `2026-11-${22 - at}T10:05:00Z`,
        paidFen: 4_580 + at * 1_730,
        lines: 2 + at,
        returns: at === 2 ? 1 : 0,
      })),
    }),
    showReceipt: ({ body }: Call) => {
      if ('receiptNumber' in body && (body.receiptNumber !== '000042' || body.amountFen !== 4580))
        throw new Refusal('RECEIPT_UNKNOWN');
      return receiptOf(2, body.locale as 'zh-CN' | 'en', 'saleId' in body);
    },
    printReceipt: () => ({ number: 2 }),
    dropPrints: () => {
      did.dropped += 1;
      return { dropped: 1 };
    },
  });
  return did;
}
