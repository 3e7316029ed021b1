import { type ErrorEntry, entry } from './entry.ts';

/** Who may call, and how a request has to look. */
export const ACCESS_ERRORS = {
  BODY_REFUSED: entry(
    400,
    { zh: '请求内容不符合接口说明。', en: 'The request does not fit the API.' },
    {
      zh: '按 fields 中的说明修改后重发；没有任何内容被保存。',
      en: 'Mend what `fields` names and send again; nothing was stored.',
    },
  ),
  IDEMPOTENCY_KEY_MISSING: entry(
    400,
    { zh: '缺少 Idempotency-Key 请求头。', en: 'The Idempotency-Key header is missing.' },
    {
      zh: '为每次写操作生成一个新键，重试时用同一个键。',
      en: 'Make a new key for each write and keep it for its retries.',
    },
  ),
  IDEMPOTENCY_KEY_REUSED: entry(
    422,
    { zh: '同一个 Idempotency-Key 已用于不同的请求。', en: 'This Idempotency-Key was used for another request.' },
    { zh: '换一个新键；先前的请求保持有效。', en: 'Use a new key; the earlier request stands.' },
  ),
  CREDENTIAL_MISSING: entry(
    401,
    { zh: '此设备尚未配对。', en: 'This device is not paired.' },
    {
      zh: '在门店主机上运行 tillside-agent pair 生成一次性配对码。',
      en: 'Make a one-time code on the store machine: tillside-agent pair.',
    },
  ),
  CREDENTIAL_REVOKED: entry(
    401,
    { zh: '此设备的配对已被撤销。', en: "This device's pairing was revoked." },
    {
      zh: '请店长重新配对；它的购物篮都在，别的收银机可恢复。',
      en: 'Pair again; its baskets are kept, and any other terminal may resume them.',
    },
  ),
  NOT_ALLOWED: entry(
    403,
    { zh: '此设备无权进行该操作。', en: 'This device may not do that.' },
    { zh: '用具备权限的设备操作。', en: 'Use a device that was paired for it.' },
  ),
  PAIRING_CODE_REFUSED: entry(
    403,
    { zh: '配对码错误、已过期或已使用。', en: 'The pairing code is wrong, used or expired.' },
    { zh: '重新生成一个配对码，在有效期内使用。', en: 'Make a new code and use it before it expires.' },
  ),
  PIN_REFUSED: entry(
    403,
    { zh: 'PIN 不正确。', en: 'The PIN is not right.' },
    {
      zh: '核对后再试；连续错误会暂停几分钟。',
      en: 'Check and try again; after several misses it pauses for some minutes.',
    },
  ),
  STAFF_SESSION_ENDED: entry(
    401,
    { zh: '登录已过期。', en: 'The session has ended.' },
    { zh: '请重新输入 PIN。', en: 'Enter the PIN again.' },
  ),
  TOO_MANY_ATTEMPTS: entry(
    429,
    { zh: '尝试次数过多。', en: 'Too many attempts.' },
    { zh: '稍等几分钟再试。', en: 'Wait some minutes, then try again.' },
  ),
  NOT_FOUND: entry(
    404,
    { zh: '没有这个地址。', en: 'There is nothing at this address.' },
    { zh: '接口说明见 /docs。', en: 'The API is described at /docs.' },
  ),
  BODY_TOO_LARGE: entry(
    413,
    { zh: '请求过大。', en: 'The request is too large.' },
    { zh: '分批发送。', en: 'Send it in parts.' },
  ),
  NOT_READY: entry(
    503,
    { zh: '代理正在启动或停止。', en: 'The agent is starting or stopping.' },
    { zh: '几秒后重试。', en: 'Try again in some seconds.' },
  ),
  INTERNAL: entry(
    500,
    { zh: '代理遇到意外错误，这次操作没有保存。', en: 'The agent met an unexpected error; this was not stored.' },
    { zh: '用同一个键重试；把 requestId 告诉支持人员。', en: 'Retry with the same key; tell support the requestId.' },
  ),
} as const satisfies Record<string, ErrorEntry>;
