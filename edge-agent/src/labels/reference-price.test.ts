import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TestShop } from '../lanes/testing/shop.ts';
import { noteAppliedPrice, noteSoldPrice, pruneSoldPrices, referencePrice } from './reference-price.ts';
import { TestWall } from './testing.ts';

const DAY_MS = 86_400_000;
const START_MS = Date.parse('2026-11-22T02:00:00Z');

interface Noted {
  /** Before the promotion begins, in ms; 0 and less: in its own time. */
  ago: number;
  fen: number;
}
const notes = fc.array(
  fc.record({ ago: fc.integer({ min: -2 * DAY_MS, max: 45 * DAY_MS }), fen: fc.integer({ min: 1, max: 5_000 }) }),
  { maxLength: 12 },
);
const within = (all: readonly Noted[], days: number): Noted[] =>
  all.filter(({ ago }) => ago > 0 && ago <= days * DAY_MS);
const lowest = (all: readonly Noted[]): number | undefined =>
  all.length === 0 ? undefined : Math.min(...all.map(({ fen }) => fen));

let shop: TestShop;
beforeEach(() => {
  shop = new TestShop();
});
afterEach(() => shop.close());

const clear = (): void =>
  shop.journal.write((tx) => {
    tx.run('DELETE FROM sold_price');
    tx.run('DELETE FROM applied_price');
  });
const sell = (all: readonly Noted[]): void =>
  shop.journal.write((tx) => {
    for (const { ago, fen } of all) noteSoldPrice(tx, START_MS - ago, { sku: 'tea', quantity: 1, payableFen: fen });
  });

describe('in China', () => {
  it('is the lowest price of seven days, else the last one, whatever was sold and when', () => {
    fc.assert(
      fc.property(notes, (sold) => {
        clear();
        sell(sold);
        const earlier = sold.filter(({ ago }) => ago > 0);
        const lastAgo = Math.min(...earlier.map(({ ago }) => ago));
        const last = earlier.filter(({ ago }) => ago === lastAgo).map(({ fen }) => fen);
        const { rule, fen, evidence } = referencePrice(shop.journal, 'CN', 'tea', START_MS);
        const week = lowest(within(sold, 7));
        if (week !== undefined) expect([rule, fen]).toEqual(['lowest-sold-7-days', week]);
        else if (last.length > 0) {
          expect(rule).toBe('last-sold');
          expect(last).toContain(fen);
        } else expect([rule, fen, evidence]).toEqual(['none', undefined, []]);
        expect(evidence.every((row) => row.fen === fen && Date.parse(row.at) < START_MS)).toBe(true);
        pruneTo(START_MS);
        expect(referencePrice(shop.journal, 'CN', 'tea', START_MS).fen).toBe(fen);
      }),
      { numRuns: 60 },
    );
  });

  it('a promotion that begins anew names no price above its own sales of a moment ago', () => {
    sell([
      { ago: 3 * DAY_MS, fen: 1000 },
      { ago: 1000, fen: 600 },
    ]);
    expect(referencePrice(shop.journal, 'CN', 'tea', START_MS).fen).toBe(600);
  });
});

describe('in the European Union', () => {
  it('is the lowest price that was in force in thirty days, the one they began with included', () => {
    fc.assert(
      fc.property(notes, (applied) => {
        clear();
        const inOrder = [...new Map(applied.map((one) => [one.ago, one])).values()].sort((a, b) => b.ago - a.ago);
        shop.journal.write((tx) => {
          for (const { ago, fen } of inOrder) noteAppliedPrice(tx, 'tea', fen, START_MS - ago);
        });
        const inForce = inOrder.filter(({ ago }) => ago >= 30 * DAY_MS).at(-1);
        const all = [...(inForce === undefined ? [] : [inForce]), ...within(inOrder, 30)];
        const answer = referencePrice(shop.journal, 'EU', 'tea', START_MS);
        expect(answer.fen).toBe(lowest(all));
        expect(answer.rule).toBe(all.length === 0 ? 'none' : 'lowest-applied-30-days');
        pruneTo(START_MS);
        expect(referencePrice(shop.journal, 'EU', 'tea', START_MS).fen).toBe(answer.fen);
      }),
      { numRuns: 60 },
    );
  });
});

const pruneTo = (nowMs: number): void => shop.journal.write((tx) => pruneSoldPrices(tx, nowMs));

describe('on a label', () => {
  const TAG = '00007E1F0000A001';
  const UNTIL = '2098-01-01T00:00:00Z';

  it('comes with its evidence, which stays when the sales behind it are forgotten', async () => {
    const wall = new TestWall();
    try {
      const { journal } = wall.shop;
      const soldMs = wall.shop.now - DAY_MS;
      journal.write((tx) => noteSoldPrice(tx, soldMs, { sku: 'milk', quantity: 2, payableFen: 2500 }));
      wall.tag(TAG);
      wall.labels.pair(TAG, { sku: 'milk' });
      wall.promotions.put('staff-1', { sku: 'milk', priceFen: 990, until: UNTIL });
      wall.labels.refresh();
      await wall.settle();
      wall.wake(TAG);
      expect(wall.reports.show(TAG)).toMatchObject({ priceFen: 990, wasPriceFen: 1250 });
      const evidence = [{ at: new Date(soldMs).toISOString(), fen: 1250 }];
      const asked = wall.reports.reference('milk');
      expect(asked).toMatchObject({ rule: 'lowest-sold-7-days', fen: 1250 });
      expect(asked.evidence.map(({ at, fen }) => ({ at: new Date(at).toISOString(), fen }))).toEqual(evidence);
      journal.write((tx) => pruneSoldPrices(tx, wall.shop.now + 300 * DAY_MS));
      expect(journal.all('SELECT sku, rule, fen FROM reference_evidence')).toEqual([
        { sku: 'milk', rule: 'lowest-sold-7-days', fen: 1250 },
      ]);
    } finally {
      wall.close();
    }
  });

  it('of the European Union names what the label itself showed before', async () => {
    const wall = new TestWall('EU');
    try {
      wall.tag(TAG);
      wall.labels.pair(TAG, { sku: 'milk' });
      for (const step of [() => undefined, () => wall.price(1100), () => wall.price(1400)]) {
        step();
        wall.labels.refresh();
        await wall.settle();
        wall.shop.now += DAY_MS;
      }
      wall.promotions.put('staff-1', { sku: 'milk', priceFen: 990, until: UNTIL });
      wall.labels.refresh();
      await wall.settle();
      expect(wall.reports.show(TAG)).toMatchObject({ priceFen: 990, wasPriceFen: 1100 });
    } finally {
      wall.close();
    }
  });

  it('the report of mismatches follows panel and till, shelf by shelf', async () => {
    const wall = new TestWall();
    try {
      wall.tag(TAG);
      wall.labels.pair(TAG, { sku: 'milk' });
      expect(wall.reports.mismatches()).toMatchObject([{ kind: 'not-proven', tagId: TAG, shelf: 'A1' }]);
      await wall.settle();
      wall.wake(TAG);
      expect(wall.reports.mismatches()).toEqual([]);
      wall.price(1500);
      wall.labels.refresh();
      expect(wall.reports.mismatches()).toMatchObject([
        { kind: 'shows-less', shownFen: 1290, listedFen: 1500, tillFen: 1290, owner: 'tillside' },
      ]);
      wall.price(900);
      wall.labels.refresh();
      await wall.settle();
      expect(wall.reports.mismatches()).toMatchObject([{ kind: 'shows-more', shownFen: 1290, tillFen: 900 }]);
      wall.wake(TAG);
      expect(wall.reports.mismatches()).toEqual([]);
    } finally {
      wall.close();
    }
  });
});
