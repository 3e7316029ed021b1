import { type ErrorEntry, entry } from './entry.ts';

/** Members and their coupons. */
export const PEOPLE_ERRORS = {
  MEMBER_UNKNOWN: entry(
    404,
    { zh: '没有找到这位会员。', en: 'This member was not found.' },
    { zh: '可继续以非会员结账；积分可稍后补记。', en: 'Sell as a guest; points can be added later.' },
  ),
  MEMBER_CODE_EXPIRED: entry(
    422,
    { zh: '会员码已过期。', en: 'The member code is of another time.' },
    {
      zh: '请会员刷新手机上的码再扫；若仍如此，核对手机时间。',
      en: "Let the member's phone show a new one and scan again; if it stays, the phone's clock is off.",
    },
  ),
  PUBLIC_KEY_REFUSED: entry(
    422,
    { zh: '公钥格式不对，或已属于另一位会员。', en: "The public key is none, or another member's." },
    { zh: '在手机上重新生成会员码密钥。', en: "Make a new key on the member's phone." },
  ),
  MEMBER_EXISTS: entry(
    409,
    { zh: '该手机号已是会员。', en: 'This phone number is a member already.' },
    { zh: '请用会员码登录。', en: 'Sign in with the member code.' },
  ),
  PHONE_REFUSED: entry(
    422,
    { zh: '这不像一个手机号。', en: 'This does not look like a phone number.' },
    {
      zh: '中国大陆 11 位，或以 + 开头的国际号码。',
      en: 'Eleven digits for mainland China, or international with a leading +.',
    },
  ),
  CONSENT_NEEDED: entry(
    422,
    { zh: '入会需要同意会员条款。', en: 'Joining needs consent to membership.' },
    { zh: '其余两项可不选。', en: 'The other two are optional.' },
  ),
  COUPON_UNKNOWN: entry(
    404,
    { zh: '没有这张优惠券。', en: 'There is no such coupon.' },
    { zh: '核对券码。', en: 'Check its code.' },
  ),
  COUPON_SPENT: entry(
    409,
    { zh: '这张优惠券已使用。', en: 'This coupon has been used.' },
    { zh: '购物篮其余内容不变。', en: 'The rest of the basket is unchanged.' },
  ),
  COUPON_EXPIRED: entry(
    409,
    { zh: '这张优惠券已过期。', en: 'This coupon has expired.' },
    { zh: '购物篮其余内容不变。', en: 'The rest of the basket is unchanged.' },
  ),
  COUPON_OF_ANOTHER_MEMBER: entry(
    409,
    { zh: '这张优惠券属于另一位会员。', en: 'This coupon belongs to another member.' },
    { zh: '先识别券的主人。', en: 'Identify its owner first.' },
  ),
} as const satisfies Record<string, ErrorEntry>;
