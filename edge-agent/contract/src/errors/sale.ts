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
} as const satisfies Record<string, ErrorEntry>;
