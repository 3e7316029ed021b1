import {
  CANDIDATES_MAX,
  candidates,
  decodeStats,
  encodeStats,
  FEATURE_SET,
  featurizeAll,
  indexStats,
  indexStore,
  prepareContext,
  toBaskets,
} from '@tillside/features';
import { checkContract, GOLDEN_MIN_VECTORS, packParts, unpackModel } from '@tillside/inference';
import { describe, expect, it } from 'vitest';
import { knownOf } from './content/known.ts';
import { TrainingError } from './errors.ts';
import { beatsBaseline, evaluate } from './evaluate.ts';
import { lessonsOf, measuredQuestions, usualRole } from './lessons.ts';
import { seededRandom, shuffled } from './random.ts';
import { plantedCatalogue, plantedShop } from './testing/planted-shop.ts';
import { trainModel } from './train.ts';

const OPTIONS = { seed: 7, dataHash: 'a'.repeat(64), createdAt: '2026-06-01T00:00:00.000Z' };
const shop = plantedShop(8, 3);
/** Enough to train on, and quick. */
const smallShop = plantedShop(4, 3);

describe('training', { timeout: 60_000 }, () => {
  const steps: number[] = [];
  // Half of the members are measured by: twenty questions would tell nothing.
  const roleOf = (member: string) => (Number(member.slice(1)) % 2 === 0 ? 'learn' : 'measure');
  const model = trainModel(shop, { ...OPTIONS, roleOf, onProgress: (progress) => steps.push(progress) });

  it('finds the planted pattern that popularity and frequency miss', () => {
    const { model: ours, popularity, personalFrequency } = model.evaluation.cases;
    expect(ours.recall).toBeGreaterThan(2 * popularity.recall);
    expect(ours.recall).toBeGreaterThan(personalFrequency.recall);
    expect(ours.exploreRecall).toBeGreaterThan(personalFrequency.exploreRecall);
    expect(model.manifest.beatsBaseline).toBe(true);
    expect(model.manifest.metrics.recallAt5).toBeCloseTo(ours.recall, 3);
    expect(model.manifest.metrics.popularityRecallAt5).toBeCloseTo(popularity.recall, 3);
  });

  it('keeps the contract', () => {
    const unpacked = unpackModel(packParts(model.parts));
    expect(() => checkContract(unpacked, '0.1.0')).not.toThrow();
    expect(unpacked.manifest).toEqual(model.manifest);
    expect(unpacked.manifest.golden.vectors.length).toBeGreaterThanOrEqual(GOLDEN_MIN_VECTORS);
    expect(unpacked.manifest.onnx.operators).toEqual(['Squeeze', 'ai.onnx.ml.TreeEnsembleRegressor']);
    expect(unpacked.manifest.featureSet).toEqual({ id: FEATURE_SET.id, hash: FEATURE_SET.hash });
    // A file that goes to every store names no member.
    expect(packParts(model.parts).includes('"m1"')).toBe(false);
    expect(JSON.stringify(unpacked.stats.skus)).not.toMatch(/"m\d+"/);
  });

  it('gives the same bytes for the same seed, whatever the order of rows, and others for another', () => {
    const once = trainModel(smallShop, OPTIONS);
    const again = trainModel(shuffled(smallShop, seededRandom(1)), OPTIONS);
    expect(packParts(again.parts).equals(packParts(once.parts))).toBe(true);
    const other = trainModel(smallShop, { ...OPTIONS, seed: 8 });
    expect(Buffer.from(other.parts.onnx).equals(Buffer.from(once.parts.onnx))).toBe(false);
    expect(other.manifest.modelId).not.toBe(once.manifest.modelId);
  });

  it('reports progress that only grows', () => {
    expect(steps.length).toBeGreaterThan(5);
    expect(steps).toEqual([...steps].sort((left, right) => left - right));
  });

  it('refuses what says nothing', () => {
    expect(() => trainModel([], OPTIONS)).toThrow(TrainingError);
    expect(() => trainModel(plantedShop(1, 1).slice(0, 40), OPTIONS)).toThrow(/too few baskets/);
    // Every item once in its life: nothing to learn.
    const strangers = shop.map((purchase, row) => ({ ...purchase, sku: `once-${row}` }));
    expect(() => trainModel(strangers, OPTIONS)).toThrow(TrainingError);
  });
});

describe('evaluation', { timeout: 60_000 }, () => {
  const baskets = toBaskets(shop);
  const lessons = lessonsOf(baskets, 1, { roleOf: usualRole, random: seededRandom(1), onProgress: () => undefined });
  const asked = measuredQuestions(lessons, seededRandom(1));

  it('asks with nothing but the past and never about what is in the basket', () => {
    expect(asked.length).toBeGreaterThan(0);
    for (const { context, targets } of asked) {
      expect(targets.length).toBeGreaterThan(0);
      expect(targets.filter((sku) => context.basketSkus.includes(sku))).toEqual([]);
      expect(context.memberHistory?.lastAtMs ?? 0).toBeLessThan(Date.parse(context.at));
    }
  });

  it('does not call a model without weights better', () => {
    const blank = (features: Float32Array) => new Float32Array(features.length / FEATURE_SET.names.length);
    expect(beatsBaseline(evaluate(asked, blank, lessons.world))).toBe(false);
  });

  it('learns nothing from the newest baskets of members who are measured by or only history', () => {
    const last = new Map(
      baskets.flatMap((basket) => (basket.memberId === null ? [] : [[basket.memberId, basket] as const])),
    );
    const hidden = new Set([...last].filter(([member]) => usualRole(member) === 'measure').map(([, basket]) => basket));
    const changed = shop.map((row) =>
      [...hidden].some(({ basketId }) => basketId === row.basketId) ? { ...row, sku: `${row.sku}-other` } : row,
    );
    const onnx = (rows: typeof shop) => Buffer.from(trainModel(rows, OPTIONS).parts.onnx);
    expect(onnx(changed).equals(onnx(shop))).toBe(true);
  });
});

describe('features', () => {
  it('are the same in training and as a device computes them from what a pack brings', () => {
    const stores = smallShop.map((row) => ({ ...row, store: `store-${row.memberId?.at(-1)}` }));
    const catalogue = knownOf(plantedCatalogue(), toBaskets(stores))?.catalogue;
    const lessons = lessonsOf(toBaskets(stores), 1, {
      roleOf: usualRole,
      catalogue,
      random: seededRandom(2),
      onProgress: () => undefined,
    });
    const served = indexStats(decodeStats(encodeStats(lessons.world.index.stats)));
    for (const { context, store } of measuredQuestions(lessons, seededRandom(2))) {
      const sales = lessons.world.stores.sales(store);
      expect(sales?.baskets).toBeGreaterThan(0);
      const [here, there] = [lessons.world.index, served].map((index) => {
        const counted = sales && indexStore(structuredClone(sales), index);
        const prepared = prepareContext(JSON.parse(JSON.stringify(context)), index, counted);
        return featurizeAll(prepared, candidates(index, prepared, CANDIDATES_MAX), index);
      });
      expect(there).toEqual(here);
    }
  });
});
