import type { CloseDay, DayTotals, SaleView } from '@tillside/agent-contract';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { closeDay, dayTotals } from './day.ts';
import { splitTenders, sumOf, type TenderIn } from './tenders.ts';
import { campaign, DAY, TestShop, TILL } from './testing/shop.ts';
import type { Terminal } from './till.ts';

type Totals = z.infer<typeof DayTotals>;
type PosTotals = z.infer<typeof CloseDay>;

let shop: TestShop;
beforeEach(() => {
  shop = new TestShop();
});
afterEach(() => shop.close());

const RETURNS = { coupons: 'when-all-returned', expiredCoupons: 'stay-expired', gifts: 'return-or-charge' } as const;
const CAMPAIGNS = [
  campaign('milk-15', 'discount', {
    items: { skus: ['milk'] },
    discount: { by: 'percent', percentOffBp: 1500 },
    fundedBy: { storeBp: 6000, brandBp: 4000 },
  }),
  campaign('full-30', 'spend-save', {
    items: { all: true },
    tiers: [{ spendFen: 3000, saveFen: 500 }],
    repeat: 'per-step',
    base: 'after-item-discounts',
  }),
  campaign('bag-20', 'gift', {
    items: { all: true },
    spendFen: 2000,
    repeat: 'once',
    base: 'list',
    gifts: [{ sku: 'bag', name: { zh: '购物袋', en: 'Bag' }, quantity: 1, valueFen: 500 }],
  }),
  campaign('points-pay', 'points-pay', { items: { all: true }, pointsPerStep: 100, fenPerStep: 100, maxShareBp: 5000 }),
];

const totals = (at = TILL): Totals => dayTotals(shop.journal, at.deviceId, DAY);
const close = (pos: PosTotals, at = TILL) =>
  shop.journal.write((tx) => closeDay(tx, at.deviceId, DAY, pos, '2026-11-22T22:00:00+08:00'));
const posOf = ({ sales, returns, salesFen, refundsFen, tenders }: Totals): PosTotals => ({
  sales,
  returns,
  salesFen,
  refundsFen,
  tenders,
});
const late = (receiptNumber: string, fen: number, at = TILL) =>
  shop.journal.write((tx) =>
    shop.reported.sale(
      tx,
      at,
      {
        cashierId: 'c1',
        receiptNumber,
        businessDate: DAY,
        completedAt: '2026-11-22T12:00:00+08:00',
        lines: [{ sku: 'tea', quantity: 1, payableFen: fen }],
        tenders: [{ kind: 'cash', amountFen: fen }],
      },
      { late: true },
    ),
  );

describe('a Z report', () => {
  it('names every difference, by tender, refund tender and promotion, and only of what the POS tells', () => {
    shop.run(CAMPAIGNS, { returns: RETURNS });
    const sale = shop.pay(shop.fill([{ sku: 'milk', quantity: 4 }]));
    shop.giveBack(sale.saleId, [['1', 1]]);
    const ours = totals();
    // 4 x 12.90, 1.94 off each (15 %, half-up), then 5.00 off. The bag that is given saves nothing.
    expect(ours).toMatchObject({ sales: 1, salesFen: 3884, savingsFen: 1276, returns: 1, tenders: { token: 3884 } });
    expect(ours.promotions).toEqual([
      {
        campaignId: 'milk-15',
        name: { zh: '活动 milk-15', en: 'milk-15' },
        sales: 1,
        amountFen: 776,
        storeFen: 466,
        brandFen: 310,
      },
      {
        campaignId: 'full-30',
        name: { zh: '活动 full-30', en: 'full-30' },
        sales: 1,
        amountFen: 500,
        storeFen: 500,
        brandFen: 0,
      },
    ]);
    const agreed = close(posOf(ours));
    expect(agreed).toMatchObject({ zNumber: 1, agreed: true, differences: [] });
    const off = close({
      ...posOf(ours),
      tenders: { token: 3000, cash: 884 },
      refundTenders: { cash: 0 },
      promotions: { 'milk-15': 776, 'full-30': 400, mystery: 7 },
      taxFen: ours.taxFen + 1,
      roundingFen: 0,
    });
    expect(off).toMatchObject({ zNumber: 2, agreed: false });
    expect(off.differences).toEqual([
      { what: 'taxFen', ours: ours.taxFen, pos: ours.taxFen + 1 },
      { what: 'tender token', ours: 3884, pos: 3000 },
      { what: 'tender cash', ours: 0, pos: 884 },
      { what: 'refund tender cash', ours: ours.refundsFen, pos: 0 },
      { what: 'promotion full-30', ours: 500, pos: 400 },
      { what: 'promotion mystery', ours: 0, pos: 7 },
    ]);
  });

  it('takes what comes late, shows it as booked behind the Z, and counts Zs by terminal', () => {
    late('A1', 500);
    expect(close(posOf(totals())).agreed).toBe(true);
    expect(totals()).toMatchObject({ closed: true });
    expect(totals().bookedSinceClosing).toBeUndefined();
    late('A2', 400);
    late('A3', 300);
    expect(totals()).toMatchObject({ closed: true, sales: 3, bookedSinceClosing: 2 });
    const again = close(posOf(totals()));
    expect(again).toMatchObject({ zNumber: 2, agreed: true, ours: { sales: 3, salesFen: 1200 } });
    expect(totals().bookedSinceClosing).toBeUndefined();
    const other = shop.journal.write((tx) => closeDay(tx, 'terminal-2', DAY, posOf(totals()), '2026-11-22T22:00:00Z'));
    expect(other).toMatchObject({ zNumber: 1, agreed: false });
    const events = shop.journal.all<{ envelope: string }>(
      `SELECT envelope FROM event WHERE type = 'tillside.day.closed.v1'`,
    );
    expect(events.map(({ envelope }) => (JSON.parse(envelope) as { data: { zNumber: number } }).data.zNumber)).toEqual([
      1, 2, 1,
    ]);
  });

  it('knows the first and the last receipt, returns among them, and baskets that were cancelled', () => {
    expect(totals().firstReceipt).toBeUndefined();
    late('A1', 500);
    const sale = shop.pay(shop.fill([{ sku: 'tea' }]));
    const back = shop.giveBack(sale.saleId, [['1', 1]]);
    const { basketId } = shop.fill([{ sku: 'milk' }]);
    shop.journal.write((tx) => shop.till.cancel(tx, TILL, basketId));
    expect(totals()).toMatchObject({ firstReceipt: 'A1', lastReceipt: back.receiptNumber, cancelled: 1 });
  });
});

/** What a till was told, added up as its own totals are. */
interface Told {
  sales: number;
  salesFen: number;
  savingsFen: number;
  returns: number;
  refundsFen: number;
  roundingFen: number;
  pointsSpentFen: number;
  tenders: Record<string, number>;
  refundTenders: Record<string, number>;
  promotions: Record<string, number>;
}

const step = fc.record({
  what: fc.constantFrom('sale', 'sale', 'sale', 'return', 'exchange', 'late', 'cancel'),
  wishes: fc.array(
    fc.record({
      sku: fc.constantFrom('milk', 'bread', 'apple', 'tea'),
      quantity: fc.integer({ min: 1, max: 4 }),
      grams: fc.integer({ min: 1, max: 2_000 }),
    }),
    { minLength: 1, maxLength: 3 },
  ),
  member: fc.boolean(),
  points: fc.integer({ min: 0, max: 600 }),
  pay: fc.constantFrom('cash', 'token', 'mixed'),
  pick: fc.nat(),
});
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

/** Plays a day at one till and writes down what it was told. */
class Day {
  readonly terminal: Terminal;
  readonly told: Told = {
    sales: 0,
    salesFen: 0,
    savingsFen: 0,
    returns: 0,
    refundsFen: 0,
    roundingFen: 0,
    pointsSpentFen: 0,
    tenders: {},
    refundTenders: {},
    promotions: {},
  };
  #left: { saleId: string; lineId: string; units: number }[] = [];
  #late = 0;

  constructor(deviceId: string) {
    this.terminal = { ...TILL, deviceId };
  }

  play({ what, wishes, member, points, pay, pick }: Step): void {
    if (what === 'late') {
      this.#late += 1;
      this.#sold(late(`A${this.#late}`, 100 + (pick % 900), this.terminal).view);
      return;
    }
    const returned = this.#left[pick % Math.max(1, this.#left.length)];
    if (what === 'return') {
      if (returned !== undefined) this.#back(returned);
      return;
    }
    let basket = shop.fill(
      wishes.map(({ sku, quantity, grams }) => (sku === 'apple' ? { sku, grams } : { sku, quantity })),
      { terminal: this.terminal, ...(member ? { member: 'card-1' } : {}) },
    );
    if (member)
      basket = shop.journal.write((tx) => shop.till.payWithPoints(tx, this.terminal, basket.basketId, points));
    const { basketId, decision } = basket;
    if (what === 'cancel') {
      shop.journal.write((tx) => shop.till.cancel(tx, this.terminal, basketId));
      return;
    }
    const complete = { cashierId: 'c1', expectedPayableFen: decision.payableFen };
    if (what === 'sale' || returned === undefined) {
      const tenders = tendersOf(decision.totalFen, pay);
      this.#sold(
        shop.journal.write((tx) => shop.sales.complete(tx, this.terminal, basketId, { ...complete, tenders })),
      );
      return;
    }
    this.#exchange(basketId, complete, returned, decision.totalFen, pay);
  }

  #exchange(
    basketId: string,
    complete: { cashierId: string; expectedPayableFen: number },
    returned: { saleId: string; lineId: string; units: number },
    totalFen: number,
    pay: Step['pay'],
  ): void {
    const lines = [{ lineId: returned.lineId, quantity: 1 }];
    const run = (tenders: TenderIn[]) =>
      shop.journal.write((tx) =>
        shop.takeBack.exchange(tx, this.terminal, {
          returned: { saleId: returned.saleId, lines },
          basketId,
          complete,
          tenders,
        }),
      );
    // Nothing is due, or the till learns what is.
    const detail = shop.outcome(() => {
      const { returned: back, sale } = run([]);
      this.#exchanged(back, sale, returned, []);
    });
    if (detail === 'ok') return;
    const dueFen = Number(/\/ (\d+)\)/.exec(detail)?.[1]);
    expect(detail).toMatch(/^TENDER_MISMATCH/);
    expect(dueFen).toBeLessThanOrEqual(totalFen + 500);
    const tenders = tendersOf(dueFen, pay === 'cash' ? 'token' : pay);
    const { returned: back, sale } = run(tenders);
    this.#exchanged(back, sale, returned, tenders);
  }

  #exchanged(
    back: { refundFen: number; payFen: number },
    sale: SaleView,
    returned: { saleId: string; lineId: string; units: number },
    tenders: readonly TenderIn[],
  ): void {
    this.#sold(sale);
    const exchangedFen = sumOf(sale.tenders.filter(({ kind }) => kind === 'exchange'));
    returned.units -= 1;
    this.#clear();
    this.told.returns += 1;
    this.told.refundsFen += back.refundFen - back.payFen;
    add(this.told.refundTenders, 'exchange', exchangedFen);
    add(this.told.refundTenders, 'cash', back.refundFen - exchangedFen);
    // What a kept gift asks for is paid before the goods.
    for (const { kind, amountFen } of splitTenders(tenders, back.payFen)[0])
      add(this.told.refundTenders, kind, -amountFen);
  }

  #back(returned: { saleId: string; lineId: string; units: number }): void {
    const { refundFen, payFen } = shop.journal.write((tx) =>
      shop.takeBack.lines(tx, this.terminal, {
        saleId: returned.saleId,
        cashierId: 'c1',
        lines: [{ lineId: returned.lineId, quantity: 1 }],
      }),
    );
    returned.units -= 1;
    this.#clear();
    this.told.returns += 1;
    this.told.refundsFen += refundFen - payFen;
    add(this.told.refundTenders, 'cash', refundFen - payFen);
  }

  #sold(sale: SaleView): void {
    const { decision } = sale;
    this.told.sales += 1;
    this.told.salesFen += decision.payableFen;
    this.told.savingsFen += decision.savingsFen;
    this.told.roundingFen += sale.roundingFen;
    this.told.pointsSpentFen += decision.points.spentFen;
    for (const { kind, amountFen } of sale.tenders) add(this.told.tenders, kind, amountFen);
    for (const { campaignId, amountFen } of decision.applied) add(this.told.promotions, campaignId, amountFen);
    expect(sumOf(sale.tenders)).toBe(sale.paidFen);
    expect(sale.paidFen - sale.roundingFen).toBe(decision.totalFen);
    for (const { lineId, quantity } of decision.lines)
      this.#left.push({ saleId: sale.saleId, lineId, units: quantity });
  }

  #clear(): void {
    this.#left = this.#left.filter(({ units }) => units > 0);
  }
}

function add(sums: Record<string, number>, key: string, fen: number): void {
  if (fen !== 0) sums[key] = (sums[key] ?? 0) + fen;
}

/** Tenders of an amount. Cash alone is rounded down to the jiao, as the policy of this day says, the cash part of a mixed payment too. */
function tendersOf(dueFen: number, pay: Step['pay']): TenderIn[] {
  if (pay === 'token') return [{ kind: 'token', amountFen: dueFen }];
  if (pay === 'cash') return [{ kind: 'cash', amountFen: dueFen - (dueFen % 10) }];
  const voucherFen = Math.min(dueFen, 300);
  const cashFen = dueFen - voucherFen;
  return [
    { kind: 'voucher', amountFen: voucherFen },
    { kind: 'cash', amountFen: cashFen - (cashFen % 10) },
  ];
}

const withoutZeros = (sums: Record<string, number>): Record<string, number> =>
  Object.fromEntries(Object.entries(sums).filter(([, fen]) => fen !== 0));

describe('a day of sales, returns, exchanges and late sales', () => {
  it('totals to the fen what its till was told', () => {
    const policy = { returns: RETURNS, cashRounding: { toFen: 10, mode: 'down' as const, cashPart: true as const } };
    shop.run(CAMPAIGNS, policy);
    let days = 0;
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 25 }), (steps) => {
        days += 1;
        const day = new Day(`terminal-of-${days}`);
        for (const one of steps) day.play(one);
        const { promotions, tenders, refundTenders, ...ours } = totals(day.terminal);
        const { told } = day;
        const { tenders: toldTenders, refundTenders: toldRefunds, promotions: toldPromotions, ...rest } = told;
        expect(ours).toMatchObject(rest);
        expect(withoutZeros(tenders)).toEqual(withoutZeros(toldTenders));
        expect(withoutZeros(refundTenders)).toEqual(withoutZeros(toldRefunds));
        const saved = promotions.map(({ campaignId, amountFen }) => [campaignId, amountFen] as const);
        expect(withoutZeros(Object.fromEntries(saved))).toEqual(withoutZeros(toldPromotions));
        for (const one of promotions) expect(one.storeFen + one.brandFen).toBe(one.amountFen);
        expect(ours.cashFen).toBe((toldTenders.cash ?? 0) - (toldRefunds.cash ?? 0));
        const z = close({ ...told, refundTenders, promotions: toldPromotions }, day.terminal);
        expect(z.differences).toEqual([]);
        const moved = { ...told, salesFen: told.salesFen + 1 };
        expect(close(moved, day.terminal).differences).toEqual([
          { what: 'salesFen', ours: told.salesFen, pos: told.salesFen + 1 },
        ]);
      }),
      { numRuns: 40 },
    );
  });
});
