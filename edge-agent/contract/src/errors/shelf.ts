import { type ErrorEntry, entry } from './entry.ts';

/** Items, prices, labels and promotions of the store. */
export const SHELF_ERRORS = {
  LABEL_UNKNOWN: entry(
    404,
    { zh: '没有这个价签。', en: 'There is no such label.' },
    { zh: '等价签联网后再试。', en: 'Wait until the label has joined its access point.' },
  ),
  LABEL_PAIRED_OTHERWISE: entry(
    409,
    { zh: '这个价签刚被改绑到别的商品。', en: 'The label was paired with another product meanwhile.' },
    {
      zh: '核对现在绑定的商品，再决定是否改绑。',
      en: 'Look at what it is paired with now, then pair it again if need be.',
    },
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
  STORE_MAP_UNKNOWN_GOODS: entry(
    422,
    {
      zh: '门店地图上有商品资料中没有的部门、品类或商品。',
      en: "The store's map names departments, categories or items that no item has.",
    },
    {
      zh: '核对地图文件中的名称；顾客仍可查价、找商品，只是这些位置没有商品。',
      en: 'Compare the names in the map file with the item master; the kiosk goes on, those places just hold nothing.',
    },
  ),
  IMPORT_REFUSED: entry(
    400,
    { zh: '文件不符合导入格式。', en: 'The file is none that can be imported.' },
    {
      zh: '格式和表头见 docs/items.md；现有资料和价格不变。',
      en: 'Columns and format are in docs/items.md; nothing was changed.',
    },
  ),
  IMPORT_ENCODING: entry(
    400,
    { zh: '无法识别文件的文字编码。', en: 'The characters of the file could not be read.' },
    {
      zh: '请另存为 UTF-8 编码的 CSV 再导入；现有资料和价格不变。',
      en: 'Save it as CSV in UTF-8 and send it again; nothing was changed.',
    },
  ),
  IMPORT_TOO_LARGE: entry(
    413,
    { zh: '导入文件过大。', en: 'The import file is too large.' },
    { zh: '请拆分成多个增量文件；现有资料和价格不变。', en: 'Send it in several delta files; nothing was changed.' },
  ),
  IMPORT_BUSY: entry(
    409,
    { zh: '另一个商品导入正在进行。', en: 'Another item import is running.' },
    { zh: '等它结束后再试。', en: 'Try again when it is over.' },
  ),
  IMPORT_INTERRUPTED: entry(
    409,
    { zh: '导入中断，没有写入任何内容。', en: 'The import was interrupted; nothing of it was taken.' },
    { zh: '请重新导入该文件。', en: 'Send the file again.' },
  ),
  IMPORT_TOO_SMALL: entry(
    409,
    {
      zh: '全量文件会让过多商品停售，未导入。',
      en: 'The full file would discontinue too many items and was not taken.',
    },
    {
      zh: '核对文件是否完整；确认无误可加 force=true；只改部分商品请用 mode=delta。',
      en: 'Look whether the file is whole; if it is, send it with force=true; for a part of the range use mode=delta.',
    },
  ),
  IMPORT_TOO_BAD: entry(
    409,
    { zh: '全量文件中有误的行过多，未导入。', en: 'Too many rows of the full file are bad; it was not taken.' },
    {
      zh: '按隔离区中的原因修改后重发；确认无误可加 force=true。',
      en: 'Mend the rows that the quarantine names and send it again, or send it with force=true.',
    },
  ),
  IMPORT_UNKNOWN: entry(
    404,
    { zh: '没有这次导入的记录。', en: 'There is no record of this import.' },
    { zh: '只保留最近 50 次；用 GET /v1/imports 查看。', en: 'The last 50 are kept; GET /v1/imports lists them.' },
  ),
  PRICE_CHANGE_UNKNOWN: entry(
    404,
    { zh: '没有这条调价。', en: 'There is no such price change.' },
    { zh: '用 GET /v1/price-changes 查看。', en: 'GET /v1/price-changes lists them.' },
  ),
  PRICE_CHANGE_OVER: entry(
    409,
    { zh: '这条调价已生效或已取消。', en: 'The price change has taken effect or was taken back.' },
    { zh: '如需改价，请导入新的价格。', en: 'Import a new price to change it.' },
  ),
} as const satisfies Record<string, ErrorEntry>;
