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
  MEMBER_CODE_USED: entry(
    409,
    { zh: '这个会员码已经用过。', en: 'This member code has been used already.' },
    {
      zh: '手机上半分钟内会换新码，换后再扫；购物篮不变。',
      en: 'The phone shows a new one within half a minute: scan that; the basket is unchanged.',
    },
  ),
  MEMBER_CODE_UNCHECKED: entry(
    409,
    { zh: '这个数字码现在无法核实。', en: 'These digits can not be checked now.' },
    {
      zh: '请扫手机上的二维码：它不联网也能核实。',
      en: 'Scan the QR code on the phone: that one can be checked without the internet.',
    },
  ),
  PHONE_PAGE_MISSING: entry(
    409,
    { zh: '本店没有连接总部，手机上没有会员页面。', en: 'This store has no HQ, so that there is no page for phones.' },
    {
      zh: '继续使用会员卡；连接总部后再绑定手机。',
      en: 'Go on with the card; bind the phone once the store has an HQ.',
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
  MEMBER_UNDER_14: entry(
    422,
    { zh: '未满 14 周岁，不能自己入会。', en: 'Under 14, nobody can join by themselves.' },
    {
      zh: '请父母或其他监护人用自己的手机号入会；没有保存任何资料。',
      en: 'A parent or guardian may join with a number of their own; nothing was stored.',
    },
  ),
  AGE_NEEDED: entry(
    422,
    { zh: '还不知道是否年满 14 周岁。', en: 'Whether the person is 14 or older is not known.' },
    { zh: '请确认年满 14 周岁，或填写带年份的生日。', en: 'Ask, or give a birthday with its year.' },
  ),
  BIRTHDAY_REFUSED: entry(
    422,
    { zh: '这不是一个可能的生日。', en: 'This is not a day that somebody can be born on.' },
    { zh: '按年-月-日或月-日填写，也可以不填。', en: 'Year, month and day, or month and day; it may be left out.' },
  ),
  CONSENT_TEXT_UNKNOWN: entry(
    409,
    { zh: '同意书的文本已更新。', en: 'The texts to agree to are others now.' },
    {
      zh: '重新读取 /v1/members/consent-texts，给本人看过再提交；没有保存任何资料。',
      en: 'Read /v1/members/consent-texts again, show them and ask once more; nothing was stored.',
    },
  ),
  TERMS_REFUSED: entry(
    422,
    { zh: '总部下发的会员条款有误，未采用。', en: 'The terms of membership of HQ are wrong and were not taken.' },
    {
      zh: '门店沿用原来的积分规则和同意文本；先升级门店程序，或由总部改正后再保存一次。',
      en: 'The store goes on with the points rules and texts it had; update its agent, or set them right at HQ and save again.',
    },
  ),
  MEMBER_KEPT_ELSEWHERE: entry(
    409,
    { zh: '这位会员的个人资料不在本店。', en: "This member's personal data are not kept in this store." },
    { zh: '请在会员的手机页面上更正，或联系总部。', en: "Set them right on the member's phone page, or at HQ." },
  ),
  VISIT_ENDED: entry(
    403,
    { zh: '本次登录已结束。', en: 'This visit has ended.' },
    { zh: '请再次出示会员码。', en: 'Show the member code again.' },
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
  COUPON_NOT_OFFERED: entry(
    409,
    { zh: '这张券现在领不了。', en: 'This coupon is not to be had now.' },
    {
      zh: '活动可能已结束、领完，或不适用于这位会员；其余的券不受影响。',
      en: 'Its campaign has ended, is used up, or is not for this member; other coupons are untouched.',
    },
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
