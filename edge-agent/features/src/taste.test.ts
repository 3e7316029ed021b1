import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  decodeTaste,
  encodeTaste,
  HistoryFold,
  type MemberTaste,
  quantised,
  skuKey,
  TASTE_HISTORY_MAX_ITEMS,
  TASTE_MAX_BYTES,
} from './index.ts';

const HOUR_MS = 3_600_000;
const START = Date.parse('2026-03-01T08:30:00Z');
const SKUS = Array.from({ length: 300 }, (_, at) => `69012345${at}`);
const BY_KEY = new Map(SKUS.map((sku) => [skuKey(sku), sku]));
const skuOf = (key: number): string | undefined => BY_KEY.get(key);

interface Bought {
  readonly skus: readonly string[];
  readonly afterMs: number;
}
const foldOf = (baskets: readonly Bought[]) => {
  const fold = new HistoryFold();
  let atMs = START;
  for (const { skus, afterMs } of baskets) {
    atMs += afterMs;
    fold.add([...skus].sort(), atMs);
  }
  return { history: fold.snapshot(), untilMs: atMs };
};
const sku = fc.constantFrom(...SKUS);
const baskets = fc.array(
  fc.record({
    skus: fc.uniqueArray(sku, { minLength: 1, maxLength: 40 }),
    afterMs: fc.integer({ min: 0, max: 400 * 24 * HOUR_MS }),
  }),
  { maxLength: 60 },
);
const unit = fc.double({ min: 0, max: 1, noNaN: true });
const scores = fc.uniqueArray(fc.record({ sku, neighbours: unit, factors: unit }), {
  selector: (score) => score.sku,
  maxLength: 100,
});
const decoded = (taste: MemberTaste): MemberTaste => {
  const read = decodeTaste(encodeTaste(taste), skuOf);
  if (read === undefined) throw new Error('not read');
  return read;
};

it('a key is that of the published hash', () => {
  expect(['', 'a', 'abcd', 'hello', '苹果'].map(skuKey)).toEqual([0, 0x3c2569b2, 0x43ed676a, 0x248bfa47, 0x4294ef0]);
});

it('what comes back is what the fold says, within an hour, a step of a weight and of a score; again it is the same bytes', () => {
  fc.assert(
    fc.property(baskets, scores, (bought, scored) => {
      const { history, untilMs } = foldOf(bought);
      const bytes = encodeTaste({ untilMs, history, scores: scored });
      const read = decodeTaste(bytes, skuOf);
      expect(read?.untilMs).toBe(untilMs);
      expect(read && encodeTaste(read).equals(bytes)).toBe(true);
      const kept = new Map(read?.scores.map((score) => [score.sku, score]));
      for (const score of scored) {
        const like = kept.get(score.sku);
        expect(like?.neighbours ?? 0).toBe(quantised(score.neighbours));
        expect(like?.factors ?? 0).toBe(quantised(score.factors));
      }
      expect(read?.history?.items.length).toBe(history && Math.min(history.items.length, TASTE_HISTORY_MAX_ITEMS));
      expect(read?.history?.lastBasketSkus).toEqual(history?.lastBasketSkus);
      const items = new Map(history?.items.map((item) => [item.sku, item]));
      for (const item of read?.history?.items ?? []) {
        const whole = items.get(item.sku);
        if (whole === undefined) throw new Error('bought by nobody');
        const { baskets, firstBasket, lastBasket } = whole;
        expect(item).toMatchObject({ baskets, firstBasket, lastBasket });
        for (const at of ['firstAtMs', 'lastAtMs'] as const) {
          expect(whole[at] - item[at]).toBeGreaterThanOrEqual(0);
          expect(whole[at] - item[at]).toBeLessThan(HOUR_MS);
        }
        for (const weight of ['decayed', 'fast', 'slow'] as const)
          expect(Math.abs(item[weight] / whole[weight] - 1)).toBeLessThan(0.0001);
      }
    }),
    { numRuns: 60 },
  );
});

it('no score is further off than half a step of its root, and a step stays what it is', () => {
  fc.assert(
    fc.property(unit, (score) => {
      expect(Math.abs(Math.sqrt(quantised(score)) - Math.sqrt(score))).toBeLessThanOrEqual(0.5 / 255 + 1e-12);
      expect(quantised(quantised(score))).toBe(quantised(score));
    }),
  );
});

it('every weight is a fixed point', () => {
  const of = (weight: number): number => {
    const when = { firstAtMs: START, lastAtMs: START, firstBasket: 1, lastBasket: 2 };
    const item = { sku: SKUS[0] ?? '', baskets: 2, ...when, decayed: weight, fast: 1, slow: 1 };
    const history = { basketCount: 2, firstAtMs: START, lastAtMs: START, items: [item], lastBasketSkus: [] };
    return decoded({ untilMs: START, history, scores: [] }).history?.items[0]?.decayed ?? 0;
  };
  for (let step = 0; step <= 0xffff; step += 7) expect(of(2 ** (step / 4096))).toBe(2 ** (step / 4096));
});

it('the newest basket and what weighs most travel; a product that is not known here does not come back', () => {
  const often = SKUS.slice(0, 5);
  const rare = SKUS.slice(5, 205).map((one) => ({ skus: [one], afterMs: HOUR_MS }));
  const loyal = often.map(() => ({ skus: often, afterMs: HOUR_MS }));
  const { history, untilMs } = foldOf([...loyal, ...rare, { skus: SKUS.slice(205, 235), afterMs: HOUR_MS }]);
  const read = decoded({ untilMs, history, scores: [] });
  const has = new Set(read.history?.items.map((item) => item.sku));
  expect([...often, ...SKUS.slice(205, 235)].filter((one) => !has.has(one))).toEqual([]);
  const score = { sku: 'gone', neighbours: 1, factors: 1 };
  expect(decoded({ untilMs, history: undefined, scores: [score] }).scores).toEqual([]);
});

it('a member with 64 products takes about 800 bytes', () => {
  // A year of weekly baskets: 24 products come again and again, 40 came once.
  const weekly = Array.from({ length: 52 }, (_, week) => ({
    skus: [...SKUS.slice((week * 5) % 20, ((week * 5) % 20) + 5), ...SKUS.slice(24 + week, week < 40 ? 25 + week : 24)],
    afterMs: 7 * 24 * HOUR_MS,
  }));
  const { history, untilMs } = foldOf(weekly);
  const scored = SKUS.slice(0, 64).map((one, at) => ({ sku: one, neighbours: 1 / (at + 1), factors: 0.5 }));
  expect(history?.items).toHaveLength(60);
  const { length } = encodeTaste({ untilMs, history, scores: scored });
  expect(length).toBeGreaterThan(500);
  expect(length).toBeLessThan(850);
});

it('bytes that are none give undefined, never a throw; a taste that is cut or longer is none', () => {
  const noise = fc.uint8Array({ maxLength: TASTE_MAX_BYTES + 10 });
  fc.assert(
    fc.property(
      fc.oneof(
        noise,
        noise.map((bytes) => Uint8Array.of(1, ...bytes)),
      ),
      (bytes) => {
        const read = decodeTaste(bytes, () => undefined);
        expect(read === undefined || encodeTaste(read).length <= TASTE_MAX_BYTES).toBe(true);
      },
    ),
    { numRuns: 2_000 },
  );
  const { history, untilMs } = foldOf([{ skus: SKUS.slice(0, 9), afterMs: 0 }]);
  const whole = encodeTaste({ untilMs, history, scores: [{ sku: SKUS[0] ?? '', neighbours: 1, factors: 0 }] });
  for (let length = 0; length < whole.length; length += 1)
    expect(decodeTaste(whole.subarray(0, length), skuOf)).toBeUndefined();
  expect(decodeTaste(Buffer.concat([whole, Buffer.alloc(1)]), skuOf)).toBeUndefined();
  // Numbers of 200 MB and times that no calendar has.
  expect(decodeTaste(Uint8Array.of(1, 0, 0xff, 0xff, 0xff, 0x7f), skuOf)).toBeUndefined();
  expect(decodeTaste(Uint8Array.of(1, ...Array.from({ length: 20 }, () => 0xff)), skuOf)).toBeUndefined();
});

it('numbers that are none become some: nothing throws', () => {
  const bad = [Number.NaN, Number.POSITIVE_INFINITY, -1, 1e300];
  for (const value of bad) {
    const item = { baskets: value, firstAtMs: value, lastAtMs: value, firstBasket: value, lastBasket: value };
    const history = {
      basketCount: value,
      firstAtMs: value,
      lastAtMs: value,
      items: [{ sku: SKUS[0] ?? '', ...item, decayed: value, fast: value, slow: value }],
      lastBasketSkus: [],
    };
    const scored = [{ sku: SKUS[1] ?? '', neighbours: value, factors: value }];
    expect(encodeTaste({ untilMs: value, history, scores: scored }).length).toBeLessThan(TASTE_MAX_BYTES);
  }
});
