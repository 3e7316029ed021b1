import { MONEY_RULE } from '@tillside/decide';
import type { ReportFacts } from '../layout-report.ts';
import type { SaleFacts } from '../receipt.ts';
import type { ReturnFacts } from '../return-receipt.ts';
import { CHIPS } from './cases.ts';
import { testFacts, testSale } from './sale.ts';

const NAME = (zh: string, en: string) => ({ name: { zh, en }, size: { zh: '', en: '' } });

const RETURN: ReturnFacts = {
  returnId: 'return-1',
  basis: 'sale',
  sale: { saleId: 'sale-1', receiptNumber: 'A1B2C3-000042', businessDate: '2026-11-22' },
  lane: '1',
  terminalId: 'terminal-1',
  cashierId: 'c1',
  receiptNumber: 'A1B2C3-000077',
  businessDate: '2026-11-24',
  returnedAt: '2026-11-24T10:20:30+08:00',
  lines: [
    { sku: 'milk', quantity: 1, refundFen: 1290, facts: NAME('鲜牛奶', 'Fresh milk') },
    { sku: 'apple', quantity: 1, refundFen: 678, facts: { ...NAME('红富士苹果', 'Fuji apples'), weightGrams: 505 } },
  ],
  heldBackFen: 300,
  giftChargeFen: 0,
  refundFen: 1668,
  payFen: 0,
  tenders: [{ kind: 'token', amountFen: 1668, token: 'tok_5f0c81aa9d21' }],
  pointsTakenBack: 17,
  pointsGivenBack: 100,
  couponsBack: [{ name: { zh: '会员零食券', en: 'Snack coupon' }, until: '2026-12-24T23:59:59+08:00' }],
  reason: 'damaged',
  moneyRule: MONEY_RULE,
};

/** Returns that a receipt has something particular to say of. */
export const RETURN_CASES: Readonly<Record<string, () => ReturnFacts>> = {
  return: () => RETURN,
  returnReprint: () => ({ ...RETURN, couponsBack: [], reprint: 1 }),
  returnAsksForMoney: () => ({
    ...RETURN,
    lines: RETURN.lines.slice(0, 1),
    heldBackFen: 0,
    giftChargeFen: 1500,
    refundFen: 0,
    payFen: 210,
    tenders: [{ kind: 'cash', amountFen: 210 }],
  }),
  returnWithoutReceipt: () => ({
    ...RETURN,
    basis: 'no-receipt',
    sale: undefined,
    heldBackFen: 0,
    refundFen: 1968,
    tenders: [{ kind: 'cash', amountFen: 1968 }],
    pointsTakenBack: 0,
    pointsGivenBack: 0,
    couponsBack: [],
  }),
};

/** Milk came back and chips were taken, for money on top or with some handed out. */
export const EXCHANGE_CASES: Readonly<Record<string, () => SaleFacts>> = {
  exchangePaysMore: () => {
    const view = testSale(
      [CHIPS],
      {},
      {
        tenders: [
          { kind: 'exchange', amountFen: 990 },
          { kind: 'cash', amountFen: 960 },
        ],
      },
    );
    const tenders: ReturnFacts['tenders'] = [{ kind: 'exchange', amountFen: 990 }];
    const exchanged = { ...RETURN, lines: RETURN.lines.slice(0, 1), refundFen: 990, tenders };
    return testFacts(view, [CHIPS], { exchanged });
  },
  exchangeGetsMoney: () => {
    const one = { ...CHIPS, quantity: 1 };
    const view = testSale([one], {}, { tenders: [{ kind: 'exchange', amountFen: 650 }] });
    const tenders: ReturnFacts['tenders'] = [
      { kind: 'exchange', amountFen: 650 },
      { kind: 'cash', amountFen: 1018 },
    ];
    return testFacts(view, [one], { exchanged: { ...RETURN, tenders } });
  },
};

/** A day of a till; with `closing` its Z report, which differs. */
export const REPORT: ReportFacts = {
  storeName: { zh: '晨市 · 人民路店', en: 'Morning Market, Renmin Road' },
  lane: '1',
  at: '2026-11-22T22:01:02+08:00',
  totals: {
    businessDate: '2026-11-22',
    terminalId: 'terminal-1',
    sales: 214,
    returns: 3,
    salesFen: 1_845_670,
    refundsFen: 4_320,
    savingsFen: 98_765,
    tenders: { cash: 345_670, token: 1_480_000, voucher: 20_000 },
    refundTenders: { cash: 4_320 },
    taxFen: 187_654,
    roundingFen: -412,
    pointsSpentFen: 2_500,
    cancelled: 5,
    promotions: [
      {
        campaignId: 'fresh',
        name: { zh: '今日鲜果蔬', en: 'Fresh produce today' },
        sales: 80,
        amountFen: 40_000,
        storeFen: 40_000,
        brandFen: 0,
      },
      {
        campaignId: 'half',
        name: { zh: '零食第二件半价', en: '2nd snack half price' },
        sales: 61,
        amountFen: 58_765,
        storeFen: 0,
        brandFen: 58_765,
      },
    ],
    cashFen: 391_350,
    countedCashFen: 391_300,
    firstReceipt: 'A1B2C3-000001',
    lastReceipt: 'A1B2C3-000217',
    closed: false,
  },
};
export const CLOSING: ReportFacts['closing'] = {
  zNumber: 12,
  agreed: false,
  differences: [
    { what: 'sales', ours: 214, pos: 213 },
    { what: 'tender cash', ours: 345_670, pos: 345_020 },
    { what: 'promotion fresh', ours: 40_000, pos: 39_500 },
  ],
};
