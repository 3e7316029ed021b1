import { type ErrorEntry, entry } from './entry.ts';

/** The hardware proxy for Odoo tills. */
export const ODOO_ERRORS = {
  ODOO_ORIGIN_REFUSED: entry(
    403,
    {
      zh: '这个网页来源不在此收银道的 Odoo 名单中。',
      en: "Pages of this origin are not on this lane's list for Odoo.",
    },
    {
      zh: '在代理配置 odoo[].origins 中写上 Odoo 的网址（如 https://erp.example.com），然后重启代理。',
      en: 'Add the address of Odoo (e.g. https://erp.example.com) to odoo[].origins in the config and restart the agent.',
    },
  ),
  ODOO_HOST_REFUSED: entry(
    403,
    { zh: '请求用的主机名不是此代理的名字。', en: 'The request names a host that is not this agent.' },
    {
      zh: '在 Odoo 中填 IP 地址或 localhost；前面有 TLS 代理时，把它的名字写进 odoo[].names。',
      en: 'Use an IP address or localhost in Odoo; for a TLS proxy before it add its name to odoo[].names.',
    },
  ),
  ODOO_CALL_REFUSED: entry(
    400,
    { zh: 'Odoo 的调用格式不对。', en: 'The call is not one that an Odoo till makes.' },
    { zh: '按指出的字段检查；设备没有动作。', en: 'Check what is named; no device was touched.' },
  ),
  ODOO_CALL_UNKNOWN: entry(
    404,
    { zh: '没有这个硬件代理调用。', en: 'The hardware proxy has no such call.' },
    {
      zh: '这里只提供扫描枪、秤、小票打印机和钱箱；其他功能请在 Odoo 中关闭。',
      en: 'It serves scanner, scale, receipt printer and drawer; switch the rest off in Odoo.',
    },
  ),
  ODOO_RECEIPT_TOO_OLD: entry(
    400,
    {
      zh: 'Odoo 12 及更早版本的小票格式不支持。',
      en: 'Receipts in the form of Odoo 12 and earlier are not supported.',
    },
    {
      zh: '请升级到 Odoo 13 或更高版本（以图片打印），或由浏览器打印。',
      en: 'Use Odoo 13 or later, which prints pictures, or print from the browser.',
    },
  ),
  ODOO_PORT_TAKEN: entry(
    503,
    { zh: '给 Odoo 用的端口打不开。', en: 'The port for an Odoo till can not be opened.' },
    {
      zh: '停用占用端口的程序，或在 odoo[] 中改端口；代理会自动重试，其他收银道不受影响。',
      en: 'Stop the program that has it, or change the port in odoo[]; it is tried again by itself, other lanes go on.',
    },
  ),
} as const satisfies Record<string, ErrorEntry>;
