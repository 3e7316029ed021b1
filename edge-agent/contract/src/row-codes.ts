import type { Words } from './common.ts';

/** Why a row of a file was left out (`ROW_…`), or was taken and is worth a look. docs/items.md explains the same codes. */
export const ROW_CODES = {
  ROW_FIELD: { zh: '某列的内容有误', en: 'a column is wrong' },
  ROW_COLUMNS: { zh: '列数与表头不符，或有未知的列', en: 'other columns than the header' },
  ROW_SYNTAX: { zh: '不是一行 JSON 对象', en: 'no JSON object on one line' },
  ROW_TOO_LONG: { zh: '这一行过长', en: 'the row is too long' },
  ROW_INCOMPLETE: { zh: '新商品缺少必填列', en: 'a new item lacks columns' },
  ROW_DUPLICATE: { zh: '与文件中另一行重复', en: 'another row of the file has the same' },
  ROW_DATES: { zh: '生效时间有误', en: 'the times of the price are wrong' },
  ROW_REFERENCE: { zh: '指向不存在的内容', en: 'refers to what is not there' },
  ROW_HQ_ITEM: { zh: '属于总部目录的商品', en: "the item is of HQ's catalogue" },
  PRICE_ZERO: { zh: '价格为 0', en: 'the price is 0' },
  PRICE_JUMP: { zh: '价格变动超过九成', en: 'the price moves by more than 90 %' },
  UNIT_CHANGED: { zh: '按件与称重互换', en: 'from pieces to weight, or back' },
  COST_ABOVE_PRICE: { zh: '成本高于售价', en: 'the cost is above the price' },
  CODE_MOVED: { zh: '条码由另一商品转来', en: 'the code was of another item' },
  ENCODING_GB18030: { zh: '文件不是 UTF-8，按 GB18030 读取', en: 'read as GB18030' },
} as const satisfies Record<string, Words>;
export type RowCode = keyof typeof ROW_CODES;
