import { PutLines } from '@tillside/agent-contract';
import { weighedAmountFen } from '@tillside/decide';
import { checkDigit } from '@tillside/devices';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { importItems } from '../prices/import.ts';
import { ITEMS_CSV } from '../testing.ts';
import { campaign, TestShop, TILL } from './testing/shop.ts';
import type { Terminal } from './till.ts';

const POS: Terminal = { deviceId: 'pos-1', lane: '7', priceOwner: 'pos-adjusts' };
const REPORTS: Terminal = { deviceId: 'pos-2', lane: '8', priceOwner: 'pos-reports' };
const SIX_TEA = `690123456790${checkDigit('690123456790')}`;
let shop: TestShop;
beforeEach(() => {
  shop = new TestShop();
  const [head, ...rows] = ITEMS_CSV.trim().split('\n');
  importItems(
    shop.journal,
    { now: () => shop.now },
    [`${head},packs`, ...rows.map((row) => `${row},${row.startsWith('tea,') ? `${SIX_TEA}:6` : ''}`)].join('\n'),
  );
  shop.run([
    campaign('milk-20', 'discount', { items: { skus: ['milk'] }, discount: { by: 'percent', percentOffBp: 2000 } }),
    campaign('tea-fix', 'discount', { items: { skus: ['tea'] }, discount: { by: 'fixed-price', fixedPriceFen: 300 } }),
  ]);
});
afterEach(() => shop.close());

const open = (terminal = POS) => shop.journal.write((tx) => shop.till.open(tx, terminal, { cashierId: 'c1' }));
const put = (basketId: string, lines: z.input<typeof PutLines>['lines'], terminal = POS) =>
  shop.journal.write((tx) => shop.till.putLines(tx, terminal, basketId, PutLines.parse({ lines }).lines));
const putNew = (...lines: z.input<typeof PutLines>['lines']) => put(open().basketId, lines);

describe('a POS that owns its prices', () => {
  it('sends its whole basket, keeps its line ids, and gets our savings on its prices', () => {
    const view = putNew(
      { lineId: 'A-7', sku: 'milk', quantity: 2, unitPriceFen: 1400 },
      { lineId: 'B', gtin: '2900000000025', unitPriceFen: 990 },
    );
    expect(view).toMatchObject({ priceOwner: 'pos-adjusts', decision: { listFen: 3790, payableFen: 3790 - 560 } });
    expect(view.lines.map(({ lineId, sku, payableFen }) => [lineId, sku, payableFen])).toEqual([
      ['A-7', 'milk', 2240],
      ['B', 'bread', 990],
    ]);
    expect(view.lines[0]?.priceSet).toEqual({ by: 'pos', masterFen: 1290 });
    expect(view.lines[1]?.priceSet).toBeUndefined();
    const next = put(view.basketId, [{ lineId: 'B', sku: 'bread', unitPriceFen: 990, quantity: 2 }]);
    expect(next.delta?.lines.map(({ lineId, change }) => [lineId, change])).toEqual([
      ['A-7', 'removed'],
      ['B', 'changed'],
    ]);
    expect(put(view.basketId, [{ lineId: 'B', sku: 'bread', unitPriceFen: 990, quantity: 2 }]).delta?.lines).toEqual(
      [],
    );
    expect(shop.pay(next, { terminal: POS }).priceOwner).toBe('pos-adjusts');
  });

  it('names what the master lacks; nothing of ours touches it', () => {
    shop.run([campaign('half', 'discount', { items: { all: true }, discount: { by: 'percent', percentOffBp: 5000 } })]);
    const view = putNew(
      { lineId: '1', gtin: '6901234567892', name: '进口饼干', unitPriceFen: 1500 },
      { lineId: '2', sku: 'XYZ', unitPriceFen: 100 },
      { lineId: '3', name: 'Flowers', unitPriceFen: 2000 },
      { lineId: '4', sku: 'milk', unitPriceFen: 1200, noPromotions: true },
    );
    expect(view.lines.map(({ sku, name, payableFen, unknown }) => [sku, name.en, payableFen, unknown])).toEqual([
      ['open:6901234567892', '进口饼干', 1500, true],
      ['open:XYZ', 'Item XYZ', 100, true],
      ['open:pos', 'Flowers', 2000, undefined],
      ['milk', 'Milk', 1200, undefined],
    ]);
    shop.pay(view, { terminal: POS });
    const told = shop.journal.all<{ envelope: string }>(
      `SELECT envelope FROM event WHERE type = 'tillside.item.unknown.v1'`,
    );
    expect(told.map(({ envelope }) => JSON.parse(envelope).data)).toEqual([
      expect.objectContaining({ gtin: '6901234567892', sold: true }),
      expect.objectContaining({ sku: 'XYZ', sold: true }),
    ]);
  });

  it('sells packs: as units where its price divides, else as goods that no campaign is meant for', () => {
    const even = putNew({ lineId: '1', gtin: SIX_TEA, unitPriceFen: 2400 }).lines[0];
    expect(even).toMatchObject({ sku: 'tea', quantity: 6, unitPriceFen: 400, payableFen: 1800 });
    const odd = putNew({ lineId: '1', gtin: SIX_TEA, unitPriceFen: 2500 }).lines[0];
    expect(odd).toMatchObject({ sku: `open:${SIX_TEA}`, quantity: 1, payableFen: 2500, name: { en: 'Green tea' } });
    expect(odd?.unknown).toBeUndefined();
  });

  it('charges no more than a label shows', () => {
    shop.journal.write((tx) =>
      tx.run(
        `INSERT INTO label (tag_id, device_id, sku, state, shown_fen) VALUES ('T', 'labels', 'bread', 'shown', 800)`,
      ),
    );
    shop.book.refreshGuards();
    const view = putNew({ lineId: '1', sku: 'bread', quantity: 2, unitPriceFen: 990 });
    expect(view.decision).toMatchObject({ listFen: 1980, payableFen: 1600 });
    // Of two lines at one price, one of which the POS cut itself, each has its own price without the label.
    shop.run([
      campaign('half', 'discount', { items: { skus: ['bread'] }, discount: { by: 'percent', percentOffBp: 5000 } }),
    ]);
    const cut = putNew(
      { lineId: '1', sku: 'bread', unitPriceFen: 990 },
      { lineId: '2', sku: 'bread', unitPriceFen: 990, noPromotions: true },
    );
    expect(cut.lines.map(({ payableFen }) => payableFen)).toEqual([495, 800]);
  });

  it('pays no more than the labels show, whatever it asks and whatever else applies', () => {
    shop.run([
      campaign('milk-20', 'discount', { items: { skus: ['milk'] }, discount: { by: 'percent', percentOffBp: 2000 } }),
      campaign('pair', 'buy-get', { items: { all: true }, buy: 1, get: 1, percentOffBp: 10_000 }),
      campaign('full-50', 'spend-save', {
        items: { all: true },
        tiers: [{ spendFen: 5000, saveFen: 700 }],
        repeat: 'once',
        base: 'after-item-discounts',
      }),
    ]);
    const shown = { milk: 1000, bread: 800, apple: 1200 };
    shop.journal.write((tx) => {
      for (const [sku, fen] of Object.entries(shown))
        tx.run(
          `INSERT INTO label (tag_id, device_id, sku, state, shown_fen) VALUES (?, 'labels', ?, 'shown', ?)`,
          sku,
          sku,
          fen,
        );
    });
    shop.book.refreshGuards();
    const line = fc.record({
      sku: fc.constantFrom('milk' as const, 'bread' as const, 'apple' as const),
      unitPriceFen: fc.integer({ min: 0, max: 3000 }),
      amount: fc.integer({ min: 1, max: 5 }),
      isCut: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 5 }), (wishes) => {
        const lines = wishes.map(({ sku, unitPriceFen, amount, isCut }, index) => ({
          lineId: String(index + 1),
          sku,
          unitPriceFen,
          ...(sku === 'apple' ? { weightGrams: amount * 137 } : { quantity: amount }),
          ...(isCut ? { noPromotions: true as const } : {}),
        }));
        const mostFen = wishes.reduce((sum, { sku, unitPriceFen, amount }) => {
          const fen = Math.min(unitPriceFen, shown[sku]);
          return sum + (sku === 'apple' ? weighedAmountFen(fen, amount * 137) : fen * amount);
        }, 0);
        expect(putNew(...lines).decision.payableFen).toBeLessThanOrEqual(mostFen);
      }),
      { numRuns: 150 },
    );
  });

  it('is told what does not fit', () => {
    const { basketId } = open();
    const refusal = (...lines: z.input<typeof PutLines>['lines']) => shop.outcome(() => put(basketId, lines));
    const milk = { sku: 'milk', unitPriceFen: 100 };
    expect(refusal({ lineId: '1', ...milk }, { lineId: '1', ...milk })).toBe('BODY_REFUSED');
    expect(refusal({ lineId: '1', ...milk, weightGrams: 100 })).toBe('BODY_REFUSED');
    expect(refusal({ lineId: '1', sku: 'apple', unitPriceFen: 1580 })).toBe('WEIGHT_NEEDED');
    expect(refusal({ lineId: '1', sku: 'apple', unitPriceFen: 1580, weightGrams: 500, quantity: 2 })).toBe(
      'BODY_REFUSED',
    );
    expect(refusal({ lineId: '1', name: 'x 4111111111111111', unitPriceFen: 1 })).toBe('CARD_NUMBER_REFUSED');
    expect(refusal({ lineId: '1', sku: '4111111111111111', unitPriceFen: 1 })).toBe('CARD_NUMBER_REFUSED');
    expect(
      refusal(...[1, 2, 3].map((id) => ({ lineId: `${id}`, sku: 'milk', quantity: 9_999, unitPriceFen: 1 }))),
    ).toBe('BASKET_TOO_LARGE');
    expect(shop.till.get(basketId)).toMatchObject({ lines: [], revision: 1 });
  });
});

describe('who owns the prices', () => {
  it('says which calls a terminal has, and which baskets it may take over', () => {
    const ours = shop.fill([{ sku: 'milk' }]).basketId;
    const theirs = open().basketId;
    const outcomes = (basketId: string, terminal: Terminal) => [
      shop.outcome(() => put(basketId, [], terminal)),
      shop.outcome(() =>
        shop.journal.write((tx) => shop.till.addLine(tx, terminal, basketId, { sku: 'milk', quantity: 1 })),
      ),
      shop.outcome(() =>
        shop.journal.write((tx) => shop.till.changeLine(tx, terminal, basketId, '1', { quantity: 1 })),
      ),
      shop.outcome(() => shop.journal.write((tx) => shop.till.voidLine(tx, terminal, basketId, '1'))),
    ];
    expect(outcomes(ours, TILL)).toEqual(['PRICE_OWNER (tillside)', 'ok', 'ok', 'ok']);
    put(theirs, [{ lineId: '1', sku: 'milk', unitPriceFen: 1 }]);
    expect(outcomes(theirs, POS)).toEqual(['ok', ...Array(3).fill('PRICE_OWNER (pos-adjusts)')]);
    expect(shop.outcome(() => open(REPORTS))).toBe('PRICE_OWNER (pos-reports)');
    shop.journal.write((tx) => shop.till.suspend(tx, TILL, ours));
    const resume = (terminal: Terminal) =>
      shop.outcome(() => shop.journal.write((tx) => shop.till.resume(tx, terminal, ours)));
    expect([resume(POS), resume(REPORTS), resume(TILL)]).toEqual([
      'PRICE_OWNER (tillside)',
      'PRICE_OWNER (pos-reports)',
      'ok',
    ]);
  });
});
