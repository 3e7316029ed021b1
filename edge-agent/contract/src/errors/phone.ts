import { type ErrorEntry, entry } from './entry.ts';

/** Codes that prove a phone number. */
export const PHONE_ERRORS = {
  PHONE_CODES_OFF: entry(
    409,
    { zh: '本店不发短信验证码。', en: 'This store sends no codes to phones.' },
    {
      zh: '直接入会即可；要发验证码，请在配置中填写 messages。',
      en: 'Join without one; to send codes, set `messages` in the configuration.',
    },
  ),
  PHONE_CODE_TOO_SOON: entry(
    429,
    { zh: '刚刚已发过验证码。', en: 'A code was sent a moment ago.' },
    { zh: '一分钟后可以再发；先看看短信。', en: 'Look at your messages; another can be sent after a minute.' },
  ),
  PHONE_CODE_LIMIT: entry(
    429,
    { zh: '这个号码今天的验证码已发完。', en: 'This number has had all the codes of a day.' },
    {
      zh: '明天再试；也可以先入会，以后再验证号码。',
      en: 'Try again tomorrow, or join now and confirm the number later.',
    },
  ),
  PHONE_CODES_BUSY: entry(
    429,
    { zh: '这里发出的验证码太多，先停一会儿。', en: 'Too many codes were sent from here; it pauses for a while.' },
    {
      zh: '稍后再试；也可以先入会，以后再验证号码。',
      en: 'Try again later, or join now and confirm the number later.',
    },
  ),
  PHONE_CODE_WRONG: entry(
    409,
    { zh: '验证码不对。', en: 'That is not the code.' },
    {
      zh: '再看一眼短信，重新输入；什么都没有保存。',
      en: 'Look at the message and enter it again; nothing was stored.',
    },
  ),
  PHONE_CODE_USED_UP: entry(
    409,
    { zh: '验证码输错次数太多，已作废。', en: 'The code was entered wrongly too often and is void.' },
    { zh: '重新发一条验证码。', en: 'Send a new code.' },
  ),
  PHONE_CODE_OVER: entry(
    409,
    { zh: '这个验证码已失效。', en: 'This code is no longer good.' },
    { zh: '重新发一条验证码；什么都没有保存。', en: 'Send a new code; nothing was stored.' },
  ),
  MESSAGES_AWAY: entry(
    503,
    {
      zh: '短信服务联系不上，验证码在等待发送。',
      en: 'The message provider can not be reached; codes wait to be sent.',
    },
    {
      zh: '会自动重试，入会照常；检查门店网络和 messages.url。',
      en: "It is tried again by itself and people can join meanwhile; check the store's network and messages.url.",
    },
  ),
  MESSAGES_REFUSED: entry(
    502,
    { zh: '短信服务拒绝了我们的消息。', en: 'The message provider refuses our messages.' },
    {
      zh: '核对 messages 中的密钥、签名、模板和余额；入会照常。',
      en: 'Check keys, signature, template and balance in `messages`; people can join meanwhile.',
    },
  ),
  MEMBER_UNVERIFIED: entry(
    409,
    {
      zh: '手机号还没有验证，暂时只能积分。',
      en: 'The phone number is not confirmed yet, so points are earned and not spent.',
    },
    {
      zh: '在自助机上输入短信里的验证码即可；已有的积分都在。',
      en: 'Enter the code from the message at the kiosk; the points earned so far are safe.',
    },
  ),
} as const satisfies Record<string, ErrorEntry>;
