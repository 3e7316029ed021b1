import { type ErrorEntry, entry } from './entry.ts';

const RETRY_ZH = '改正后可在隔离清单里重试，或重新投递文件；已导入的交易不会重复。';
const RETRY_EN =
  'Mend the cause, then retry it in the quarantine list or deliver the file again; what was imported stays and is not taken twice.';

/** Files of ARTS POSLog XML: why one is not read, and why a transaction of one waits in quarantine. */
export const POSLOG_ERRORS = {
  POSLOG_DOCTYPE: entry(
    422,
    {
      zh: '文件含有文档类型声明（DOCTYPE），已拒收。',
      en: 'The file has a document type declaration and was refused.',
    },
    {
      zh: '让收银系统导出不带 DOCTYPE 的文件；实体一律不展开。',
      en: 'Have the POS write it without DOCTYPE; entities are never expanded.',
    },
  ),
  POSLOG_NAMESPACE: entry(
    422,
    {
      zh: '文件不是 POSLog：根元素的名称或命名空间不符（实际；应为）。',
      en: 'The file is no POSLog: the name or namespace of its root differs (found; expected).',
    },
    { zh: '核对收银系统的导出格式。', en: "Check the POS's export format." },
  ),
  POSLOG_NOT_WELL_FORMED: entry(
    422,
    { zh: 'XML 不完整或格式有误。', en: 'The XML is broken off or not well-formed.' },
    {
      zh: '出错位置之前的完整交易已导入；重新投递完整文件即可。',
      en: 'Whole transactions before that place were taken; deliver the whole file again.',
    },
  ),
  POSLOG_ENCODING: entry(
    422,
    {
      zh: '文件编码与其声明不符，或不支持。',
      en: "The file's bytes are not what its encoding says, or the encoding is not supported.",
    },
    { zh: '用 UTF-8、UTF-16 或 GB18030 导出。', en: 'Write it in UTF-8, UTF-16 or GB18030.' },
  ),
  POSLOG_TOO_LARGE: entry(
    413,
    { zh: '文件或其中一个标签超过上限。', en: 'The file, or one tag in it, is larger than allowed.' },
    { zh: '把文件拆小；上限见 docs/pos-poslog.md。', en: 'Split it; docs/pos-poslog.md has the limits.' },
  ),
  POSLOG_TOO_DEEP: entry(
    422,
    { zh: '元素嵌套过深。', en: 'Elements are nested too deep.' },
    { zh: '核对收银系统的导出格式。', en: "Check the POS's export format." },
  ),
  POSLOG_TRANSACTION_TOO_LARGE: entry(
    422,
    { zh: '交易超过大小或行数上限。', en: 'The transaction is larger, or has more lines, than allowed.' },
    {
      zh: '上限见 docs/pos-poslog.md；请手工核对该交易。',
      en: 'docs/pos-poslog.md has the limits; book this one by hand.',
    },
  ),
  POSLOG_CARD_NUMBER: entry(
    422,
    {
      zh: '交易里可能含有银行卡号，已拒收且未保存其内容（括号内为字段）。',
      en: 'The transaction may hold a card number and was refused; nothing of it is kept (the field is named).',
    },
    {
      zh: '让收银系统遮盖卡号后重新导出；原文件请按支付卡规范销毁。',
      en: 'Have the POS mask card numbers and export again; destroy the file as your card rules ask.',
    },
  ),
  POSLOG_STORE_UNKNOWN: entry(
    422,
    { zh: '交易属于别的门店。', en: 'The transaction is of another store.' },
    {
      zh: `把本店在收银系统里的编号写入配置 poslog.storeIds。${RETRY_ZH}`,
      en: `Put this store's id in the POS into poslog.storeIds. ${RETRY_EN}`,
    },
  ),
  POSLOG_FIELD: entry(
    422,
    {
      zh: '交易缺少必需的字段，或字段的值有误。',
      en: 'The transaction lacks a field it needs, or the field has no proper value.',
    },
    { zh: '在收银系统里改正后重新导出。', en: 'Mend it in the POS and export again.' },
  ),
  POSLOG_CURRENCY: entry(
    422,
    { zh: '交易的币种不是本店的币种。', en: "The transaction is not in the store's currency." },
    { zh: `核对配置 poslog.currency。${RETRY_ZH}`, en: `Check poslog.currency. ${RETRY_EN}` },
  ),
  POSLOG_STATUS: entry(
    422,
    {
      zh: '交易状态未知，无法判断是否成交。',
      en: 'The status of the transaction is unknown, so whether it was sold is not certain.',
    },
    {
      zh: `如确为成交状态，加入配置 poslog.soldStatuses。${RETRY_ZH}`,
      en: `If it means sold, add it to poslog.soldStatuses. ${RETRY_EN}`,
    },
  ),
  POSLOG_TOTALS: entry(
    422,
    {
      zh: '商品行、折扣、税与支付合计对不上（分）。',
      en: 'Lines, discounts and tax do not come to what was paid (fen).',
    },
    {
      zh: '在收银系统里核对该小票；对不上的交易不会入账。',
      en: 'Check the receipt in the POS; what does not add up is not booked.',
    },
  ),
  POSLOG_VOID_TARGET: entry(
    409,
    { zh: '要作废的交易尚未导入或已作废。', en: 'The transaction that it voids was not imported, or is void already.' },
    { zh: `先导入原交易。${RETRY_ZH}`, en: `Import the first one. ${RETRY_EN}` },
  ),
  POSLOG_CONFLICT: entry(
    409,
    {
      zh: '同一门店、收银机、序号和营业日的交易先前以不同内容导入过。',
      en: 'A transaction of the same store, workstation, sequence and day was imported with other content.',
    },
    {
      zh: '先前的交易保持不变；核对两者后，在隔离清单里移除本条。',
      en: 'The earlier one stands; compare the two, then dismiss this one from the quarantine.',
    },
  ),
  POSLOG_QUARANTINE_FULL: entry(
    503,
    { zh: '隔离清单已满，导入停止。', en: 'The quarantine is full; the import stopped.' },
    {
      zh: '先处理隔离的交易，再重新投递文件；已导入的不会重复。',
      en: 'See to what waits there, then deliver the file again; nothing is taken twice.',
    },
  ),
  POSLOG_QUARANTINED: entry(
    409,
    { zh: '有 POSLog 交易在隔离清单里等待处理。', en: 'POSLog transactions wait in the quarantine.' },
    {
      zh: '用 tillside-agent poslog-quarantine 查看原因。',
      en: 'See why with tillside-agent poslog-quarantine.',
    },
  ),
  POSLOG_ENTRY_UNKNOWN: entry(
    404,
    { zh: '隔离清单里没有这一条。', en: 'The quarantine has no such entry.' },
    { zh: '重新读取清单。', en: 'Read the list again.' },
  ),
  POSLOG_NOT_KEPT: entry(
    409,
    { zh: '这一条没有保存内容，无法重试。', en: 'Nothing of this entry was kept, so it cannot be tried again.' },
    { zh: '改正后重新投递文件。', en: 'Deliver the mended file.' },
  ),
  POSLOG_FOLDER: entry(
    503,
    { zh: 'POSLog 投递文件夹无法使用。', en: 'The POSLog drop folder cannot be used.' },
    {
      zh: '检查路径、权限和磁盘；代理会自动再试。',
      en: 'Check its path, permissions and disk; the agent tries again by itself.',
    },
  ),
  POSLOG_FILE_REFUSED: entry(
    422,
    {
      zh: '投递的文件不是普通文件，或指向文件夹之外。',
      en: 'What lies in the drop folder is no plain file, or points outside of it.',
    },
    { zh: '放入文件本身，而不是链接。', en: 'Put the file itself there, not a link.' },
  ),
} as const satisfies Record<string, ErrorEntry>;
