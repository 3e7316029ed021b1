import type { ErrorEntry } from './errors.ts';

/** Of the page on a member's phone. None says whether somebody is a member. */
export const MY_ERRORS = {
  HUB_CLAIM_REFUSED: {
    status: 404,
    cause: {
      zh: '这个绑定码不能用：可能还没传到总部、已经用过或已过期。',
      en: 'This word for a phone cannot be used: it has not come to HQ yet, was used before, or is too old.',
    },
    hint: {
      zh: '刚入会请等一两分钟再试；仍不行时请门店重新出示绑定码。',
      en: 'After joining just now, try again in a minute or two; otherwise ask in a store for a new one.',
    },
  },
  HUB_PHONE_KEY_REFUSED: {
    status: 422,
    cause: {
      zh: '手机的密钥与签名不符。',
      en: "The phone's key does not fit its signature.",
    },
    hint: { zh: '在手机上重新打开绑定链接。', en: 'Open the link of the sign-up on the phone again.' },
  },
  HUB_SESSION_REFUSED: {
    status: 401,
    cause: {
      zh: '总部不认识这部手机的签名，或会话已结束。',
      en: 'HQ does not know the signature of this phone, or the session has ended.',
    },
    hint: {
      zh: '页面会自动重新登录；手机已被解绑时请在门店重新绑定。',
      en: 'The page signs in again by itself; if the phone was taken away, bind it again in a store.',
    },
  },
  HUB_PHONE_CLOCK_OFF: {
    status: 422,
    cause: {
      zh: '手机时间与总部相差超过一分钟。',
      en: "The phone's clock and HQ's are more than a minute apart.",
    },
    hint: {
      zh: '按回复里的 Date 校正后重试；页面会自动这样做。',
      en: 'Go by the Date of this answer and try again; the page does so by itself.',
    },
  },
  HUB_TOO_MANY_TRIES: {
    status: 429,
    cause: { zh: '这个网络地址的请求太多。', en: 'Too many requests came from this address.' },
    hint: { zh: '按 Retry-After 等待后再试。', en: 'Wait as long as Retry-After says.' },
  },
  HUB_MEMBERSHIP_IS_ERASURE: {
    status: 409,
    cause: {
      zh: '撤回“成为会员”就是注销会员。',
      en: 'To withdraw membership is to leave.',
    },
    hint: { zh: '请使用注销功能，并下载删除证明。', en: 'Use the erasure instead; it gives a proof.' },
  },
  HUB_CONSENT_TEXT_UNKNOWN: {
    status: 409,
    cause: {
      zh: '同意书的文本已更新。',
      en: 'The texts to agree to are others now.',
    },
    hint: {
      zh: '请看过新的文本再选一次；没有保存任何改动。',
      en: 'Read the new ones and choose once more; nothing was stored.',
    },
  },
  HUB_MY_DATA_REFUSED: {
    status: 422,
    cause: {
      zh: '不能这样更正资料。',
      en: 'The data cannot be set right in this way.',
    },
    hint: {
      zh: '生日须是真实日期且年满 14 周岁；若资料只在门店保存，请到门店更正。',
      en: 'A birthday is a day of the calendar, of a person of 14 or older; what only a store can open is set right there.',
    },
  },
} as const satisfies Record<string, ErrorEntry>;
