import type { Campaign, CampaignSet } from '@tillside/decide';
import type { DemoData } from '../data/index.ts';

const DAY_MS = 86_400_000;
/** Coupon campaigns of the real data that the demo lets live on its day, by most redemptions. */
const LIVE_COUPONS = 60;
const MAX_WALLET = 3;

export interface DemoWalletCoupon {
  couponId: string;
  code: string;
  campaignId: string;
  memberId: string;
}

/**
 * What HQ pushes in the demo: campaigns of many kinds on the real range, and the real coupons with the face values that the data folder's README
 * derives. Real dates were of another year, so all run from yesterday for four weeks.
 */
export function demoCampaigns(data: DemoData, nowMs: number): CampaignSet {
  const window = { from: new Date(nowMs - DAY_MS).toISOString(), to: new Date(nowMs + 28 * DAY_MS).toISOString() };
  const base = { schema: 1 as const, version: 1, window, fundedBy: 'store' as const };
  const top = (department: string, count: number): string[] =>
    data.items
      .filter((item) => item.department === department && item.soldBy === 'each')
      .slice(0, count)
      .map((item) => item.sku);
  const bananas = data.items.find((item) => item.soldBy === 'weight');
  const milk = data.items.filter((item) => item.type === 'milk').slice(0, 6);
  const campaigns: Campaign[] = [
    {
      ...base,
      id: 'fresh-15',
      kind: 'discount',
      name: { zh: '今日鲜果蔬', en: 'Today’s fresh produce' },
      items: { departments: ['produce'] },
      discount: { by: 'percent', percentOffBp: 1500 },
    },
    {
      ...base,
      id: 'snack-2-half',
      kind: 'nth-item',
      name: { zh: '零食第二件半价', en: '2nd snack half price' },
      items: { departments: ['snacks'] },
      ladderBp: [0, 5000],
    },
    {
      ...base,
      id: 'breakfast',
      kind: 'bundle',
      name: { zh: '早餐组合：面包加鸡蛋', en: 'Breakfast: bread and eggs' },
      slots: [
        { items: { categories: ['bread-buns'] }, quantity: 1 },
        { items: { categories: ['eggs'] }, quantity: 1 },
      ],
      price: { by: 'amount', amountOffFen: 450 },
    },
    {
      ...base,
      id: 'bag-150',
      kind: 'gift',
      name: { zh: '满 150 送好礼', en: 'A gift over ¥150' },
      items: { all: true },
      spendFen: 15_000,
      repeat: 'once',
      base: 'after-item-discounts',
      gifts: [
        { sku: 'gift-tote', name: { zh: '帆布袋', en: 'Canvas tote' }, quantity: 1, valueFen: 990 },
        { sku: 'gift-mug', name: { zh: '马克杯', en: 'Mug' }, quantity: 1, valueFen: 790 },
      ],
      limits: { perDay: 200 },
    },
    {
      ...base,
      id: 'take-60-5',
      kind: 'spend-save',
      requiresCoupon: true,
      claimable: true,
      name: { zh: '满 60 减 5 券', en: '¥5 off over ¥60' },
      items: { all: true },
      tiers: [{ spendFen: 6_000, saveFen: 500 }],
      repeat: 'once',
      base: 'after-item-discounts',
      limits: { perMember: 1 },
    },
    {
      ...base,
      id: 'dairy-double-points',
      kind: 'points',
      name: { zh: '乳品双倍积分', en: 'Double points on dairy' },
      items: { departments: ['dairy'] },
      earn: { by: 'multiplier', times: 2 },
    },
    {
      ...base,
      id: 'points-pay',
      kind: 'points-pay',
      name: { zh: '积分抵现', en: 'Pay with points' },
      items: { all: true },
      pointsPerStep: 100,
      fenPerStep: 100,
      maxShareBp: 5000,
    },
    {
      ...base,
      id: 'drinks-3-2',
      kind: 'buy-get',
      name: { zh: '饮料买二送一', en: 'Drinks 3 for 2' },
      items: { departments: ['drinks'] },
      buy: 2,
      get: 1,
      percentOffBp: 10_000,
    },
    {
      ...base,
      id: 'spend-100-10',
      kind: 'spend-save',
      name: { zh: '全场满 100 减 10', en: '¥10 off every ¥100' },
      items: { all: true },
      tiers: [{ spendFen: 10_000, saveFen: 1_000 }],
      repeat: 'per-step',
      base: 'after-item-discounts',
    },
    {
      ...base,
      id: 'bakery-fixed',
      kind: 'discount',
      name: { zh: '烘焙特价', en: 'Bakery special' },
      items: { skus: top('bakery', 12) },
      discount: { by: 'amount', amountOffFen: 200 },
    },
    ...(milk.length > 0
      ? [
          {
            ...base,
            id: 'member-milk',
            kind: 'member-price' as const,
            name: { zh: '会员鲜奶价', en: 'Member milk price' },
            prices: milk.map((item) => ({ sku: item.sku, priceFen: Math.round((item.priceFen * 0.88) / 10) * 10 })),
          },
        ]
      : []),
    ...(bananas === undefined
      ? []
      : [
          {
            ...base,
            id: 'banana-week',
            kind: 'discount' as const,
            name: { zh: `${bananas.nameZh}周`, en: `${bananas.nameEn} week` },
            items: { skus: [bananas.sku] },
            discount: { by: 'percent' as const, percentOffBp: 2500 },
          },
        ]),
    ...liveCoupons(data).map(
      (coupon): Campaign => ({
        ...base,
        id: couponCampaignId(coupon),
        kind: 'discount',
        requiresCoupon: true,
        fundedBy: 'brand',
        name: {
          zh: `${couponItemName(data, coupon.skus, 'zh')}券`,
          en: `${couponItemName(data, coupon.skus, 'en')} coupon`,
        },
        items: { skus: [...coupon.skus] },
        discount: { by: 'amount', amountOffFen: coupon.discountFen },
        limits: { perBasket: 1 },
      }),
    ),
  ];
  return {
    schema: 1,
    setId: 'demo',
    version: 1,
    campaigns,
    policy: {
      version: 1,
      objective: 'best-for-customer',
      couponsPerBasket: 3,
      // Cash is given and taken to the jiao.
      cashRounding: { toFen: 10, mode: 'down', cashPart: true },
      returns: { coupons: 'when-all-returned', expiredCoupons: 'stay-expired', gifts: 'return-or-charge' },
    },
  };
}

/** Who holds which coupon: the members that the real campaigns were sent to, a few each. */
export function demoWallets(data: DemoData): DemoWalletCoupon[] {
  const live = liveCoupons(data);
  const members = new Map(data.campaigns.map((campaign) => [campaign.campaignId, campaign.members]));
  const held = new Map<string, Set<string>>();
  return live.flatMap((coupon) =>
    (members.get(coupon.campaignId) ?? []).flatMap((memberId) => {
      // Two coupons that read the same would only puzzle their owner.
      const names = held.get(memberId) ?? new Set();
      const name = couponItemName(data, coupon.skus, 'zh');
      if (names.size >= MAX_WALLET || names.has(name)) return [];
      held.set(memberId, names.add(name));
      const couponId = `${coupon.couponId}-${coupon.campaignId}-${memberId}`;
      return [{ couponId, code: couponId, campaignId: couponCampaignId(coupon), memberId }];
    }),
  );
}

/** A real coupon may be of several campaigns. */
const couponCampaignId = (coupon: { couponId: string; campaignId: string }): string =>
  `coupon-${coupon.couponId}-${coupon.campaignId}`;

function liveCoupons(data: DemoData) {
  const known = new Set(data.items.map((item) => item.sku));
  return data.coupons
    .map((coupon) => ({ ...coupon, skus: coupon.skus.filter((sku) => known.has(sku)) }))
    .filter((coupon) => coupon.skus.length > 0 && coupon.discountFen > 0)
    .sort((left, right) => right.redemptions - left.redemptions || left.couponId.localeCompare(right.couponId))
    .slice(0, LIVE_COUPONS);
}

function couponItemName(data: DemoData, skus: readonly string[], language: 'zh' | 'en'): string {
  const item = data.items.find((candidate) => candidate.sku === skus[0]);
  const category =
    item === undefined ? undefined : data.categories.categories.find((entry) => entry.key === item.category);
  return (
    (language === 'zh' ? category?.nameZh : category?.nameEn) ?? item?.[language === 'zh' ? 'nameZh' : 'nameEn'] ?? ''
  );
}
