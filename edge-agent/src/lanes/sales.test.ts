import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SaleView } from '@tillside/agent-contract';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AgentError } from '../errors.ts';
import { Journal } from '../journal/index.ts';
import { referencePriceFen } from '../labels/reference-price.ts';
import { importCoupons, importMembers } from '../members/import.ts';
import { Pins } from '../pairing/pins.ts';
import { balanceOf } from '../points/balance.ts';
import { systemRandom } from '../ports.ts';
import { CampaignBook } from '../prices/campaigns.ts';
import { importItems } from '../prices/import.ts';
import { Items } from '../prices/item.ts';
import { ALWAYS, campaignSet, ITEMS_CSV } from '../testing.ts';
import { Approvals } from './approvals.ts';
import { holdsCardNumber } from './card-number.ts';
import { dayTotals } from './day.ts';
import { Sales } from './sales.ts';
import { TakeBack } from './take-back.ts';
import { Till, type TillDeps } from './till.ts';

const TERMINAL = { deviceId: 'terminal-1', lane: '1', priceOwner: 'tillside' } as const;
const DAY = '2026-11-22';
let dir: string;
let journal: Journal;
let now: number;
let till: Till;
let sales: Sales;
let deps: TillDeps;
let items: Items;
let book: CampaignBook;
let receipt = 0;

const discount = (id: string, more: Record<string, unknown>) => ({
  schema: 1,
  id,
  version: 1,
  kind: 'discount',
  name: { zh: id, en: id },
  window: ALWAYS,
  fundedBy: 'store',
  ...more,
});

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tillside-sales-'));
  now = Date.parse('2026-11-22T10:00:00Z');
  const clock = { now: () => now };
  journal = Journal.open({ dataDir: dir, store: 'store-test', clock, random: systemRandom });
  items = new Items(journal);
  book = new CampaignBook(journal, clock, { storeId: 'store-test', zone: 'Asia/Shanghai' });
  importItems(journal, clock, ITEMS_CSV);
  importMembers(
    journal,
    'memberId,code,tier,points,joinedAt,personalisation\nM000001,card-1,gold,100,2025-01-01T00:00:00Z,yes\n',
  );
  importCoupons(journal, 'couponId,code,campaignId,memberId\nc1,AAA111,tea-coupon,\n');
  const set = campaignSet([
    discount('milk-15', { items: { skus: ['milk'] }, discount: { by: 'percent', percentOffBp: 1500 } }),
    discount('tea-coupon', {
      items: { skus: ['tea'] },
      discount: { by: 'amount', amountOffFen: 200 },
      requiresCoupon: true,
      limits: { perBasket: 1 },
    }),
    {
      ...discount('full-30', {}),
      kind: 'spend-save',
      items: { all: true },
      tiers: [{ spendFen: 3000, saveFen: 500 }],
      repeat: 'per-step',
      base: 'after-item-discounts',
    },
  ]);
  journal.write((tx) =>
    tx.run(`INSERT INTO desired VALUES ('campaigns', 3, ?, ?, '2026-01-01T00:00:00Z')`, 'a'.repeat(64), set),
  );
  book.reload();
  const scans = { inStore: [], refuseAfter: new Set<never>() };
  const approvals = new Approvals({ pins: new Pins({ staff: [], clock }), clock, random: systemRandom });
  deps = {
    zone: 'Asia/Shanghai',
    journal,
    items,
    book,
    clock,
    random: systemRandom,
    scans,
    approvals,
    unknownItems: 'refuse' as const,
  };
  till = new Till(deps);
  sales = new Sales(deps);
});
afterEach(() => {
  journal.close();
  rmSync(dir, { recursive: true, force: true });
});

type Wish = { sku: string; quantity: number; grams: number };
const wish = fc.record({
  sku: fc.constantFrom('milk', 'bread', 'apple', 'tea'),
  quantity: fc.integer({ min: 1, max: 5 }),
  grams: fc.integer({ min: 1, max: 5_000 }),
});

function sell(wishes: readonly Wish[], options: { member?: boolean; coupon?: boolean } = {}): SaleView {
  receipt += 1;
  return journal.write((tx) => {
    const { basketId } = till.open(tx, TERMINAL, { cashierId: 'c1' });
    if (options.member) till.setMember(tx, TERMINAL, basketId, 'TM:card-1');
    if (options.coupon) till.addCoupon(tx, TERMINAL, basketId, 'AAA111');
    let payableFen = 0;
    for (const { sku, quantity, grams } of wishes) {
      payableFen = till.addLine(tx, TERMINAL, basketId, { sku, quantity, weightGrams: grams }).decision.payableFen;
    }
    return sales.complete(tx, TERMINAL, basketId, {
      cashierId: 'c1',
      receiptNumber: `R${receipt}`,
      expectedPayableFen: payableFen,
      tenders: [{ kind: 'cash', amountFen: payableFen }],
    });
  });
}
function giveBack(saleId: string, lineId: string, quantity: number): { refundFen: number; pointsTakenBack: number } {
  receipt += 1;
  return journal.write((tx) =>
    new TakeBack(deps, sales).lines(tx, TERMINAL, {
      saleId,
      cashierId: 'c1',
      receiptNumber: `R${receipt}`,
      lines: [{ lineId, quantity }],
    }),
  );
}

describe('money is conserved', () => {
  it('in every sale, and over any order of returns, points included', () => {
    fc.assert(
      fc.property(
        fc.array(wish, { minLength: 1, maxLength: 6 }),
        fc.array(fc.nat(), { minLength: 30, maxLength: 30 }),
        (wishes, order) => {
          const pointsBefore = balanceOf(journal, 'M000001', now).available;
          const before = dayTotals(journal, TERMINAL.deviceId, DAY);
          const sale = sell(wishes, { member: true });
          const { decision } = sale;
          expect(decision.lines.reduce((sum, line) => sum + line.payableFen, 0)).toBe(decision.payableFen);
          expect(decision.listFen - decision.savingsFen).toBe(decision.payableFen);
          for (const line of decision.lines) {
            expect(line.payableFen).toBeGreaterThanOrEqual(0);
            const saved = line.adjustments.reduce((sum, adjustment) => sum + adjustment.amountFen, 0);
            expect(line.listFen - saved).toBe(line.payableFen);
          }
          const left = decision.lines.map((line) => ({ lineId: line.lineId, units: line.quantity }));
          let refundedFen = 0;
          let pointsBack = 0;
          for (const pick of order) {
            const some = left.filter((line) => line.units > 0);
            const line = some[pick % Math.max(1, some.length)];
            if (line === undefined) break;
            const units = 1 + (pick % line.units);
            const back = giveBack(sale.saleId, line.lineId, units);
            expect(back.refundFen).toBeGreaterThanOrEqual(0);
            refundedFen += back.refundFen;
            pointsBack += back.pointsTakenBack;
            line.units -= units;
            expect(refundedFen).toBeLessThanOrEqual(decision.payableFen);
          }
          expect(left.every((line) => line.units === 0)).toBe(true);
          expect(refundedFen).toBe(decision.payableFen);
          expect(pointsBack).toBe(sale.pointsEarned);
          expect(balanceOf(journal, 'M000001', now).available).toBe(pointsBefore);
          const after = dayTotals(journal, TERMINAL.deviceId, DAY);
          expect(after.salesFen - before.salesFen).toBe(decision.payableFen);
          expect(after.refundsFen - before.refundsFen).toBe(refundedFen);
        },
      ),
      { numRuns: 25 },
    );
  });

  it('a coupon is spent once, whoever comes second', () => {
    const first = sell([{ sku: 'tea', quantity: 2, grams: 1 }], { coupon: true });
    expect(first.decision.payableFen).toBe(800);
    expect(() => sell([{ sku: 'tea', quantity: 1, grams: 1 }], { coupon: true })).toThrow(AgentError);
    const other = sell([{ sku: 'tea', quantity: 1, grams: 1 }]);
    expect(other.decision.payableFen).toBe(500);
  });
});

describe('the reference price', () => {
  const DAY_MS = 86_400_000;
  const at = (days: number): void => {
    now += days * DAY_MS;
  };

  it('is the lowest of the seven days before, else the last sale before, never the promotion itself', () => {
    const start = now;
    expect(referencePriceFen(journal, 'bread', start, 'CN')).toBeUndefined();
    at(-30);
    sell([{ sku: 'bread', quantity: 2, grams: 1 }]);
    expect(referencePriceFen(journal, 'bread', start, 'CN')).toBe(990);
    at(24);
    sell([{ sku: 'bread', quantity: 4, grams: 1 }]); // 3960, less 500: 865 each
    at(1);
    sell([{ sku: 'bread', quantity: 1, grams: 1 }]);
    expect(referencePriceFen(journal, 'bread', start, 'CN')).toBe(865);
    now = start;
    sell([{ sku: 'bread', quantity: 5, grams: 1 }]);
    expect(referencePriceFen(journal, 'bread', start, 'CN')).toBe(865);
  });

  it('of a weighed item is per kg', () => {
    at(-1);
    sell([{ sku: 'apple', quantity: 1, grams: 505 }]);
    expect(referencePriceFen(journal, 'apple', now + DAY_MS, 'CN')).toBe(Math.round((798 * 1000) / 505));
  });
});

describe('a shelf guard', () => {
  const show = (sku: string, fen: number): void => {
    journal.write((tx) =>
      tx.run(
        `INSERT INTO label (tag_id, device_id, sku, state, shown_fen) VALUES (?, 'labels', ?, 'shown', ?)
         ON CONFLICT (tag_id) DO UPDATE SET shown_fen = excluded.shown_fen`,
        `TAG ${sku}`,
        sku,
        fen,
      ),
    );
    book.refreshGuards();
  };

  it('does not act, and is not told of, when the label shows what anybody pays', () => {
    show('milk', 1097);
    show('tea', 500);
    const sale = sell([
      { sku: 'milk', quantity: 1, grams: 1 },
      { sku: 'tea', quantity: 1, grams: 1 },
    ]);
    expect(sale.decision.applied.map(({ campaignId }) => campaignId)).toEqual(['milk-15']);
    expect(JSON.stringify(sale.decision)).not.toContain('shelf-guard');
  });

  it('holds the till to a lower label, per kilogram too, at any weight', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1_579 }),
        fc.array(fc.integer({ min: 1, max: 8_000 }), { minLength: 1, maxLength: 3 }),
        (shownFen, weights) => {
          show('apple', shownFen);
          const lines = weights.map((grams) => ({ sku: 'apple', quantity: 1, grams }));
          const { decision } = sell(lines);
          // The whole basket: a line may stay dearer where that reaches a threshold that saves more.
          const shelfFen = weights.reduce((sum, grams) => sum + Math.floor((shownFen * grams) / 1000 + 0.5), 0);
          expect(decision.payableFen).toBeLessThanOrEqual(shelfFen);
          // Not a fen for nothing: one line alone pays the label's price, or less only by a saving of the whole basket.
          if (weights.length === 1 && decision.payableFen + 500 < 3000)
            expect(decision.payableFen).toBeGreaterThanOrEqual(
              Math.floor((shownFen * (weights[0] ?? 0)) / 1000 + 0.5) - 1,
            );
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('a token that holds a card number', () => {
  const luhnDigit = (digits: string): string => {
    const sum = [...digits].reverse().reduce((total, char, index) => {
      const value = index % 2 === 0 ? Number(char) * 2 : Number(char);
      return total + (value > 9 ? value - 9 : value);
    }, 0);
    return String((10 - (sum % 10)) % 10);
  };
  const digits = (length: number) =>
    fc.array(fc.integer({ min: 0, max: 9 }), { minLength: length, maxLength: length }).map((all) => all.join(''));

  it('is refused in every way people write it; one wrong digit is not a card', () => {
    fc.assert(
      fc.property(fc.constantFrom('4', '51', '2221', '34', '62', '6011'), digits(12), (prefix, rest) => {
        const body = (prefix + rest).slice(0, 15);
        const card = body + luhnDigit(body);
        expect(holdsCardNumber(card)).toBe(true);
        expect(holdsCardNumber(card.replace(/(.{4})/g, '$1 ').trim())).toBe(true);
        expect(holdsCardNumber(card.replace(/(.{4})(?=.)/g, '$1-'))).toBe(true);
        expect(holdsCardNumber(`tok ${card}!`)).toBe(true);
        const wrong = card.slice(0, -1) + String((Number(card.slice(-1)) + 1) % 10);
        expect(holdsCardNumber(wrong)).toBe(false);
      }),
    );
  });

  it.each(['tok_abc', '', '13800138000', '8612345678', 'pay-2026-11-22-0001'])('%j is none', (token) => {
    expect(holdsCardNumber(token)).toBe(false);
  });
});
