/** A sentence in both languages that people in the store read. */
export interface Text {
  readonly zh: string;
  readonly en: string;
}

/**
 * Every condition the link can report. A hub that is down is a calm state: the store goes on selling and the outbox waits.
 * `cause` says what happened and what stays safe, `hint` what to do.
 */
export const LINK_ERRORS = {
  HUB_NOT_PAIRED: {
    cause: {
      zh: '本店还没有总部凭证，销售保存在本店。',
      en: 'This store has no credential for the hub yet. Sales are kept here.',
    },
    hint: {
      zh: '用 `tillside-hub store add` 生成一次性配对码，填入代理配置。',
      en: 'Make a one-time code with `tillside-hub store add` and give it to the agent as the pairing code.',
    },
  },
  HUB_REFUSED_PAIRING: {
    cause: { zh: '总部没有接受配对码。', en: 'The hub did not accept the pairing code.' },
    hint: {
      zh: '配对码只能用一次且很快过期，请在总部重新生成。',
      en: 'Codes work once and for a short time: make a new one at the hub.',
    },
  },
  HUB_UNREACHABLE: {
    cause: {
      zh: '连不上总部，销售保存在本店，稍后补传。',
      en: 'The hub could not be reached. Sales are kept here and are sent later.',
    },
    hint: {
      zh: '检查门店网络和总部地址；系统会自动重试。',
      en: 'Check the store network and the hub address; the link tries again by itself.',
    },
  },
  HUB_TIMEOUT: {
    cause: {
      zh: '总部没有及时答复，未确认的数据仍在本店。',
      en: 'The hub did not answer in time. What was sent stays here until it is acknowledged.',
    },
    hint: {
      zh: '系统会自动重试；若持续出现，请查看总部负载。',
      en: 'The link tries again by itself; look at the load of the hub if this lasts.',
    },
  },
  HUB_REFUSED_CREDENTIAL: {
    cause: {
      zh: '总部不再接受本店凭证，销售保存在本店。',
      en: 'The hub no longer accepts the credential of this store. Sales are kept here.',
    },
    hint: {
      zh: '重新配对，或询问总部凭证是否被吊销。',
      en: 'Pair the store again, or ask HQ whether its credential was revoked.',
    },
  },
  HUB_BUSY: {
    cause: {
      zh: '总部请我们稍候，其间销售保存在本店。',
      en: 'The hub asked to wait. Sales are kept here meanwhile.',
    },
    hint: {
      zh: '系统会按总部要求的时间等待，然后继续。',
      en: 'The link waits as long as the hub asked and then goes on.',
    },
  },
  HUB_FAILED: {
    cause: {
      zh: '总部自身出现故障，发送的数据仍在本店。',
      en: 'The hub had a failure of its own. What was sent stays here.',
    },
    hint: {
      zh: '查看总部日志；系统会自动重试。',
      en: 'Look at the log of the hub; the link tries again by itself.',
    },
  },
  HUB_REFUSED_BATCH: {
    cause: {
      zh: '总部认为一批数据格式不对，本店没有删除任何数据。',
      en: 'The hub refused a batch as malformed. Nothing was deleted here.',
    },
    hint: {
      zh: '代理与总部版本可能不同：核对版本并查看总部日志。',
      en: 'Agent and hub may be of different versions: compare them, and look at the log of the hub.',
    },
  },
  HUB_BATCH_TOO_LARGE: {
    cause: {
      zh: '总部或途中的设备认为一批数据太大。',
      en: 'The hub or something on the way found a batch too large.',
    },
    hint: {
      zh: '系统会改发更小的批次；检查途中代理的正文大小限制。',
      en: 'The link sends smaller batches; check body size limits of proxies on the way.',
    },
  },
  HUB_ANSWER_UNREADABLE: {
    cause: {
      zh: '看不懂总部的答复，本店没有删除任何数据。',
      en: 'The answer of the hub could not be understood. Nothing was deleted here.',
    },
    hint: {
      zh: '确认地址就是总部（途中没有登录页），并核对版本。',
      en: 'Check that the address is the hub itself (no login page on the way) and compare versions.',
    },
  },
  HUB_ACK_WITHOUT_PROGRESS: {
    cause: {
      zh: '总部有答复，但没有确认任何已发送的数据。',
      en: 'The hub answered but acknowledged nothing that was sent.',
    },
    hint: { zh: '查看总部日志：可能磁盘已满。', en: 'Look at the log of the hub: its storage may be full.' },
  },
  OUTBOX_FAILED: {
    cause: {
      zh: '本店的发件箱无法读取或清理，销售仍记在日志中。',
      en: 'The outbox of this store could not be read or trimmed. Sales are still recorded in the journal.',
    },
    hint: {
      zh: '检查门店电脑的磁盘和代理日志。',
      en: 'Look at the disk of the store computer and the log of the agent.',
    },
  },
  WAKE_UNAVAILABLE: {
    cause: {
      zh: '唤醒连接已断开，仍会定时向总部查询。',
      en: 'The wake-up connection is down. News from HQ is still fetched at each poll.',
    },
    hint: {
      zh: '确认总部的 MQTT 端口已开放；系统会自动重试。',
      en: 'Check that the MQTT port of the hub is open; the link tries again by itself.',
    },
  },
  TUF_MALFORMED: {
    cause: {
      zh: '总部的签名元数据无法读取，已生效的内容不变。',
      en: 'Signed metadata from the hub could not be read. What is applied stays in force.',
    },
    hint: {
      zh: '仓库可能损坏：请在总部重新发布。',
      en: 'The repository may be damaged: publish again at the hub.',
    },
  },
  TUF_SIGNATURE_BELOW_THRESHOLD: {
    cause: {
      zh: '总部元数据的可信签名不足，已生效的内容不变。',
      en: 'Metadata from the hub is not signed by enough trusted keys. What is applied stays in force.',
    },
    hint: {
      zh: '可能有人篡改，或换了密钥却没有新的根：检查总部密钥。',
      en: 'Someone may be tampering, or keys were changed without a new root: check the keys at the hub.',
    },
  },
  TUF_ROLLBACK: {
    cause: {
      zh: '总部给出的内容比本店已信任的更旧，已拒绝。',
      en: 'The hub offers something older than what this store already trusts. It was refused.',
    },
    hint: {
      zh: '总部可能从备份恢复：请重新发布，使版本增长。',
      en: 'The hub may have been restored from a backup: publish again so that versions grow.',
    },
  },
  TUF_EXPIRED: {
    cause: {
      zh: '签名元数据已过期，本店保持现状，不接受新内容。',
      en: 'The signed metadata has expired. The store keeps what it has and accepts nothing new.',
    },
    hint: {
      zh: '检查门店电脑的时钟，以及总部是否在续签时间戳。',
      en: 'Check the clock of the store computer, and that the hub renews its timestamp.',
    },
  },
  CLOCK_WRONG: {
    cause: {
      zh: '本机时钟与总部相差很大；已信任的内容不变。',
      en: 'The clock of this computer is far from that of the hub. What is trusted stays.',
    },
    hint: {
      zh: '请校准门店电脑的时间（NTP）；时钟快会使总部内容显得过期，时钟慢会使过期内容显得有效。',
      en: 'Set the time of the store computer (NTP): a clock that is ahead makes what HQ signed look expired, one that is behind makes expired metadata look good.',
    },
  },
  TUF_HASH_MISMATCH: {
    cause: {
      zh: '元数据与签名索引不符，已生效的内容不变。',
      en: 'Metadata differs from what the signed index lists. What is applied stays in force.',
    },
    hint: {
      zh: '途中代理可能改动了文件，或仓库损坏：请重新发布。',
      en: 'A proxy may change files on the way, or the repository is damaged: publish again.',
    },
  },
  TUF_MISSING: {
    cause: {
      zh: '总部缺少必需的元数据文件，已生效的内容不变。',
      en: 'The hub does not have a metadata file that it must have. What is applied stays in force.',
    },
    hint: {
      zh: '仓库可能损坏或地址有误：请检查总部。',
      en: 'The repository may be damaged or the address wrong: check the hub.',
    },
  },
  TUF_WRONG_STORE: {
    cause: {
      zh: '本店路径下的签名内容属于别的门店或种类，已拒绝。',
      en: 'A signed target under the path of this store is meant for another store or kind. It was refused.',
    },
    hint: { zh: '请为正确的门店重新发布。', en: 'Publish it again for the right store.' },
  },
  TUF_DELEGATION_LOOP: {
    cause: {
      zh: '总部的签名委托互相循环，找不到本店的内容，已生效的内容不变。',
      en: 'Signed delegations from the hub go round in a circle and name nothing for this store. What is applied stays in force.',
    },
    hint: { zh: '检查总部的签名仓库并重新发布。', en: 'Check the signed repository of the hub and publish again.' },
  },
  TUF_DELEGATION_LIMIT: {
    cause: {
      zh: '总部的签名委托过多或过深，已停止查找，已生效的内容不变。',
      en: 'Signed delegations from the hub are too many or too deep; the search was stopped. What is applied stays in force.',
    },
    hint: { zh: '检查总部的签名仓库并重新发布。', en: 'Check the signed repository of the hub and publish again.' },
  },
  TUF_STATE_UNREADABLE: {
    cause: {
      zh: '本机保存的可信元数据已损坏，不接受新内容。',
      en: 'The trusted metadata kept on this computer is damaged. Nothing new is accepted.',
    },
    hint: {
      zh: '请重新配对，以重新固定总部的根。',
      en: 'Pair the store again; that pins the root of the hub anew.',
    },
  },
  TARGET_TOO_LARGE: {
    cause: {
      zh: '文件超过门店可接受的大小，没有采用。',
      en: 'An artifact is larger than a store accepts. It was not taken.',
    },
    hint: { zh: '请缩小活动集或模型。', en: 'Make the campaign set or model smaller.' },
  },
  TARGET_MISSING: {
    cause: { zh: '总部列出了文件，却没有提供。', en: 'The hub lists an artifact but does not have the file.' },
    hint: { zh: '请重新发布。', en: 'Publish it again.' },
  },
  TARGET_HASH_MISMATCH: {
    cause: {
      zh: '下载的文件与签名不符，已丢弃。',
      en: 'A downloaded artifact is not what was signed. It was thrown away.',
    },
    hint: {
      zh: '途中代理可能改动了文件，或仓库损坏：请重新发布。',
      en: 'A proxy may change files on the way, or the repository is damaged: publish again.',
    },
  },
  TARGET_DELTA_UNFIT: {
    cause: {
      zh: '增量与签名的文件不符，已改为下载整份文件。',
      en: 'A delta does not give the file that was signed. The whole file was taken instead.',
    },
    hint: {
      zh: '无需处理；若反复出现，请检查总部的文件是否损坏。',
      en: 'Nothing to do; if it comes again and again, check the files of the hub for damage.',
    },
  },
  TARGET_CUT_OFF: {
    cause: {
      zh: '下载提前中断，已收到的部分保留，稍后续传。',
      en: 'A download ended early. The part that came is kept and the rest is fetched next.',
    },
    hint: {
      zh: '无需处理；若持续出现，请检查网络。',
      en: 'Nothing to do unless it lasts: then check the network.',
    },
  },
  TARGET_NOT_WRITTEN: {
    cause: {
      zh: '文件或元数据无法写入本机磁盘。',
      en: 'An artifact or metadata could not be written to the disk of this computer.',
    },
    hint: {
      zh: '请腾出空间，并确认状态文件夹可写。',
      en: 'Free some space and check that the state folder can be written.',
    },
  },
  DESIRED_FAILED: {
    cause: {
      zh: '代理应用总部内容时出错，原有内容继续生效。',
      en: 'The agent failed while it applied what HQ sent. What was in force stays in force.',
    },
    hint: {
      zh: '查看代理日志；系统稍后会再次交付。',
      en: 'Look at the log of the agent; the link hands it over again later.',
    },
  },
} as const satisfies Record<string, { cause: Text; hint: Text }>;

export type LinkErrorCode = keyof typeof LINK_ERRORS;

/** A condition as data. Message and hint are English, for logs; pages take both languages from LINK_ERRORS by the code. */
export interface Problem {
  readonly code: LinkErrorCode;
  readonly message: string;
  readonly hint: string;
  /** What the message has in brackets: the same in every language. */
  readonly detail?: string | undefined;
}

export function problem(code: LinkErrorCode, detail?: string): Problem {
  const { cause, hint } = LINK_ERRORS[code];
  return { code, message: detail === undefined ? cause.en : `${cause.en} (${detail})`, hint: hint.en, detail };
}

/** A condition of the link in the words of one language. */
export function problemWords({ code, detail }: Problem, language: keyof Text): { message: string; hint: string } {
  const { cause, hint } = LINK_ERRORS[code];
  const added = { zh: `（${detail}）`, en: ` (${detail})` }[language];
  return { message: detail === undefined ? cause[language] : `${cause[language]}${added}`, hint: hint[language] };
}

/** Carries a Problem through code that throws; `retryAfterMs` when the hub asked for a pause. */
export class LinkError extends Error {
  readonly problem: Problem;
  readonly retryAfterMs: number | undefined;
  constructor(found: Problem, retryAfterMs?: number) {
    super(found.message);
    this.name = 'LinkError';
    this.problem = found;
    this.retryAfterMs = retryAfterMs;
  }
}

export const fail = (code: LinkErrorCode, detail?: string): never => {
  throw new LinkError(problem(code, detail));
};

/** The text of docs/errors-link.md. */
export function renderErrorDocs(): string {
  const rows = Object.entries(LINK_ERRORS).map(
    ([code, { cause, hint }]) => `## ${code}\n\n- ${cause.en} ${hint.en}\n- ${cause.zh}${hint.zh}\n`,
  );
  return `# Errors of the link\n\nMade from \`cloud-sync/link/src/errors.ts\`. The store goes on selling in each of these conditions.\n\n${rows.join('\n')}`;
}
