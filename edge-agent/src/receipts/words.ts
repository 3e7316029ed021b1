import type { Locale, Words } from '@tillside/agent-contract';

/** What a receipt says in its own words, in each language; names of goods and campaigns come with the sale. */
export const WORDS = {
  sale: { zh: '销售小票', en: 'Receipt' },
  return: { zh: '退货小票', en: 'Return' },
  exchange: { zh: '换货小票', en: 'Exchange' },
  training: { zh: '*** 培训 TRAINING ***', en: '*** TRAINING ***' },
  trainingNote: { zh: '练习用，不是购物凭证', en: 'For practice, not proof of purchase' },
  reprint: { zh: '补打', en: 'REPRINT' },
  late: { zh: '离线销售，事后补录', en: 'Sold offline, booked later' },
  receiptNumber: { zh: '小票号', en: 'Receipt' },
  lane: { zh: '收银台', en: 'Lane' },
  cashier: { zh: '收银员', en: 'Cashier' },
  businessDate: { zh: '营业日', en: 'Business date' },
  member: { zh: '会员', en: 'Member' },
  coupon: { zh: '券', en: 'coupon' },
  openItem: { zh: '商品', en: 'Item' },
  priceSet: { zh: '店员定价', en: 'price set by staff' },
  otherSaving: { zh: '收银机优惠', en: 'Price cut at the till' },
  linePays: { zh: '折后', en: 'You pay' },
  gift: { zh: '赠品', en: 'Gift' },
  piece: { zh: '件', en: 'item' },
  pieces: { zh: '件', en: 'items' },
  subtotal: { zh: '合计', en: 'Total' },
  savings: { zh: '优惠', en: 'Savings' },
  payable: { zh: '应付', en: 'To pay' },
  taxWithin: { zh: '含税', en: 'Incl. VAT' },
  taxAdded: { zh: '增值税', en: 'VAT' },
  rounding: { zh: '抹零', en: 'Cash rounding' },
  paid: { zh: '实付', en: 'Paid' },
  given: { zh: '实收', en: 'given' },
  change: { zh: '找零', en: 'Change' },
  saved: { zh: '本单共省', en: 'You saved' },
  pointsEarned: { zh: '本次积分', en: 'Points earned' },
  pointsSpent: { zh: '使用积分', en: 'Points used' },
  pointsBalance: { zh: '积分余额', en: 'Points balance' },
  pointsPending: { zh: '待生效积分', en: 'Points on their way' },
  pointsFrom: { zh: '起用日', en: 'to use from' },
  pointsEnding: { zh: '最近到期日', en: 'next to end' },
  pointsOwed: { zh: '待抵扣积分', en: 'Points to make up' },
  couponUsed: { zh: '已用券', en: 'Coupon used' },
  wallet: { zh: '您还有这些券', en: 'Still in your wallet' },
  until: { zh: '有效期至', en: 'until' },
  fapiao: { zh: '微信或支付宝扫码，自助开电子发票', en: 'Scan for your e-invoice (fapiao)' },
  fapiaoNote: { zh: '抬头请扫码后填写', en: 'You enter the title on that page' },
  moneyRule: { zh: '金额规则', en: 'Money rule' },
  campaigns: { zh: '活动版本', en: 'campaigns' },
  prices: { zh: '价格版本', en: 'prices' },
  policy: { zh: '策略', en: 'policy' },
  thanks: { zh: '谢谢惠顾，欢迎再来', en: 'Thank you, see you soon' },
  cameBack: { zh: '退回商品', en: 'Goods returned' },
  exchangedFor: { zh: '抵付换购商品', en: 'For the goods exchanged' },
  handedOutHere: { zh: '退还差额', en: 'Handed out' },
  originalSale: { zh: '原小票', en: 'Of receipt' },
  noReceipt: { zh: '无小票退货', en: 'Returned without a receipt' },
  otherStore: { zh: '他店商品退货', en: 'Bought in another store' },
  reported: { zh: '收银机自行退货', en: 'Returned at the till alone' },
  heldBack: { zh: '优惠不再满足，扣回', en: 'Offer no longer reached' },
  heldBackEnds: { zh: '此前扣回，现退还', en: 'Held back before, now paid' },
  giftCharge: { zh: '未退赠品', en: 'Gift kept' },
  refund: { zh: '退款', en: 'Refund' },
  pay: { zh: '补付', en: 'To pay' },
  pointsTakenBack: { zh: '扣回积分', en: 'Points taken back' },
  pointsGivenBack: { zh: '退还积分', en: 'Points given back' },
  couponBack: { zh: '券已退还', en: 'Coupon given back' },
  reason: { zh: '原因', en: 'Reason' },
  xReport: { zh: 'X 报表（未结）', en: 'X report' },
  zReport: { zh: 'Z 报表', en: 'Z report' },
  printedAt: { zh: '出单时间', en: 'Made at' },
  firstReceipt: { zh: '首张小票', en: 'First receipt' },
  lastReceipt: { zh: '末张小票', en: 'Last receipt' },
  sales: { zh: '销售笔数', en: 'Sales' },
  salesFen: { zh: '销售额', en: 'Sold' },
  returns: { zh: '退货笔数', en: 'Returns' },
  refundsFen: { zh: '退款额', en: 'Refunded' },
  taxFen: { zh: '增值税', en: 'VAT' },
  pointsSpentFen: { zh: '积分抵付', en: 'Paid with points' },
  cancelled: { zh: '取消的购物篮', en: 'Baskets cancelled' },
  taken: { zh: '收款', en: 'Taken' },
  handedOut: { zh: '退款支出', en: 'Handed out' },
  cashDue: { zh: '应有现金', en: 'Cash that should be there' },
  cashCounted: { zh: '清点现金', en: 'Cash counted' },
  cashOver: { zh: '长短款', en: 'Over or short' },
  byCampaign: { zh: '按活动优惠', en: 'Saved by campaign' },
  others: { zh: '其他活动', en: 'other campaigns' },
  agreed: { zh: '与收银机相符', en: 'Agrees with the till' },
  notAgreed: { zh: '与收银机不符', en: 'Differs from the till' },
  ours: { zh: '门店', en: 'store' },
  posSays: { zh: '收银机', en: 'till' },
} as const satisfies Record<string, Words>;

const TENDERS = {
  cash: { zh: '现金', en: 'Cash' },
  token: { zh: '电子支付', en: 'Card or mobile' },
  voucher: { zh: '购物卡券', en: 'Voucher' },
  exchange: { zh: '退回商品抵付', en: 'Returned goods' },
} as const satisfies Record<string, Words>;

/** Tiers that retailers commonly name; any other is shown as HQ writes it. */
const TIERS: Record<string, Words> = {
  basic: { zh: '普通会员', en: 'Basic' },
  standard: { zh: '普通会员', en: 'Standard' },
  silver: { zh: '银卡', en: 'Silver' },
  gold: { zh: '金卡', en: 'Gold' },
  platinum: { zh: '白金卡', en: 'Platinum' },
};

export const pick = (words: Words, locale: Locale): string => (locale === 'zh-CN' ? words.zh : words.en);

/** A kind of tender that the store's own POS names otherwise is shown as it is. */
export const tenderName = (kind: string, locale: Locale): string => {
  const words = (TENDERS as Record<string, Words>)[kind];
  return words === undefined ? kind : pick(words, locale);
};

export const tierName = (tier: string, locale: Locale): string => {
  const words = TIERS[tier.toLowerCase()];
  return words === undefined ? tier : pick(words, locale);
};
