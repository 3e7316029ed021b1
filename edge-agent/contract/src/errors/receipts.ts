import { type ErrorEntry, entry } from './entry.ts';

/** Receipts and what prints them. */
export const RECEIPT_ERRORS = {
  RETURN_UNKNOWN: entry(
    404,
    { zh: '没有这笔退货。', en: 'There is no such return.' },
    { zh: '核对退货编号。', en: 'Check the return id.' },
  ),
  REPORT_UNKNOWN: entry(
    404,
    { zh: '这台收银机当天没有该编号的 Z 报表。', en: 'This terminal has no Z report of that number on that day.' },
    {
      zh: '核对营业日和 Z 报表编号；不填编号则得到当天的 X 报表。',
      en: 'Check the day and the number; without a number the X report of the day is made.',
    },
  ),
  PRINT_LIMIT: entry(
    409,
    { zh: '这张小票补打次数已达上限。', en: 'This receipt was printed as often as it may be.' },
    { zh: '可以在屏幕上查看这张小票，销售不受影响。', en: 'Look at it on the screen instead; the sale is untouched.' },
  ),
  RECEIPT_UNKNOWN: entry(
    404,
    {
      zh: '本店最近 30 天没有这样的小票：号码和金额都要对上。',
      en: 'This store has no such receipt of the last 30 days: number and amount must both be as printed.',
    },
    { zh: '照着小票核对号码和金额。', en: 'Check both against the paper.' },
  ),
  PRINT_DROPPED: entry(
    409,
    {
      zh: '打印还没开始，顾客已经离开，所以没有打印。',
      en: 'The shopper left before the printer was free, so nothing was printed.',
    },
    { zh: '再次打开小票，重新打印。', en: 'Open the receipt again and print it.' },
  ),
  NO_PRINTER: entry(
    503,
    { zh: '此收银道没有可用的小票打印机。', en: 'No receipt printer is connected at this lane.' },
    {
      zh: '连接打印机，或由收银机自己打印；销售已保存，不会多计一次打印。',
      en: 'Connect one, or let the till print; the sale is kept and no print was counted.',
    },
  ),
  PRINTER_REFUSED: entry(
    503,
    { zh: '小票打印机没有打印。', en: 'The receipt printer did not print.' },
    {
      zh: '检查纸张、上盖和电源，再用同一个 Idempotency-Key 重试，仍是同一张小票。',
      en: 'Check paper, cover and power, then retry under the same Idempotency-Key: it stays the same receipt.',
    },
  ),
} as const satisfies Record<string, ErrorEntry>;
