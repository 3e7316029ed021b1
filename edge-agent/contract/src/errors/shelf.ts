import { type ErrorEntry, entry } from './entry.ts';

/** Items, prices, labels and promotions of the store. */
export const SHELF_ERRORS = {
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
  IMPORT_REFUSED: entry(
    400,
    { zh: '文件不是商品资料 CSV。', en: 'The file is not an item CSV.' },
    { zh: '表头见 docs/items.md；现有价格不变。', en: 'The header is in docs/items.md; prices are unchanged.' },
  ),
} as const satisfies Record<string, ErrorEntry>;
