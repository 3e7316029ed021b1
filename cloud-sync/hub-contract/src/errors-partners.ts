import type { ErrorEntry } from './errors.ts';

/** Of partners, members at HQ, webhooks and erasures. */
export const PARTNER_ERRORS = {
  HUB_SCOPE_REFUSED: {
    status: 403,
    cause: {
      zh: '该合作方凭证没有此接口所需的权限。',
      en: 'This partner credential lacks the scope that the route needs.',
    },
    hint: {
      zh: '请总部操作员用所需权限重新建立合作方凭证。',
      en: 'Ask an HQ operator for a partner credential with that scope.',
    },
  },
  HUB_MEMBER_UNKNOWN: {
    status: 404,
    cause: { zh: '没有这个会员，或其资料已删除。', en: 'There is no such member, or the member was erased.' },
    hint: { zh: '核对编号、手机号或会员码。', en: 'Check the id, number, phone or code.' },
  },
  HUB_MEMBER_EXISTS: {
    status: 409,
    cause: { zh: '该手机号已有会员。', en: 'There is a member with this phone already.' },
    hint: { zh: '先用 POST /v1/members/find 查找。', en: 'Find the member with POST /v1/members/find.' },
  },
  HUB_MEMBER_REFUSED: {
    status: 422,
    cause: { zh: '会员资料不被接受。', en: 'What was given of the member is not accepted.' },
    hint: {
      zh: '消息里说明了原因：手机号格式、缺少入会同意，或未满 14 周岁须由监护人办理。',
      en: 'The message says why: a phone that is none, no consent to membership, or under 14 without a guardian.',
    },
  },
  HUB_MERGE_REFUSED: {
    status: 409,
    cause: {
      zh: '这两个会员不能合并，或没有可撤销的合并。',
      en: 'These members cannot be merged, or there is no merge to undo.',
    },
    hint: { zh: '不能与自己合并，也不能形成循环。', en: 'A member cannot be merged with itself, nor in a circle.' },
  },
  HUB_TWO_PEOPLE: {
    status: 409,
    cause: {
      zh: '有同事确认过，这是两个人。',
      en: 'Somebody at HQ said that these are two people.',
    },
    hint: {
      zh: '两位会员都保持原样。要合并，请先在“可能重复的会员”里撤回这条结论。',
      en: 'Both members stay as they are. To merge them, take that back on the page of members who may be there twice.',
    },
  },
  HUB_SETTINGS_CHANGED: {
    status: 409,
    cause: {
      zh: '会员设置在您读取之后已被他人更改。',
      en: 'Somebody else has changed the member settings since they were read.',
    },
    hint: { zh: '重新读取，再改一次。', en: 'Read them again and change them once more.' },
  },
  HUB_TEXT_VERSION_USED: {
    status: 409,
    cause: {
      zh: '同意文本改了字，版本号却是用过的。',
      en: 'The consent texts have other words under a version that was used before.',
    },
    hint: {
      zh: '请换一个新的版本号：每份同意都记着当时那一版。没有保存任何改动。',
      en: 'Give them a version of their own: each consent names the words that were read. Nothing was saved.',
    },
  },
  HUB_POINTS_REFUSED: {
    status: 409,
    cause: {
      zh: '积分不足，或要冲回的记录不存在。',
      en: 'There are not so many points, or there is no such entry to reverse.',
    },
    hint: { zh: '先查询余额和明细。', en: 'Look at the balance and the statement first.' },
  },
  HUB_IDEMPOTENCY_KEY_MISSING: {
    status: 400,
    cause: { zh: '此接口需要 Idempotency-Key 请求头。', en: 'This route needs the header Idempotency-Key.' },
    hint: {
      zh: '每个操作用一个新的唯一值；重试时用同一个值。',
      en: 'Send a new unique value for each deed, and the same one when trying again.',
    },
  },
  HUB_IDEMPOTENCY_CONFLICT: {
    status: 409,
    cause: { zh: '同一个编号已用于不同的内容。', en: 'The same id was used before with other content.' },
    hint: { zh: '重试须原样发送；新的操作用新的编号。', en: 'Send a retry unchanged; use a new id for something new.' },
  },
  HUB_IMPORT_REFUSED: {
    status: 400,
    cause: { zh: '导入文件不是所需格式的 CSV。', en: 'The file to import is no CSV of the form that is asked for.' },
    hint: { zh: '列名和格式见 docs/members-import.md。', en: 'docs/members-import.md has the columns.' },
  },
  HUB_WEBHOOK_UNKNOWN: {
    status: 404,
    cause: { zh: '没有这个 Webhook 订阅。', en: 'There is no such webhook.' },
    hint: { zh: '用 GET /v1/webhooks 查看。', en: 'GET /v1/webhooks lists them.' },
  },
  HUB_WEBHOOK_URL_REFUSED: {
    status: 422,
    cause: { zh: 'Webhook 地址不被接受。', en: 'The address of the webhook is not accepted.' },
    hint: {
      zh: '用公网 https 地址；本机可用 http；内网地址须在 webhooks.privateNetworks 中列出。',
      en: 'Use https to a public address, or http to this machine; name private networks in webhooks.privateNetworks.',
    },
  },
  HUB_WEBHOOK_TOO_MANY: {
    status: 409,
    cause: { zh: 'Webhook 订阅过多。', en: 'There are too many webhooks.' },
    hint: { zh: '先删除不用的订阅。', en: 'Delete those that are not used.' },
  },
  HUB_ERASURE_UNKNOWN: {
    status: 404,
    cause: { zh: '没有这个会员的删除记录。', en: 'No erasure of this member is known.' },
    hint: {
      zh: '先用 POST /v1/members/:memberId/erase 删除。',
      en: 'Erase with POST /v1/members/:memberId/erase first.',
    },
  },
  HUB_ERASURE_PROOF_DAMAGED: {
    status: null,
    cause: {
      zh: '删除证明不是本总部签发的，或已被改动。',
      en: 'The proof of erasure is not signed by this hub, or was changed.',
    },
    hint: {
      zh: '用 GET /v1/erasures/:memberId/proof 重新获取，并核对公钥。',
      en: 'Fetch it again with GET /v1/erasures/:memberId/proof, and compare the public key.',
    },
  },
} as const satisfies Record<string, ErrorEntry>;
