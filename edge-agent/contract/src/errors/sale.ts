import { type ErrorEntry, entry } from './entry.ts';

/** Completing, returning and counting sales. */
export const SALE_ERRORS = {
  PRICE_CHANGED: entry(
    409,
    { zh: '应付金额、赠品或积分已变化。', en: 'The amount to pay, a gift or the points have changed.' },
    { zh: '重新读取购物篮，向顾客确认后再结账。', en: 'Read the basket again and confirm with the shopper.' },
  ),
  LIMIT_REACHED: entry(
    409,
    { zh: '购物篮里的一个优惠刚刚用完。', en: 'An offer in the basket has just run out.' },
    { zh: '重新读取购物篮，向顾客确认后再结账。', en: 'Read the basket again and confirm with the shopper.' },
  ),
  POINTS_SPENT: entry(
    409,
    { zh: '会员的积分已不够本单使用。', en: "The member's points no longer reach for this basket." },
    { zh: '重新读取购物篮，向会员确认后再结账。', en: 'Read the basket again and confirm with the member.' },
  ),
  POINTS_OFFLINE_LIMIT: entry(
    409,
    {
      zh: '总部还不知道这些积分是否已在别处使用，本店暂时只能用到这么多。',
      en: 'HQ can not say now whether these points were spent elsewhere: this store lets no more be spent than this.',
    },
    {
      zh: '少用一些积分，或等门店联网后再试；其余按平常方式支付。',
      en: 'Use fewer, or try again once the store is online; the rest is paid as usual.',
    },
  ),
  POINTS_CARD_LIMIT: entry(
    409,
    {
      zh: '凭会员卡或会员号，一天只能用到这么多积分。',
      en: 'By a card or a number no more points than this may be spent a day.',
    },
    {
      zh: '请会员出示手机上的会员码；门店联网后，手机上的 18 位数字码也可以。',
      en: "Let the member show the code of the phone; once the store is online, the phone's 18 digits do as well.",
    },
  ),
  TENDER_MISMATCH: entry(
    422,
    { zh: '支付金额与应付金额不符。', en: 'The tenders do not add up to the amount to pay.' },
    { zh: '核对每笔支付。', en: 'Check each tender.' },
  ),
  CARD_NUMBER_REFUSED: entry(
    422,
    { zh: '该字段可能含有银行卡号，已拒收。', en: 'A field may hold a card number and was refused.' },
    { zh: '只传支付服务商的凭证号。', en: "Send the payment provider's token only." },
  ),
  RECEIPT_NUMBER_USED: entry(
    409,
    { zh: '此收银机的该小票号已用过。', en: 'This terminal has used this receipt number.' },
    { zh: '换一个小票号；先前的销售已保存。', en: 'Use the next number; the earlier sale is kept.' },
  ),
  SALE_UNKNOWN: entry(
    404,
    { zh: '没有这笔销售。', en: 'There is no such sale.' },
    { zh: '核对销售编号。', en: 'Check the sale id.' },
  ),
  RETURN_TOO_MANY: entry(
    409,
    { zh: '退货数量超过可退数量。', en: 'More is being returned than was bought.' },
    { zh: '核对此前的退货。', en: 'Check earlier returns of this sale.' },
  ),
  BUSINESS_DAY_CLOSED: entry(
    409,
    { zh: '此收银机的该营业日已日结。', en: "This terminal's business day is closed." },
    {
      zh: '请用下一个营业日（重新开班或传 businessDate）；离线销售仍可补传，补传后再次日结。',
      en: 'Sell on the next day (open a session or send businessDate). Late sales are still taken; close again after them.',
    },
  ),
  DATE_FAR: entry(
    422,
    { zh: '营业日与门店日期相差两天以上。', en: "The business date is more than two days from the store's date." },
    {
      zh: '核对收银机的日期；若前几天的班次未交班，请先交班再开班；离线期间的销售请用补传接口，不受此限。',
      en: "Check the till's date; close a session that was left open. Sales that it made alone are posted as late ones: any date is taken.",
    },
  ),
  DAY_NOT_BEGUN: entry(
    422,
    {
      zh: '该营业日尚未开始，不能日结。',
      en: "The business day has not begun by the store's clock and can't be closed.",
    },
    {
      zh: '核对日期；已日结的营业日不能再开新单。',
      en: 'Check the date: nothing new can be sold on a day that is closed.',
    },
  ),
  SESSION_OPEN: entry(
    409,
    { zh: '此收银机已有收银员在班。', en: 'A session is open at this terminal.' },
    { zh: '先交班（关闭当前班次），再开班。', en: 'Close it first; GET /v1/till/session reads it.' },
  ),
  SESSION_UNKNOWN: entry(
    404,
    { zh: '此收银机没有这个班次，或当前无人在班。', en: 'This terminal has no such session, or none is open.' },
    { zh: '先开班。', en: 'Open a session.' },
  ),
  SESSION_CLOSED: entry(
    409,
    { zh: '该班次已交班。', en: 'The session is closed already.' },
    { zh: '班次合计可从日合计按班次读取。', en: "Read its totals with the day's, by sessionId." },
  ),
  RETURN_OF_TRAINING: entry(
    409,
    { zh: '这是培训单，不能退货。', en: 'This sale was training only; nothing of it can come back.' },
    { zh: '核对小票上的“培训”字样。', en: 'Check the receipt: it says training.' },
  ),
  BLIND_RETURN_LIMIT: entry(
    409,
    { zh: '无小票退货金额超过门店上限。', en: "The return without a receipt is above the store's limit." },
    {
      zh: '请出示小票，或减少件数；上限见配置 maxBlindReturnFen。',
      en: 'Ask for the receipt or take fewer pieces; the limit is maxBlindReturnFen of the config.',
    },
  ),
} as const satisfies Record<string, ErrorEntry>;
