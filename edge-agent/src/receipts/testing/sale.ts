import type { SaleView, Words } from '@tillside/agent-contract';
import { MONEY_RULE } from '@tillside/decide';
import { zonedInstants } from '../../ports.ts';
import type { LineFacts, Store } from '../parts.ts';
import type { SaleFacts } from '../receipt.ts';

export const STORE: Store = {
  storeId: 'store-0001',
  storeName: { zh: '晨市 · 人民路店', en: 'Morning Market, Renmin Road' },
  instant: zonedInstants('Asia/Shanghai'),
};

/** A line as a test thinks of it. Savings are named by campaign id. */
export interface TestLine {
  readonly name: Words;
  readonly size?: Words;
  readonly sku?: string;
  readonly quantity?: number;
  readonly grams?: number;
  readonly unitFen: number;
  readonly savings?: Readonly<Record<string, number>>;
  readonly coupon?: string;
  readonly rateBp?: number;
  readonly taxFen?: number;
  readonly priceSet?: boolean;
}

const NONE: Words = { zh: '', en: '' };
const sum = (amounts: readonly number[]): number => amounts.reduce((total, amount) => total + amount, 0);

/** A sale whose sums are right, from its lines; what is given replaces what they make. */
export function testSale(
  lines: readonly TestLine[],
  campaigns: Readonly<Record<string, Words>> = {},
  more: Partial<SaleView> & { readonly decision?: never } = {},
  decisionMore: Partial<SaleView['decision']> = {},
): SaleView {
  const decided = lines.map((line, index) => {
    const { quantity = 1, grams, unitFen, savings = {}, coupon, rateBp = 1300, taxFen } = line;
    const listFen = grams === undefined ? quantity * unitFen : Math.round((unitFen * grams) / 1000);
    const payableFen = listFen - sum(Object.values(savings));
    return {
      lineId: String(index + 1),
      sku: line.sku ?? `sku-${index + 1}`,
      quantity,
      listFen,
      payableFen,
      adjustments: Object.entries(savings).map(([campaignId, amountFen]) => ({
        campaignId,
        amountFen,
        units: quantity,
        ...(coupon === campaignId ? { couponId: `coupon-${campaignId}` } : {}),
      })),
      taxRateBp: rateBp,
      taxFen: taxFen ?? Math.round((payableFen * rateBp) / (10_000 + rateBp)),
    };
  });
  const listFen = sum(decided.map((line) => line.listFen));
  const payableFen = sum(decided.map((line) => line.payableFen));
  const roundingFen = more.roundingFen ?? 0;
  return {
    saleId: '0199b2f3-7c1a-7e00-8000-000000000001',
    basketId: 'basket-1',
    receiptNumber: 'A1B2C3-000042',
    businessDate: '2026-11-22',
    completedAt: '2026-11-22T18:05:09+08:00',
    terminalId: 'terminal-1',
    cashierId: 'c1',
    late: false,
    decision: {
      schema: 1,
      policyVersion: 3,
      campaignSetVersion: 12,
      moneyRule: MONEY_RULE,
      listFen,
      savingsFen: listFen - payableFen,
      payableFen,
      taxFen: sum(decided.map((line) => line.taxFen)),
      totalFen: payableFen,
      lines: decided,
      applied: Object.entries(campaigns).map(([campaignId, name]) => {
        const amountFen = sum(lines.map(({ savings = {} }) => savings[campaignId] ?? 0));
        const isCoupon = lines.some(({ coupon }) => coupon === campaignId);
        return {
          campaignId,
          amountFen,
          storeFen: amountFen,
          brandFen: 0,
          name,
          ...(isCoupon ? { couponId: `coupon-${campaignId}` } : {}),
        };
      }),
      gifts: [],
      notApplied: [],
      couponsConsumed: lines.flatMap(({ coupon }) => (coupon === undefined ? [] : [`coupon-${coupon}`])),
      points: { earned: 0, spent: 0, spentFen: 0 },
      provenOptimal: true,
      gapFen: 0,
      ...decisionMore,
    },
    tenders: [{ kind: 'token', amountFen: payableFen + roundingFen, token: 'tok_5f0c81aa9d21' }],
    paidFen: payableFen + roundingFen,
    roundingFen,
    pointsEarned: 0,
    pointsSpent: 0,
    priceVersion: 7,
    ...more,
  };
}

/** What the journal adds to a sale's view, from the same lines. */
export function testFacts(
  view: SaleView,
  lines: readonly TestLine[],
  more: Partial<Omit<SaleFacts, 'view' | 'lineOf'>> = {},
): SaleFacts {
  const facts = new Map<string, LineFacts>(
    lines.map(({ name, size = NONE, unitFen, grams, priceSet }, index) => [
      String(index + 1),
      { name, size, unitPriceFen: unitFen, weightGrams: grams, priceSet },
    ]),
  );
  return { view, lane: '1', wallet: [], lineOf: (lineId) => facts.get(lineId), ...more };
}
