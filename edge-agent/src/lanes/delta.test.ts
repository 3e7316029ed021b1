import type { BasketDelta, BasketView } from '@tillside/agent-contract';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { campaign, TestShop, TILL } from './testing/shop.ts';

let shop: TestShop;
beforeEach(() => {
  shop = new TestShop();
  shop.run([
    campaign('milk-20', 'discount', { items: { skus: ['milk'] }, discount: { by: 'percent', percentOffBp: 2000 } }),
    campaign('pair', 'buy-get', { items: { skus: ['milk', 'bread', 'tea'] }, buy: 2, get: 1, percentOffBp: 10_000 }),
    campaign('full-30', 'spend-save', {
      items: { all: true },
      tiers: [{ spendFen: 3000, saveFen: 500 }],
      repeat: 'once',
      base: 'after-item-discounts',
    }),
    campaign('gold', 'member-price', { prices: [{ sku: 'bread', priceFen: 700 }] }),
  ]);
});
afterEach(() => shop.close());

type Entry = BasketDelta['lines'][number];

/** What a display knows that only ever hears deltas. */
class Display {
  lines = new Map<string, Pick<Entry, 'sku' | 'name' | 'quantity'> & { payableFen: number }>();
  payableFen = 0;
  savingsFen = 0;
  applied = new Set<string>();

  hear({ delta }: BasketView): void {
    if (delta === undefined) throw new Error('every change tells what it did');
    for (const { lineId, change, sku, name, quantity, payableFen } of delta.lines) {
      expect(payableFen.before).toBe(this.lines.get(lineId)?.payableFen ?? 0);
      expect(this.lines.has(lineId)).toBe(change !== 'added');
      if (change === 'removed') this.lines.delete(lineId);
      else this.lines.set(lineId, { sku, name, quantity, payableFen: payableFen.now });
    }
    expect([delta.payableFen.before, delta.savingsFen.before]).toEqual([this.payableFen, this.savingsFen]);
    this.payableFen = delta.payableFen.now;
    this.savingsFen = delta.savingsFen.now;
    for (const campaignId of delta.applied) this.applied.add(campaignId);
    for (const campaignId of delta.lost) this.applied.delete(campaignId);
  }

  isLike(view: BasketView): void {
    expect([...this.lines].sort()).toEqual(
      view.lines
        .map(({ lineId, sku, name, quantity, payableFen }) => [lineId, { sku, name, quantity, payableFen }])
        .sort(),
    );
    expect(this.payableFen).toBe(view.decision.payableFen);
    expect(this.savingsFen).toBe(view.decision.savingsFen);
    expect([...this.applied].sort()).toEqual(
      [...new Set(view.decision.applied.map(({ campaignId }) => campaignId))].sort(),
    );
  }
}

type Step =
  | { do: 'add'; sku: string; quantity: number }
  | { do: 'void' | 'quantity'; at: number; quantity: number }
  | { do: 'member' | 'pause' };
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constant('add' as const),
    sku: fc.constantFrom('milk', 'bread', 'tea'),
    quantity: fc.integer({ min: 1, max: 4 }),
  }),
  fc.record({
    do: fc.constantFrom('void' as const, 'quantity' as const),
    at: fc.nat(9),
    quantity: fc.integer({ min: 1, max: 5 }),
  }),
  fc.record({ do: fc.constantFrom('member' as const, 'pause' as const) }),
);

function take(view: BasketView, wish: Step): BasketView[] {
  const { basketId } = view;
  const lineId = 'at' in wish ? view.lines[wish.at % Math.max(1, view.lines.length)]?.lineId : undefined;
  return shop.journal.write((tx): BasketView[] => {
    switch (wish.do) {
      case 'add':
        return [shop.till.addLine(tx, TILL, basketId, { sku: wish.sku, quantity: wish.quantity })];
      case 'void':
        return lineId === undefined ? [] : [shop.till.voidLine(tx, TILL, basketId, lineId)];
      case 'quantity':
        return lineId === undefined
          ? []
          : [shop.till.changeLine(tx, TILL, basketId, lineId, { quantity: wish.quantity })];
      case 'member':
        return [shop.till.setMember(tx, TILL, basketId, 'TM:card-1')];
      case 'pause':
        return [shop.till.suspend(tx, TILL, basketId), shop.till.resume(tx, TILL, basketId)];
    }
  });
}

describe('what a change did', () => {
  it('one after the other gives what is shown of the basket now', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        let view = shop.journal.write((tx) => shop.till.open(tx, TILL, { cashierId: 'c1' }));
        const display = new Display();
        display.hear(view);
        for (const wish of steps) {
          for (const next of take(view, wish)) {
            expect(next.revision).toBe(view.revision + 1);
            display.hear(next);
            view = next;
          }
        }
        display.isLike(shop.till.get(view.basketId));
      }),
      { numRuns: 60 },
    );
  });

  it('names the other lines whose price it moved, and the campaigns that came and went', () => {
    const view = shop.fill([{ sku: 'bread', quantity: 3 }]);
    // A third is free of the dearest two; with milk the 20 % on it may be worth more, and 30 is reached.
    const next = shop.journal.write((tx) => shop.till.addLine(tx, TILL, view.basketId, { sku: 'milk', quantity: 2 }));
    expect(next.delta?.lines.map(({ lineId, change }) => [lineId, change])).toEqual([
      ['1', 'changed'],
      ['2', 'added'],
    ]);
    expect(next.delta?.applied).toContain('full-30');
    const back = shop.journal.write((tx) => shop.till.voidLine(tx, TILL, view.basketId, '2'));
    expect(back.delta?.lines).toEqual([
      expect.objectContaining({
        lineId: '2',
        change: 'removed',
        quantity: 0,
        payableFen: { before: expect.any(Number), now: 0 },
      }),
      expect.objectContaining({ lineId: '1', change: 'changed', quantity: 3 }),
    ]);
    expect(back.delta?.lost).toContain('full-30');
    expect(back.delta?.payableFen.now).toBe(view.decision.payableFen);
  });

  it('is told against what was shown last, also when prices moved by themselves since', () => {
    const view = shop.fill([{ sku: 'tea', quantity: 2 }]);
    shop.run([
      campaign('tea-50', 'discount', { items: { skus: ['tea'] }, discount: { by: 'percent', percentOffBp: 5000 } }),
    ]);
    expect(shop.till.get(view.basketId).delta).toBeUndefined();
    const { delta } = shop.journal.write((tx) => shop.till.setMember(tx, TILL, view.basketId, 'TM:card-1'));
    expect(delta).toMatchObject({
      lines: [{ lineId: '1', change: 'changed', payableFen: { before: 1000, now: 500 } }],
      applied: ['tea-50'],
    });
  });
});
