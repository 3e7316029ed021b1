import { type ErrorEntry, entry } from './entry.ts';

/** Baskets and what goes into them. */
export const BASKET_ERRORS = {
  ITEM_UNKNOWN: entry(
    404,
    { zh: '商品资料中没有这个条码。', en: 'This code is not in the item master.' },
    {
      zh: '核对条码，或导入最新商品资料；购物篮不受影响。',
      en: 'Check the code or import the newest item file; the basket is unchanged.',
    },
  ),
  ITEM_NOT_ON_SALE: entry(
    422,
    { zh: '该商品尚未开售或已停售。', en: 'This item is not on sale yet, or no longer.' },
    {
      zh: '请在商品资料中启用；购物篮不受影响。',
      en: 'Bring it on sale in the item master; the basket is unchanged.',
    },
  ),
  DEPARTMENT_UNKNOWN: entry(
    404,
    { zh: '商品资料中没有这个部门。', en: 'The item master has no such department.' },
    { zh: '核对部门编号。', en: 'Check the id of the department.' },
  ),
  PRICE_NEEDED: entry(
    422,
    { zh: '此商品没有价格，需要手工输入。', en: 'These goods have no price of their own.' },
    { zh: '带上 price（unitPriceFen 与 reason）重发。', en: 'Send again with price (unitPriceFen and reason).' },
  ),
  AGE_CHECK_NEEDED: entry(
    422,
    { zh: '此商品有年龄限制。', en: 'This item may only be sold from a certain age on.' },
    {
      zh: '核对顾客年龄后带上 ageChecked 重发；购物篮不受影响。',
      en: "Check the shopper's age and send again with ageChecked; the basket is unchanged.",
    },
  ),
  PRICE_OWNER: entry(
    409,
    { zh: '此操作不适用于该收银机或购物篮的定价方式。', en: 'This does not go with who owns the prices here.' },
    {
      zh: '由谁定价在配对时选定：pos-adjusts 的收银机用 putLines 发送整单，pos-reports 的只上报销售，其余的用 addLine。',
      en: 'It is set at pairing: pos-adjusts sends whole baskets (putLines), pos-reports only reports sales, others add lines.',
    },
  ),
  BASKET_TOO_LARGE: entry(
    422,
    { zh: '购物篮的件数或金额超过上限。', en: 'The basket would hold more pieces or money than it can.' },
    { zh: '核对数量和单价；购物篮不受影响。', en: 'Check quantity and price; the basket is unchanged.' },
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
    {
      zh: '先在那台收银机上挂起；已撤销配对的收银机，其购物篮可直接恢复。',
      en: 'Suspend it there first; what a revoked terminal left open can be resumed as it is.',
    },
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
  MEMBER_NEEDED: entry(
    422,
    { zh: '积分抵现需要先识别会员。', en: 'Paying with points needs a member.' },
    { zh: '先扫会员码。', en: 'Scan the member code first.' },
  ),
  APPROVAL_NEEDED: entry(
    403,
    { zh: '此操作需要主管批准。', en: 'This needs the approval of a supervisor.' },
    {
      zh: '请主管在本机输入 PIN（approve），再带上 approvalId 重发。',
      en: "Ask for a supervisor's PIN at this terminal (approve), then send again with its approvalId.",
    },
  ),
  APPROVAL_REFUSED: entry(
    403,
    {
      zh: '此批准无效：已用过、已过期、属于别的操作或收银机，或此人无权批准。',
      en: 'The approval does not hold: used, too old, for another action or terminal, or of a person who may not.',
    },
    {
      zh: '请主管重新批准；批准只用一次，两分钟内有效。',
      en: 'Ask a supervisor again; an approval is good once and for two minutes.',
    },
  ),
  GIFT_UNKNOWN: entry(
    404,
    { zh: '没有这个赠品。', en: 'There is no such gift.' },
    { zh: '从决策的 gifts.options 中选择。', en: 'Choose among the options of the decision.' },
  ),
} as const satisfies Record<string, ErrorEntry>;
