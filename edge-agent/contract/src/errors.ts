import type { Words } from './common.ts';

interface ErrorEntry {
  readonly status: number;
  /** What happened. */
  readonly cause: Words;
  /** What to do, and what stays safe. */
  readonly hint: Words;
}

const entry = (status: number, cause: Words, hint: Words): ErrorEntry => ({ status, cause, hint });

/** Every code an agent answers with. docs/errors.md is generated from this table and tested to hold the same set. */
export const AGENT_ERRORS = {
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
    { zh: '请店长重新配对；已挂起的购物篮仍在。', en: 'Pair again; suspended baskets are kept.' },
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
  ITEM_UNKNOWN: entry(
    404,
    { zh: '商品资料中没有这个条码。', en: 'This code is not in the item master.' },
    {
      zh: '核对条码，或导入最新商品资料；购物篮不受影响。',
      en: 'Check the code or import the newest item file; the basket is unchanged.',
    },
  ),
  CODE_NOT_AN_ITEM: entry(
    422,
    { zh: '这不是商品条码。', en: 'This code is not of an item.' },
    { zh: '会员码和优惠券请用各自的入口。', en: 'Member and coupon codes have calls of their own.' },
  ),
  CODE_INVALID: entry(
    422,
    { zh: '条码内容不符合其编码规则。', en: 'The code breaks the rules of its kind.' },
    {
      zh: '再扫一次；仍然如此则是印制或打印有误，可手工输入商品编码。各代码含义见 docs/gs1.md。',
      en: 'Scan again; if it stays, it was printed wrongly: key the item in. docs/gs1.md lists the codes.',
    },
  ),
  ITEM_EXPIRED: entry(
    422,
    { zh: '此包装已过期，不能销售。', en: 'This pack is past its date and may not be sold.' },
    {
      zh: '请换一件，并将过期商品下架；购物篮不受影响。',
      en: 'Take another one, and this one off the shelf; the basket is unchanged.',
    },
  ),
  SERIAL_TWICE: entry(
    409,
    { zh: '这一件（同一序列号）已在购物篮中。', en: 'This very pack (same serial number) is in the basket already.' },
    {
      zh: '不必再扫；若是另一件，请核对其序列号。',
      en: 'No need to scan it again; if it is another pack, check its serial number.',
    },
  ),
  WEIGHT_NEEDED: entry(
    422,
    { zh: '称重商品需要重量。', en: 'A weighed item needs a weight.' },
    { zh: '放上秤后重试，或输入克数。', en: 'Put it on the scale and try again, or send the grams.' },
  ),
  SCALE_REFUSED: entry(
    503,
    { zh: '秤没有给出稳定的重量。', en: 'The scale gave no stable weight.' },
    { zh: '等秤稳定后重试，或手工输入克数。', en: 'Let it settle and try again, or type the grams.' },
  ),
  NO_SCALE: entry(
    503,
    { zh: '此收银道没有可用的秤。', en: 'This lane has no working scale.' },
    {
      zh: '检查连接，或手工输入克数；其他商品可照常结账。',
      en: 'Check its cable or type the grams; other items sell as usual.',
    },
  ),
  BASKET_UNKNOWN: entry(
    404,
    { zh: '没有这个购物篮。', en: 'There is no such basket.' },
    { zh: '核对编号，或重新开单。', en: 'Check its id or open a new one.' },
  ),
  BASKET_STATE: entry(
    409,
    { zh: '购物篮当前的状态不允许此操作。', en: "The basket's state does not allow that." },
    {
      zh: '已挂起的先恢复；已完成或取消的请重新开单。',
      en: 'Resume a suspended one; after completion or cancelling open a new one.',
    },
  ),
  BASKET_OF_ANOTHER_TERMINAL: entry(
    409,
    { zh: '购物篮正在另一台收银机上使用。', en: 'The basket is in use on another terminal.' },
    { zh: '先在那台收银机上挂起。', en: 'Suspend it there first.' },
  ),
  BASKET_EMPTY: entry(
    422,
    { zh: '购物篮是空的。', en: 'The basket is empty.' },
    { zh: '先加入商品。', en: 'Add an item first.' },
  ),
  BASKET_FULL: entry(
    422,
    { zh: '购物篮行数已到上限。', en: 'The basket has reached its limit of lines.' },
    { zh: '先结账，再开新单。', en: 'Complete this one and open another.' },
  ),
  LINE_UNKNOWN: entry(
    404,
    { zh: '没有这一行。', en: 'There is no such line.' },
    { zh: '刷新购物篮。', en: 'Read the basket again.' },
  ),
  MEMBER_UNKNOWN: entry(
    404,
    { zh: '没有找到这位会员。', en: 'This member was not found.' },
    { zh: '可继续以非会员结账；积分可稍后补记。', en: 'Sell as a guest; points can be added later.' },
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
  MEMBER_NEEDED: entry(
    422,
    { zh: '积分抵现需要先识别会员。', en: 'Paying with points needs a member.' },
    { zh: '先扫会员码。', en: 'Scan the member code first.' },
  ),
  GIFT_UNKNOWN: entry(
    404,
    { zh: '没有这个赠品。', en: 'There is no such gift.' },
    { zh: '从决策的 gifts.options 中选择。', en: 'Choose among the options of the decision.' },
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
  LABEL_UNKNOWN: entry(
    404,
    { zh: '没有这个价签。', en: 'There is no such label.' },
    { zh: '等价签联网后再试。', en: 'Wait until the label has joined its access point.' },
  ),
  LABELS_AWAY: entry(
    503,
    { zh: '价签基站暂不可用。', en: "The labels' access point is away." },
    {
      zh: '改动已记下，恢复后自动发送；收银按较低价。',
      en: 'The change is kept and sent later; the till charges the lower price.',
    },
  ),
  PROMOTION_UNKNOWN: entry(
    404,
    { zh: '没有这个促销。', en: 'There is no such promotion.' },
    { zh: '总部的促销只能由总部修改。', en: 'Promotions of HQ are changed at HQ.' },
  ),
  STORAGE_FULL: entry(
    507,
    { zh: '门店主机磁盘已满，这次操作没有保存。', en: "The store machine's disk is full; this was not stored." },
    { zh: '收银机可离线销售，稍后补传；请清理磁盘。', en: 'The till can sell alone and post later; free some disk.' },
  ),
  STORAGE_READ_ONLY: entry(
    507,
    { zh: '门店数据不可写，这次操作没有保存。', en: "The store's data can't be written; this was not stored." },
    { zh: '检查磁盘和权限；收银机可离线销售。', en: 'Check the disk and its permissions; the till can sell alone.' },
  ),
  DISK_LOW: entry(
    507,
    { zh: '门店主机磁盘将满。', en: "The store machine's disk is nearly full." },
    { zh: '请清理磁盘；磁盘写满后将无法保存销售。', en: 'Free some disk; once it is full, sales are refused.' },
  ),
  MODEL_NOT_IN_SERVICE: entry(
    503,
    { zh: '推荐模型未能恢复使用。', en: 'The recommendation model did not come back into service.' },
    {
      zh: '暂用门店自己的销售统计推荐；请总部重新下发模型。',
      en: "Recommendations come from the store's own sales; push a model again from HQ.",
    },
  ),
  LANE_WITHOUT_SCANNER: entry(
    503,
    { zh: '收银道没有可用的扫描枪。', en: 'A lane has no working scanner.' },
    {
      zh: '检查该收银道扫描枪的电源、连接和设备主机；商品可手工输入条码。',
      en: "Check the scanner's power and cable and the lane's device host; codes can be typed meanwhile.",
    },
  ),
  HOST_DOWN: entry(
    503,
    { zh: '设备主机没有响应。', en: 'A device host is away.' },
    {
      zh: '代理会自动重连；若持续如此，检查该电脑及其网络。期间的扫描会保存在该主机上，不会丢失。',
      en: 'It is connected to again by itself; if it stays away, check that machine and its network. Scans made there wait on it.',
    },
  ),
  DEVICE_ID_TWICE: entry(
    409,
    { zh: '两个设备主机使用了相同的设备编号。', en: 'Two device hosts have a device of the same id.' },
    {
      zh: '在其中一份配置中换一个编号；目前只采用先登记的那台设备。',
      en: 'Give one of them another id in its config; only the first is used now.',
    },
  ),
  HOST_PAIRING_REFUSED: entry(
    403,
    { zh: '与设备主机的配对没有成功。', en: 'The pairing with the device host failed.' },
    {
      zh: '在该主机上运行 tillside-device-host pair 生成新的配对码，再试一次。',
      en: 'Make a new code there with tillside-device-host pair, then try again.',
    },
  ),
  DATABASE_IN_USE: entry(
    503,
    { zh: '另一个代理进程正在使用此数据库。', en: 'Another agent is using this database.' },
    { zh: '先停止那个进程，或换一个数据目录。', en: 'Stop the other one, or give this one its own data folder.' },
  ),
  DATABASE_NEWER: entry(
    503,
    { zh: '数据库由更新的版本写成。', en: 'The database was written by a newer version.' },
    { zh: '升级代理；数据未改动。', en: 'Upgrade the agent; the data is untouched.' },
  ),
  PORT_IN_USE: entry(
    503,
    { zh: '端口已被占用。', en: 'The port is in use.' },
    { zh: '停止占用者，或改配置中的 port。', en: 'Stop what uses it, or change `port` in the config.' },
  ),
  CONFIG_REFUSED: entry(
    400,
    { zh: '配置文件有误。', en: 'The config file has a mistake.' },
    { zh: '按提示的键名修改。', en: 'Mend the key that is named.' },
  ),
  IMPORT_REFUSED: entry(
    400,
    { zh: '文件不是商品资料 CSV。', en: 'The file is not an item CSV.' },
    { zh: '表头见 docs/items.md；现有价格不变。', en: 'The header is in docs/items.md; prices are unchanged.' },
  ),
  USAGE: entry(
    400,
    { zh: '命令行参数有误。', en: 'The command line is not understood.' },
    { zh: '用 tillside-agent --help 查看用法。', en: 'Run tillside-agent --help.' },
  ),
  FILE_UNREADABLE: entry(
    400,
    { zh: '无法读取文件。', en: 'The file could not be read.' },
    { zh: '核对路径和权限。', en: 'Check its path and permissions.' },
  ),
  AGENT_AWAY: entry(
    503,
    { zh: '本机的代理没有运行。', en: 'The agent of this machine is not running.' },
    { zh: '先运行 tillside-agent run，再重试。', en: 'Start it with tillside-agent run, then try again.' },
  ),
  SQLITE_MISSING: entry(
    503,
    { zh: '数据库组件无法加载。', en: 'The database library could not be loaded.' },
    { zh: '运行 npm run setup 重新安装。', en: 'Install it again with npm run setup.' },
  ),
  INFERENCE_MISSING: entry(
    503,
    { zh: '推理组件无法加载。', en: 'The inference library could not be loaded.' },
    {
      zh: '推荐改用门店销售统计；运行 npm ci 重新安装即可恢复。',
      en: "Recommendations come from the store's own sales; install it again with npm ci.",
    },
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

export type AgentErrorCode = keyof typeof AGENT_ERRORS;
