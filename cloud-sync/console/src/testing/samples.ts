import type { Campaign, CampaignSet } from '@tillside/decide';
import type { HubAnswer } from '@tillside/hub-contract';

type EventRow = HubAnswer<'events'>['events'][number];

const window = { from: '2026-01-01T00:00:00+08:00', to: '2099-01-01T00:00:00+08:00' };
const common = { schema: 1 as const, version: 1, window, fundedBy: 'store' as const };

const CAMPAIGNS: readonly Campaign[] = [
  {
    ...common,
    id: 'dairy-10',
    kind: 'discount',
    name: { zh: '乳品周', en: 'Dairy week' },
    items: { departments: ['dairy'] },
    discount: { by: 'percent', percentOffBp: 1000 },
  },
  {
    ...common,
    id: 'spend-100',
    kind: 'spend-save',
    name: { zh: '满百减十，会员专享', en: 'Members: spend 100, save 10' },
    items: { all: true },
    tiers: [{ spendFen: 10_000, saveFen: 1000 }],
    repeat: 'once',
    base: 'after-item-discounts',
    audience: { memberOnly: true },
  },
  {
    ...common,
    id: 'eggs-2',
    kind: 'buy-get',
    name: { zh: '鸡蛋第二件半价', en: 'Second box of eggs at half price' },
    items: { categories: ['eggs'] },
    buy: 1,
    get: 1,
    percentOffBp: 5000,
  },
];

export function campaignSet(version: number): CampaignSet {
  return { schema: 1, setId: 'autumn', version, campaigns: CAMPAIGNS.slice(0, version + 1), policy };
}

const policy = { version: 1, objective: 'best-for-customer' as const, couponsPerBasket: 1 };
const everything = { items: { all: true as const }, repeat: 'once' as const, base: 'after-item-discounts' as const };

/** Kinds that the form can't write, on the sample basket. */
export const KINDS_SET: CampaignSet = {
  schema: 1,
  setId: 'kinds',
  version: 1,
  campaigns: [
    {
      ...common,
      id: 'breakfast',
      kind: 'bundle',
      name: { zh: '早餐组合', en: 'Breakfast' },
      slots: [
        { items: { categories: ['milk-cream'] }, quantity: 1 },
        { items: { categories: ['eggs'] }, quantity: 1 },
      ],
      price: { by: 'fixed-price', bundlePriceFen: 2600 },
    },
    {
      ...common,
      id: 'bag-100',
      kind: 'gift',
      name: { zh: '满百送袋', en: 'A bag over 100' },
      ...everything,
      spendFen: 10_000,
      gifts: [{ sku: 'bag', name: { zh: '购物袋', en: 'Bag' }, quantity: 1, valueFen: 500 }],
    },
    {
      ...common,
      id: 'points-pay',
      kind: 'points-pay',
      name: { zh: '积分抵现', en: 'Pay with points' },
      items: { all: true },
      pointsPerStep: 100,
      fenPerStep: 100,
      maxShareBp: 5000,
    },
  ],
  policy,
};

/** Its hours lie on none of its days. */
export const NEVER_OPEN: Campaign = {
  ...common,
  id: 'never',
  kind: 'discount',
  name: { zh: '夜市', en: 'Night market' },
  window: {
    from: '2026-01-05T00:00:00Z',
    to: '2026-01-05T03:00:00Z',
    daysOfWeek: [4],
    hours: [{ from: '20:00', to: '21:00' }],
  },
  items: { all: true },
  discount: { by: 'percent', percentOffBp: 1000 },
};

const SAMPLES: readonly Pick<EventRow, 'stream' | 'type' | 'data'>[] = [
  {
    stream: 'sales',
    type: 'tillside.sale.completed.v1',
    data: { lines: [{}, {}, {}, {}], payableFen: 8340, savingsFen: 720, memberId: 'M000068', late: false },
  },
  { stream: 'ops', type: 'tillside.label.shown.v1', data: { priceFen: 1170 } },
  { stream: 'ops', type: 'tillside.recommendation.served.v1', data: { skus: ['1', '2', '3'] } },
  {
    stream: 'sales',
    type: 'tillside.sale.completed.v1',
    data: { lines: [{}], payableFen: 910, savingsFen: 0, late: true },
  },
  { stream: 'members', type: 'tillside.member.joined.v1', data: { memberId: 'M900001' } },
  { stream: 'sales', type: 'tillside.coupon.redeemed.v1', data: { amountFen: 500 } },
  { stream: 'sales', type: 'tillside.coupon.claimed.v1', data: { memberId: 'M000068' } },
  { stream: 'presence', type: 'tillside.presence.counted.v1', data: { zone: 'entrance', devices: 23 } },
  { stream: 'ops', type: 'tillside.desired.applied.v1', data: { kind: 'campaigns', version: 4, outcome: 'applied' } },
  { stream: 'sales', type: 'tillside.sale.returned.v1', data: { refundFen: 1300 } },
  { stream: 'members', type: 'tillside.consent.changed.v1', data: { purpose: 'marketing', granted: false } },
  {
    stream: 'sales',
    type: 'tillside.day.closed.v1',
    data: { businessDate: '2026-11-21', agreed: true, payableFen: 4_935_173 },
  },
  { stream: 'ops', type: 'tillside.promotion.changed.v1', data: { percentOffBasisPoints: 2000 } },
  { stream: 'ops', type: 'tillside.sale.teleported.v9', data: { odd: true } },
];

/** A hundred and thirty events, newest first; every thirteenth was put aside. */
export function eventsOf(stores: readonly string[]): EventRow[] {
  const total = 130;
  return Array.from({ length: total }, (_, index) => {
    const sample = SAMPLES[index % SAMPLES.length];
    const at = new Date(Date.parse('2026-11-21T13:00:00Z') - index * 47_000).toISOString();
    return {
      cursor: total - index,
      receivedAt: at,
      store: stores[index % Math.min(3, stores.length)] ?? 'renmin-lu',
      stream: sample?.stream ?? 'ops',
      epoch: '7f1c6a52-8a3e-4a4b-9f5e-0d7f6f1f2a11',
      seq: total - index,
      type: sample?.type ?? '',
      time: at,
      data: { ...sample?.data },
      quarantine: index % SAMPLES.length === SAMPLES.length - 1 ? 'EVENT_TYPE_UNKNOWN' : null,
    };
  });
}
