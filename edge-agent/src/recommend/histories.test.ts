import {
  buildMemberHistory,
  decodeTaste,
  encodeTaste,
  HistoryFold,
  type MemberTaste,
  type Purchase,
  skuKey,
} from '@tillside/features';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { knownOf } from './histories.ts';

const START_MS = Date.parse('2026-03-01T08:00:00Z');
const HOUR_MS = 3_600_000;
const SKUS = Array.from({ length: 12 }, (_, at) => `sku-${at}`);
const BY_KEY = new Map(SKUS.map((sku) => [skuKey(sku), sku]));

const purchasesOf = (baskets: readonly { skus: readonly string[]; atMs: number }[]): Purchase[] =>
  baskets.flatMap(({ skus, atMs }) =>
    skus.map((sku) => ({
      memberId: 'm',
      sku,
      category: '',
      department: '',
      at: new Date(atMs).toISOString(),
      quantity: 1,
      basketId: `m ${atMs}`,
    })),
  );
/** At whole hours: what a taste floors does not differ then. */
const baskets = fc
  .array(
    fc.record({
      skus: fc.uniqueArray(fc.constantFrom(...SKUS), { minLength: 1, maxLength: 6 }),
      afterHours: fc.integer({ min: 1, max: 24 * 60 }),
    }),
    { minLength: 1, maxLength: 40 },
  )
  .map((steps) => {
    let atMs = START_MS;
    return steps.map(({ skus, afterHours }) => {
      atMs += afterHours * HOUR_MS;
      return { skus, atMs };
    });
  });

it('HQ’s taste and what the store sold later are the fold over all purchases; what the store sold before counts once', () => {
  fc.assert(
    fc.property(baskets, fc.nat(), fc.boolean(), (all, cut, isTravelled) => {
      const early = all.slice(0, 1 + (cut % all.length));
      const history = buildMemberHistory(purchasesOf(early));
      const told: MemberTaste = { untilMs: early.at(-1)?.atMs ?? 0, history, scores: [] };
      const taste = isTravelled ? decodeTaste(encodeTaste(told), (key) => BY_KEY.get(key)) : told;
      const { history: known } = knownOf(purchasesOf(all), taste);
      const whole = buildMemberHistory(purchasesOf(all));
      expect({ ...known, items: [] }).toEqual({ ...whole, items: [] });
      expect(known?.items.map(({ sku }) => sku)).toEqual(whole?.items.map(({ sku }) => sku));
      for (const [at, item] of (whole?.items ?? []).entries()) {
        const { decayed, fast, slow, ...exact } = item;
        const like = known?.items[at];
        expect(like).toMatchObject(exact);
        // A step of a weight, as it travelled.
        for (const [weight, kept] of [
          [decayed, like?.decayed],
          [fast, like?.fast],
          [slow, like?.slow],
        ] as const)
          expect(Math.abs((kept ?? 0) / weight - 1)).toBeLessThan(isTravelled ? 1e-4 : 1e-9);
      }
    }),
  );
});

it('without a taste, or with one of scores alone, what the store sold is all', () => {
  fc.assert(
    fc.property(baskets, (all) => {
      const whole = buildMemberHistory(purchasesOf(all));
      const scores = [{ sku: 'sku-1', neighbours: 0.5, factors: 0 }];
      expect(knownOf(purchasesOf(all), undefined)).toEqual({ history: whole, scores: [] });
      expect(knownOf(purchasesOf(all), { untilMs: 0, history: undefined, scores })).toEqual({ history: whole, scores });
      expect(HistoryFold.from(whole).snapshot()).toEqual(whole);
    }),
    { numRuns: 20 },
  );
});
