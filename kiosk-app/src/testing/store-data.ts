/** A small store for the browser tests: real products, sizes and median prices of Complete Journey (84.51, CC0). */
import {
  DEFAULT_CONSENT_TEXTS,
  type ItemView,
  type LabelView,
  type MemberData,
  type MemberHome,
  type OfferCard,
  type PointsStatement,
  type StatusView,
} from '@tillside/agent-contract';

type Row = readonly [
  sku: string,
  zh: string,
  en: string,
  sizeZh: string,
  sizeEn: string,
  pictogram: string,
  fen: number,
];

const ROWS: readonly Row[] = [
  ['1082185', '香蕉', 'Bananas', '每千克', 'per kg', 'produce', 100],
  ['1029743', '鲜牛奶', 'Fresh milk', '1 加仑', '1 gal', 'dairy', 269],
  ['981760', '特大鸡蛋', 'Extra-large eggs', '12 枚', '12 pcs', 'dairy', 118],
  ['1127831', '草莓', 'Strawberries', '16 盎司', '16 oz', 'produce', 299],
  ['883404', '白吐司面包', 'White sandwich bread', '20 盎司', '20 oz', 'bakery', 129],
  ['916122', '去骨鸡胸肉', 'Boneless chicken breast', '每份', 'each', 'meat', 867],
  ['5569230', '罐装汽水', 'Soft drinks, cans', '12 × 12 盎司', '12 × 12 oz', 'drinks', 469],
  ['859075', '马苏里拉与切达混合奶酪丝', 'Shredded mozzarella and cheddar', '8 盎司', '8 oz', 'dairy', 178],
  ['1065593', '卫生纸', 'Toilet tissue', '83.5 平方英尺', '83.5 sq ft', 'household', 100],
  ['5568378', '墨西哥玉米片', 'Tortilla chips', '12.5 盎司', '12.5 oz', 'snacks', 275],
  ['1024306', '哈密瓜', 'Cantaloupe', '整个', 'whole', 'produce', 250],
  ['12946027', '冷冻鱼柳', 'Frozen fish fillets', '12 盎司', '12 oz', 'seafood', 399],
  ['948670', '意大利长棍面包', 'Italian loaf', '每个', 'each', 'bakery', 119],
  [
    '1098066',
    '电影杂志与电视节目指南合刊（十一月号，附赠海报）',
    'Film and television guide, November double issue with poster',
    '每本',
    'each',
    'other',
    199,
  ],
  ['925626', '家常冷冻比萨', 'Frozen pizza', '10.2 盎司', '10.2 oz', 'frozen', 100],
  ['1070015', '冰红茶', 'Iced tea', '1 加仑', '1 gal', 'drinks', 99],
];

const UNTIL = '2026-11-30T16:00:00Z';

function itemOf([sku, zh, en, sizeZh, sizeEn, pictogram, fen]: Row, index: number): ItemView {
  const soldBy = sku === '1082185' ? 'weight' : 'each';
  return {
    sku,
    gtin: `2${String(index).padStart(11, '0')}0`.padStart(14, '0'),
    name: { zh, en },
    size: { zh: sizeZh, en: sizeEn },
    department: 'GROCERY',
    category: pictogram,
    pictogram,
    soldBy,
    unit: soldBy === 'weight' ? 'kg' : 'each',
    state: 'on-sale',
    priceFen: fen,
    shelfPriceFen: fen,
  };
}

export const ITEMS: readonly ItemView[] = ROWS.map(itemOf);

function offerItem(sku: string, shareOff: number): OfferCard['items'][number] {
  const item = ITEMS.find((candidate) => candidate.sku === sku);
  if (!item) throw new Error(`no such item in the store data: ${sku}`);
  const { name, size, pictogram, priceFen } = item;
  return { sku, name, size, pictogram, priceFen, offerFen: Math.round(priceFen * (1 - shareOff)) };
}

export const OFFERS: readonly OfferCard[] = [
  {
    campaignId: 'fresh-week',
    name: { zh: '生鲜周', en: 'Fresh week' },
    text: { zh: '水果和禽肉，最多省三成', en: 'Fruit and poultry, up to 30% off' },
    needsCoupon: false,
    membersOnly: false,
    until: UNTIL,
    items: [offerItem('1127831', 0.3), offerItem('916122', 0.2), offerItem('1024306', 0.25)],
  },
  {
    campaignId: 'breakfast',
    name: { zh: '早餐搭着买', en: 'Breakfast together' },
    text: { zh: '牛奶、鸡蛋、面包，会员省一成半', en: 'Milk, eggs and bread, 15% off for members' },
    needsCoupon: false,
    membersOnly: true,
    until: UNTIL,
    items: [offerItem('1029743', 0.15), offerItem('981760', 0.15), offerItem('883404', 0.15)],
  },
  {
    campaignId: 'basket-20',
    name: { zh: '满 ¥20 减 ¥3', en: '¥3 off from ¥20' },
    text: { zh: '全场商品，一单一次', en: 'On the whole basket, once' },
    needsCoupon: false,
    membersOnly: false,
    until: UNTIL,
    items: [],
  },
  {
    campaignId: 'film-night',
    name: { zh: '电影之夜', en: 'Film night' },
    text: { zh: '零食饮料，凭券八折', en: 'Snacks and drinks, 20% off with a coupon' },
    needsCoupon: true,
    membersOnly: false,
    until: UNTIL,
    items: [offerItem('5568378', 0.2), offerItem('5569230', 0.2), offerItem('1098066', 0.2)],
  },
];

/** The word of the one visit that the fake agent knows. */
export const VISIT = 'TV:visit-1';

const AT = '2026-11-20T02:00:00Z';

export const consentsOf = (isPersonalised: boolean): MemberHome['consents'] =>
  (['membership', 'personalisation', 'marketing'] as const).map((purpose) => ({
    purpose,
    granted: purpose === 'membership' || (purpose === 'personalisation' && isPersonalised),
    textVersion: DEFAULT_CONSENT_TEXTS.version,
    at: AT,
  }));

export const memberDataOf = (isPersonalised: boolean): MemberData => ({
  storeName: { zh: '晨光市集 · 中山路店', en: 'Morning Market, Zhongshan Road' },
  asOf: AT,
  memberId: 'm-1',
  joinedAt: '2025-03-08T02:00:00Z',
  tier: 'jade',
  pointsBalance: 1280,
  tags: ['baking'],
  segments: ['active'],
  profile: { phone: '+8613800138000', birthday: '1990-02-03' },
  hasPhoneKey: true,
  consents: consentsOf(isPersonalised),
  coupons: [{ couponId: 'c-1', campaignId: 'film-night', isSpent: false }],
  sales: [3, 2, 1].map((day) => ({
    saleId: `s-${day}`,
    receiptNumber: `A-${day}`,
    businessDate: `2026-11-0${day}`,
    completedAt: `2026-11-0${day}T10:00:00+08:00`,
    payableFen: 4_310 * day,
    pointsEarned: 43 * day,
    pointsSpent: 0,
    lines: [{ sku: '1029743', quantity: 1, payableFen: 4_310 * day }],
  })),
  purchases: [],
  habits: null,
  accesses: [{ staffId: 's-1', what: 'find', reason: 'lost-code', at: AT }],
});

const STANDING: MemberHome['points'] = {
  available: 1280,
  pending: 60,
  owed: 0,
  endingNext: { points: 300, at: '2026-12-31T15:59:59Z' },
};

export const statementOf = (): PointsStatement => ({
  ...STANDING,
  lines: [
    { kind: 'earn', at: '2026-11-20T02:00:00Z', points: 60, balance: 1340, where: 'here' },
    { kind: 'burn', at: '2026-11-12T02:00:00Z', points: -200, balance: 1280, where: 'hq' },
    {
      kind: 'reverse',
      of: 'burn',
      at: '2026-11-13T02:00:00Z',
      points: 80,
      balance: 1480,
      where: 'store',
      store: '海棠溪店 Haitangxi Riverside',
    },
    { kind: 'expire', at: '2026-10-31T15:59:59Z', points: -20, balance: 1400 },
  ],
  beforePoints: 1420,
  isWhole: true,
});

export function homeOf(code: string, memberId: string, isPersonalised: boolean): MemberHome {
  const picks = isPersonalised
    ? ['859075', '12946027', '883404', '925626', '1065593']
    : ['1082185', '1029743', '5569230'];
  const reason = isPersonalised
    ? { code: 'DUE_AGAIN', text: { zh: '您约 12 天买一次', en: 'You buy this about every 12 days' } }
    : { code: 'POPULAR_HERE', text: { zh: '本店早上热销', en: 'Popular here in the morning' } };
  const offer = { code: 'ON_PROMOTION', text: { zh: '现省 ¥2', en: 'Save ¥2 now' } };
  return {
    memberId,
    code,
    visit: VISIT,
    visitUntil: '2026-11-22T02:15:00Z',
    tier: 'jade',
    pointsBalance: 1280,
    points: STANDING,
    personalised: isPersonalised,
    consents: consentsOf(isPersonalised),
    coupons: [
      {
        couponId: 'c-1',
        code: 'TC:51800000050',
        campaignId: 'film-night',
        name: { zh: '零食饮料八折券', en: '20% off snacks and drinks' },
        text: { zh: '结账时出示会员码，自动使用', en: 'Used by itself when you show your code' },
        until: UNTIL,
      },
      {
        couponId: 'c-2',
        code: 'TC:51800000051',
        campaignId: 'dairy',
        name: { zh: '奶酪立减 ¥0.50', en: '¥0.50 off cheese' },
        text: { zh: '限用一次', en: 'Once' },
        until: UNTIL,
      },
    ],
    offers: [...OFFERS],
    recommendations: {
      recommendationId: 'r-1',
      source: isPersonalised ? 'model' : 'popularity',
      ...(isPersonalised ? { modelId: 'demo-1' } : {}),
      items: picks.flatMap((sku, at) => {
        const item = ITEMS.find((candidate) => candidate.sku === sku);
        if (item === undefined) return [];
        const { name, size, pictogram, shelfPriceFen: priceFen } = item;
        return [{ sku, name, size, pictogram, priceFen, reason, ...(at === 1 ? { offer } : {}) }];
      }),
    },
  };
}

const CODES: Readonly<Record<LabelView['state'], LabelView['code']>> = {
  unpaired: 'LABEL_UNPAIRED',
  sending: 'LABEL_SENDING',
  queued: 'LABEL_QUEUED',
  shown: 'LABEL_RIGHT',
  failed: 'LABEL_NOT_PROVEN',
  silent: 'LABEL_SILENT',
};
const STATES: readonly LabelView['state'][] = [
  'shown',
  'shown',
  'queued',
  'shown',
  'silent',
  'shown',
  'sending',
  'shown',
  'failed',
];

export function labelsOf(count: number): LabelView[] {
  return Array.from({ length: count }, (_, index) => {
    const tagId = `00007E22${(0x5a000000 + index).toString(16).toUpperCase().padStart(8, '0')}`;
    const item = ITEMS[index];
    const base = { tagId, hwType: 1, batteryMv: 2_950 - index, rssiDbm: -58 - index, lqi: 120 };
    if (!item || index >= STATES.length) return { ...base, state: 'unpaired', code: CODES.unpaired };
    const state = STATES[index] ?? 'shown';
    return {
      ...base,
      state,
      code: CODES[state],
      sku: item.sku,
      name: item.name,
      shelf: `A${index + 1}`,
      priceFen: item.priceFen,
      shownFen: state === 'shown' ? item.priceFen : item.priceFen + 100,
      ...(state === 'failed' ? { reason: 'NO_PROOF' } : {}),
      ...(state === 'shown' ? { shownAt: '2026-11-22T01:00:00Z' } : {}),
    };
  });
}

export const statusOf = (online: boolean, ageSeconds: number): StatusView => ({
  storeId: 'store-309',
  storeName: { zh: '晨光市集 · 中山路店', en: 'Morning Market, Zhongshan Road' },
  version: '0.1.0',
  startedAt: AT,
  priceVersion: 3,
  campaignSetVersion: 7,
  sync: { paired: true, online, events: 900, waiting: 0, shed: 0, aside: 0 },
  hq: [],
  members: {
    pack: { version: 12, members: 12_304, leftOut: 0, asOf: AT, ageSeconds },
    strangers: { kept: 12, dropped: 0 },
    heardAt: AT,
  },
  devices: [],
  conditions: [],
});
