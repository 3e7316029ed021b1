import { z } from 'zod';
import { CONTENT_ERRORS } from './errors-content.ts';
import { MY_ERRORS } from './errors-my.ts';
import { PACK_ERRORS } from './errors-packs.ts';
import { PARTNER_ERRORS } from './errors-partners.ts';
import type { Text } from './text.ts';

export interface ErrorEntry {
  /** HTTP status, or null for an error that only the command line and the log show. */
  readonly status: number | null;
  readonly cause: Text;
  readonly hint: Text;
}

/** Every error the hub gives. A code is stable: it is never renamed and never used for something else. docs/errors-hub.md is made from this table. */
export const HUB_ERRORS = {
  HUB_REQUEST_INVALID: {
    status: 400,
    cause: {
      zh: '请求的参数或正文不符合接口格式。',
      en: 'The parameters or the body of the request do not fit the schema.',
    },
    hint: {
      zh: '按 /docs 中的格式修改消息里指出的字段。',
      en: 'Correct the field named in the message; /docs shows the schema.',
    },
  },
  HUB_BODY_UNREADABLE: {
    status: 400,
    cause: {
      zh: '请求正文不是有效的 JSON，或压缩数据已损坏。',
      en: 'The request body is not valid JSON, or its gzip data is damaged.',
    },
    hint: { zh: '发送 UTF-8 的 JSON；压缩时使用 gzip。', en: 'Send UTF-8 JSON, plain or compressed with gzip.' },
  },
  HUB_BODY_TOO_LARGE: {
    status: 413,
    cause: {
      zh: '请求正文（解压后）超过上限。',
      en: 'The request body, once inflated, is larger than the limit.',
    },
    hint: { zh: '减少每批事件的数量后重试。', en: 'Send fewer events in a batch and try again.' },
  },
  HUB_MEDIA_TYPE_UNSUPPORTED: {
    status: 415,
    cause: { zh: '不支持该正文类型或压缩方式。', en: 'This content type or content encoding is not supported.' },
    hint: { zh: '使用 application/json，可用 gzip 压缩。', en: 'Use application/json, optionally with gzip.' },
  },
  HUB_ROUTE_UNKNOWN: {
    status: 404,
    cause: { zh: '没有这个地址。', en: 'There is no such address.' },
    hint: { zh: '所有接口见 /docs。', en: '/docs lists every route.' },
  },
  HUB_RANGE_NOT_SATISFIABLE: {
    status: 416,
    cause: { zh: '请求的字节范围超出文件。', en: 'The byte range asked for lies outside the file.' },
    hint: { zh: '从头重新下载。', en: 'Download again from the start.' },
  },
  HUB_CREDENTIAL_MISSING: {
    status: 401,
    cause: { zh: '请求没有带凭证。', en: 'The request carries no credential.' },
    hint: {
      zh: '先用一次性配对码配对，再以 Authorization: Bearer 发送凭证。',
      en: 'Pair with a one-time code, then send the credential as Authorization: Bearer.',
    },
  },
  HUB_CREDENTIAL_REFUSED: {
    status: 401,
    cause: { zh: '凭证未知或已被吊销。', en: 'The credential is unknown or was revoked.' },
    hint: {
      zh: '请总部操作员生成新的配对码后重新配对。',
      en: 'Ask an HQ operator for a new pairing code and pair again.',
    },
  },
  HUB_ROLE_REFUSED: {
    status: 403,
    cause: { zh: '该凭证无权使用此接口。', en: 'This kind of credential may not use this route.' },
    hint: {
      zh: '门店凭证用于同步接口，操作员凭证用于管理接口。',
      en: 'Store credentials serve the sync routes, operator credentials the rest.',
    },
  },
  HUB_STORE_FOREIGN: {
    status: 403,
    cause: { zh: '请求涉及另一家门店的数据。', en: 'The request touches the data of another store.' },
    hint: {
      zh: '门店只能使用自己的编号；检查代理配置中的门店编号和凭证。',
      en: 'A store may only use its own id: check the store id and the credential in the agent config.',
    },
  },
  HUB_PAIRING_CODE_REFUSED: {
    status: 403,
    cause: {
      zh: '配对码错误、已使用、已过期或尝试次数过多。',
      en: 'The pairing code is wrong, used, expired, or was tried too often.',
    },
    hint: {
      zh: '用 tillside-hub store add 或 tillside-hub pair operator 生成新的配对码。',
      en: 'Make a new code with `tillside-hub store add` or `tillside-hub pair operator`.',
    },
  },
  HUB_PAIRING_BUSY: {
    status: 429,
    cause: { zh: '失败的配对尝试过多。', en: 'There were too many failed pairing attempts.' },
    hint: { zh: '一分钟后重试。', en: 'Wait a minute and try again.' },
  },
  HUB_CREDENTIAL_UNKNOWN: {
    status: 404,
    cause: { zh: '没有这个凭证编号。', en: 'There is no credential with this id.' },
    hint: { zh: '凭证编号见 GET /v1/credentials。', en: 'GET /v1/credentials lists the ids.' },
  },
  HUB_STORE_UNKNOWN: {
    status: 404,
    cause: { zh: '没有这家门店。', en: 'There is no such store.' },
    hint: {
      zh: '用 tillside-hub store list 查看，用 tillside-hub store add 添加。',
      en: 'List stores with `tillside-hub store list`; add one with `tillside-hub store add`.',
    },
  },
  HUB_NO_STORES: {
    status: 409,
    cause: { zh: '还没有任何门店可供发布。', en: 'There is no store yet to publish to.' },
    hint: { zh: '先用 tillside-hub store add 添加门店。', en: 'Add a store first with `tillside-hub store add`.' },
  },
  HUB_CAMPAIGNS_INVALID: {
    status: 422,
    cause: { zh: '活动文件有误，没有发布任何内容。', en: 'The campaign file is faulty; nothing was published.' },
    hint: {
      zh: '按 issues 中列出的位置修改后重新发布。',
      en: 'Correct the places listed in `issues` and push again.',
    },
  },
  HUB_CAMPAIGNS_UNSOUND: {
    status: 422,
    cause: {
      zh: '有活动按现在的写法不可能奏效，没有发布任何内容。',
      en: 'A campaign cannot work as it is written; nothing was published.',
    },
    hint: {
      zh: '按 issues 中的说明修改后重新发布。',
      en: 'Mend what `issues` says and push again.',
    },
  },
  HUB_CAMPAIGN_FILE_UNREADABLE: {
    status: null,
    cause: {
      zh: '活动文件无法读取，或不是 JSON/YAML。',
      en: 'The campaign file cannot be read, or is neither JSON nor YAML.',
    },
    hint: { zh: '检查路径和文件内容。', en: 'Check the path and the content of the file.' },
  },
  HUB_FILE_UNREADABLE: {
    status: null,
    cause: {
      zh: '文件无法读取，或不是该命令所需的格式。',
      en: 'The file cannot be read, or is not what the command takes.',
    },
    hint: {
      zh: '检查路径和文件内容：商品为 CSV 或 JSON 行，设备配置为 YAML 或 JSON。',
      en: 'Check the path and the content: items are CSV or JSON lines, a device configuration is YAML or JSON.',
    },
  },
  HUB_ITEMS_INVALID: {
    status: 422,
    cause: {
      zh: '商品目录中有错误的行，整份未发布。',
      en: 'Rows of the catalogue are wrong; nothing of it was published.',
    },
    hint: {
      zh: '修改 issues 中列出的行后重新推送；各列说明见 docs/items.md。',
      en: 'Correct the rows listed in `issues` and push again; docs/items.md explains the columns.',
    },
  },
  HUB_ITEMS_TOO_SMALL: {
    status: 409,
    cause: {
      zh: '这份目录会使门店超过 30% 的商品停售，未发布。',
      en: 'The catalogue would take more than 30 % of the items of a store off sale; it was not published.',
    },
    hint: {
      zh: '检查文件是否完整；确实如此时加 --force 再推送。',
      en: 'Check that the file is complete; if it is meant so, push it again with --force.',
    },
  },
  HUB_DEVICES_INVALID: {
    status: 422,
    cause: {
      zh: '设备配置不符合格式，或含有密钥。',
      en: 'The device configuration does not fit its schema, or holds a secret.',
    },
    hint: {
      zh: '按 issues 中列出的位置修改；密钥写在门店自己的 deviceOptions 中，见 docs/devices/from-hq.md。',
      en: 'Correct the places listed in `issues`; secrets stand in `deviceOptions` of the store, see docs/devices/from-hq.md.',
    },
  },
  HUB_PREVIEW_INVALID: {
    status: 422,
    cause: {
      zh: '预览用的购物篮或情境不符合格式。',
      en: 'The basket or the context of the preview does not fit its schema.',
    },
    hint: { zh: '按 issues 中列出的位置修改。', en: 'Correct the places listed in `issues`.' },
  },
  HUB_MODEL_UNKNOWN: {
    status: 404,
    cause: { zh: '没有这个模型。', en: 'There is no such model.' },
    hint: { zh: '用 tillside-hub model list 查看。', en: 'List models with `tillside-hub model list`.' },
  },
  HUB_MODEL_REFUSED: {
    status: 422,
    cause: {
      zh: '门店不会接受这个模型包，未登记。',
      en: 'No store would take this model pack; it was not registered.',
    },
    hint: {
      zh: '原因见 issues；用 tillside-model check 可在本机重试，约定见 docs/models.zh-CN.md。',
      en: '`issues` says why; `tillside-model check` tries it on your own machine, docs/models.md has the contract.',
    },
  },
  HUB_MODEL_UNREADABLE: {
    status: null,
    cause: { zh: '读不到模型包文件。', en: 'The model pack cannot be read.' },
    hint: {
      zh: '给出 tillside-model pack 做出的 .tillmodel 文件。',
      en: 'Name the .tillmodel file that `tillside-model pack` made.',
    },
  },
  HUB_MODEL_EXISTS: {
    status: 409,
    cause: {
      zh: '已有同一编号、内容不同的模型，未登记。',
      en: 'Another model of this id is here already; this one was not registered.',
    },
    hint: {
      zh: '在清单中换一个 modelId，重新打包。',
      en: 'Give it another `modelId` in its manifest and pack it again.',
    },
  },
  HUB_MODEL_NO_PREVIOUS: {
    status: 409,
    cause: { zh: '没有可以退回的更早的模型。', en: 'There is no earlier model to go back to.' },
    hint: {
      zh: '用 tillside-hub model list 查看；也可以把任意模型推送给这些门店。',
      en: 'See `tillside-hub model list`; any model can be pushed to these stores instead.',
    },
  },
  HUB_JOB_UNKNOWN: {
    status: 404,
    cause: { zh: '没有这个训练任务。', en: 'There is no such training job.' },
    hint: {
      zh: '使用 POST /v1/models/train 返回的任务编号。',
      en: 'Use the id that POST /v1/models/train answered with.',
    },
  },
  HUB_SEGMENTS_BUSY: {
    status: 409,
    cause: { zh: '已有一次会员分群正在进行。', en: 'Segments are being worked out already.' },
    hint: {
      zh: '用 GET /v1/segments 查看进度，完成后再试。',
      en: 'See how far it is with GET /v1/segments, and try again when it is done.',
    },
  },
  HUB_TRAINING_BUSY: {
    status: 409,
    cause: { zh: '已有训练任务在运行。', en: 'A training job is already running.' },
    hint: { zh: '等待其完成后再开始。', en: 'Wait until it has ended.' },
  },
  HUB_TRAINING_NO_SALES: {
    status: 409,
    cause: { zh: '还没有可用于训练的销售。', en: 'There are no sales yet to train on.' },
    hint: { zh: '等待门店同步销售后再训练。', en: 'Train after stores have synced sales.' },
  },
  HUB_TRAINING_UNAVAILABLE: {
    status: 503,
    cause: { zh: '找不到训练程序。', en: 'The training program was not found.' },
    hint: {
      zh: '安装 @tillside/training 和 @tillside/export，或在配置中设置 trainingEntry。',
      en: 'Install @tillside/training and @tillside/export, or set trainingEntry in the config.',
    },
  },
  HUB_TRAINING_FAILED: {
    status: 500,
    cause: {
      zh: '训练程序以错误结束，或没有产生模型。',
      en: 'The training program ended with an error, or left no model.',
    },
    hint: { zh: '查看任务中的最后几行输出。', en: "Read the last lines of the job's output." },
  },
  HUB_ARTIFACT_TOO_LARGE: {
    status: 422,
    cause: { zh: '文件超过门店愿意下载的上限。', en: 'The file is larger than a store is willing to download.' },
    hint: { zh: '缩小活动集或模型。', en: 'Make the campaign set or the model smaller.' },
  },
  HUB_REPO_FILE_UNKNOWN: {
    status: 404,
    cause: { zh: '签名仓库中没有这个文件。', en: 'The signed repository has no such file.' },
    hint: { zh: '从 /repo/timestamp.json 开始读取。', en: 'Start reading at /repo/timestamp.json.' },
  },
  HUB_BUSY: {
    status: 503,
    cause: {
      zh: '同时上传的门店过多，或本门店已有上传未完成。',
      en: 'Too many stores send at once, or this store has a batch under way.',
    },
    hint: {
      zh: '等待 Retry-After 给出的秒数后重试；门店代理会自动这样做。',
      en: 'Try again after the seconds in Retry-After; the store agent does so by itself.',
    },
  },
  HUB_STOPPING: {
    status: 503,
    cause: { zh: '总部服务正在停止。', en: 'The hub is shutting down.' },
    hint: {
      zh: '稍后重试；未确认的事件留在门店。',
      en: 'Try again later; events not acknowledged stay in the store.',
    },
  },
  HUB_STORAGE_FULL: {
    status: 507,
    cause: {
      zh: '总部数据盘已满；没有确认任何事件。',
      en: 'The disk of the hub is full; no event was acknowledged.',
    },
    hint: { zh: '释放空间；门店会自动重发。', en: 'Free some space; the stores send again by themselves.' },
  },
  HUB_INTERNAL: {
    status: 500,
    cause: { zh: '总部服务发生意外错误。', en: 'Something unexpected went wrong in the hub.' },
    hint: { zh: '用 requestId 在日志中查找。', en: 'Find it in the log by its requestId.' },
  },
  HUB_TLS_UNUSABLE: {
    status: null,
    cause: {
      zh: 'TLS 证书或私钥无法读取，或两者不配对。',
      en: 'The TLS certificate or its key cannot be read, or they are no pair.',
    },
    hint: { zh: '检查配置中 tls 的两个文件（PEM）。', en: 'Check the two files (PEM) that `tls` in the config names.' },
  },
  HUB_CONFIG_UNREADABLE: {
    status: null,
    cause: {
      zh: '配置文件无法读取，或不是 JSON/YAML。',
      en: 'The config file cannot be read, or is neither JSON nor YAML.',
    },
    hint: {
      zh: '检查 --config 的路径和内容。',
      en: 'Check the path given to --config and the content of the file.',
    },
  },
  HUB_CONFIG_UNKNOWN_KEY: {
    status: null,
    cause: { zh: '配置中有未知的键。', en: 'The config has a key that the hub does not know.' },
    hint: { zh: '消息里给出了最接近的已知键。', en: 'The message names the nearest known key.' },
  },
  HUB_CONFIG_INVALID: {
    status: null,
    cause: { zh: '配置值不符合格式。', en: 'A value in the config does not fit its schema.' },
    hint: { zh: '修改消息里指出的值。', en: 'Correct the value named in the message.' },
  },
  HUB_PORT_IN_USE: {
    status: null,
    cause: { zh: '端口已被占用。', en: 'The port is already in use.' },
    hint: {
      zh: '停止占用该端口的程序，或在配置中改用其他端口（0 表示任意空闲端口）。',
      en: 'Stop the program that holds it, or set another port in the config (0 takes any free one).',
    },
  },
  HUB_DATA_LOCKED: {
    status: null,
    cause: { zh: '另一个总部服务正在使用该数据目录。', en: 'Another hub is using this data directory.' },
    hint: { zh: '停止另一个服务，或设置其他 dataDir。', en: 'Stop the other one, or set another dataDir.' },
  },
  HUB_DATA_UNWRITABLE: {
    status: 503,
    cause: { zh: '数据目录不可写。', en: 'The data directory cannot be written to.' },
    hint: { zh: '检查目录的所有者、权限和磁盘。', en: 'Check the owner and mode of the directory, and the disk.' },
  },
  HUB_SQLITE_MISSING: {
    status: null,
    cause: {
      zh: 'SQLite 的本机模块没有编译，或为另一版本的 Node.js 编译。',
      en: "SQLite's native module is not built, or was built for another version of Node.js.",
    },
    hint: {
      zh: '运行 npm rebuild better-sqlite3 --ignore-scripts=false。',
      en: 'Run `npm rebuild better-sqlite3 --ignore-scripts=false`.',
    },
  },
  HUB_DATA_NEWER: {
    status: null,
    cause: { zh: '数据库由更新版本的总部服务写入。', en: 'The database was written by a newer hub.' },
    hint: { zh: '安装该版本或更新版本。', en: 'Install that version or a newer one.' },
  },
  HUB_DATA_CORRUPT: {
    status: 503,
    cause: { zh: '数据库文件已损坏；文件未被改动。', en: 'The database file is damaged; it was left as it is.' },
    hint: {
      zh: '停止总部服务，用 `tillside-hub restore` 从备份恢复；坏文件会改名保留。门店会重新上传备份之后的事件。',
      en: 'Stop the hub and run `tillside-hub restore` with a backup; the damaged file is kept under another name. Stores send again what the backup lacks.',
    },
  },
  HUB_BACKUP_FAILED: {
    status: null,
    cause: { zh: '备份没有完成；没有留下半份。', en: 'The backup was not finished; no half of it was left.' },
    hint: {
      zh: '检查目标目录的空间和权限。PostgreSQL 请用 pg_dump 或 pg_basebackup（见 docs/backup.zh-CN.md）。',
      en: 'Check space and permissions of the target. For PostgreSQL use pg_dump or pg_basebackup (docs/backup.md).',
    },
  },
  HUB_BACKUP_DAMAGED: {
    status: null,
    cause: { zh: '这不是一份完整的备份；没有改动任何文件。', en: 'This is no whole backup; nothing was changed.' },
    hint: { zh: '换一份更早的备份。', en: 'Take an earlier one.' },
  },
  HUB_DATA_OLDER: {
    status: null,
    cause: { zh: '数据库的结构还是旧版本的。', en: 'The database still has the schema of an older hub.' },
    hint: { zh: '先启动一次总部服务，它会升级数据库。', en: 'Start the hub once: it brings the database up to date.' },
  },
  HUB_DURABILITY_REFUSED: {
    status: null,
    cause: {
      zh: '数据库的设置在断电时可能丢失已确认的事件（SQLite 需要 WAL 和 synchronous=FULL；PostgreSQL 需要 fsync=on、full_page_writes=on）。',
      en: 'As it is set, the database may lose acknowledged events at a power cut (SQLite needs WAL and synchronous=FULL; PostgreSQL fsync=on and full_page_writes=on).',
    },
    hint: {
      zh: 'SQLite：把 dataDir 放在本地磁盘上（不要用网络盘）。PostgreSQL：打开这两项设置。',
      en: 'SQLite: put dataDir on a local disk, not on a network share. PostgreSQL: turn these settings on.',
    },
  },
  HUB_STORAGE_UNREACHABLE: {
    status: 503,
    cause: {
      zh: '连不上总部的 PostgreSQL 数据库，或它拒绝登录。',
      en: 'The PostgreSQL database of the hub cannot be reached, or refuses the login.',
    },
    hint: {
      zh: '检查 storage.url（或 urlFile、环境变量）、网络、TLS 和数据库日志；门店会自动重发。',
      en: 'Check storage.url (or urlFile, or the environment), the network, TLS and the log of the database; the stores send again by themselves.',
    },
  },
  HUB_STORAGE_BUSY: {
    status: 503,
    cause: {
      zh: '数据库未能及时完成操作，或连接已用尽。',
      en: 'The database did not finish in time, or has no connection left.',
    },
    hint: {
      zh: '稍后重试；若经常发生，检查数据库负载、max_connections 和 storage.connections。',
      en: 'Try again later; if it happens often, look at the load of the database, its max_connections and storage.connections.',
    },
  },
  HUB_STORAGE_TOO_OLD: {
    status: null,
    cause: { zh: 'PostgreSQL 版本过旧。', en: 'This PostgreSQL is too old.' },
    hint: { zh: '使用 PostgreSQL 15 或更新版本。', en: 'Use PostgreSQL 15 or newer.' },
  },
  HUB_KEYS_DAMAGED: {
    status: null,
    cause: {
      zh: '签名密钥文件损坏，或其权限允许他人读取。',
      en: 'The signing key file is damaged, or others may read it.',
    },
    hint: {
      zh: '从备份恢复密钥并设置权限 0600；换新密钥需要所有门店重新配对。',
      en: 'Restore it from a backup with mode 0600; with new keys every store must pair again.',
    },
  },
  HUB_ROOT_REFUSED: {
    status: 409,
    cause: {
      zh: '新的根元数据不能生效，原有的根不变。',
      en: 'The new root cannot be put in force. The present one stays.',
    },
    hint: {
      zh: '按消息修正：签名须同时达到旧根和新根的门限，版本恰好加一，并包含总部持有的在线密钥；运行 `tillside-hub keys status` 查看现状。',
      en: 'Correct what the message names: enough holders of both the present and the new root must sign, the version is exactly one more, and the online key is one that this hub holds; see `tillside-hub keys status`.',
    },
  },
  HUB_KEY_FILE_UNREADABLE: {
    status: null,
    cause: { zh: '密钥或根元数据文件无法读取或写入。', en: 'A key or root file cannot be read or written.' },
    hint: {
      zh: '检查路径和内容；密钥文件由 `tillside-hub keys make` 生成，根文件由 `tillside-hub keys draft` 生成；已有文件不会被覆盖。',
      en: 'Check its path and content: keys come from `tillside-hub keys make`, root files from `tillside-hub keys draft`; a file that is there is not overwritten.',
    },
  },
  HUB_KEY_PASSPHRASE: {
    status: null,
    cause: { zh: '没有口令、口令太短，或口令不对。', en: 'The passphrase is missing, too short or wrong.' },
    hint: {
      zh: '至少 12 个字符；在终端输入，或用 --passphrase-file 给出文件。',
      en: 'Use 12 characters or more; type it at the terminal or give a file with --passphrase-file.',
    },
  },
  HUB_UNREACHABLE: {
    status: null,
    cause: { zh: '命令行连不上运行中的总部服务。', en: 'The command line could not reach a running hub.' },
    hint: {
      zh: '先用 tillside-hub run 启动，或检查 --config 指向的数据目录。',
      en: 'Start it with `tillside-hub run`, or check the data directory that --config points to.',
    },
  },
  HUB_SALE_UNKNOWN: {
    status: 404,
    cause: { zh: '没有门店上报过这笔销售。', en: 'No store has told of this sale.' },
    hint: {
      zh: '核对门店、小票号和营业日；刚刚完成的销售可能还没传上来。',
      en: 'Check store, receipt number and date; a sale made just now may not have come up yet.',
    },
  },
  HUB_RETURN_TOO_MANY: {
    status: 409,
    cause: { zh: '可退数量不足。', en: 'Not so many units are left to return.' },
    hint: { zh: '这些商品可能已在别的门店退过。', en: 'They may have been returned in another store.' },
  },
  HUB_RETURN_ID_USED: {
    status: 409,
    cause: { zh: '该退货编号已用于另一笔退货。', en: 'This return id is of another return.' },
    hint: { zh: '换一个编号。', en: 'Use another id.' },
  },
  ...PARTNER_ERRORS,
  ...MY_ERRORS,
  ...CONTENT_ERRORS,
  ...PACK_ERRORS,
} as const satisfies Record<string, ErrorEntry>;

export type HubErrorCode = keyof typeof HUB_ERRORS;
const CODES = Object.keys(HUB_ERRORS) as [HubErrorCode, ...HubErrorCode[]];
export const HubErrorCode = z.enum(CODES);
