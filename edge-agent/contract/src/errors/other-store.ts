import { type ErrorEntry, entry } from './entry.ts';

/** Returns of sales that another store made. */
export const OTHER_STORE_ERRORS = {
  HQ_AWAY: entry(
    503,
    {
      zh: '暂时联系不上总部，无法核对别店的销售。',
      en: 'HQ can not be reached, so a sale of another store can not be checked.',
    },
    {
      zh: '稍后再试；若主管同意，可按无小票退货处理。',
      en: 'Try again later; with a supervisor it can be taken as a return without receipt.',
    },
  ),
  SALE_OF_THIS_STORE: entry(
    422,
    { zh: '这是本店的销售。', en: 'This sale was made in this store.' },
    { zh: '请用 POST /v1/returns，离线也能办理。', en: 'Use POST /v1/returns, which works offline too.' },
  ),
} as const satisfies Record<string, ErrorEntry>;
